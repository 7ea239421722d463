//! Where a value comes from.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    enums::{DataSource, OverrideMode},
    occupation::Occupation,
    people::Actor,
};
use crate::{
    domain::provenance::{self, FieldProfile, Layer},
    graphql::Ask,
};

/// Where a value comes from, and why it is the one that is shown.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    profile: Arc<FieldProfile>,
    layer: usize,
}

impl Provenance {
    /// Of the effective value.
    pub(super) fn effective(profile: &Arc<FieldProfile>) -> Option<Self> {
        Self::of(profile, 0)
    }

    /// Of the layer at that place.
    pub(super) fn of(profile: &Arc<FieldProfile>, layer: usize) -> Option<Self> {
        (layer < profile.layers().len()).then(|| Self { profile: Arc::clone(profile), layer })
    }

    fn layer(&self) -> &Layer {
        &self.profile.layers()[self.layer]
    }
}

/// Where a value comes from, and why it is the one that is shown.
#[Object]
impl Provenance {
    /// Who produced the value.
    async fn source(&self) -> DataSource {
        self.layer().source.into()
    }

    /// Through whom it reached us: onet-database, onet-web-services, careeronestop, bls-oews, bls-projections,
    /// bls-public-data, the assistant's name, or the company's.
    async fn provider(&self) -> &str {
        &self.layer().provider
    }

    /// The release of the data: O*NET 30.0, OEWS May 2025, EP 2024-34, …
    async fn release(&self) -> Option<&str> {
        self.layer().release.as_deref()
    }

    /// The occupation whose value it is, when it was reached through the job's SOC code.
    async fn inherited_from(&self, ctx: &Context<'_>) -> Option<Occupation> {
        Occupation::of(ctx, self.layer().inherited_from?)
    }

    /// When it was fetched; null when it was read straight from the bundled data.
    async fn fetched_at(&self) -> Option<DateTime<Utc>> {
        self.layer().fetched_at
    }

    /// From when on it is stale.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.layer().expires_at
    }

    /// It is time to fetch it again; until then it is still answered.
    async fn stale(&self, ctx: &Context<'_>) -> bool {
        self.layer().is_stale(self.profile.seen_at().unwrap_or_else(|| ctx.service().clock().now()))
    }

    /// The text that the provider's licence wants shown beside the data.
    async fn attribution(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.service().attribution(&self.layer().provider, self.layer().release.as_deref())
    }

    /// What the assistant says of its draft. AI only.
    async fn ai(&self) -> Option<AiProvenance> {
        self.layer().ai.as_ref().map(Into::into)
    }

    /// Who overrode the field. CUSTOM only.
    #[graphql(name = "override")]
    async fn over(&self) -> Option<OverrideProvenance> {
        self.layer().over.as_ref().map(Into::into)
    }

    /// A person's word on an AI value; the source stays AI.
    async fn approval(&self) -> Option<Approval> {
        self.layer().approval.as_ref().map(Into::into)
    }

    /// One sentence: why this layer won, or why it lies under another.
    async fn explanation(&self) -> String {
        self.profile.explanation_of(self.layer).unwrap_or_default()
    }
}

/// What an assistant says of a value that it drafted.
#[derive(SimpleObject, Debug)]
pub(crate) struct AiProvenance {
    /// The model.
    model: String,
    /// The version of the prompt.
    prompt_version: String,
    /// 0 to 1.
    confidence: f64,
    /// When it was drafted.
    generated_at: DateTime<Utc>,
    /// The keys of what it was drafted from.
    based_on: Vec<String>,
}

/// Who overrode a field, how, when and why.
#[derive(SimpleObject, Debug)]
pub(crate) struct OverrideProvenance {
    /// How.
    mode: OverrideMode,
    /// Who.
    by: Actor,
    /// When.
    at: DateTime<Utc>,
    /// Why.
    note: Option<String>,
}

/// A person's word on an AI value.
#[derive(SimpleObject, Debug)]
pub(crate) struct Approval {
    /// Who.
    by: Actor,
    /// When.
    at: DateTime<Utc>,
    /// Why.
    note: Option<String>,
}

impl From<&provenance::AiDraft> for AiProvenance {
    fn from(draft: &provenance::AiDraft) -> Self {
        Self {
            model: draft.model.clone(),
            prompt_version: draft.prompt_version.clone(),
            confidence: draft.confidence,
            generated_at: draft.generated_at,
            based_on: draft.based_on.clone(),
        }
    }
}

impl From<&provenance::OverrideLayer> for OverrideProvenance {
    fn from(over: &provenance::OverrideLayer) -> Self {
        Self { mode: over.mode.into(), by: (&over.by).into(), at: over.at, note: over.note.clone() }
    }
}

impl From<&provenance::Approval> for Approval {
    fn from(approval: &provenance::Approval) -> Self {
        Self { by: (&approval.by).into(), at: approval.at, note: approval.note.clone() }
    }
}
