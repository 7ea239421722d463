//! Overriding within a unit that is under way, one job at a time: what bulk operations are made of.
//!
//! Each function locks the job, plans, and writes what the plan changes. A dry run does the same in a unit that is
//! discarded. Nothing is committed, and no changeset is written: the drafts belong into the changeset whose id was given.
//! The changes of [`Service::override_in`] have gone through [`crate::domain::overrides::check_all`] once, before all jobs.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    may_override,
    plan::{Author, FieldPlan, Ground, JobPlan},
};
use crate::{
    domain::{
        access::Principal,
        fields::Field,
        job::Job,
        overrides::{At, FieldChange, LeftOut},
        provenance::FieldProfile,
        user_error::UserError,
    },
    service::{Result, Service, ServiceError, actor, changes::Draft, jobs::own_job},
    store::Unit,
};

/// What was done to one job.
#[derive(Debug)]
pub(in crate::service) struct Done {
    /// The job's company.
    pub(in crate::service) company: Option<Uuid>,
    /// Every field that was named, whether it changed or not.
    pub(in crate::service) fields: Vec<FieldDone>,
    /// What history keeps of it.
    pub(in crate::service) drafts: Vec<Draft>,
}

/// What was done to one field.
#[derive(Debug)]
pub(in crate::service) struct FieldDone {
    pub(in crate::service) field: Field,
    /// False when it was so already.
    pub(in crate::service) changed: bool,
    /// The effective value before; none for a gap.
    pub(in crate::service) before: Option<Value>,
    /// The effective value after; none for a gap.
    pub(in crate::service) after: Option<Value>,
    /// The operations that a copy left out, because the job's own official list does not have their items.
    pub(in crate::service) left_out: Vec<LeftOut>,
}

/// What is to be done to one of many jobs, with its company, or why nothing is.
type Planned = Result<(Option<Uuid>, JobPlan), Vec<UserError>>;

/// What was done to one of many jobs, or why it was not.
pub(in crate::service) type Tried = Result<Done, Vec<UserError>>;

/// Who does it, why, and in which changeset.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Deed<'a> {
    pub(in crate::service) principal: &'a Principal,
    pub(in crate::service) note: Option<&'a str>,
    pub(in crate::service) changeset: Uuid,
}

impl Service {
    /// Overrides fields of a job. The paths of its errors begin with `values`.
    pub(in crate::service) async fn override_in(&self, unit: &Unit, deed: &Deed<'_>, job: Uuid, changes: &[FieldChange]) -> Result<Done> {
        let plan = |ground: &Ground, job: &Job, author: &Author<'_>| ground.override_fields(job, changes, author, &At::new(&["values"]));
        self.change_in(unit, deed, job, &[], plan).await
    }

    /// Takes the overrides of these fields back, or all of them when there are none.
    pub(in crate::service) async fn restore_in(&self, unit: &Unit, deed: &Deed<'_>, job: Uuid, fields: &[Field]) -> Result<Done> {
        self.change_in(unit, deed, job, &[], |ground, job, _| Ok(ground.restore_fields(job, fields))).await
    }

    /// Copies the overrides of these fields, or all of them when there are none, from another job: the operations, laid
    /// over the job's own official lists. What does not fit is left out and told, never guessed.
    pub(in crate::service) async fn copy_in(&self, unit: &Unit, deed: &Deed<'_>, from: &Job, job: Uuid, fields: &[Field]) -> Result<Done> {
        let plan = |ground: &Ground, job: &Job, author: &Author<'_>| Ok(ground.copy(from, job, fields, author));
        self.change_in(unit, deed, job, std::slice::from_ref(from), plan).await
    }

    /// The same as [`override_in`](Self::override_in) for many jobs, in as many statements as for one.
    pub(in crate::service) async fn override_many(
        &self,
        unit: &Unit,
        deed: &Deed<'_>,
        jobs: &[Uuid],
        changes: &[FieldChange],
    ) -> Result<Vec<Tried>> {
        let plan = |ground: &Ground, job: &Job, author: &Author<'_>| ground.override_fields(job, changes, author, &At::new(&["values"]));
        self.change_many(unit, deed, jobs, &[], plan).await
    }

