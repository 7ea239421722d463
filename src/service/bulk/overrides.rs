//! Overriding, copying and restoring fields of many jobs.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{BulkOptions, Effect, nothing_let_through, too_many};
use crate::{
    domain::{
        access::Principal,
        bulk::{BulkOperation, BulkRequest, BulkResult, KeptChange, MOST},
        fields::Field,
        filter::JobFilter,
        overrides::{At, FieldChange, LeftOut, check_all},
        user_error::{UserError, UserErrorCode},
    },
    service::{
        Result, Service, ServiceError, actor,
        jobs::own_job,
        overrides::{Deed, Done, FieldDone},
    },
    store::Unit,
};

impl Service {
    /// Overrides fields of all jobs that a filter lets through.
    pub async fn bulk_override(
        &self,
        principal: &Principal,
        filter: &JobFilter,
        mut changes: Vec<FieldChange>,
        options: BulkOptions,
    ) -> Result<BulkOperation> {
        actor(principal)?;
        check_all(&mut changes, &At::new(&["values"])).map_err(ServiceError::User)?;
        let jobs = self.jobs_for_bulk(principal, filter).await?;
        self.start_bulk(principal, BulkRequest::Override { changes: changes.iter().map(KeptChange::from).collect() }, &jobs, options).await
    }

    /// Takes back the overrides of all jobs that a filter lets through: those of these fields, or of all when there are none.
    pub async fn bulk_restore(
        &self,
        principal: &Principal,
        filter: &JobFilter,
        fields: Vec<Field>,
        options: BulkOptions,
    ) -> Result<BulkOperation> {
        actor(principal)?;
        let jobs = self.jobs_for_bulk(principal, filter).await?;
        self.start_bulk(principal, BulkRequest::Restore { fields }, &jobs, options).await
    }

    /// Copies the overrides of one job to others: those of these fields, or of all when there are none. The jobs are named by
    /// their places in the caller's list; none stands for an id that names no job.
    pub async fn copy_overrides(
        &self,
        principal: &Principal,
        from: Option<Uuid>,
        to: &[Option<Uuid>],
        fields: Vec<Field>,
        options: BulkOptions,
    ) -> Result<BulkOperation> {
        actor(principal)?;
        let named: Vec<_> = to.iter().chain([&from]).copied().flatten().collect();
        let known = self.store_for(principal).jobs(principal.audience(), &named).await?;
        let known: BTreeSet<_> = known.iter().filter(|job| principal.owns(job.company_id)).map(|job| job.id).collect();
        let from = from.filter(|id| known.contains(id)).ok_or_else(|| UserError::not_found("job", &["from"]))?;
        let (mut jobs, mut seen, mut errors) = (vec![], BTreeSet::new(), vec![]);
        for (place, id) in to.iter().enumerate() {
            match id.filter(|id| known.contains(id)) {
                None => errors.push(UserError::not_found("job", &["to", &place.to_string()])),
                Some(id) if id == from => {
                    errors.push(UserError::invalid("A job's overrides are not copied to itself.", &["to", &place.to_string()]));
                }
                Some(id) => jobs.extend(seen.insert(id).then_some(id)),
            }
        }
        if to.is_empty() {
            errors.push(UserError::invalid("Name at least one job to copy to.", &["to"]));
        }
        if !errors.is_empty() {
            return Err(ServiceError::User(errors));
        }
        self.check_something_to_copy(from, &fields).await?;
        self.start_bulk(principal, BulkRequest::Copy { from, fields }, &jobs, options).await
    }

    async fn check_something_to_copy(&self, from: Uuid, fields: &[Field]) -> Result<()> {
        let overrides = self.store.overrides_of_jobs(&[from]).await?.remove(&from).unwrap_or_default();
        if overrides.iter().any(|over| fields.is_empty() || fields.contains(&over.field)) {
            return Ok(());
        }
        let path = if overrides.is_empty() { "from" } else { "fields" };
        Err(UserError::invalid("The job has no such override to copy.", &[path]).into())
    }

