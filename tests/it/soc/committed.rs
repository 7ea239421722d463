//! What is committed below `data/soc` and `data/soc_model`.

use std::{fs, path::Path};

use rolegraph::providers::soc;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_manifest_tells_digest_and_licence_of_every_file_of_the_ranker() {
    let manifest: Value = serde_json::from_slice(&fs::read(data().join("soc/manifest.json")).expect("a file")).expect("JSON");
    let files = manifest["files"].as_array().expect("files");
    for file in files {
        let bytes = fs::read(data().join(file["file"].as_str().expect("a name"))).expect("a file");
        assert_eq!((file["sha256"].as_str(), file["bytes"].as_u64()), (Some(sha256(&bytes).as_str()), Some(bytes.len() as u64)), "{file}");
        assert!(file["licence"].as_str().is_some_and(|licence| !licence.is_empty()), "{file}");
    }
    let folders = ["soc", "soc_model"].map(|folder| fs::read_dir(data().join(folder)).expect("a folder").count());
    assert_eq!(folders.iter().sum::<usize>(), files.len() + 2, "the manifest itself and the read-me are not told");
}

#[test]
fn the_committed_word_pieces_are_those_of_the_ranker() {
    let table = soc::read_word_pieces(&data().join("soc_model")).expect("a table");
    assert_eq!((table.vocabulary.len(), table.dim), (30_522, 128));
    assert!(table == soc::word_pieces_of(soc::artefact().expect("the artefact is readable")), "train the ranker again");
}

#[test]
fn word_pieces_that_do_not_belong_together_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(soc::read_word_pieces(folder.path()).expect_err("nothing there").to_string().contains("meta.txt"));
    for (name, text) in [("meta.txt", "rows 2 cols 3"), ("vocab.txt", "a\nb\n"), ("table.i8", "12345")] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let told = soc::read_word_pieces(folder.path()).expect_err("a byte too few").to_string();
    assert!(told.ends_with("tells 2 rows of 3 columns, but vocab.txt has 2 lines and table.i8 has 5 bytes"), "{told}");
    fs::write(folder.path().join("table.i8"), "123456").expect("written");
    assert_eq!(soc::read_word_pieces(folder.path()).expect("a table").values, [49, 50, 51, 52, 53, 54]);
}
