//! What can go wrong with the bundle and with what is imported over it.

use std::path::PathBuf;

use thiserror::Error;

/// A table of the bundle cannot be read.
#[derive(Debug, Error)]
pub enum BundleError {
    /// No such table.
    #[error("the bundle has no table `{0}`")]
    NoTable(String),
    /// No such column.
    #[error("the table `{table}` has no column `{column}`")]
    NoColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// The packed bytes are not what was packed.
    #[error("the packed table `{table}` is damaged: {what}")]
    Damaged {
        /// The table.
        table: String,
        /// What is wrong.
        what: String,
    },
    /// The packed table comes from another version of the service.
    #[error("the table `{0}` is unknown to this version of rolegraph")]
    UnknownTable(String),
}

/// Why files cannot be packed or imported. Whatever it is, nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A zip archive cannot be read.
    #[error("{}: not a readable zip archive: {source}", path.display())]
    Zip {
        /// The archive.
        path: PathBuf,
        /// Why.
        source: zip::result::ZipError,
    },
    /// `bundle.json` cannot be read.
    #[error("{file}: {source}")]
    List {
        /// The file.
        file: String,
        /// Why.
        source: serde_json::Error,
    },
    /// There is no table to be found.
    #[error("{}: holds no table that rolegraph knows, such as `Task Statements.txt`", path.display())]
    NoTables {
        /// The folder or archive.
        path: PathBuf,
    },
    /// A table that a bundle needs is not there.
    #[error("the table `{table}` is missing: looked for {files}")]
    MissingTable {
        /// The table.
        table: &'static str,
        /// The files that it comes in.
        files: String,
    },
    /// Nothing tells which release it is.
    #[error(
        "{}: neither a `Read Me.txt` (`O*NET 30.0 Database`) nor the name of the folder or archive tells which release this is: name it with --release",
        path.display()
    )]
    NoRelease {
        /// The folder or archive.
        path: PathBuf,
    },
    /// The same file is there twice.
    #[error("`{first}` and `{second}` are the same table: point to a folder that holds one release")]
    Ambiguous {
        /// One file.
        first: String,
        /// The other file.
        second: String,
    },
    /// A table comes in two files, and one of them is not there.
    #[error("`{present}` is there, but `{absent}`, which belongs to the same table, is not")]
    MissingPart {
        /// The file that is there.
        present: String,
        /// The file that is not.
        absent: &'static str,
    },
    /// Not text.
    #[error("{file}, line {line}: not UTF-8 text")]
    NotText {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// The file ends in the middle of a line.
    #[error("{file}, line {line}, column `{column}`: the file is cut off here, its last line has no end")]
    Truncated {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column in which it ends.
        column: String,
    },
    /// There is no row, or not even a header.
    #[error("{file}: has no rows")]
    Empty {
        /// The file.
        file: String,
    },
    /// The header lacks a column.
    #[error("{file}, line 1: column `{column}` is missing")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A row has fewer fields than the header.
    #[error("{file}, line {line}, column `{column}`: the row ends before it, with {found} of {expected} columns")]
    ShortRow {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The first column without a field.
        column: String,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A row has more fields than the header.
    #[error("{file}, line {line}, column `{column}`: the row goes on after this last column, with {found} columns instead of {expected}")]
    LongRow {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The last column.
        column: String,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A field does not hold what its column promises.
    #[error("{file}, line {line}, column `{column}`: `{value}` is {problem}")]
    Field {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// Two rows say the same, or contradict each other.
    #[error("{file}, line {line}, column `{column}`: the row repeats line {first} of {first_file}")]
    Duplicate {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The last of the columns that together name a row.
        column: &'static str,
        /// The file of the row that it repeats.
        first_file: String,
        /// The line of the row that it repeats.
        first: usize,
    },
    /// The bundle underneath cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Problem {
    /// A code that no table defines.
    #[error("unknown: no such code in {0}")]
    Unknown(&'static str),
    /// A number that is none.
    #[error("not a number")]
    NotANumber,
    /// A flag that is neither Y nor N.
    #[error("neither Y nor N")]
    NotAFlag,
}
