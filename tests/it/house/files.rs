//! The files of the project, without what is built or installed.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders with what is built, installed or not ours.
const SKIPPED: [&str; 6] = ["target", "node_modules", "dist", "generated", ".git", "shared"];

/// A file with its text.
#[derive(Debug)]
pub(super) struct File {
    /// Seen from the project's folder, with `/` on every system.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// The module right below `src/` that the file is, or is part of.
    pub(super) fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

/// The project's folder.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file's text.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files below some folders whose names end in one of these, in the order of the alphabet.
pub(super) fn all(folders: &[&str], endings: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        endings.contains(&name.rsplit('.').next().unwrap_or_default())
    };
    let file = |path: PathBuf| {
        let short = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
        File { text: read(&short), path: short }
    };
    paths.into_iter().filter(wanted).map(file).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().expect("a kind of file");
        let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !skipped {
            walk(&entry.path(), paths);
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
}
