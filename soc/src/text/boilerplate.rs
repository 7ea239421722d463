//! Cuts what every posting says (pay, benefits, equal opportunity) from descriptions.

/// A sentence with one of these says nothing about the work.
const MARKS: &[&str] = &[
    "equal opportunity",
    "equal employment",
    "without regard to",
    "401",
    "benefits package",
    "health insurance",
    "dental",
    "paid time off",
    "pto",
    "per hour",
    "salary",
    "vacation",
    "competitive pay",
    "apply now",
    "apply online",
    "background check",
    "drug screen",
    "drug test",
    "sign-on bonus",
    "we offer",
    "affirmative action",
    "e-verify",
    "reasonable accommodation",
    "tuition",
    "shift premium",
    "cover letter",
    "about us",
    "join our team",
    "perks",
];

/// Sentences of a description that speak of the work, in their order.
///
/// `max_chars` bounds the text looked at. A description that is all boiler plate is kept whole.
pub fn cut(description: &str, max_chars: usize) -> Vec<String> {
    let text: String = description.chars().take(max_chars).map(|c| if c == '`' { '\'' } else { c }).collect();
    let text = strip_markup(&text);
    let kept: Vec<String> = sentences(&text).filter(|s| !is_boilerplate(s)).map(str::to_owned).collect();
    if kept.is_empty() { sentences(&text).map(str::to_owned).collect() } else { kept }
}

/// Splits text at line ends, at sentence marks that a space follows, and at list marks.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{2022}'])
        .flat_map(|line| line.split_inclusive(". "))
        .map(|s| s.trim().trim_start_matches(['-', '*', ' ']))
        .filter(|s| !s.is_empty())
}

fn is_boilerplate(sentence: &str) -> bool {
    let lower = sentence.to_ascii_lowercase();
    MARKS.iter().any(|mark| contains_word(&lower, mark))
}

fn contains_word(text: &str, mark: &str) -> bool {
    let bounded = |i: usize| text.as_bytes().get(i).is_none_or(|b| !b.is_ascii_alphanumeric());
    text.match_indices(mark).any(|(at, _)| (at == 0 || bounded(at - 1)) && bounded(at + mark.len()))
}

/// Replaces markup tags by line ends; a `<` that opens no tag stays.
pub fn strip_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let tail = &rest[open..];
        let tag = tail.find('>').filter(|end| *end < 300 && tail[1..].starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()));
        if let Some(end) = tag {
            out.push('\n');
            rest = &tail[end + 1..];
        } else {
            out.push('<');
            rest = &tail[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn pay_and_equal_opportunity_are_cut() {
        let text = "Repair pumps. We offer a 401(k) match. Acme is an equal opportunity employer.";
        assert_eq!(cut(text, 1000), ["Repair pumps."]);
    }

    #[test]
    fn markup_is_taken_for_line_ends() {
        assert_eq!(cut("<p>Weld <b>pipes</b></p> 3 < 4", 1000), ["Weld", "pipes", "3 < 4"]);
    }
}
