//! What a company, or a platform admin, sets in place of an inherited value.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{
    fields::Field,
    provenance::{Derivation, Layer, OverrideLayer, Source},
    values::FieldValue,
};

/// An override that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The job.
    pub job_id: Uuid,
    /// The field.
    pub field: Field,
    /// What it puts in place of the inherited value.
    pub content: OverrideContent,
    /// Who made it, how and on what base.
    pub layer: OverrideLayer,
}

/// What an override puts in place of the inherited value.
#[derive(Debug, Clone, PartialEq)]
pub enum OverrideContent {
    /// A whole value.
    Replace(FieldValue),
    /// Nothing, deliberately.
    Blank,
}

impl Override {
    /// The layer that it makes. `owner` is the company's name, or the platform's.
    pub fn to_layer(&self, owner: &Arc<str>) -> Layer {
        let value = match &self.content {
            OverrideContent::Replace(value) => value.clone(),
            OverrideContent::Blank => FieldValue::blank(self.field.value_type()),
        };
        Layer {
            source: Source::Custom,
            provider: Arc::clone(owner),
            release: None,
            value: Arc::new(value),
            inherited_from: None,
            derivation: Derivation::Direct,
            fetched_at: Some(self.layer.at),
            expires_at: None,
            ai: None,
            approval: None,
            over: Some(self.layer.clone()),
        }
    }
}
