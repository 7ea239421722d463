//! Tokens of a title, and the variants in which a title is asked.

use crate::text::{normalise::normalise, stem::stem};

/// Words that say nothing about the occupation.
const NOISE: &[&str] = &[
    "sr",
    "jr",
    "senior",
    "junior",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "seasonal",
    "temporary",
    "temp",
    "position",
    "positions",
    "job",
    "jobs",
    "opening",
    "openings",
    "multiple",
    "full",
    "part",
    "time",
    "ft",
    "fulltime",
    "parttime",
    "level",
    "experienced",
    "entry",
    "llc",
    "inc",
    "hiring",
    "needed",
    "wanted",
    "urgent",
    "immediate",
    "h2b",
    "hwy",
    "remote",
    "hybrid",
    "permanent",
    "others",
];

/// Splits a normalised title into stemmed words, noise left out; a title that is all noise keeps its words.
pub fn tokens(normalised: &str) -> Vec<String> {
    let kept: Vec<String> = normalised.split(' ').filter(|w| !is_noise(w)).map(stem).collect();
    if kept.is_empty() {
        return normalised.split(' ').filter(|w| !w.is_empty()).map(stem).collect();
    }
    kept
}

fn is_noise(word: &str) -> bool {
    word.is_empty() || NOISE.contains(&word) || word.bytes().all(|b| b.is_ascii_digit())
}

/// A title taken apart: the text without brackets, and the parts that may name the occupation alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants {
    /// The title without its bracketed parts (with them, if nothing else is left).
    pub main: String,
    /// What stands before the first comma, dash or the like; `main`, if nothing does.
    pub lead: String,
    /// Bracketed parts, and what stands between slashes, commas and dashes; without `main` itself.
    pub parts: Vec<String>,
}

/// Takes a raw title apart.
pub fn variants(title: &str) -> Variants {
    let (outside, inside) = split_brackets(title);
    let mut main = normalise(&outside);
    if main.is_empty() {
        main = normalise(title);
    }
    let mut parts: Vec<String> = Vec::new();
    let pieces = outside.split(['/', ',', ';', '|', '\u{2013}', '\u{2014}', '\u{201c}', ':']).flat_map(|p| p.split(" - "));
    let mut lead = main.clone();
    for (place, piece) in pieces.chain(inside.iter().map(String::as_str)).enumerate() {
        let piece = normalise(piece);
        if place == 0 && piece.len() > 1 {
            lead.clone_from(&piece);
        }
        if piece.len() > 1 && piece != main && !parts.contains(&piece) {
            parts.push(piece);
        }
    }
    parts.truncate(6);
    Variants { main, lead, parts }
}

fn split_brackets(title: &str) -> (String, Vec<String>) {
    let mut outside = String::with_capacity(title.len());
    let mut inside = Vec::new();
    let mut current: Option<String> = None;
    for c in title.chars() {
        match (c, &mut current) {
            ('(' | '[' | '{', None) => current = Some(String::new()),
            (')' | ']' | '}', Some(text)) => {
                inside.push(std::mem::take(text));
                current = None;
                outside.push(' ');
            }
            (c, Some(text)) => text.push(c),
            (c, None) => outside.push(c),
        }
    }
    inside.extend(current);
    (outside, inside)
}

#[cfg(test)]
mod tests {
    use super::{tokens, variants};

    #[test]
    fn noise_words_and_numbers_are_left_out() {
        assert_eq!(tokens("sr registered nurses ii 2024"), ["registered", "nurse"]);
        assert_eq!(tokens("senior"), ["senior"]);
    }

    #[test]
    fn brackets_and_slashes_become_variants_of_their_own() {
        let v = variants("Registered Nurse (RN) / Charge Nurse");
        assert_eq!(v.main, "registered nurse charge nurse");
        assert_eq!(v.lead, "registered nurse");
        assert_eq!(v.parts, ["registered nurse", "charge nurse", "rn"]);
    }
}
