//! `rolegraph soc`, without a database.

use std::fs;

use serde_json::{Value, json};

use crate::support::process::{printed, refused, rolegraph};

const LABELLED: &str = "title\tdescription\tcode\tsource\talso\tn\n\
    Line Cook\t\t35-2014\tdmtf\t\t1\n\
    Line Cook\t\t35-2015\tmine\t35-2014.00|35-2011\t1\n\
    Grill Cook\t\t35-2099\tmine\t\t1\n\
    Sorcerer of Clouds\t\t15-1252.00\tmine\t\t1\n";

#[test]
fn labelled_titles_are_measured_without_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("set.tsv"), LABELLED).expect("written");
    let eval = |options: &[&str]| printed(rolegraph(folder.path()).args(["soc", "eval", "set.tsv", "--method", "exact"]).args(options));
    let figures = |options: &[&str]| -> Value { serde_json::from_str(&eval(options)).expect("JSON") };

    let full = figures(&["--json"]);
    let keys: Vec<&str> = full.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut expected = ["n", "top1", "top3", "top5", "top10", "minor", "major", "ece", "at80", "at90", "p50_ms", "p95_ms"];
    expected.sort_unstable();
    assert_eq!(
        {
            let mut keys = keys;
            keys.sort_unstable();
            keys
        },
        expected
    );
    assert_eq!((&full["n"], &full["top1"], &full["minor"], &full["major"]), (&json!(4), &json!(0.5), &json!(0.75), &json!(0.75)));
    assert!(full["at80"]["coverage"].is_number() && full["at90"]["precision"].is_number(), "{full}");

    let strict = figures(&["--json", "--leave-out", "set.tsv"]);
    assert_eq!((&strict["top1"], &strict["top10"]), (&json!(0.0), &json!(0.0)), "nothing equals a title that was left out");

    let table = eval(&[]);
    assert!(["dmtf", "mine", "with description", "without dmtf", "all"].iter().all(|row| table.contains(row)), "{table}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no database was made");
}

#[test]
fn files_that_are_no_labelled_titles_are_refused_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("names.tsv"), "name\tcode\n").expect("written");
    fs::write(folder.path().join("codes.tsv"), "title\tcode\nCook\t35\n").expect("written");
    let told = |file: &str| refused(rolegraph(folder.path()).args(["soc", "eval", file]));
    assert!(told("names.tsv").contains("names.tsv: the first line names no column `title`"));
    assert!(told("codes.tsv").contains("codes.tsv: line 2: `35` is no occupation code"));
    assert!(told("none.tsv").contains("none.tsv"));
    assert!(refused(rolegraph(folder.path()).args(["soc", "suggest", "工程师"])).contains("no Latin letters"));
}

#[test]
fn decisions_are_measured_in_the_database_of_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| printed(rolegraph(folder.path()).arg("soc").args(arguments));
    let agreement: Value = serde_json::from_str(&run(&["agreement", "--json"])).expect("JSON");
    assert_eq!((&agreement["decisions"], &agreement["rejected"], &agreement["by_threshold"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!((agreement["bands"].as_array().map(Vec::len), &agreement["versions"]), (Some(6), &json!([])));
    let table = run(&["agreement"]);
    assert!(
        table.contains("| confidence 0.9 to 1.0 ") && table.ends_with("Not counted: 0 rejected, 0 approved by threshold.\n"),
        "{table}"
    );
    assert_eq!(run(&["refine", "--json"]), "[]\n");
    assert!(run(&["refine", "--kind", "featured-role"]).ends_with("0 jobs without an approved code, 0 of them approved now.\n"));
    let told = |arguments: &[&str]| refused(rolegraph(folder.path()).arg("soc").args(arguments));
    assert!(told(&["refine", "--approve-above", "97"]).contains("--approve-above is 0 to 1; this is 97"));
    let few = told(&["recalibrate", "--dry-run"]);
    assert!(few.contains("200 decisions of people are needed; there are 0 on what this ranker suggested (index "), "{few}");
}
