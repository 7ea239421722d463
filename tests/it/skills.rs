//! What free-text names of skills mean, on the bundled data.

mod front_door;

use std::{sync::LazyLock, time::Instant};

use rolegraph::{
    domain::skills::{Outcome, SkillIndex, SkillMapping, aliases, calibrate, fit},
    providers::{bundle::Bundle, skills},
};

static INDEX: LazyLock<SkillIndex> = LazyLock::new(|| skills::index(&Bundle::embedded().expect("the bundle")).expect("an index"));

/// From this confidence on a mapping is taken without a person's word.
const SURE: f64 = 0.8;

/// A checked name: the part of the list that it is in, the name, and what it means.
struct Checked {
    part: &'static str,
    name: &'static str,
    expected: Vec<&'static str>,
}

impl Checked {
    fn is_generic(&self) -> bool {
        self.expected == ["generic"]
    }

    /// Nothing but an element is right.
    fn needs_element(&self) -> bool {
        !self.expected.iter().any(|expected| ["-", "generic"].contains(expected))
    }

    fn is_right(&self, mapping: &SkillMapping) -> bool {
        mapping.element.as_ref().is_some_and(|element| self.expected.contains(&element.name.as_str()))
    }
}

fn checked() -> Vec<Checked> {
    let lines = include_str!("fixtures/skills/checked.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
    let checked = |line: &'static str| {
        let [part, _, name, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        Checked { part, name, expected: expected.split(" | ").collect() }
    };
    lines.map(checked).collect()
}

/// The outcomes by which confidence is measured: names that are not generic, and for which an element was found.
fn outcomes(list: &[Checked]) -> Vec<Outcome> {
    let outcome = |checked: &Checked| {
        let mapping = INDEX.map_one(checked.name);
        let method = mapping.method.filter(|_| !mapping.generic)?;
        Some(Outcome { method, right: checked.is_right(&mapping) })
    };
    list.iter().filter_map(outcome).collect()
}

#[derive(Debug, Default, PartialEq)]
struct Score {
    sure: usize,
    right: usize,
    need: usize,
    found: usize,
}

/// Of the names of a part: how many were surely mapped, how many of these rightly; how many need an element, how many of these
/// surely have the right one.
fn score(part: &str) -> Score {
    let mut score = Score::default();
    for checked in checked().iter().filter(|checked| part == "all" || checked.part == part) {
        let mapping = INDEX.map_one(checked.name);
        let sure = mapping.confidence >= SURE && !mapping.generic;
        let right = sure && checked.is_right(&mapping);
        score.sure += usize::from(sure);
        score.right += usize::from(right);
        score.need += usize::from(checked.needs_element());
        score.found += usize::from(right && checked.needs_element());
    }
    score
}

#[test]
fn what_is_surely_mapped_is_right_in_95_of_100() {
    for (part, expected) in [
        ("dev", Score { sure: 176, right: 176, need: 179, found: 173 }),
        ("held", Score { sure: 94, right: 94, need: 103, found: 94 }),
        ("fresh", Score { sure: 44, right: 43, need: 44, found: 43 }),
        ("all", Score { sure: 314, right: 313, need: 326, found: 310 }),
    ] {
        let score = score(part);
        assert!(score.right * 100 >= score.sure * 95, "{part}: {score:?}");
        assert_eq!(score, expected, "{part}");
    }
}

#[test]
fn generic_names_are_marked_and_no_others() {
    let list = checked();
    let marked = |checked: &&Checked| INDEX.map_one(checked.name).generic;
    let wrongly: Vec<_> = list.iter().filter(|checked| !checked.expected.contains(&"generic")).filter(marked).map(|c| c.name).collect();
    assert_eq!(wrongly, [""; 0]);
    let (found, missed): (Vec<_>, Vec<_>) = list.iter().filter(|checked| checked.is_generic()).partition(marked);
    assert_eq!(missed.iter().map(|checked| checked.name).collect::<Vec<_>>(), ["Goal-Oriented"]);
    assert_eq!(found.len(), 46);
}

#[test]
fn confidence_is_what_was_measured_and_foretells_what_is_right() {
    let outcomes = outcomes(&checked());
    let table = fit(&outcomes).to_tsv();
    let made = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("confidence.tsv");
    std::fs::write(&made, &table).expect("a file");
    assert!(table == include_str!("../../data/skills/confidence.tsv"), "copy {} to data/skills/", made.display());
    let calibration = calibrate(&outcomes, 5);
    assert!(calibration.brier < 0.035, "{calibration:?}");
    assert!((calibration.expected - calibration.observed).abs() < 0.04, "{calibration:?}");
}

#[test]
fn every_alias_has_its_element_and_none_was_made_for_a_name_that_is_held_back() {
    assert_eq!(INDEX.lost_aliases(), Vec::<&rolegraph::domain::skills::Alias>::new());
    let list = checked();
    let held: Vec<_> = list.iter().filter(|checked| checked.part != "dev").map(|checked| checked.name.to_lowercase()).collect();
    let both: Vec<_> = aliases().into_iter().filter(|alias| held.contains(&alias.name.to_lowercase())).collect();
    assert_eq!(both, []);
}

#[test]
fn elements_are_known_by_the_keys_that_they_have_in_the_fields() {
    let key = |name: &str| INDEX.map_one(name).element.expect("found").key;
    assert_eq!(key("Critical Thinking"), "2.A.2.a");
    assert_eq!(key("Excel"), "technology:43232110:microsoft-excel");
    assert_eq!(key("Multimeters"), "tool:41113630:multimeters");
}

#[test]
fn a_name_costs_less_than_a_millisecond() {
    let names: Vec<String> = checked().iter().map(|checked| checked.name.to_owned()).collect();
    let _warm = INDEX.map(&names);
    let start = Instant::now();
    let mapped = INDEX.map(&names);
    let each = start.elapsed() / u32::try_from(mapped.len()).expect("few");
    // The bound is for a release build; tests are not optimised, and share their cores.
    let bound = if cfg!(debug_assertions) { 20_000 } else { 1_000 };
    assert!(each.as_micros() < bound, "{each:?} a name");
}
