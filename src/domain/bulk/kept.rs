//! What a field is to be, in the form in which a bulk operation keeps it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    fields::Field,
    overrides::{FieldChange, ListPatch, OverrideContent},
    provenance::OverrideMode,
    values::FieldValue,
};

/// What a field is to be, in the form in which a bulk operation keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptChange {
    field: Field,
    mode: OverrideMode,
    operations: Option<serde_json::Value>,
}

impl From<&FieldChange> for KeptChange {
    fn from(change: &FieldChange) -> Self {
        Self { field: change.field, mode: change.content.mode(), operations: change.content.to_json() }
    }
}

impl KeptChange {
    /// The change.
    pub fn read(&self) -> Result<FieldChange, String> {
        let text = self.operations.as_ref().map(ToString::to_string).unwrap_or_default();
        let told = |error: serde_json::Error| error.to_string();
        let value_type = self.field.value_type();
        let content = match self.mode {
            OverrideMode::Blank => OverrideContent::Blank,
            OverrideMode::Replace => FieldValue::from_json(value_type, &text).map(OverrideContent::Replace).map_err(told)?,
            OverrideMode::Patch => {
                let patch = ListPatch::from_json(value_type, &text).ok_or_else(|| format!("{} is no list", self.field))?;
                patch.map(OverrideContent::Patch).map_err(told)?
            }
        };
        Ok(FieldChange { field: self.field, content })
    }
}
