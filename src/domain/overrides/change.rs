//! What a caller wants a field to be.

use super::{OverrideContent, check::At, figures, lists::check_list};
use crate::domain::{fields::Field, user_error::UserError, values::FieldValue};

/// What a caller wants one field to be. The keys of items that the caller adds are set by [`check`](Self::check).
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// What it is to be.
    pub content: OverrideContent,
}

impl FieldChange {
    /// Brings the change into the form in which it is kept, or tells what rule it breaks, whatever the job. Scores are
    /// 0 to 100, texts have at most [`super::TEXT_MAX`] characters, lists at most [`super::ITEMS_MAX`] items.
    pub fn check(&mut self, at: &At) -> Result<(), UserError> {
        let at = at.then(self.field.key());
        match &mut self.content {
            OverrideContent::Replace(value) => check_value(value, &at.then("replace")),
            OverrideContent::Patch(patch) => patch.check(&at.then("patch")),
            OverrideContent::Blank => Ok(()),
        }
    }

    /// Tells what rule the change breaks on a job whose official value is that one.
    pub fn check_against(&self, official: Option<&FieldValue>, at: &At) -> Result<(), UserError> {
        match &self.content {
            OverrideContent::Patch(patch) => patch.check_against(official, &at.then(self.field.key()).then("patch")),
            _ => Ok(()),
        }
    }
}

/// Checks all changes of one call, which stand at that place: no field twice, and each by its rules.
pub fn check_all(changes: &mut [FieldChange], at: &At) -> Result<(), Vec<UserError>> {
    if changes.is_empty() {
        return Err(vec![at.invalid("Nothing is to be changed: give at least one field.")]);
    }
    let mut errors = vec![];
    for place in 0..changes.len() {
        let here = at.then(place);
        let field = changes[place].field;
        if changes[..place].iter().any(|earlier| earlier.field == field) {
            errors.push(here.then(field.key()).invalid(format!("The field {field} is given twice: say in one place what it is to be.")));
        } else if let Err(error) = changes[place].check(&here) {
            errors.push(error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn check_value(value: &mut FieldValue, at: &At) -> Result<(), UserError> {
    check_list(value, at).unwrap_or_else(|| figures::check(value, at))
}
