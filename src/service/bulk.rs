//! Bulk operations: one change to many jobs, as one changeset, with a result for each job.
//!
//! Up to [`AT_ONCE`] jobs are done while the caller waits; more are frozen and done in the background, a chunk in each
//! transaction. A dry run does the very same and is then taken back, so that it tells what the real run will do. What an
//! operation does to one job is in [`Service::apply_to_one`]; everything else here is the same for all kinds.

mod chunk;
mod overrides;
mod reading;
mod revert;
mod undo_draft;
mod undo_override;
mod undo_review;

pub use reading::MAY_SEE as MAY_SEE_BULK;
use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::{
    Result, Service, ServiceError, actor,
    changes::Draft,
    input,
    jobs::own_job,
    overrides::{Deed, Tried},
    replay::{is_contention, replayed},
};
use crate::{
    domain::{
        access::{Actor, Audience, Principal},
        bulk::{AT_ONCE, BulkOperation, BulkRequest, BulkResult, CHUNK, LANES, MOST, RESULTS_PER_JOB},
        event::{Event, EventKind},
        history::Changeset,
        job::Job,
        run::RunStatus,
        user_error::{UserError, UserErrorCode},
        work::{BulkChunk, NewWork, Priority, WorkKind},
    },
    loaders::KnowledgeKey,
    store::{PlacedChange, Unit},
};

/// How a bulk operation is done.
#[derive(Debug, Clone, Default)]
pub struct BulkOptions {
    /// Write nothing to the data.
    pub dry_run: bool,
    /// Why.
    pub note: Option<String>,
}

/// What an operation did to one job.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// The company that the job belongs to.
    pub(super) company: Option<Uuid>,
    /// What is told of it.
    pub(super) results: Vec<BulkResult>,
    /// What history keeps of it.
    pub(super) changes: Vec<Draft>,
}

impl Effect {
    fn of(results: Vec<BulkResult>) -> Self {
        Self { results, ..Self::default() }
    }

    fn failed(&self) -> bool {
        self.results.iter().any(|result| result.error.is_some())
    }
}

impl Service {
    /// Does an operation to these jobs: at once when they are few, else in the background.
    pub(super) async fn start_bulk(
        &self,
        principal: &Principal,
        request: BulkRequest,
        jobs: &[Uuid],
        options: BulkOptions,
    ) -> Result<BulkOperation> {
        if jobs.len() > MOST {
            return Err(too_many(&["filter"]).into());
        }
        let operation = BulkOperation {
            id: self.clock.new_id(),
            request,
            status: RunStatus::Queued,
            dry_run: options.dry_run,
            company_id: principal.company(),
            actor: actor(principal)?.clone(),
            note: options.note.as_deref().map(|note| input::note(note, &["note"])).transpose()?.flatten(),
            total: i32::try_from(jobs.len()).unwrap_or(i32::MAX),
            done: 0,
            failed: 0,
            changeset_id: None,
            created_at: self.clock.now(),
            started_at: None,
            finished_at: None,
        };
        if jobs.len() <= AT_ONCE {
            replayed(|| Box::pin(self.do_at_once(operation.clone(), jobs))).await
        } else {
            replayed(|| self.do_later(operation.clone(), jobs)).await
        }
    }

    async fn do_at_once(&self, mut operation: BulkOperation, jobs: &[Uuid]) -> Result<BulkOperation> {
        self.call_to_mind(jobs).await?;
        let mut unit = self.store.made_for(operation.tenant()).begin().await?;
        let effects = self.apply_to_all(&unit, &operation, jobs, false).await?;
        if operation.dry_run {
            unit.discard().await?;
            unit = self.store.made_for(operation.tenant()).begin().await?;
        }
        unit.insert_bulk(&operation).await?;
        self.write_effects(&unit, &mut operation, 0, effects).await?;
        unit.commit().await?;
        self.committed();
        Ok(operation)
    }

    async fn do_later(&self, operation: BulkOperation, jobs: &[Uuid]) -> Result<BulkOperation> {
        let unit = self.store.made_for(operation.tenant()).begin().await?;
        unit.insert_bulk(&operation).await?;
        unit.freeze_jobs(operation.id, jobs).await?;
        let lanes = (0..LANES).map(|lane| lane * CHUNK).filter(|first| *first < jobs.len());
        let work: Vec<_> = lanes.map(|first| self.chunk_work(&operation, i32::try_from(first).unwrap_or(i32::MAX))).collect();
        unit.enqueue(&work).await?;
        unit.commit().await?;
        self.committed();
        Ok(operation)
    }

