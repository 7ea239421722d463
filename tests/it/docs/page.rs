//! Operations as they stand in pages.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// Seen from the project's folder.
    pub(super) path: String,
    text: String,
}

/// An operation that a page shows.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) page: String,
    line: usize,
    pub(super) text: String,
    pub(super) variables: Value,
    pub(super) answer: Option<Value>,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.page, self.line)
    }
}

impl Operation {
    /// Variables, and the queries that answer their values: `# $id = { job(by: {slug: "a"}) { id } }`.
    pub(super) fn fillings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().filter_map(|line| line.trim().strip_prefix("# $")?.split_once(" = "))
    }
}

/// The files of that ending in these folders of the project, in the order of their names.
pub(super) fn pages(places: &[&str], ending: &str) -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = places.iter().flat_map(|place| files(root.join(place))).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    assert!(!paths.is_empty(), "there are pages in {places:?}");
    let page = |path: &PathBuf| {
        let short = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        Page { text: fs::read_to_string(path).unwrap_or_else(|error| panic!("{short}: {error}")), path: short }
    };
    paths.iter().map(page).collect()
}

/// The file, or those in the folder and the folders below it.
fn files(place: PathBuf) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place];
    }
    let entries = fs::read_dir(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    entries.flatten().flat_map(|entry| files(entry.path())).collect()
}

/// A file that is an operation.
pub(super) fn example(file: &Page) -> Operation {
    Operation { page: file.path.clone(), line: 1, text: file.text.clone(), variables: json!({}), answer: None }
}

/// The operations of a page of Markdown, in their order.
pub(super) fn operations(page: &Page) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    for (line, language, text) in fences(&page.text) {
        let read = || serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{}:{line}: {error}", page.path));
        match (language, operations.last_mut()) {
            ("graphql", _) => operations.push(Operation { page: page.path.clone(), line, text, variables: json!({}), answer: None }),
            ("json variables", Some(operation)) => operation.variables = read(),
            ("json answer", Some(operation)) => operation.answer = Some(read()),
            ("json variables" | "json answer", None) => panic!("{}:{line} belongs to no operation", page.path),
            _ => {}
        }
    }
    operations
}

/// Fenced blocks: the line that each begins on, what stands behind its fence, and its text.
fn fences(markdown: &str) -> Vec<(usize, &str, String)> {
    let mut found: Vec<(usize, &str, String)> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(markdown.lines()) {
        match (line.strip_prefix("```"), open) {
            (Some(language), false) => {
                found.push((number, language.trim(), String::new()));
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                if let Some((.., text)) = found.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    assert!(!open, "a fence is never closed");
    found
}
