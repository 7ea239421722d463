//! Importing a newer release over the bundle.

use std::path::Path;

use super::{
    Bundle,
    error::ImportError,
    pack::{digest, pack_table, release},
    packed::{PackedTable, QUICK},
    source::{Checked, Family, Files, Parsed, TABLES, check, parse},
};

/// A release, checked and packed, ready to be laid over the bundle.
#[derive(Debug)]
pub struct Import {
    /// The tables that the release has.
    pub tables: Vec<PackedTable>,
    /// How many rows name a task that the task statements no longer hold; they are kept, and lead nowhere.
    pub unknown_tasks: usize,
}

/// Reads a release from a folder or from the official zip, and checks all of it before any of it counts: against itself,
/// and against `current` for what it does not define. Only the tables that are there are replaced.
///
/// `onet_release` (`30.1`) tells the release of O*NET's tables; without it the Read Me does, or the folder's name.
pub fn import(source: &Path, onet_release: Option<&str>, current: &Bundle) -> Result<Import, ImportError> {
    let files = Files::read(source)?;
    let mut parsed = Vec::new();
    for spec in TABLES {
        if let Some(found) = files.of(spec)? {
            parsed.push(parse(spec, &found)?);
        }
    }
    if parsed.is_empty() {
        return Err(ImportError::NoTables { path: files.root().to_owned() });
    }
    let onet = match onet_release {
        Some(release) => release.trim().trim_start_matches("O*NET ").to_owned(),
        None if parsed.iter().any(|table: &Parsed| table.spec.family == Family::Onet) => files.release()?,
        None => String::new(),
    };
    let Checked { unknown_tasks } = check(&parsed, Some(current))?;
    let pack = |table: &Parsed| pack_table(table, release(table, &parsed, &onet), digest(&files, table.spec)?, QUICK);
    Ok(Import { tables: parsed.iter().map(pack).collect::<Result<_, _>>()?, unknown_tasks })
}