    fn chunk_work(&self, operation: &BulkOperation, first: i32) -> NewWork {
        NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::BulkChunk,
            payload: json!(BulkChunk { operation: operation.id, first }),
            dedupe_key: Some(format!("bulk:{}:{first}", operation.id)),
            priority: Priority::Bulk,
            company: operation.company_id,
            run: Some(operation.id),
        }
    }

    /// Reads what is known of the occupations of these jobs, so that it is at hand when each of them is changed. To be done
    /// before a unit begins: what a unit reads itself is not kept for the next job, since the unit may come to nothing.
    async fn call_to_mind(&self, jobs: &[Uuid]) -> Result<()> {
        let jobs = self.store.jobs(Audience::Platform, jobs).await?;
        let codes: BTreeSet<_> = jobs.iter().filter_map(Job::inherits_from).collect();
        self.loaders(&Principal::system("bulk")).many(codes.into_iter().map(KnowledgeKey)).await?;
        Ok(())
    }

    /// Does an operation to some jobs, each by itself: what is wrong with one of them takes nothing from the others. When
    /// something fails inside, all of it fails, to be tried again; in the `last_try` only the job at which it happened.
    async fn apply_to_all(&self, unit: &Unit, operation: &BulkOperation, jobs: &[Uuid], last_try: bool) -> Result<Vec<Effect>> {
        if !last_try && let Some(effects) = self.apply_together(unit, operation, jobs).await? {
            return Ok(effects);
        }
        let mut effects = Vec::with_capacity(jobs.len());
        for job in jobs {
            let part = unit.part().await?;
            let effect = match self.apply_to_one(&part, operation, *job).await {
                Ok(effect) => {
                    part.keep().await?;
                    effect
                }
                Err(ServiceError::User(errors)) => {
                    part.discard().await?;
                    Effect::of(errors.into_iter().map(|error| BulkResult::refused(*job, error)).collect())
                }
                Err(error) if last_try && !is_contention(&error) => {
                    tracing::error!(operation = %operation.id, %job, "a job of a bulk operation failed: {error:#}");
                    part.discard().await?;
                    Effect::of(vec![BulkResult::broken(*job)])
                }
                Err(error) => return Err(error),
            };
            effects.push(effect);
        }
        Ok(effects)
    }

    /// Does an operation to some jobs in as many statements as to one; none when it is not of a kind that can be planned before
    /// anything is written.
    async fn apply_together(&self, unit: &Unit, operation: &BulkOperation, jobs: &[Uuid]) -> Result<Option<Vec<Effect>>> {
        let principal = Principal::on_behalf_of(operation.actor.clone(), operation.company_id);
        let deed = Deed { principal: &principal, note: operation.note.as_deref(), changeset: operation.id };
        let tried = match &operation.request {
            BulkRequest::Override { changes } => self.override_many(unit, &deed, jobs, &overrides::read(changes)?).await?,
            BulkRequest::Restore { fields } => self.restore_many(unit, &deed, jobs, fields).await?,
            BulkRequest::Copy { from, fields } => {
                let from = own_job(unit, &principal, *from, &["from"]).await?;
                self.copy_many(unit, &deed, &from, jobs, fields).await?
            }
            BulkRequest::Revert { .. } | BulkRequest::ApproveSoc { .. } => return Ok(None),
        };
        let effect = |(job, tried): (&Uuid, Tried)| match tried {
            Ok(done) => overrides::effect(*job, done),
            Err(errors) => Effect::of(errors.into_iter().map(|error| BulkResult::refused(*job, error)).collect()),
        };
        Ok(Some(jobs.iter().zip(tried).map(effect).collect()))
    }

    /// Does an operation to one job.
    async fn apply_to_one(&self, unit: &Unit, operation: &BulkOperation, job: Uuid) -> Result<Effect> {
        let principal = Principal::on_behalf_of(operation.actor.clone(), operation.company_id);
        let deed = Deed { principal: &principal, note: operation.note.as_deref(), changeset: operation.id };
        match &operation.request {
            BulkRequest::Override { changes } => self.override_one(unit, &deed, job, changes).await,
            BulkRequest::Copy { from, fields } => self.copy_to_one(unit, &deed, *from, job, fields).await,
            BulkRequest::Restore { fields } => self.restore_one(unit, &deed, job, fields).await,
            BulkRequest::Revert { changeset } => self.revert_job(unit, &deed, *changeset, job).await,
            BulkRequest::ApproveSoc { min_confidence, .. } => self.approve_pending(unit, &principal, operation, *min_confidence, job).await,
        }
    }

    /// Writes what came of the jobs from place `first` on: results, history, and how far the operation is.
    async fn write_effects(&self, unit: &Unit, operation: &mut BulkOperation, first: i32, effects: Vec<Effect>) -> Result<()> {
        let failed = effects.iter().filter(|effect| effect.failed()).count();
        let (done, failed) = (i32::try_from(effects.len()).unwrap_or(i32::MAX), i32::try_from(failed).unwrap_or(i32::MAX));
        let (mut results, mut changes) = (vec![], vec![]);
        for (place, effect) in (first..).zip(effects) {
            let of_job = place * RESULTS_PER_JOB..;
            results.extend(of_job.clone().zip(effect.results).map(|(position, result)| (self.clock.new_id(), position, result)));
            changes.extend(of_job.zip(effect.changes).map(|(position, draft)| PlacedChange {
                position,
                company_id: effect.company,
                change: self.change(operation.id, draft),
            }));
        }
        unit.insert_bulk_results(operation.id, &results).await?;
        if !operation.dry_run && !changes.is_empty() {
            let set = changeset_of(operation);
            unit.begin_changeset(&set).await?;
            unit.append_changes(&set, &changes).await?;
            operation.changeset_id = Some(set.id);
            self.note_what_was_undone(unit, operation).await?;
        }
        operation.advance(done, failed, self.clock.now());
        unit.update_bulk(operation).await?;
        if operation.is_over() { self.tell_finished(unit, operation).await } else { Ok(()) }
    }

    /// Calls an operation off: what nobody has begun is not done; what was done stays, and can be undone.
    pub async fn cancel_bulk(&self, principal: &Principal, id: Uuid) -> Result<BulkOperation> {
        actor(principal)?;
        let unit = self.begin(principal).await?;
        let found = unit.bulk_operation(principal.audience(), id).await?;
        let mut operation = found.ok_or_else(|| UserError::not_found("bulk operation", &["id"]))?;
        if operation.is_over() {
            let message = format!("The operation is over already: {}.", operation.status.name());
            return Err(UserError::new(UserErrorCode::AlreadyDone, message, &["id"]).into());
        }
        unit.cancel_work(id).await?;
        operation.status = RunStatus::Cancelled;
        operation.finished_at = Some(self.clock.now());
        unit.update_bulk(&operation).await?;
        self.tell_finished(&unit, &operation).await?;
        unit.commit().await?;
        self.committed();
        Ok(operation)
    }

    async fn tell_finished(&self, unit: &Unit, operation: &BulkOperation) -> Result<()> {
        let event = Event {
            id: self.clock.new_id(),
            kind: EventKind::BulkFinished,
            company: operation.company_id,
            job: None,
            operation: Some(operation.id),
            at: self.clock.now(),
        };
        Ok(unit.insert_events(&[event]).await?)
    }
}

/// All that an operation changes is one changeset, with the id of the operation.
fn changeset_of(operation: &BulkOperation) -> Changeset {
    let actor: Actor = operation.actor.clone();
    Changeset {
        id: operation.id,
        company_id: operation.company_id,
        actor,
        action: operation.request.action().to_owned(),
        note: operation.note.clone(),
        reverted_by: None,
        at: operation.created_at,
    }
}

fn nothing_let_through() -> UserError {
    UserError::new(UserErrorCode::NotFound, "The filter lets no job through.", &["filter"])
}

fn too_many(path: &[&str]) -> UserError {
    UserError::new(UserErrorCode::LimitExceeded, format!("These are more than {MOST} jobs, the most of one operation."), path)
}
