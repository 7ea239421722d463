//! Fields in one shape, for admin screens.

use std::sync::Arc;

use async_graphql::{Json, Object, SimpleObject};

use super::{diff::FieldDiff, enums::JobField, provenance::Provenance};
use crate::domain::{fields::Field, overrides::OverrideContent, provenance::FieldProfile};

/// The views of the named fields; of all when no names are given.
pub(super) fn views(names: Option<Vec<JobField>>, profile: impl Fn(Field) -> Arc<FieldProfile>) -> Vec<JobFieldView> {
    let names = names.map_or_else(|| Field::ALL.to_vec(), |names| names.into_iter().map(Into::into).collect());
    names.into_iter().map(|field| JobFieldView(profile(field))).collect()
}

/// A field in the shape that all fields share: its value as JSON, named as in the typed fields.
#[derive(Debug, Clone)]
pub(crate) struct JobFieldView(Arc<FieldProfile>);

/// A field in the shape that all fields share: its value as JSON, named as in the typed fields.
#[Object]
impl JobFieldView {
    /// Which field it is.
    async fn field(&self) -> JobField {
        self.0.field().into()
    }

    /// The effective value; null for a gap.
    async fn value(&self) -> Option<Json<serde_json::Value>> {
        self.0.effective().map(|layer| Json(layer.value.to_json()))
    }

    /// Where the value comes from; null for a gap.
    async fn provenance(&self) -> Option<Provenance> {
        Provenance::effective(&self.0)
    }

    /// An override holds.
    async fn overridden(&self) -> bool {
        self.0.is_overridden()
    }

    /// Overridden, and the official value has changed since.
    async fn drifted(&self) -> bool {
        self.0.is_drifted()
    }

    /// What the override changes, and what has changed under it; null when the field is not overridden.
    async fn diff(&self) -> Option<FieldDiff> {
        let operations =
            self.0.over().filter(|over| matches!(over.content, OverrideContent::Patch(_))).and_then(|over| over.content.to_json());
        self.0.diff().map(|diff| FieldDiff::new(diff, operations))
    }

    /// Every layer that has a value, the effective one first.
    async fn layers(&self) -> Vec<FieldLayer> {
        let layer = |place: usize| {
            let provenance = Provenance::of(&self.0, place)?;
            Some(FieldLayer { effective: place == 0, value: Json(self.0.layers()[place].value.to_json()), provenance })
        };
        (0..self.0.layers().len()).filter_map(layer).collect()
    }
}

/// One layer of a field.
#[derive(SimpleObject, Debug)]
pub(crate) struct FieldLayer {
    /// It is the one that is shown.
    effective: bool,
    /// Its value.
    value: Json<serde_json::Value>,
    /// Where it comes from.
    provenance: Provenance,
}
