//! Rules for what a company writes, and messages that say which one was broken, and where.

use unicode_normalization::UnicodeNormalization;

use crate::domain::user_error::{UserError, UserErrorCode};

/// The most items in one list that a company writes.
pub const ITEMS_MAX: usize = 200;

/// The most characters in one text.
pub const TEXT_MAX: usize = 2_000;

/// How much of a text an error repeats, in characters.
const SHOWN: usize = 60;

/// How many near keys an error names.
const NEAR: usize = 3;

/// A place in the input, from the outside inwards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At(Vec<String>);

impl At {
    /// That place.
    pub fn new(path: &[&str]) -> Self {
        Self(path.iter().map(ToString::to_string).collect())
    }

    /// A place within this one.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "names and numbers are given as they are")]
    pub fn then(&self, name: impl ToString) -> Self {
        Self(self.0.iter().cloned().chain([name.to_string()]).collect())
    }

    /// What is here breaks a rule.
    pub fn invalid(&self, message: impl Into<String>) -> UserError {
        self.error(UserErrorCode::Invalid, message)
    }

    /// Something is wrong here.
    pub fn error(&self, code: UserErrorCode, message: impl Into<String>) -> UserError {
        UserError { code, message: message.into(), path: self.0.clone() }
    }
}

/// Brings a text into the form in which it is kept: Unicode normal form C, without space around it.
pub(super) fn text(text: &mut String, at: &At) -> Result<(), UserError> {
    let normal: String = text.trim().nfc().collect();
    let length = normal.chars().count();
    if length == 0 || length > TEXT_MAX {
        return Err(at.invalid(format!("A text has 1 to {TEXT_MAX} characters; this one has {length}.")));
    }
    if normal.chars().any(char::is_control) {
        return Err(at.invalid("A text is one line without control characters; this one holds some."));
    }
    *text = normal;
    Ok(())
}

/// [`text`], where there is one.
pub(super) fn optional_text(value: &mut Option<String>, at: &At) -> Result<(), UserError> {
    value.as_mut().map_or(Ok(()), |value| text(value, at))
}

/// A standardised score: 0 to 100.
pub(super) fn score(value: Option<f64>, at: &At) -> Result<(), UserError> {
    match value {
        Some(value) if !(0.0..=100.0).contains(&value) => Err(at.invalid(format!("A score is 0 to 100; this is {value}."))),
        _ => Ok(()),
    }
}

/// A whole number within bounds.
pub(super) fn within(value: i32, least: i32, most: i32, what: &str, at: &At) -> Result<(), UserError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(at.invalid(format!("{what} is {least} to {most}; this is {value}.")))
}

/// How many items there may be.
pub(super) fn count(items: usize, at: &At) -> Result<(), UserError> {
    if items <= ITEMS_MAX {
        return Ok(());
    }
    Err(at.error(UserErrorCode::LimitExceeded, format!("A list holds at most {ITEMS_MAX} items; this one has {items}.")))
}

/// The beginning of a text, for an error to repeat.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A key that the official list does not have. `items` are the keys and texts of those that it has.
pub(super) fn unknown_key<'a>(key: &str, items: impl Iterator<Item = (&'a str, &'a str)>, at: &At) -> UserError {
    let mut near: Vec<_> = items.map(|(known, text)| (likeness(key, known).max(likeness(key, text)), known, text)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named: Vec<_> = near.iter().take(NEAR).map(|(_, key, text)| format!("`{}` ({})", shown(key), shown(text))).collect();
    let hint = if named.is_empty() { "it has no items".to_owned() } else { format!("the nearest are {}", named.join(", ")) };
    at.invalid(format!("The official list has no item with the key `{}`: {hint}.", shown(key)))
}

/// 0 to 1. Only the beginnings are compared: what a caller sends may be long.
fn likeness(a: &str, b: &str) -> f64 {
    let beginning = |text: &str| text.chars().take(SHOWN).flat_map(char::to_lowercase).collect::<String>();
    strsim::normalized_damerau_levenshtein(&beginning(a), &beginning(b))
}

/// The first key that stands in a list twice.
pub(super) fn twice<'a>(keys: impl Iterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    let mut seen = std::collections::HashSet::new();
    keys.enumerate().find(|(_, key)| !seen.insert(*key))
}
