//! Overriding fields, taking overrides back, and taking a new official value under them.

mod part;
mod plan;
mod write;

use uuid::Uuid;

pub(super) use part::{Deed, Done, FieldDone, Tried};

use super::{
    Result, Service, actor, input,
    jobs::{check_version, own_job},
};
use crate::{
    domain::{
        access::{Principal, Scope},
        fields::Field,
        history::Changeset,
        job::{Job, JobKind},
        overrides::{At, FieldChange, check_all},
        user_error::{UserError, UserErrorCode},
    },
    store::Unit,
};
pub(super) use plan::Ground;
use plan::{Author, JobPlan};

/// What a caller wants of the fields of one job.
#[derive(Debug, Clone)]
pub struct OverrideFields {
    /// The job.
    pub job: Uuid,
    /// The fields and what they are to be; fields that are not named are left alone.
    pub changes: Vec<FieldChange>,
    /// Refuse when the job has another version than this.
    pub expected_version: Option<i32>,
    /// Why.
    pub note: Option<String>,
}

/// What a caller wants to be taken back.
#[derive(Debug, Clone)]
pub struct RestoreFields {
    /// The job.
    pub job: Uuid,
    /// These fields; all when empty.
    pub fields: Vec<Field>,
    /// Refuse when the job has another version than this.
    pub expected_version: Option<i32>,
    /// Why.
    pub note: Option<String>,
}

/// Which override is to take a new official value.
#[derive(Debug, Clone)]
pub struct RebaseOverride {
    /// The job.
    pub job: Uuid,
    /// The field.
    pub field: Field,
    /// The keys of conflicts that become the official items.
    pub take_official: Vec<String>,
    /// Refuse when the job has another version than this.
    pub expected_version: Option<i32>,
    /// Why.
    pub note: Option<String>,
}

/// One call on one job.
struct Call<'a> {
    action: &'static str,
    /// Where its arguments stand.
    at: &'static [&'static str],
    job: Uuid,
    expected_version: Option<i32>,
    note: Option<&'a str>,
}

impl Call<'_> {
    /// The place of an argument.
    fn path(&self, name: &'static str) -> Vec<&'static str> {
        self.at.iter().copied().chain([name]).collect()
    }
}

impl Service {
    /// Overrides fields of a job. An override that is there already gives way; saying the same again changes nothing.
    pub async fn override_fields(&self, principal: &Principal, mut wanted: OverrideFields) -> Result<(Job, Option<Changeset>)> {
        let values = At::new(&["input", "values"]);
        check_all(&mut wanted.changes, &values).map_err(super::ServiceError::User)?;
        let note = wanted.note.as_deref();
        let call = Call { action: "overrideFields", at: &["input"], job: wanted.job, expected_version: wanted.expected_version, note };
        self.change_one(principal, &call, |ground, job, author| ground.override_fields(job, &wanted.changes, author, &values)).await
    }

    /// Takes overrides back: the fields answer what they inherit now. Fields that are not overridden stay as they are.
    pub async fn restore_fields(&self, principal: &Principal, wanted: RestoreFields) -> Result<(Job, Option<Changeset>)> {
        let note = wanted.note.as_deref();
        let call = Call { action: "restoreFields", at: &[], job: wanted.job, expected_version: wanted.expected_version, note };
        self.change_one(principal, &call, |ground, job, _| Ok(ground.restore_fields(job, &wanted.fields))).await
    }

    /// Takes the changed official value under an override.
    pub async fn rebase_override(&self, principal: &Principal, wanted: RebaseOverride) -> Result<(Job, Option<Changeset>)> {
        let note = wanted.note.as_deref();
        let call = Call { action: "rebaseOverride", at: &[], job: wanted.job, expected_version: wanted.expected_version, note };
        self.change_one(principal, &call, |ground, job, author| ground.rebase(job, wanted.field, &wanted.take_official, author)).await
    }

    /// Plans a change of one job, and writes it as one changeset when it changes something.
    async fn change_one(
        &self,
        principal: &Principal,
        call: &Call<'_>,
        plan: impl FnOnce(&Ground, &Job, &Author<'_>) -> Result<JobPlan, Vec<UserError>>,
    ) -> Result<(Job, Option<Changeset>)> {
        let actor = actor(principal)?;
        let note = call.note.map(|note| input::note(note, &call.path("note"))).transpose()?.flatten();
        let unit = self.begin(principal).await?;
        let mut job = self.overridable(&unit, principal, call).await?;
        let ground = self.ground(&unit, std::slice::from_ref(&job)).await?;
        let author = Author { actor, note: note.as_deref(), clock: self.clock() };
        let planned = plan(&ground, &job, &author).map_err(super::ServiceError::User)?;
        if !planned.changes() {
            return Ok((job, None));
        }
        let id = self.clock.new_id();
        let drafts = self.write_plan(&unit, id, &planned).await?;
        let set = self.record_as(&unit, id, actor, job.company_id, call.action, note, drafts).await?;
        unit.commit().await?;
        self.committed();
        job.version += 1;
        job.updated_at = set.at;
        Ok((job, Some(set)))
    }

    /// The job, locked: one that the caller may change, in the version that the caller expects.
    async fn overridable(&self, unit: &Unit, principal: &Principal, call: &Call<'_>) -> Result<Job> {
        let job = own_job(unit, principal, call.job, &call.path("jobId")).await?;
        may_override(principal, &job, &call.path("jobId"))?;
        check_version(&job, call.expected_version, &call.path("expectedVersion"))?;
        Ok(job)
    }
}

/// Only featured roles carry a company's overrides; those of an occupation are the platform's, for everybody.
pub(super) fn may_override(principal: &Principal, job: &Job, path: &[&str]) -> Result<(), UserError> {
    if job.kind == JobKind::FeaturedRole || principal.may(Scope::PlatformAdmin) {
        return Ok(());
    }
    let message = "An occupation is everybody's: only a platform admin overrides its fields. A company overrides those of its own roles.";
    Err(UserError::new(UserErrorCode::Forbidden, message, path))
}
