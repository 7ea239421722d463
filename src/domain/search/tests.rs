use super::*;
use crate::domain::occupation::Occupation;

fn occupation(code: &str, title: &str, alternates: &[&str]) -> Occupation {
    Occupation {
        code: code.parse().expect("a code"),
        title: title.into(),
        description: "".into(),
        job_zone: None,
        alternate_titles: alternates.iter().map(|&title| title.into()).collect(),
        related: Vec::new(),
        components: Vec::new(),
    }
}

fn index() -> SearchIndex {
    let publication_code = Occupation {
        components: vec!["31-1121.00".parse().expect("a code")],
        ..occupation("31-1120", "Home Health and Personal Care Aides", &[])
    };
    let occupations = [
        occupation("11-1011.00", "Chief Executives", &["CEO (Chief Executive Officer)", "Chief Nursing Officer (CNO)"]),
        occupation("15-1251.00", "Computer Programmers", &["C++ Programmer", "Software Programmer", "Software Developer Trainee"]),
        occupation("15-1252.00", "Software Developers", &["Application Developer", "Software Engineer"]),
        occupation("15-1254.00", "Web Developers", &["Software Developer", "Webmaster"]),
        occupation("29-1141.00", "Registered Nurses", &["Nurse", "Staff Nurse", "School Nurse", "RN (Registered Nurse)", "Surgical Nurse"]),
        occupation("29-1141.01", "Acute Care Nurses", &["Nurse", "ICU Nurse"]),
        occupation("29-1171.00", "Nurse Practitioners", &["Family Nurse Practitioner"]),
        occupation("31-1121.00", "Home Health Aides", &["Healthcare Aide"]),
        occupation("31-1122.00", "Personal Care Aides", &["Café Companion"]),
        occupation("45-2092.00", "Farmworkers and Laborers, Crop, Nursery, and Greenhouse", &["Nursery Worker"]),
        publication_code,
    ];
    SearchIndex::new(&Catalogue::new(occupations, []))
}

fn found(query: &str) -> Vec<String> {
    index().search(query).iter().map(|hit| hit.code.to_string()).collect()
}

fn first(query: &str) -> String {
    found(query).into_iter().next().unwrap_or_default()
}

#[test]
fn typing_errors_are_forgiven() {
    for query in ["sofware develper", "Sofware Devloper", "sotfware developers", "softwaree devellopper", "SOFTWARE-DEVELOPER"] {
        assert_eq!(first(query), "15-1252.00", "{query}");
    }
    assert_eq!(first("regsitered nures"), "29-1141.00");
}

#[test]
fn a_title_comes_before_the_same_alternate_title_and_that_before_titles_that_hold_it() {
    assert_eq!(found("software developer"), ["15-1252.00", "15-1254.00", "15-1251.00"]);
    let scores: Vec<f32> = index().search("software developer").iter().map(|hit| hit.score).collect();
    assert!(scores[0] >= 0.94 && (0.87..0.94).contains(&scores[1]) && scores[2] < 0.87, "{scores:?}");
}

#[test]
fn of_equal_titles_the_occupation_with_more_fitting_titles_comes_first() {
    assert_eq!(found("nurse"), ["29-1141.00", "29-1141.01", "29-1171.00", "45-2092.00"], "a nursery begins like a nurse");
}

#[test]
fn the_order_of_words_and_filler_do_not_matter() {
    assert_eq!(first("nurse, registered"), "29-1141.00");
    assert_eq!(first("the programmer of computers"), "15-1251.00");
}

#[test]
fn the_last_word_may_be_unfinished() {
    assert_eq!(first("software dev"), "15-1252.00");
    assert_eq!(first("registered nu"), "29-1141.00");
    assert_eq!(first("pract"), "29-1171.00");
}

#[test]
fn words_may_be_written_together_or_apart() {
    assert_eq!(first("softwaredeveloper"), "15-1252.00");
    assert_eq!(first("soft ware developer"), "15-1252.00");
    assert_eq!(first("health care aide"), "31-1121.00");
}

#[test]
fn abbreviations_signs_and_accents_are_understood() {
    for (query, code) in
        [("C.E.O.", "11-1011.00"), ("cno", "11-1011.00"), ("rn", "29-1141.00"), ("c++", "15-1251.00"), ("cafe companion", "31-1122.00")]
    {
        assert_eq!(first(query), code, "{query}");
    }
}

#[test]
fn a_word_that_no_title_knows_does_not_hide_the_rest() {
    assert_eq!(first("senior software developer"), "15-1252.00");
}

#[test]
fn codes_are_found_in_all_their_forms() {
    for query in ["29-1141", "291141", " 29-1141. ", "29–1141", "29 1141"] {
        assert_eq!(found(query), ["29-1141.00", "29-1141.01"], "{query}");
    }
    for query in ["29-1141.01", "29114101", "29-1141.01 Acute Care Nurses", "29-1141.01: Nurses"] {
        assert_eq!(found(query), ["29-1141.01"], "{query}");
    }
}

#[test]
fn the_beginning_of_a_code_and_a_group_find_all_codes_below() {
    assert_eq!(found("15-"), ["15-1251.00", "15-1252.00", "15-1254.00"]);
    assert_eq!(found("29-11"), ["29-1141.00", "29-1141.01", "29-1171.00"]);
    assert_eq!(found("29-0000"), ["29-1141.00", "29-1141.01", "29-1171.00"]);
    assert_eq!(found("31-1120"), ["31-1121.00", "31-1122.00"], "a publication code's components");
}

#[test]
fn what_says_nothing_finds_nothing() {
    for query in ["", "   ", "?!", "of the", "qwzx vbnm", "narsy", "1", "99-9999", "123456789", "\u{0}\u{301}", "🦀"] {
        assert_eq!(found(query), [""; 0], "{query:?}");
    }
    assert_eq!(SearchIndex::default().search("nurse"), []);
    assert_eq!(SearchIndex::new(&Catalogue::default()).search("nurse"), []);
}

#[test]
fn very_long_queries_are_cut() {
    assert_eq!(first(&format!("registered nurse {}", "x".repeat(100_000))), "29-1141.00");
    assert_eq!(found(&"nurse ".repeat(10_000)), found(&"nurse ".repeat(12)));
}

#[test]
fn equally_good_occupations_come_by_code_and_always_alike() {
    let twice = [occupation("39-1022.00", "Guide", &[]), occupation("39-1021.00", "Guide", &[])];
    let index = SearchIndex::new(&Catalogue::new(twice, []));
    let codes: Vec<_> = index.search("guide").iter().map(|hit| hit.code.to_string()).collect();
    assert_eq!(codes, ["39-1021.00", "39-1022.00"]);
}
