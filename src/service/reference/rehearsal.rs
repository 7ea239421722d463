//! What an import would change: per job and field, and which overrides it touches.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ImportReport;
use crate::{
    domain::{
        fields::Field,
        job::Job,
        overrides::ItemChange,
        provenance::{FieldProfile, OverrideMode},
        release::Changes,
        soc::SocCode,
    },
    service::{Result, Service, overrides::Ground},
    store::Unit,
};

/// What an import would do. The import itself does just that.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// What it would bring.
    pub report: ImportReport,
    /// The fields of jobs whose official value would be another, by slug and in the order of the field table.
    pub changes: Vec<FieldRehearsal>,
}

/// What an import would do to one field of one job.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldRehearsal {
    /// The job.
    pub job: String,
    /// The occupation that it inherits from.
    pub occupation: SocCode,
    /// The field.
    pub field: Field,
    /// What would become of the official items.
    #[serde(flatten)]
    pub changes: Changes,
    /// The mode of the override that lies over it.
    pub overridden: Option<OverrideMode>,
    /// The override is on the official value of today, and would not be any more.
    pub drifts: bool,
    /// The official items that the override touches, and that would be others.
    pub conflicts: Vec<ItemChange>,
}

impl Service {
    /// The jobs that inherit from these occupations, and what they are.
    pub(super) async fn audience_of(&self, unit: &Unit, codes: &BTreeSet<SocCode>) -> Result<(Vec<Job>, Ground)> {
        let jobs = unit.jobs_inheriting(&codes.iter().copied().collect::<Vec<_>>()).await?;
        let ground = self.ground(unit, &jobs).await?;
        Ok((jobs, ground))
    }
}

/// What differs between what jobs are and what they would be.
pub(super) fn differences(jobs: &[Job], before: &Ground, after: &Ground) -> Vec<FieldRehearsal> {
    let of =
        |job: &Job| Field::ALL.into_iter().filter_map(|field| difference(job, before.field(job, field), after.field(job, field))).collect();
    jobs.iter().flat_map(|job| -> Vec<_> { of(job) }).collect()
}

fn difference(job: &Job, before: &FieldProfile, after: &FieldProfile) -> Option<FieldRehearsal> {
    let (old, new) = (before.base().map(|base| &*base.value), after.base().map(|base| &*base.value));
    if old == new {
        return None;
    }
    Some(FieldRehearsal {
        job: job.slug.clone(),
        occupation: job.inherits_from()?,
        field: after.field(),
        changes: Changes::between(old, new),
        overridden: after.over().map(|over| over.content.mode()),
        drifts: after.is_drifted() && !before.is_drifted(),
        conflicts: after.diff().map(|diff| diff.conflicts).unwrap_or_default(),
    })
}
