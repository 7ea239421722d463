//! Rules for what callers write, and messages that say which one was broken.

use crate::domain::{
    job::{SLUG_MAX, is_slug},
    user_error::UserError,
};

/// The longest title, in characters.
pub(super) const TITLE_MAX: usize = 200;
/// The longest description, in characters.
pub(super) const DESCRIPTION_MAX: usize = 20_000;
/// The most names of skills at once.
pub(super) const SKILLS_MAX: usize = 200;
/// The longest name of a skill, in characters.
pub(super) const SKILL_MAX: usize = 200;

/// The longest note, in characters.
pub(super) const NOTE_MAX: usize = 2_000;

/// A note: why something is done, at most [`NOTE_MAX`] characters, without control characters besides line ends and tabs.
/// Nothing but space is no note.
pub(super) fn note(text: &str, path: &[&str]) -> Result<Option<String>, UserError> {
    let length = text.chars().count();
    if length > NOTE_MAX {
        return Err(UserError::invalid(format!("A note has at most {NOTE_MAX} characters; this one has {length}."), path));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(UserError::invalid("A note holds no control characters besides line ends and tabs.", path));
    }
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// A title: one line of 1 to [`TITLE_MAX`] characters. Space around it is dropped.
pub(super) fn title(text: &str, path: &[&str]) -> Result<String, UserError> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > TITLE_MAX {
        return Err(UserError::invalid(format!("A title has 1 to {TITLE_MAX} characters; this one has {length}."), path));
    }
    if text.chars().any(char::is_control) {
        return Err(UserError::invalid("A title is one line, without control characters.", path));
    }
    Ok(text.to_owned())
}

/// A description: at most [`DESCRIPTION_MAX`] characters, without control characters besides line ends and tabs.
/// Nothing but space is no description.
pub(super) fn description(text: &str, path: &[&str]) -> Result<Option<String>, UserError> {
    let length = text.chars().count();
    if length > DESCRIPTION_MAX {
        return Err(UserError::invalid(format!("A description has at most {DESCRIPTION_MAX} characters; this one has {length}."), path));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(UserError::invalid("A description holds no control characters besides line ends and tabs.", path));
    }
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// A slug: lower-case words of ASCII letters and digits, joined by hyphens.
pub(super) fn slug(text: &str, path: &[&str]) -> Result<String, UserError> {
    if is_slug(text) {
        return Ok(text.to_owned());
    }
    let rule =
        format!("A slug is made of lower-case letters a to z, digits and single hyphens between them, at most {SLUG_MAX} characters.");
    Err(UserError::invalid(rule, path))
}

/// Names of skills: 1 to [`SKILLS_MAX`], each one line of 1 to [`SKILL_MAX`] characters besides space around it.
pub(super) fn skills(names: &[String], path: &[&str]) -> Result<(), UserError> {
    if names.is_empty() || names.len() > SKILLS_MAX {
        return Err(UserError::invalid(format!("Give 1 to {SKILLS_MAX} names of skills; these are {}.", names.len()), path));
    }
    for (place, name) in names.iter().enumerate() {
        let length = name.trim().chars().count();
        let problem = if length == 0 || length > SKILL_MAX {
            format!("has 1 to {SKILL_MAX} characters; this one has {length}")
        } else if name.chars().any(char::is_control) {
            "is one line, without control characters".to_owned()
        } else {
            continue;
        };
        let place = place.to_string();
        let path: Vec<_> = path.iter().copied().chain([place.as_str()]).collect();
        return Err(UserError::invalid(format!("A name of a skill {problem} (number {place}, counted from 0)."), &path));
    }
    Ok(())
}