    /// The jobs that a filter lets through, as far as the caller may change them, frozen.
    async fn jobs_for_bulk(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<Uuid>> {
        let mut filter = filter.clone();
        if let Some(own) = principal.company()
            && filter.company.replace(own).is_some_and(|asked| asked != own)
        {
            return Err(nothing_let_through().into());
        }
        self.check_named(principal, &filter).await?;
        let found = self.store_for(principal).job_ids(principal.audience(), &filter, self.clock.now(), MOST as u64 + 1).await?;
        match found.len() {
            0 => Err(nothing_let_through().into()),
            count if count > MOST => Err(too_many(&["filter"]).into()),
            _ => Ok(found.into_iter().map(|(id, _)| id).collect()),
        }
    }

    /// Jobs that a filter names by their ids are all the caller's: one that is not is refused with all of them.
    async fn check_named(&self, principal: &Principal, filter: &JobFilter) -> Result<()> {
        let Some(ids) = &filter.ids else { return Ok(()) };
        let known = self.store_for(principal).jobs(principal.audience(), ids).await?;
        let known: BTreeSet<_> = known.iter().filter(|job| principal.owns(job.company_id)).map(|job| job.id).collect();
        let strange = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
        let errors: Vec<_> = strange.map(|(place, _)| UserError::not_found("job", &["filter", "ids", &place.to_string()])).collect();
        if errors.is_empty() { Ok(()) } else { Err(ServiceError::User(errors)) }
    }

    /// Overrides fields of one job.
    pub(super) async fn override_one(&self, unit: &Unit, deed: &Deed<'_>, job: Uuid, changes: &[KeptChange]) -> Result<Effect> {
        Ok(effect(job, self.override_in(unit, deed, job, &read(changes)?).await?))
    }

    /// Restores fields of one job.
    pub(super) async fn restore_one(&self, unit: &Unit, deed: &Deed<'_>, job: Uuid, fields: &[Field]) -> Result<Effect> {
        Ok(effect(job, self.restore_in(unit, deed, job, fields).await?))
    }

    /// Copies overrides to one job.
    pub(super) async fn copy_to_one(&self, unit: &Unit, deed: &Deed<'_>, from: Uuid, job: Uuid, fields: &[Field]) -> Result<Effect> {
        let from = own_job(unit, deed.principal, from, &["from"]).await?;
        Ok(effect(job, self.copy_in(unit, deed, &from, job, fields).await?))
    }
}

/// What an operation was asked to change.
pub(super) fn read(changes: &[KeptChange]) -> Result<Vec<FieldChange>> {
    let broken = |why| UserError::invalid(format!("What was asked for cannot be read: {why}."), &["values"]);
    Ok(changes.iter().map(|change| change.read().map_err(broken)).collect::<Result<Vec<_>, _>>()?)
}

/// What is told of a job: a result per field, or one for the job when no field was to be changed.
pub(super) fn effect(job_id: Uuid, done: Done) -> Effect {
    let nothing = done.fields.is_empty().then(|| BulkResult { job_id, ..BulkResult::default() });
    let results = done.fields.into_iter().map(|field| result(job_id, field)).chain(nothing).collect();
    Effect { company: done.company, results, changes: done.drafts }
}

pub(super) fn result(job_id: Uuid, done: FieldDone) -> BulkResult {
    let error = (!done.left_out.is_empty()).then(|| left_out(&done.left_out));
    BulkResult { job_id, field: Some(done.field), changed: done.changed, before: done.before, after: done.after, error }
}

fn left_out(operations: &[LeftOut]) -> UserError {
    let named: Vec<_> = operations.iter().map(|one| format!("{} `{}`", one.operation, one.key)).collect();
    let message = format!("Left out, because the job's official list does not have these items: {}.", named.join(", "));
    UserError::new(UserErrorCode::Conflict, message, &[])
}
