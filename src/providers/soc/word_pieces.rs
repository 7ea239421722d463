//! The static word-piece table, `data/soc_model`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::domain::soc::corpus::WordPieceTable;

/// Why a folder holds no word-piece table.
#[derive(Debug, Error)]
pub enum WordPiecesError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The files do not belong together.
    #[error("{}: meta.txt tells {told}, but vocab.txt has {words} lines and table.i8 has {values} bytes", folder.display())]
    Size {
        /// The folder.
        folder: PathBuf,
        /// Rows and columns as `meta.txt` tells them.
        told: String,
        /// Lines of `vocab.txt`.
        words: usize,
        /// Bytes of `table.i8`.
        values: usize,
    },
}

/// Reads `meta.txt`, `vocab.txt` and `table.i8` of a folder; each may be packed, with `.zst` behind its name.
pub fn read(folder: &Path) -> Result<WordPieceTable, WordPiecesError> {
    let [meta, vocabulary, table] = ["meta.txt", "vocab.txt", "table.i8"].map(|name| bytes(&folder.join(name)));
    let (meta, vocabulary, table) = (meta?, vocabulary?, table?);
    let vocabulary: Vec<String> = String::from_utf8_lossy(&vocabulary).lines().map(str::to_owned).collect();
    let meta = String::from_utf8_lossy(&meta);
    let told = |name: &str| meta.split_whitespace().skip_while(|word| *word != name).nth(1).and_then(|number| number.parse().ok());
    let (rows, dim): (usize, usize) = (told("rows").unwrap_or(0), told("cols").unwrap_or(0));
    if rows == 0 || rows != vocabulary.len() || Some(table.len()) != rows.checked_mul(dim) {
        let (words, values) = (vocabulary.len(), table.len());
        return Err(WordPiecesError::Size { folder: folder.to_owned(), told: format!("{rows} rows of {dim} columns"), words, values });
    }
    Ok(WordPieceTable { vocabulary, values: table.into_iter().map(u8::cast_signed).collect(), dim })
}

fn bytes(path: &Path) -> Result<Vec<u8>, WordPiecesError> {
    let packed = path.with_added_extension("zst");
    let read = if packed.exists() { fs::read(&packed).and_then(|bytes| zstd::stream::decode_all(&*bytes)) } else { fs::read(path) };
    read.map_err(|source| WordPiecesError::Io { path: path.to_owned(), source })
}
