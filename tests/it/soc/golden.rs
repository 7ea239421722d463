//! Two hundred titles and the codes that they get, so that a change of the ranking shows every code that moved.

use rolegraph::providers::soc;

/// Titles spread evenly over the development set.
const TITLES: &str = include_str!("../fixtures/soc/titles.txt");

#[test]
fn two_hundred_titles_get_the_codes_that_they_got() {
    let ranker = soc::ranker().expect("the ranker is readable");
    let line = |title: &str| {
        let found = ranker.suggest(title, "", 3).expect("an answer");
        let codes: Vec<String> = found.iter().map(|candidate| candidate.code.to_string()).collect();
        format!("{}  {title}", codes.join(" "))
    };
    let lines: Vec<String> = TITLES.lines().map(line).collect();
    assert_eq!(lines.len(), 200);
    insta::assert_snapshot!("golden", lines.join("\n"));
}
