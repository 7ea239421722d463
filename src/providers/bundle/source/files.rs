//! The files of a release, in a folder or in a zip archive.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use super::schema::{TABLES, TableSpec};
use crate::providers::bundle::error::ImportError;

/// Files of a release are looked for so many folders deep.
const DEPTH: usize = 3;

/// No official file comes near this size; a zip archive that claims so is no release.
const LARGEST: u64 = 256 << 20;

/// The files of a release by name.
#[derive(Debug)]
pub(crate) struct Files {
    root: PathBuf,
    files: BTreeMap<String, SourceFile>,
}

/// A file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path below the folder or in the archive.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl Files {
    /// Reads the files that tables are made of, and the Read Me.
    pub(crate) fn read(root: &Path) -> Result<Self, ImportError> {
        let io = |source| ImportError::Io { path: root.to_owned(), source };
        let mut files = Self { root: root.to_owned(), files: BTreeMap::new() };
        if fs::metadata(root).map_err(io)?.is_dir() {
            files.read_folder(root, DEPTH)?;
        } else {
            files.read_zip()?;
        }
        Ok(files)
    }

    /// Adds one file.
    pub(crate) fn add(&mut self, path: String, bytes: Vec<u8>) -> Result<(), ImportError> {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        if let Some(first) = self.files.get(&name) {
            return Err(ImportError::Ambiguous { first: first.path.clone(), second: path });
        }
        self.files.insert(name, SourceFile { path, bytes });
        Ok(())
    }

    /// No files yet, of a folder.
    pub(crate) fn none(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new() }
    }

    /// Adds the files of a folder below the root.
    pub(crate) fn add_folder(&mut self, folder: &Path) -> Result<(), ImportError> {
        self.read_folder(folder, 1)
    }

    fn read_folder(&mut self, folder: &Path, depth: usize) -> Result<(), ImportError> {
        let io = |source| ImportError::Io { path: folder.to_owned(), source };
        let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(io)?.collect();
        let mut paths: Vec<_> = entries.map_err(io)?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() && depth > 1 {
                self.read_folder(&path, depth - 1)?;
            } else if path.is_file() && is_wanted(&path.to_string_lossy()) {
                let bytes = fs::read(&path).map_err(|source| ImportError::Io { path: path.clone(), source })?;
                let below = path.strip_prefix(&self.root).unwrap_or(&path);
                self.add(below.to_string_lossy().replace('\\', "/"), bytes)?;
            }
        }
        Ok(())
    }

    fn read_zip(&mut self) -> Result<(), ImportError> {
        let path = self.root.clone();
        let io = |source| ImportError::Io { path: path.clone(), source };
        let bad = |source| ImportError::Zip { path: path.clone(), source };
        let mut archive = zip::ZipArchive::new(fs::File::open(&path).map_err(io)?).map_err(bad)?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(bad)?;
            let name = entry.name().map_err(bad)?.into_owned();
            if entry.is_file() && is_wanted(&name) {
                let mut bytes = Vec::new();
                entry.take(LARGEST).read_to_end(&mut bytes).map_err(io)?;
                self.add(name, bytes)?;
            }
        }
        Ok(())
    }

    /// The files that make a table, if the table is there.
    pub(crate) fn of(&self, spec: &TableSpec) -> Result<Option<Vec<&SourceFile>>, ImportError> {
        for layout in spec.files {
            let found: Vec<_> = layout.iter().map(|pattern| self.matching(pattern)).collect();
            let Some(present) = found.iter().flatten().next() else { continue };
            if let Some(absent) = found.iter().position(Option::is_none) {
                return Err(ImportError::MissingPart { present: present.path.clone(), absent: layout[absent] });
            }
            return Ok(Some(found.into_iter().flatten().collect()));
        }
        Ok(None)
    }

    fn matching(&self, pattern: &str) -> Option<&SourceFile> {
        // The last one by name is the newest: `national_2026.tsv` after `national_2025.tsv`.
        self.files.iter().rfind(|(name, _)| matches(pattern, name)).map(|(_, file)| file)
    }

    /// The release that the Read Me names, or the name of the folder or archive: `30.0`.
    pub(crate) fn release(&self) -> Result<String, ImportError> {
        let readme = self.files.get(READ_ME).and_then(|file| {
            let text = String::from_utf8_lossy(&file.bytes);
            let (_, rest) = text.split_once("O*NET ")?;
            version(rest)
        });
        let name = || self.root.file_stem().and_then(|_| version(&self.root.file_name()?.to_string_lossy()));
        readme.or_else(name).ok_or_else(|| ImportError::NoRelease { path: self.root.clone() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}

const READ_ME: &str = "Read Me.txt";

fn is_wanted(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name == READ_ME || TABLES.iter().flat_map(|spec| spec.files).copied().flatten().any(|pattern| matches(pattern, name))
}

/// True when `text` is `pattern`, in which `#` stands for a digit.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    pattern.len() == text.len() && pattern.bytes().zip(text.bytes()).all(|(p, t)| p == t || (p == b'#' && t.is_ascii_digit()))
}

/// The first release number in a text: `db_30_0_text.zip` and `O*NET 30.0` both say `30.0`.
fn version(text: &str) -> Option<String> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).skip_while(|part| part.len() != 2);
    let (major, minor) = (numbers.next()?, numbers.next()?);
    (minor.len() == 1).then(|| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_told_from_a_name() {
        let told = ["db_30_0_text", "db_30_0_text.zip", "29.3", "30.1 Database", "onet", "2025_1", "db_30"].map(version);
        let expected = [Some("30.0"), Some("30.0"), Some("29.3"), Some("30.1"), None, None, None];
        assert_eq!(told, expected.map(|text| text.map(str::to_owned)));
    }

    #[test]
    fn a_number_sign_stands_for_a_digit() {
        assert!(matches("national_####.tsv", "national_2025.tsv"));
        assert!(!matches("national_####.tsv", "national_25.tsv"));
        assert!(!matches("national_####.tsv", "national_year.tsv"));
    }
}
