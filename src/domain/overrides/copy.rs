//! Copying an override to another job: what is copied are the operations, laid over that job's own official list.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    OverrideContent,
    entry::{Edit, Entry},
    lists::adopt_keys,
    patch::Patch,
};
use crate::domain::values::FieldValue;

/// An operation that was not copied, because the item that it names is not on the other job's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// `hide`, `edit` or `order`.
    pub operation: &'static str,
    /// The key of the item.
    pub key: String,
}

/// What a copy makes on the other job.
#[derive(Debug, Clone, PartialEq)]
pub struct Copied {
    /// What to override the field with; none when nothing of the patch fits.
    pub content: Option<OverrideContent>,
    /// What was not copied.
    pub left_out: Vec<LeftOut>,
}

impl OverrideContent {
    /// The same for a job whose official value is that one.
    pub fn copied(&self, official: Option<&FieldValue>) -> Copied {
        match self {
            Self::Patch(patch) => {
                let (patch, left_out) = patch.copied(official);
                Copied { content: (!patch.is_empty()).then_some(Self::Patch(patch)), left_out }
            }
            other => Copied { content: Some(other.clone().settled(official)), left_out: vec![] },
        }
    }

    /// In the form in which it is kept for a job whose official value is that one.
    #[must_use]
    pub fn settled(mut self, official: Option<&FieldValue>) -> Self {
        if let Self::Replace(value) = &mut self {
            adopt_keys(value, official);
        }
        self
    }
}

/// The operations whose items are on that list, and those whose are not.
pub(super) fn copied<T: Entry>(patch: &Patch<T>, official: &[T]) -> (Patch<T>, Vec<LeftOut>) {
    let known: HashSet<&str> = official.iter().map(T::key).collect();
    let own: HashSet<&str> = patch.add.iter().map(T::key).collect();
    let mut left_out = vec![];
    let mut there = |operation: &'static str, key: &str| {
        let there = known.contains(key) || (operation == "order" && own.contains(key));
        if !there {
            left_out.push(LeftOut { operation, key: key.to_owned() });
        }
        there
    };
    let copied = Patch {
        add: patch.add.clone(),
        hide: patch.hide.iter().filter(|key| there("hide", key)).cloned().collect(),
        edit: patch.edit.iter().filter(|edit| there("edit", edit.key())).cloned().collect(),
        order: patch.order.iter().filter(|key| there("order", key)).cloned().collect(),
    };
    (copied, left_out)
}
