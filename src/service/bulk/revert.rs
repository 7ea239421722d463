//! Undoing a changeset: the inverse of each of its changes, as a changeset of its own. What was changed again since is left.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::{BulkOptions, Effect};
use crate::{
    domain::{
        access::{Audience, Principal, Scope},
        bulk::{BulkOperation, BulkRequest, BulkResult},
        event::EventKind,
        history::{Change, Changeset, JobRecord, undone},
        job::{Job, SocStatus},
        run::RunStatus,
        user_error::{UserError, UserErrorCode},
    },
    service::{
        EnrichOptions, Result, Service, actor,
        changes::{Draft, described},
        overrides::Deed,
    },
    store::Unit,
};

impl Service {
    /// Undoes a changeset.
    pub async fn revert_changeset(&self, principal: &Principal, id: Uuid, options: BulkOptions) -> Result<BulkOperation> {
        actor(principal)?;
        let set = self
            .store_for(principal)
            .changeset(principal.audience(), id)
            .await?
            .ok_or_else(|| UserError::not_found("changeset", &["id"]))?;
        if let Some(why) = why_not(&set.action) {
            return Err(UserError::invalid(format!("A changeset of `{}` cannot be undone: {why}.", set.action), &["id"]).into());
        }
        self.check_scopes(principal, id).await?;
        self.check_not_undone(&set).await?;
        let jobs = self.store_for(principal).jobs_of_changeset(id).await?;
        if jobs.is_empty() {
            let message = format!("A changeset of `{}` cannot be undone: it changed no job.", set.action);
            return Err(UserError::invalid(message, &["id"]).into());
        }
        self.start_bulk(principal, BulkRequest::Revert { changeset: id }, &jobs, options).await
    }

    /// Who undoes something may do it.
    async fn check_scopes(&self, principal: &Principal, changeset: Uuid) -> Result<()> {
        let actions = self.store_for(principal).actions_of_changeset(changeset).await?;
        let lacking: BTreeSet<Scope> = actions.iter().map(|action| needed_to_undo(action)).filter(|scope| !principal.may(*scope)).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let lacking: Vec<_> = lacking.iter().map(|scope| scope.name()).collect();
        let message = format!("To undo this changeset takes what it took to make it: you do not have {}.", lacking.join(" and "));
        Err(UserError::new(UserErrorCode::Forbidden, message, &["id"]).into())
    }

    /// A changeset is undone once, unless something of it was left.
    async fn check_not_undone(&self, set: &Changeset) -> Result<()> {
        let Some(by) = set.reverted_by else { return Ok(()) };
        let operation = self.store.bulk_operation(Audience::Platform, by).await?;
        let rest = |operation: &BulkOperation| matches!(operation.status, RunStatus::Partial | RunStatus::Failed | RunStatus::Cancelled);
        if operation.as_ref().is_some_and(rest) {
            return Ok(());
        }
        let message = "It was undone already: see `revertedBy`, and undo that to have it back.";
        Err(UserError::new(UserErrorCode::AlreadyDone, message, &["id"]).into())
    }

    /// Notes at the changeset that it was undone, and at what it had undone itself that this is in effect again.
    pub(super) async fn note_what_was_undone(&self, unit: &Unit, operation: &BulkOperation) -> Result<()> {
        let Some(changeset) = operation.request.reverts() else { return Ok(()) };
        unit.note_reverted(changeset, Some(operation.id)).await?;
        let undone = unit.bulk_operation(Audience::Platform, changeset).await?;
        match undone.and_then(|undone| undone.request.reverts()) {
            Some(first) => Ok(unit.note_reverted(first, None).await?),
            None => Ok(()),
        }
    }