    /// The same as [`restore_in`](Self::restore_in) for many jobs, in as many statements as for one.
    pub(in crate::service) async fn restore_many(
        &self,
        unit: &Unit,
        deed: &Deed<'_>,
        jobs: &[Uuid],
        fields: &[Field],
    ) -> Result<Vec<Tried>> {
        self.change_many(unit, deed, jobs, &[], |ground, job, _| Ok(ground.restore_fields(job, fields))).await
    }

    /// The same as [`copy_in`](Self::copy_in) for many jobs, in as many statements as for one.
    pub(in crate::service) async fn copy_many(
        &self,
        unit: &Unit,
        deed: &Deed<'_>,
        from: &Job,
        jobs: &[Uuid],
        fields: &[Field],
    ) -> Result<Vec<Tried>> {
        let plan = |ground: &Ground, job: &Job, author: &Author<'_>| Ok(ground.copy(from, job, fields, author));
        self.change_many(unit, deed, jobs, std::slice::from_ref(from), plan).await
    }

    /// Plans the change of each job by itself, and writes all that can be done: planning writes nothing, so what is wrong with
    /// one job takes nothing from the others. The jobs are different ones.
    async fn change_many(
        &self,
        unit: &Unit,
        deed: &Deed<'_>,
        ids: &[Uuid],
        besides: &[Job],
        plan: impl Fn(&Ground, &Job, &Author<'_>) -> Result<JobPlan, Vec<UserError>>,
    ) -> Result<Vec<Tried>> {
        let known: HashMap<Uuid, Job> = unit.jobs(deed.principal.audience(), ids).await?.into_iter().map(|job| (job.id, job)).collect();
        let all: Vec<_> = besides.iter().chain(known.values()).cloned().collect();
        let ground = self.ground(unit, &all).await?;
        let author = Author { actor: actor(deed.principal)?, note: deed.note, clock: self.clock() };
        let planned = |id: &Uuid| {
            let own = known.get(id).filter(|job| deed.principal.owns(job.company_id));
            let job = own.ok_or_else(|| vec![UserError::not_found("job", &["job"])])?;
            may_override(deed.principal, job, &["job"]).map_err(|error| vec![error])?;
            Ok((job.company_id, plan(&ground, job, &author)?))
        };
        let planned: Vec<Planned> = ids.iter().map(planned).collect();
        let plans: Vec<_> = planned.iter().filter_map(|planned| planned.as_ref().ok()).map(|(_, plan)| plan).collect();
        let mut drafts = self.write_plans(unit, deed.changeset, &plans).await?.into_iter();
        let mut done = |(company, plan): (Option<Uuid>, JobPlan)| Done {
            company,
            fields: plan.fields.into_iter().map(FieldDone::from).collect(),
            drafts: drafts.next().unwrap_or_default(),
        };
        Ok(planned.into_iter().map(|planned| planned.map(&mut done)).collect())
    }

    async fn change_in(
        &self,
        unit: &Unit,
        deed: &Deed<'_>,
        id: Uuid,
        besides: &[Job],
        plan: impl FnOnce(&Ground, &Job, &Author<'_>) -> Result<JobPlan, Vec<UserError>>,
    ) -> Result<Done> {
        let job = own_job(unit, deed.principal, id, &["job"]).await?;
        may_override(deed.principal, &job, &["job"])?;
        let jobs: Vec<_> = besides.iter().chain([&job]).cloned().collect();
        let ground = self.ground(unit, &jobs).await?;
        let author = Author { actor: actor(deed.principal)?, note: deed.note, clock: self.clock() };
        let planned = plan(&ground, &job, &author).map_err(ServiceError::User)?;
        let drafts = self.write_plan(unit, deed.changeset, &planned).await?;
        Ok(Done { company: job.company_id, fields: planned.fields.into_iter().map(FieldDone::from).collect(), drafts })
    }
}

impl From<FieldPlan> for FieldDone {
    fn from(plan: FieldPlan) -> Self {
        let value = |profile: &FieldProfile| profile.effective().map(|layer| layer.value.to_json());
        let (before, after) = (value(&plan.before), value(&plan.after));
        Self { field: plan.field, changed: plan.changes(), before, after, left_out: plan.left_out }
    }
}
