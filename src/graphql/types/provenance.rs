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
    domain::{
        access::Scope,
        job::Job,
        provenance::{self, FieldProfile, Layer},
    },
    graphql::Ask,
    service::Service,
};

/// Where a value comes from, and why it is the one that is shown.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    profile: Arc<FieldProfile>,
    layer: usize,
    /// The job that has the field; none for what is known of an occupation.
    job: Option<Arc<Job>>,
}

impl Provenance {
    /// Of the effective value.
    pub(super) fn effective(profile: &Arc<FieldProfile>, job: Option<&Arc<Job>>) -> Option<Self> {
        Self::of(profile, 0, job)
    }

    /// Of the layer at that place.
    pub(super) fn of(profile: &Arc<FieldProfile>, layer: usize, job: Option<&Arc<Job>>) -> Option<Self> {
        (layer < profile.layers().len()).then(|| Self { profile: Arc::clone(profile), layer, job: job.cloned() })
    }

    /// True for who may be told the names of people, and their notes: those who may read the job's history.
    fn names_people(&self, ctx: &Context<'_>) -> bool {
        let principal = ctx.principal();
        self.job.as_ref().map_or_else(|| principal.may(Scope::PlatformAdmin), |job| Service::may_read_history(principal, job))
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

    /// Who overrode the field. CUSTOM only. The person's name and the note are told to those who may read history; all others
    /// are told the company's name.
    #[graphql(name = "override")]
    async fn over(&self, ctx: &Context<'_>) -> Option<OverrideProvenance> {
        let over = self.layer().over.as_ref()?;
        let (by, note) =
            if self.names_people(ctx) { ((&over.by).into(), over.note.clone()) } else { (Actor::unnamed(&self.layer().provider), None) };
        Some(OverrideProvenance { mode: over.mode.into(), by, at: over.at, note })
    }

    /// A person's word on an AI value; the source stays AI. The person's name and the note are told to those who may read
    /// history.
    async fn approval(&self, ctx: &Context<'_>) -> Option<Approval> {
        let approval = self.layer().approval.as_ref()?;
        let (by, note) =
            if self.names_people(ctx) { ((&approval.by).into(), approval.note.clone()) } else { (Actor::unnamed("A person"), None) };
        Some(Approval { by, at: approval.at, note })
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
