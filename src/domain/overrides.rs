//! What a company, or a platform admin, sets in place of an inherited value, so that everything else keeps following
//! the official data.
//!
//! An override is a whole value, a blank, or a patch: operations on the official list, by the keys of its items. It
//! keeps the base that it was made on. So what it shows is made anew whenever it is read, drift is a comparison, and a
//! rebase is a merge of three: the base then ([`Base`]), the official value now, and the operations.

mod change;
mod check;
mod copy;
mod diff;
mod entry;
mod figures;
mod lists;
mod patch;
mod rebase;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{
    access::Actor,
    fields::Field,
    provenance::{Derivation, Edits, Layer, OverrideLayer, OverrideMode, Source},
    values::FieldValue,
};

pub use change::{FieldChange, check_all};
pub use check::{At, ITEMS_MAX, TEXT_MAX};
pub use copy::{Copied, LeftOut};
pub use diff::{Diff, ItemChange};
pub use entry::{Edit, ElementEdit, Entry, TaskEdit, TextEdit, ToolEdit};
pub use lists::{InList, ListPatch};
pub use patch::Patch;

/// An override that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// Its row.
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The field.
    pub field: Field,
    /// What it puts in place of the inherited value.
    pub content: OverrideContent,
    /// What lay under it when it was made, or rebased last.
    pub base: Base,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub note: Option<String>,
}

/// What an override puts in place of the inherited value.
#[derive(Debug, Clone, PartialEq)]
pub enum OverrideContent {
    /// A whole value.
    Replace(FieldValue),
    /// Edits on the official list.
    Patch(ListPatch),
    /// Nothing, deliberately.
    Blank,
}

/// The value under an override at some time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Base {
    /// Its digest; none when the field was a gap.
    pub digest: Option<String>,
    /// The release of the data.
    pub release: Option<String>,
    /// The value.
    pub value: Option<Arc<FieldValue>>,
}

impl Base {
    /// The base that a layer makes; none is a gap.
    pub fn of(layer: Option<&Layer>) -> Self {
        Self {
            digest: layer.map(|layer| layer.value.digest()),
            release: layer.and_then(|layer| layer.release.as_deref().map(str::to_owned)),
            value: layer.map(|layer| Arc::clone(&layer.value)),
        }
    }
}

impl OverrideContent {
    /// Its mode.
    pub fn mode(&self) -> OverrideMode {
        match self {
            Self::Replace(_) => OverrideMode::Replace,
            Self::Patch(_) => OverrideMode::Patch,
            Self::Blank => OverrideMode::Blank,
        }
    }

    /// The stored form: the value, or the operations of the patch; none for a blank.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Replace(value) => Some(value.to_json()),
            Self::Patch(patch) => Some(patch.to_json()),
            Self::Blank => None,
        }
    }

    /// What a field shows: this over `official`. `base` is what an edit falls back on when its item is no longer there.
    pub fn over(&self, field: Field, official: Option<&FieldValue>, base: Option<&FieldValue>) -> FieldValue {
        match self {
            Self::Replace(value) => value.clone(),
            Self::Patch(patch) => patch.apply(official, base),
            Self::Blank => FieldValue::blank(field.value_type()),
        }
    }
}

impl Override {
    /// What the field shows over that official value.
    pub fn value_over(&self, official: Option<&FieldValue>) -> FieldValue {
        self.content.over(self.field, official, self.base.value.as_deref())
    }

    /// True when it has something to say though nothing lies under it: a value, a blank, items of the company's own.
    pub fn stands_alone(&self) -> bool {
        matches!(self.content, OverrideContent::Blank) || !self.value_over(None).is_empty()
    }

    /// True when the item of that key is the company's: added, or edited.
    pub fn owns(&self, key: &str) -> bool {
        match &self.content {
            OverrideContent::Patch(patch) => patch.owns(key),
            _ => true,
        }
    }

    /// The layer that it makes over the official one; none when it has nothing to show. That is so when a patch only
    /// hides, and the list that it hides items of is gone: the field is a gap then, not empty on purpose.
    /// `owner` is the company's name, or the platform's.
    pub fn to_layer(&self, owner: &Arc<str>, official: Option<&Layer>) -> Option<Layer> {
        let value = self.value_over(official.map(|layer| &*layer.value));
        let fills = match self.content {
            OverrideContent::Replace(_) => !value.is_empty(),
            OverrideContent::Patch(_) => official.is_some() || !value.is_empty(),
            OverrideContent::Blank => true,
        };
        fills.then(|| Layer {
            source: Source::Custom,
            provider: Arc::clone(owner),
            release: None,
            value: Arc::new(value),
            inherited_from: None,
            derivation: Derivation::Direct,
            fetched_at: Some(self.at),
            expires_at: None,
            ai: None,
            approval: None,
            over: Some(self.layer()),
        })
    }

    /// What its layer tells of it.
    fn layer(&self) -> OverrideLayer {
        let edits = match &self.content {
            OverrideContent::Patch(patch) => patch.edits(),
            _ => Edits::default(),
        };
        OverrideLayer { mode: self.content.mode(), by: self.by.clone(), at: self.at, note: self.note.clone(), edits }
    }
}

#[cfg(test)]
mod tests;
