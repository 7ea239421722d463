//! What an answer may not say.

use std::collections::BTreeSet;

use super::super::{DraftRequest, error::Rejection, prompt};
use crate::domain::{
    soc::SocCode,
    values::{FieldValue, Item},
};

/// The shortest text of an item, in letters.
const FEWEST_CHARS: usize = 2;

pub(super) fn wrong(why: &str) -> Rejection {
    Rejection::Content(why.to_owned())
}

/// The beginning of a text, to be told in a reason.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// A text that may stand in a profile: of fitting length, one line, no markup, no code that was not given.
pub(super) fn clean(request: &DraftRequest, text: &str) -> Result<String, Rejection> {
    let length = text.chars().count();
    let most = prompt::most_chars(request.field);
    if !(FEWEST_CHARS..=most).contains(&length) {
        return Err(wrong(&format!("an item has {length} letters, {FEWEST_CHARS} to {most} are allowed")));
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '<' | '>')) || text.contains("](") || text.contains("://") {
        return Err(wrong("an item holds markup, a link or line ends"));
    }
    let given: BTreeSet<SocCode> = request.neighbours.iter().map(|near| near.code.soc()).collect();
    if let Some(code) = codes(text).find(|code| !given.contains(&code.soc())) {
        return Err(wrong(&format!("it names the code {code}, which was not given")));
    }
    Ok(text.to_owned())
}

/// The occupation codes in a text.
fn codes(text: &str) -> impl Iterator<Item = SocCode> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '-' && c != '.');
    words.filter_map(|word| word.trim_matches(['.', '-']).parse().ok())
}

/// Nothing twice, nothing that is official, nothing that was rejected. Letters' case does not matter.
pub(super) fn no_repetition(request: &DraftRequest, value: &FieldValue, keys: &[String]) -> Result<(), Rejection> {
    let official: BTreeSet<String> = request.official.iter().flat_map(names).collect();
    let rejected: BTreeSet<String> = request.rejected.iter().map(|key| key.to_lowercase()).collect();
    let mut seen = BTreeSet::new();
    for (place, name) in names(value).into_iter().enumerate() {
        let key = keys.get(place).map(|key| key.to_lowercase()).unwrap_or_default();
        let why = if official.contains(&name) {
            "repeats what is known already"
        } else if rejected.contains(&key) || rejected.contains(&name) {
            "repeats what was rejected before"
        } else if !seen.insert(name.clone()) {
            "is there twice"
        } else {
            continue;
        };
        return Err(wrong(&format!("`{}` {why}", short(&name))));
    }
    Ok(())
}

/// What items are called, in small letters.
fn names(value: &FieldValue) -> Vec<String> {
    let lower = |text: &str| text.to_lowercase();
    match value {
        FieldValue::TextList(list) => list.0.iter().map(|item| lower(&item.text)).collect(),
        FieldValue::TaskList(list) => list.0.iter().map(|task| lower(&task.statement)).collect(),
        FieldValue::ToolList(list) => list.0.iter().map(|tool| lower(tool.key())).collect(),
        FieldValue::RatedElementList(list) => list.0.iter().map(|element| lower(element.key())).collect(),
        FieldValue::Education(education) => vec![lower(&education.typical_level)],
        FieldValue::WorkExperience(work) => vec![lower(&work.typical)],
        FieldValue::Outlook(_) | FieldValue::Wages(_) => vec![],
    }
}
