//! Packing the official files into the bundle that is committed and compiled in.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    error::ImportError,
    packed::{BEST, PackedTable, encode},
    source::{Family, Files, Parsed, TABLES, TableSpec, check, parse, slug},
};

/// Packed tables and their manifest.
#[derive(Debug)]
pub struct PackedBundle {
    /// The tables.
    pub tables: Vec<PackedTable>,
    /// What stands beside them.
    pub manifest: Manifest,
}

/// What is in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The tables, in a fixed order.
    pub tables: Vec<ManifestEntry>,
}

/// A table of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// The table's name.
    pub table: String,
    /// The release.
    pub release: String,
    /// How many rows.
    pub rows: u32,
    /// The source file.
    pub source: String,
    /// SHA-256 of the source file.
    pub source_sha256: String,
    /// The packed file, below `data/`.
    pub file: String,
    /// SHA-256 of the packed file.
    pub sha256: String,
    /// Bytes of the packed file.
    pub bytes: usize,
    /// The publisher's licence.
    pub licence: String,
}

/// `onet/bundle.json`: which O*NET file is taken from which release.
#[derive(Debug, Deserialize)]
struct List {
    tables: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    table: String,
    release: String,
    path: String,
}

/// Packs the official files in `dir`: those that `onet/bundle.json` lists, and `soc/`, `oews/` and `projections/`.
/// The same files give the same bytes.
pub fn pack(dir: &Path) -> Result<PackedBundle, ImportError> {
    let list = list(dir)?;
    let files = gather(dir, &list)?;
    let mut parsed = Vec::new();
    for spec in TABLES.iter().filter(|spec| spec.bundled) {
        let found = files.of(spec)?;
        let missing = || ImportError::MissingTable { table: spec.name, files: spec.files.concat().join(", ") };
        parsed.push((parse(spec, found.as_deref().ok_or_else(missing)?)?, digest(&files, spec)?));
    }
    let (tables, digests): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
    check(&tables, None)?;
    let onet = |spec: &TableSpec| list.tables.iter().find(|listed| listed.table == spec.name).map(|listed| listed.release.clone());
    let mut packed = Vec::new();
    let mut entries = Vec::new();
    for (table, sha256) in tables.iter().zip(digests) {
        let release = release(table, &tables, &onet(table.spec).unwrap_or_default());
        packed.push(pack_table(table, release, sha256, BEST)?);
        entries.extend(packed.last().map(|packed| entry(packed, table)));
    }
    Ok(PackedBundle { tables: packed, manifest: Manifest { tables: entries } })
}

impl PackedBundle {
    /// Writes `bundle/` and `manifest.json` into the folder `data`.
    pub fn write_to(&self, data: &Path) -> Result<(), ImportError> {
        let folder = data.join("bundle");
        fs::create_dir_all(&folder).map_err(|source| ImportError::Io { path: folder.clone(), source })?;
        for (table, entry) in self.tables.iter().zip(&self.manifest.tables) {
            write(&data.join(&entry.file), &table.bytes)?;
        }
        let file = data.join("manifest.json");
        let json = serde_json::to_string_pretty(&self.manifest)
            .map_err(|source| ImportError::List { file: file.display().to_string(), source })?;
        write(&file, format!("{json}\n").as_bytes())
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
    fs::write(path, bytes).map_err(|source| ImportError::Io { path: path.to_owned(), source })
}

fn list(dir: &Path) -> Result<List, ImportError> {
    let path = dir.join("onet/bundle.json");
    let bytes = fs::read(&path).map_err(|source| ImportError::Io { path, source })?;
    serde_json::from_slice(&bytes).map_err(|source| ImportError::List { file: "onet/bundle.json".to_owned(), source })
}

/// Reads the listed O*NET files and all files of the other folders.
fn gather(dir: &Path, list: &List) -> Result<Files, ImportError> {
    let mut files = Files::none(dir);
    for listed in &list.tables {
        let path = format!("onet/{}", listed.path);
        let bytes = fs::read(dir.join(&path)).map_err(|source| ImportError::Io { path: dir.join(&path), source })?;
        files.add(path, bytes)?;
    }
    for folder in ["soc", "oews", "projections"] {
        files.add_folder(&dir.join(folder))?;
    }
    Ok(files)
}

/// SHA-256 of the files that a table is made of.
pub(super) fn digest(files: &Files, spec: &TableSpec) -> Result<String, ImportError> {
    let mut sha = Sha256::new();
    for file in files.of(spec)?.unwrap_or_default() {
        sha.update(&file.bytes);
    }
    Ok(hex(&sha.finalize()))
}

/// Packs one table.
pub(super) fn pack_table(parsed: &Parsed, release: String, sha256: String, level: i32) -> Result<PackedTable, ImportError> {
    let columns: Vec<_> = parsed.spec.columns.iter().map(|column| column.name).collect();
    let rows: Vec<_> = parsed.rows.iter().map(|row| row.text.as_str()).collect();
    Ok(PackedTable {
        name: parsed.spec.name.to_owned(),
        release,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        sha256,
        licence: parsed.spec.family.licence().to_owned(),
        bytes: encode(&columns, parsed.spec.by_code, &rows, level)?.into(),
    })
}

/// The release as people read it. O*NET's is told; BLS's stands in the names of its files.
pub(super) fn release(parsed: &Parsed, all: &[Parsed], onet: &str) -> String {
    match parsed.spec.family {
        Family::Onet => format!("O*NET {onet}"),
        Family::Soc => "SOC 2018".to_owned(),
        Family::Oews => years(Family::Oews, all).first().map_or_else(|| "OEWS".to_owned(), |year| format!("OEWS May {year}")),
        Family::Projections => match years(Family::Projections, all).as_slice() {
            [base, projected, ..] => format!("EP {base}-{}", &projected[2..]),
            _ => "EP".to_owned(),
        },
    }
}

/// The years in the names of a family's files.
fn years(family: Family, all: &[Parsed]) -> Vec<&str> {
    let names = all.iter().filter(|parsed| parsed.spec.family == family).flat_map(|parsed| &parsed.files);
    let files = names.filter_map(|path| path.rsplit('/').next());
    files.flat_map(|file| file.split(|c: char| !c.is_ascii_digit())).filter(|number| number.len() == 4).collect()
}

fn entry(packed: &PackedTable, parsed: &Parsed) -> ManifestEntry {
    ManifestEntry {
        table: packed.name.clone(),
        release: packed.release.clone(),
        rows: packed.rows,
        source: parsed.files.join(", "),
        source_sha256: packed.sha256.clone(),
        file: format!("bundle/{}.rgt", slug(&packed.name)),
        sha256: hex(&Sha256::digest(&packed.bytes)),
        bytes: packed.bytes.len(),
        licence: packed.licence.clone(),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