    /// Undoes what a changeset did to one job, the last change first.
    pub(super) async fn revert_job(&self, unit: &Unit, deed: &Deed<'_>, changeset: Uuid, id: Uuid) -> Result<Effect> {
        let principal = deed.principal;
        let mut effect = Effect::default();
        let changes = unit.changes_of_job(changeset, id).await?;
        self.hold_drafts(unit, &changes, id).await?;
        for change in changes {
            let found = unit.job_even_deleted(principal.audience(), id).await?;
            let Some((job, deleted)) = found.filter(|(job, _)| principal.owns(job.company_id)) else {
                return Err(UserError::not_found("job", &[]).into());
            };
            effect.company = job.company_id;
            let undone = match (change.field, change.action.as_str()) {
                (None, "JOB_CREATED" | "JOB_RESTORED") => self.undo_creation(unit, &change, &job, deleted).await,
                (None, "JOB_DELETED") => self.undo_deletion(unit, job, deleted).await,
                (None, "JOB_UPDATED" | "SOC_APPROVED" | "SOC_REOPENED") => self.undo_update(unit, principal, &change, job, deleted).await,
                (None, "SOC_REJECTED" | "SOC_REVIEW_CLOSED") => self.undo_rejection(unit, &change, job, deleted).await,
                (None, "SOC_REVIEW_OPENED") => self.undo_opening(unit, &change, job, deleted).await,
                (Some(field), "AI_APPROVED" | "AI_UNAPPROVED" | "AI_REJECTED" | "AI_REINSTATED") => {
                    self.undo_word(unit, principal, (&change, field), &job, deleted).await
                }
                (Some(field), "FIELD_OVERRIDDEN" | "FIELD_RESTORED" | "FIELD_REBASED") => {
                    self.undo_override(unit, deed.changeset, (&change, field), &job, deleted).await
                }
                _ => Err(UserError::invalid(format!("A change of {} cannot be undone.", change.action), &[]).into()),
            };
            match undone {
                Ok((result, draft)) => {
                    effect.results.push(result);
                    effect.changes.extend(draft);
                }
                Err(super::ServiceError::User(errors)) => {
                    let refused = |error| BulkResult { field: change.field, ..BulkResult::refused(id, error) };
                    effect.results.extend(errors.into_iter().map(refused));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(effect)
    }

    async fn undo_creation(&self, unit: &Unit, change: &Change, job: &Job, deleted: bool) -> Result<(BulkResult, Option<Draft>)> {
        if deleted {
            return Ok((unchanged(job, None), None));
        }
        let made: JobRecord = record(change.after.as_ref())?;
        if !made.is_same_but_for_version(&job.into()) {
            return Err(conflict("The job was changed since it was created").into());
        }
        if unit.has_overrides(job.id).await? {
            return Err(conflict("Fields of the job were overridden since it was created").into());
        }
        unit.delete_job(job.id, self.clock.now()).await?;
        self.publish(unit, EventKind::JobDeleted, [(job.id, job.company_id)]).await?;
        Ok((changed(job.id, Some(job), None), Some(Draft::of_job("JOB_DELETED", job.id, Some(job), None))))
    }

    async fn undo_deletion(&self, unit: &Unit, mut job: Job, deleted: bool) -> Result<(BulkResult, Option<Draft>)> {
        if !deleted {
            return Ok((unchanged(&job, Some(&job)), None));
        }
        if unit.slug_is_taken(&job.slug).await? {
            return Err(conflict(&format!("Another job has the slug `{}` now", job.slug)).into());
        }
        job.version += 1;
        job.updated_at = self.clock.now();
        unit.bring_back_job(&job).await?;
        self.queue_reviews(unit, std::slice::from_ref(&job)).await?;
        self.publish(unit, EventKind::JobCreated, [(job.id, job.company_id)]).await?;
        Ok((changed(job.id, None, Some(&job)), Some(Draft::of_job("JOB_RESTORED", job.id, None, Some(&job)))))
    }

    async fn undo_update(
        &self,
        unit: &Unit,
        principal: &Principal,
        change: &Change,
        job: Job,
        deleted: bool,
    ) -> Result<(BulkResult, Option<Draft>)> {
        if deleted {
            return Err(conflict("The job was deleted since").into());
        }
        let (before, after) = (record(change.before.as_ref())?, record(change.after.as_ref())?);
        let mut back =
            undone(&job, &before, &after).map_err(|names| conflict(&format!("It was changed again since ({})", names.join(", "))))?;
        if back == job {
            return Ok((unchanged(&job, Some(&job)), None));
        }
        back.version += 1;
        back.updated_at = self.clock.now();
        unit.update_job(&back).await?;
        let reopened = job.inherits_from().is_some() && back.soc_status == SocStatus::InReview;
        if reopened {
            self.pend_again(unit, &back).await?;
        }
        self.follow_up(unit, &job, &back).await?;
        if back.inherits_from().is_some() && back.inherits_from() != job.inherits_from() {
            let (asked_by, options) = (actor(principal)?, EnrichOptions::default());
            self.queue_run(unit, asked_by, back.company_id, std::slice::from_ref(&back), &options).await?;
        }
        let kind = if reopened { EventKind::SocReopened } else { EventKind::JobUpdated };
        self.publish(unit, kind, [(job.id, job.company_id)]).await?;
        let action = match change.action.as_str() {
            "SOC_APPROVED" => "SOC_REOPENED",
            "SOC_REOPENED" => "SOC_APPROVED",
            _ => "JOB_UPDATED",
        };
        let draft = Draft::of_job(action, job.id, Some(&job), Some(&back));
        Ok((changed(job.id, Some(&job), Some(&back)), Some(draft)))
    }
}

/// What it takes to undo a change of that action: what it took to make it.
fn needed_to_undo(action: &str) -> Scope {
    match action.split_once('_').map_or(action, |(what, _)| what) {
        "FIELD" | "AI" => Scope::OverridesWrite,
        "SOC" => Scope::SocReview,
        _ => Scope::JobsWrite,
    }
}

/// Why a changeset of that action is never undone.
fn why_not(action: &str) -> Option<&'static str> {
    match action {
        "enrich" => Some("providers would only be asked again; override the field instead"),
        "importData" => Some("import the earlier release over it instead"),
        _ => None,
    }
}

pub(super) fn conflict(what: &str) -> UserError {
    UserError::new(UserErrorCode::Conflict, format!("{what}, so it was left as it is."), &[])
}

pub(super) fn record(kept: Option<&Value>) -> Result<JobRecord> {
    let read = kept.and_then(|kept| serde_json::from_value(kept.clone()).ok());
    read.ok_or_else(|| UserError::invalid("History does not tell what the job was.", &[]).into())
}

pub(super) fn changed(job_id: Uuid, before: Option<&Job>, after: Option<&Job>) -> BulkResult {
    BulkResult { job_id, changed: true, before: before.map(described), after: after.map(described), ..BulkResult::default() }
}

pub(super) fn unchanged(job: &Job, now: Option<&Job>) -> BulkResult {
    BulkResult { changed: false, ..changed(job.id, now, now) }
}
