//! How titles and queries are taken apart into words.
//!
//! Both go the same way: compatibility decomposition (NFKD) without accents, lower case, apostrophes and the dots of
//! `C.E.O.` dropped, divided at everything else that is no letter and no digit (`+` and `#` stay where they end a word:
//! `C++`, `C#`), words that tell nothing left out, English plurals made singular.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words that tell nothing about an occupation.
const STOP_WORDS: [&str; 9] = ["a", "an", "and", "at", "for", "in", "of", "the", "to"];

/// The words of a text in their order.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkd().filter(|&c| !is_combining_mark(c) && !is_apostrophe(c)).flat_map(char::to_lowercase).collect();
    let mut words = Vec::new();
    for chunk in folded.split_whitespace() {
        match abbreviation(chunk) {
            Some(letters) => words.push(letters),
            None => words.extend(split(chunk)),
        }
    }
    words.retain(|word| !STOP_WORDS.contains(&word.as_str()));
    words.into_iter().map(singular).collect()
}

/// The ways in which a title is written: as it stands, without what it says in brackets, and, where the brackets end
/// it, what they say: `CEO (Chief Executive Officer)` is three titles, `Computer (PC) Technician` two.
pub(super) fn variants(title: &str) -> Vec<String> {
    let mut variants = vec![title.to_owned()];
    if let Some((before, rest)) = title.split_once('(')
        && let Some((inside, after)) = rest.split_once(')')
    {
        variants.push(format!("{before} {after}"));
        if after.trim().is_empty() {
            variants.push(inside.to_owned());
        }
    }
    variants
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`')
}

/// `c.e.o.` as `ceo`; none when the chunk is not single letters with dots.
fn abbreviation(chunk: &str) -> Option<String> {
    let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let letters: Vec<&str> = chunk.split('.').filter(|part| !part.is_empty()).collect();
    let single = letters.iter().all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    (letters.len() > 1 && single).then(|| letters.concat())
}

fn split(chunk: &str) -> impl Iterator<Item = String> {
    let runs = chunk.split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#');
    runs.map(|run| run.trim_start_matches(['+', '#'])).filter(|run| !run.is_empty()).map(str::to_owned)
}

/// The singular after the rules of Harman's S stemmer, which also takes `-es` from `-sses`, `-shes`, `-ches`, `-xes`.
fn singular(mut word: String) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let (cut, add) = match word.len() {
        0..=3 => (0, ""),
        5.. if ends(&["ies"]) => (3, "y"),
        5.. if ends(&["sses", "shes", "ches", "xes"]) => (2, ""),
        _ if ends(&["s"]) && !ends(&["ss", "us", "is"]) => (1, ""),
        _ => (0, ""),
    };
    word.truncate(word.len() - cut);
    word + add
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn case_accents_and_signs_do_not_matter() {
        assert_eq!(joined("Café  MANAGER/Chef-de-Cuisine"), "cafe manager chef de cuisine");
        assert_eq!(joined("Children's & Nurses’ Aides"), "children nurse aide");
        assert_eq!(joined("Ｎｕｒｓｅ"), "nurse", "full-width letters");
        assert_eq!(joined(" —!?"), "");
    }

    #[test]
    fn abbreviations_and_programming_languages_stay_whole() {
        assert_eq!(joined("C.E.O."), "ceo");
        assert_eq!(joined("(U.S. Senator)"), "us senator");
        assert_eq!(joined("C++ and C# Programmer, .NET"), "c++ c# programmer net");
        assert_eq!(joined("+#"), "");
    }

    #[test]
    fn plurals_are_singular_and_filler_is_left_out() {
        assert_eq!(joined("Secretaries of the Coaches"), "secretary coach");
        assert_eq!(joined("Nurses bosses boxes bus analysis glass gas"), "nurse boss box bus analysis glass gas");
    }

    #[test]
    fn a_title_in_brackets_is_a_title_of_its_own() {
        let of = |title| variants(title).iter().map(|variant| joined(variant)).collect::<Vec<_>>();
        assert_eq!(of("RN (Registered Nurse)"), ["rn registered nurse", "rn", "registered nurse"]);
        assert_eq!(of("Personal Computer (PC) Technician"), ["personal computer pc technician", "personal computer technician"]);
        assert_eq!(of("Nurse"), ["nurse"]);
    }
}
