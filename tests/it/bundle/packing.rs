//! Packing, and the bundle that is committed.

use std::{fs, path::Path};

use rolegraph::providers::bundle::{Bundle, pack};
use sha2::{Digest, Sha256};

use super::{BUNDLE, fixtures, official};

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_manifest_tells_the_digest_of_every_packed_file_and_there_are_no_others() {
    let manifest = Bundle::manifest().expect("readable");
    assert_eq!(manifest.tables.len(), 32);
    for entry in &manifest.tables {
        let bytes = fs::read(data().join(&entry.file)).expect("the packed file");
        assert_eq!((sha256(&bytes), bytes.len()), (entry.sha256.clone(), entry.bytes), "{}", entry.table);
    }
    let files = fs::read_dir(data().join("bundle")).expect("a folder").count();
    assert_eq!(files, manifest.tables.len());
    let bytes: usize = manifest.tables.iter().map(|entry| entry.bytes).sum();
    assert!(bytes <= 12 << 20, "{bytes}");
}

#[test]
fn every_table_tells_its_release_rows_and_licence() {
    let told: Vec<_> = BUNDLE.tables().map(|t| (t.name.as_str(), t.release.as_str(), t.rows, t.licence.as_str())).collect();
    assert_eq!(told.len(), 32);
    for expected in [
        ("Task Statements", "O*NET 30.0", 18_797, "CC BY 4.0"),
        ("Tasks to DWAs", "O*NET 29.3", 23_233, "CC BY 4.0"),
        ("OEWS State", "OEWS May 2025", 37_408, "public domain (U.S. government work)"),
        ("Employment Projections", "EP 2024-34", 1_113, "public domain (U.S. government work)"),
    ] {
        assert!(told.contains(&expected), "{expected:?}");
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let (first, second) = (pack(&fixtures().join("mini")).expect("packed"), pack(&fixtures().join("mini")).expect("packed"));
    assert_eq!(first.manifest, second.manifest);
    assert_eq!(first.tables, second.tables);
    let folder = tempfile::tempdir().expect("a folder");
    first.write_to(folder.path()).expect("written");
    for entry in &first.manifest.tables {
        assert_eq!(sha256(&fs::read(folder.path().join(&entry.file)).expect("a file")), entry.sha256);
    }
    let written: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("manifest.json")).expect("a file")).expect("JSON");
    assert_eq!(written["tables"][1]["release"], "O*NET 30.0");
    assert_eq!(written["tables"][1]["source"], "onet/30.0/Task Statements.txt");
}

#[test]
fn the_committed_bundle_is_what_the_official_files_give() {
    let Some(official) = official() else { return };
    assert_eq!(pack(&official).expect("packed").manifest, Bundle::manifest().expect("readable"));
}
