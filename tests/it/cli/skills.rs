//! `rolegraph skills`, and what becomes of a reader that goes away.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{folder, run, three_jobs};
use crate::support::process::{printed, refused};

#[test]
fn names_of_skills_are_mapped_from_the_command_line_a_file_and_standard_input() {
    let folder = folder();
    let at = folder.path();
    let table = printed(&mut run(at, &["skills", "map", "MS Excel", "Communication", "Underwater basket weaving"]));
    let row =
        |name: &str| table.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} is not told:\n{table}")).to_owned();
    assert!(row("MS Excel").contains("| Microsoft Excel          | technology:43232110:microsoft-excel |"), "{table}");
    assert!(row("Communication").ends_with("| generic: left out |") && row("Underwater").contains("| unknown: left out "), "{table}");

    fs::write(at.join("names.txt"), format!("{}\n\n  Plumbing  \n", ["SQL"; 250].join("\n"))).expect("written");
    let told: Value = serde_json::from_str(&printed(&mut run(at, &["skills", "map", "--file", "names.txt", "--json"]))).expect("JSON");
    let told = told.as_array().expect("a list");
    assert_eq!(told.len(), 251, "more than one question holds");
    let element = json!({ "key": "2.C.3.d", "elementId": "2.C.3.d", "name": "Building and Construction" });
    let last = &told[250];
    assert_eq!(
        (&last["input"], &last["element"], &last["kind"], &last["sure"]),
        (&json!("Plumbing"), &element, &json!("KNOWLEDGE"), &json!(true))
    );

    let mut piped = run(at, &["skills", "map", "--file", "-", "--json"]);
    let mut child = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary starts");
    child.stdin.take().expect("piped").write_all(b"Plumbing\n").expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).expect("JSON"), json!([last]));

    assert!(refused(&mut run(at, &["skills", "map"])).contains("<NAMES>"));
    assert!(refused(&mut run(at, &["skills", "map", " "])).contains("A name of a skill has 1 to 200 characters; this one has 0"));
    assert!(refused(&mut run(at, &["skills", "map", "--file", "nowhere.txt"])).contains("cannot read nowhere.txt"));
    fs::write(at.join("empty.txt"), "\n").expect("written");
    assert!(refused(&mut run(at, &["skills", "map", "--file", "empty.txt"])).contains("empty.txt holds no name"));
}

/// What a command tells on standard error whose reader is gone before it prints; it ended well.
fn told_without_a_reader(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let folder = folder();
    three_jobs(folder.path());
    printed(&mut run(folder.path(), &["jobs", "import", "jobs.json"]));
    for arguments in [&["jobs", "export"][..], &["coverage", "--json"], &["runs"], &["skills", "map", "SQL"]] {
        assert_eq!(told_without_a_reader(&mut run(folder.path(), arguments)), "", "{arguments:?}");
    }
}
