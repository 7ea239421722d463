//! What providers know about one occupation, or one job.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{
    fields::Field,
    job::{Job, JobKind},
    provenance::{Layer, Source},
    soc::SocCode,
};

/// What facts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An occupation: all jobs that inherit from it share them.
    Occupation(SocCode),
    /// A featured role that inherits from no occupation.
    Job(Uuid),
}

impl Subject {
    /// What drafts for a job are about; none for an occupation without a code, which nobody knows anything of.
    pub fn of(job: &Job) -> Option<Self> {
        match job.inherits_from() {
            Some(code) => Some(Self::Occupation(code)),
            None => (job.kind == JobKind::FeaturedRole).then_some(Self::Job(job.id)),
        }
    }
}

/// One provider's answer for one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The field.
    pub field: Field,
    /// Whose data it would be.
    pub source: Source,
    /// Who answered.
    pub provider: Arc<str>,
    /// When.
    pub fetched_at: Option<DateTime<Utc>>,
    /// From when on the answer is stale.
    pub expires_at: Option<DateTime<Utc>>,
    /// What it said; none: asked, and has nothing.
    pub layer: Option<Layer>,
    /// It has nothing, because a person rejected its draft and wanted no other.
    pub rejected: bool,
}

/// The answers for one occupation, or for one job.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// The answers, in no particular order.
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self(facts.into_iter().collect())
    }

    /// All answers.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter()
    }

    /// True when nobody has been asked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The layers of one field.
    pub fn layers(&self, field: Field) -> impl Iterator<Item = &Layer> {
        self.0.iter().filter(move |fact| fact.field == field).filter_map(|fact| fact.layer.as_ref())
    }

    /// The providers that were asked for a field and have nothing.
    pub fn empty_handed(&self, field: Field) -> impl Iterator<Item = &Fact> {
        self.0.iter().filter(move |fact| fact.field == field && fact.layer.is_none())
    }
}
