//! Taking a new official value under an override.

use super::{
    Override, OverrideContent,
    check::{At, shown},
    entry::{Edit, Entry},
    patch::Patch,
};
use crate::domain::{
    user_error::{UserError, UserErrorCode},
    values::FieldValue,
};

impl Override {
    /// What the override is over the official value of today; none when nothing is left of it. Items whose keys are in
    /// `take` become the official ones; without any, what is shown stays exactly as it is.
    pub fn rebased(&self, official: Option<&FieldValue>, take: &[String], at: &At) -> Result<Option<OverrideContent>, UserError> {
        if self.base.digest == official.map(FieldValue::digest) {
            let message = "The official value has not changed since the field was overridden: there is nothing to take.";
            return Err(at.then("field").error(UserErrorCode::AlreadyDone, message));
        }
        let OverrideContent::Patch(patch) = &self.content else {
            if take.is_empty() {
                return Ok(Some(self.content.clone()));
            }
            return Err(at.then("takeOfficial").invalid("Only a patch has items that can be taken: restore the field instead."));
        };
        let conflicts = self.conflicting_keys(official);
        if let Some((place, key)) = take.iter().enumerate().find(|(_, key)| !conflicts.contains(key)) {
            return Err(at.then("takeOfficial").then(place).invalid(no_conflict(key, &conflicts)));
        }
        let patch = patch.rebased(self.base.value.as_deref(), official, take);
        Ok((!patch.is_empty()).then_some(OverrideContent::Patch(patch)))
    }
}

fn no_conflict(key: &str, conflicts: &[String]) -> String {
    let known: Vec<_> = conflicts.iter().take(10).map(|key| format!("`{}`", shown(key))).collect();
    let there = if known.is_empty() { "there are none".to_owned() } else { format!("these are {}", known.join(", ")) };
    format!("`{}` is not the key of a conflict: {there}.", shown(key))
}

impl<T: Entry> Patch<T> {
    /// The operations over the new official list. An edit of an item that is no longer there becomes an item of the
    /// company's own, under the key that it had.
    pub(super) fn rebased(&self, original: &[T], official: &[T], take: &[String]) -> Self {
        let taken = |key: &str| take.iter().any(|taken| taken == key);
        let there = |key: &str| official.iter().any(|item| item.key() == key);
        let mut rebased = self.clone();
        rebased.hide.retain(|key| !taken(key));
        rebased.add.retain(|item| !taken(item.key()));
        rebased.edit.retain(|edit| !taken(edit.key()) && there(edit.key()));
        let dropped = self.edit.iter().filter(|edit| !taken(edit.key()) && !there(edit.key()));
        let kept = dropped.filter_map(|edit| {
            let mut item = original.iter().find(|item| item.key() == edit.key())?.clone();
            edit.apply(&mut item);
            Some(item)
        });
        // They stood before the items that the company added.
        rebased.add.splice(0..0, kept.collect::<Vec<_>>());
        rebased.order.retain(|key| !taken(key) || there(key));
        rebased
    }
}
