//! How names of skills are taken apart.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words that tell nothing.
const STOP_WORDS: [&str; 11] = ["a", "an", "and", "at", "for", "in", "of", "on", "the", "to", "with"];

/// The words of a text: compatibility decomposition (NFKD) without accents, lower case, apostrophes dropped, divided at
/// everything else that is no letter and no digit (`+` and `#` stay where they end a word: `C++`, `C#`), filler left out,
/// English plurals made singular.
pub(in crate::domain) fn words(text: &str) -> Vec<String> {
    let signs = ['\'', '\u{2019}', '\u{2018}', '`', '®', '™', '©'];
    let kept = text.chars().filter(|c| !signs.contains(c));
    let folded: String = kept.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let runs = folded.split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#');
    let words = runs.map(|run| run.trim_start_matches(['+', '#'])).filter(|run| !run.is_empty() && !STOP_WORDS.contains(run));
    words.map(singular).collect()
}

/// Words as one key: what differs only in where words are divided has the same (`PowerPoint`, `Power Point`).
pub(super) fn key(words: &[String]) -> String {
    words.concat()
}

/// The singular after the rules of Harman's S stemmer, which also takes `-es` from `-sses`, `-shes`, `-ches`, `-xes`, and leaves `js`.
fn singular(word: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let (cut, add) = match word.len() {
        0..=3 => (0, ""),
        5.. if ends(&["ies"]) => (3, "y"),
        5.. if ends(&["sses", "shes", "ches", "xes"]) => (2, ""),
        _ if ends(&["s"]) && !ends(&["ss", "us", "is", "js"]) => (1, ""),
        _ => (0, ""),
    };
    word[..word.len() - cut].to_owned() + add
}

/// A text without what stands in brackets, and what stands in them; none when there are no brackets, or nothing beside them.
pub(super) fn brackets(text: &str) -> Option<(String, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')')?;
    let without = format!("{before} {after}");
    (!without.trim().is_empty() && !inside.trim().is_empty()).then_some((without, inside.trim()))
}

/// True for two to six letters, all of them capital but for a plural's `s`: `SQL`, `PLCs`.
pub(super) fn is_acronym(word: &str) -> bool {
    let letters = word.strip_suffix('s').filter(|rest| rest.len() > 1).unwrap_or(word);
    (2..=6).contains(&letters.chars().count()) && letters.chars().all(|c| c.is_ascii_uppercase() || c == '&' || c == '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_signs_plural_or_division_have_the_same_key() {
        for (one, other) in [
            ("Power Point", "PowerPoint"),
            ("Computer-Aided Design", "computer aided designs"),
            ("Node.js", "NodeJS"),
            ("AutoCAD®", "Autocad"),
            ("Café", "cafe"),
            ("Safety & Health", "Safety and Health"),
        ] {
            assert_eq!(key(&words(one)), key(&words(other)), "{one}");
        }
        assert_ne!(key(&words("C")), key(&words("C++")));
        assert_ne!(key(&words("C++")), key(&words("C#")));
    }

    #[test]
    fn brackets_are_taken_off_unless_they_are_all_there_is() {
        assert_eq!(brackets("Python (Programming Language)"), Some(("Python  ".to_owned(), "Programming Language")));
        assert_eq!(brackets("(SQL)"), None);
        assert_eq!(brackets("Excel"), None);
        assert_eq!(brackets("Half (open"), None);
    }

    #[test]
    fn acronyms_are_short_and_capital() {
        assert!(["SQL", "GIS", "PLCs", "HVAC"].into_iter().all(is_acronym));
        assert!(!["Sql", "A", "SOFTWARE", "3D", "s", ""].into_iter().any(is_acronym));
    }
}
