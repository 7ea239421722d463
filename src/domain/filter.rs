//! Which jobs, and in which order.

use chrono::DateTime;
use uuid::Uuid;

use crate::domain::{
    fields::Field,
    job::{Job, JobKind, SocStatus},
    provenance::Source,
    soc::SocCode,
};

/// Conditions on jobs; all that are given hold together. The default lets everything through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JobFilter {
    /// One of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// One of these slugs.
    pub slugs: Option<Vec<String>>,
    /// Of that kind.
    pub kind: Option<JobKind>,
    /// Of that company.
    pub company: Option<Uuid>,
    /// Title or description contain this text, whatever the case.
    pub search: Option<String>,
    /// With that canonical code.
    pub soc_code: Option<SocCode>,
    /// With that status of the code.
    pub soc_status: Option<SocStatus>,
    /// Every one of these fields is a gap.
    pub missing: Vec<Field>,
    /// That field is overridden.
    pub overridden: Option<Field>,
    /// That field is overridden, and the value underneath has changed since.
    pub drifted: Option<Field>,
    /// Some field has its effective value from that source.
    pub source: Option<Source>,
    /// Some field's effective value is stale, or none is.
    pub stale: Option<bool>,
}

/// What jobs are sorted by. Ties are broken by the id, so that every order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOrderKey {
    /// The title, in lower case and byte by byte.
    Title,
    /// When they were created.
    CreatedAt,
    /// When they were changed last.
    UpdatedAt,
}

/// How jobs are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobOrder {
    /// By what.
    pub key: JobOrderKey,
    /// The greatest first.
    pub descending: bool,
}

impl Default for JobOrder {
    fn default() -> Self {
        Self { key: JobOrderKey::CreatedAt, descending: false }
    }
}

impl JobOrder {
    /// The job's place in this order, as text for a cursor: a title, or microseconds since 1970.
    pub fn place(self, job: &Job) -> String {
        match self.key {
            JobOrderKey::Title => job.title.to_lowercase(),
            JobOrderKey::CreatedAt => job.created_at.timestamp_micros().to_string(),
            JobOrderKey::UpdatedAt => job.updated_at.timestamp_micros().to_string(),
        }
    }

    /// True when a cursor's text can be a place in this order.
    pub fn understands(self, place: &str) -> bool {
        match self.key {
            JobOrderKey::Title => true,
            JobOrderKey::CreatedAt | JobOrderKey::UpdatedAt => {
                place.parse::<i64>().is_ok_and(|micros| DateTime::from_timestamp_micros(micros).is_some())
            }
        }
    }
}
