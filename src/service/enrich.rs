//! Enrichment: asking providers about the occupations that jobs inherit from, and writing down what they answer.
//!
//! The verbs only queue work, in the transaction of whatever made it needed; [`Service::process`] does it, in batches that
//! ask each provider once for all their codes, and then the assistant for what they leave open.

mod answers;
mod batch;
mod drafts;
mod outcomes;
mod wanted;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

pub(super) use outcomes::changes_value;

use super::{Result, Service, actor};
use crate::{
    domain::{
        access::{Actor, Audience, Principal},
        coverage::Drafting,
        fields::Field,
        filter::{JobFilter, JobOrder},
        job::Job,
        page::PageRequest,
        run::{OutcomeKind, Run, RunStatus},
        soc::SocCode,
        user_error::{UserError, UserErrorCode},
        work::{EnrichJob, NewWork, Priority, RefreshOccupation, WorkItem, WorkKind},
    },
    store::{NewRun, Unit, WorkCounts},
};

/// Up to so many jobs, somebody waits for the run.
const SMALL_RUN: usize = 100;

/// What to ask for.
#[derive(Debug, Clone, Default)]
pub struct EnrichOptions {
    /// The fields; all when empty.
    pub fields: Vec<Field>,
    /// Ask again though what is known is still fresh.
    pub force: bool,
}

/// How many fields of a run had which outcome.
pub type Summary = BTreeMap<OutcomeKind, u64>;

/// A provider that could not be asked about an occupation's field.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    code: SocCode,
    field: Field,
    provider: &'static str,
    error: String,
}

impl Service {
    /// Queues the enrichment of one job.
    pub async fn enrich_job(&self, principal: &Principal, id: Uuid, options: &EnrichOptions) -> Result<Run> {
        let job = self.store.job(principal.audience(), id).await?.ok_or_else(|| UserError::not_found("job", &["id"]))?;
        self.start_run(principal, &[job], options).await
    }

    /// Queues the enrichment of the jobs that a filter lets through, as one run.
    pub async fn enrich_jobs(&self, principal: &Principal, filter: &JobFilter, options: &EnrichOptions) -> Result<Run> {
        let jobs = self.all_jobs(principal, filter).await?;
        if jobs.is_empty() {
            return Err(UserError::new(UserErrorCode::NotFound, "The filter lets no job through.", &["filter"]).into());
        }
        self.start_run(principal, &jobs, options).await
    }

    /// All jobs that a filter lets through, a page at a time.
    pub async fn all_jobs(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<Job>> {
        let (mut jobs, order, mut request) = (vec![], JobOrder::default(), PageRequest::first(1_000));
        loop {
            let page = self.store.jobs_page(principal.audience(), filter, self.clock.now(), order, &request).await?;
            request.after = page.items.last().map(|job| (order.place(job), job.id));
            jobs.extend(page.items);
            if !page.has_next {
                return Ok(jobs);
            }
        }
    }

    async fn start_run(&self, principal: &Principal, jobs: &[Job], options: &EnrichOptions) -> Result<Run> {
        let actor = actor(principal)?;
        let unit = self.store.begin().await?;
        let run = self.queue_run(&unit, actor, principal.company(), jobs, options).await?;
        unit.commit().await?;
        self.committed();
        Ok(run)
    }

    /// Queues a run in a unit of work that is under way.
    pub(super) async fn queue_run(
        &self,
        unit: &Unit,
        actor: &Actor,
        company: Option<Uuid>,
        jobs: &[Job],
        options: &EnrichOptions,
    ) -> Result<Run> {
        let total = i32::try_from(jobs.len()).unwrap_or(i32::MAX);
        let run = Run {
            id: self.clock.new_id(),
            status: RunStatus::Queued,
            total,
            done: 0,
            failed: 0,
            created_at: self.clock.now(),
            started_at: None,
            finished_at: None,
        };
        let request = json!({ "jobs": jobs.len(), "fields": options.fields, "force": options.force });
        unit.insert_run(&NewRun { run: run.clone(), actor, company_id: company, request }).await?;
        unit.note_run(run.id, &jobs.iter().map(|job| job.id).collect::<Vec<_>>()).await?;
        let priority = if jobs.len() <= SMALL_RUN { Priority::Now } else { Priority::Bulk };
        let work = |job: &Job| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::EnrichJob,
            payload: json!(EnrichJob { job: job.id, fields: options.fields.clone(), force: options.force }),
            dedupe_key: None,
            priority,
            company: job.company_id,
            run: Some(run.id),
        };
        unit.enqueue(&jobs.iter().map(work).collect::<Vec<_>>()).await?;
        Ok(run)
    }

    /// Queues the refresh of occupations whose facts are stale, once each however often they are seen.
    pub async fn queue_refresh(&self, codes: &[SocCode]) -> Result<u64> {
        let work = |code: &SocCode| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::RefreshOccupation,
            payload: json!(RefreshOccupation { code: *code }),
            dedupe_key: Some(format!("refresh:{code}")),
            priority: Priority::Upkeep,
            company: None,
            run: None,
        };
        let unit = self.store.begin().await?;
        let queued = unit.enqueue(&codes.iter().map(work).collect::<Vec<_>>()).await?;
        unit.commit().await?;
        self.committed();
        Ok(queued)
    }

    /// Queues the refresh of what was answered although it is stale.
    pub async fn queue_seen_stale(&self) -> Result<u64> {
        let codes = self.known.take_seen_stale();
        if codes.is_empty() { Ok(0) } else { self.queue_refresh(&codes).await }
    }

    /// Queues the refresh of everything that is stale, or will be within `ahead`: occupations, and roles with drafts of their own.
    pub async fn queue_stale(&self, ahead: TimeDelta) -> Result<u64> {
        let (at, drafting) = (self.clock.now() + ahead, self.drafting());
        let codes = self.store.expiring_occupations(at, drafting).await?;
        let jobs = if drafting == Drafting::On { self.store.jobs_with_expiring_drafts(at).await? } else { vec![] };
        let occupations = if codes.is_empty() { 0 } else { self.queue_refresh(&codes).await? };
        Ok(occupations + if jobs.is_empty() { 0 } else { self.queue_redrafts(&jobs).await? })
    }

    /// Queues the drafts of roles anew, once each.
    async fn queue_redrafts(&self, jobs: &[Uuid]) -> Result<u64> {
        let work = |job: &Uuid| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::EnrichJob,
            payload: json!(EnrichJob { job: *job, fields: vec![], force: false }),
            dedupe_key: Some(format!("redraft:{job}")),
            priority: Priority::Upkeep,
            company: None,
            run: None,
        };
        let unit = self.store.begin().await?;
        let queued = unit.enqueue(&jobs.iter().map(work).collect::<Vec<_>>()).await?;
        unit.commit().await?;
        self.committed();
        Ok(queued)
    }

    /// Calls a run off: what nobody has begun is not done.
    pub async fn cancel_run(&self, principal: &Principal, id: Uuid) -> Result<Run> {
        let unit = self.store.begin().await?;
        let mut run = unit.run(principal.audience(), id).await?.ok_or_else(|| UserError::not_found("enrichment run", &["id"]))?;
        if run.is_over() {
            return Err(UserError::new(UserErrorCode::AlreadyDone, "The run is over already.", &["id"]).into());
        }
        unit.cancel_work(id).await?;
        run.status = RunStatus::Cancelled;
        run.finished_at = Some(self.clock.now());
        unit.update_run(&run).await?;
        unit.commit().await?;
        Ok(run)
    }

    /// How many fields of a run had which outcome.
    pub async fn run_summary(&self, run: Uuid) -> Result<Summary> {
        let mut summary = Summary::new();
        for kind in OutcomeKind::ALL {
            let count = self.store.outcomes_count(run, Some(&[kind])).await?;
            if count > 0 {
                summary.insert(kind, count);
            }
        }
        Ok(summary)
    }

    /// Claims work that is due.
    pub async fn claim_work(&self, limit: u64) -> Result<Vec<WorkItem>> {
        Ok(self.store.claim(limit).await?)
    }

    /// Holds claims for another lease. False when one of them was lost.
    pub async fn renew_work(&self, items: &[WorkItem]) -> Result<bool> {
        Ok(self.store.renew(items).await?)
    }

    /// Gives claims back unworked.
    pub async fn release_work(&self, items: &[WorkItem]) -> Result<()> {
        Ok(self.store.release(items).await?)
    }

    /// How much work there is.
    pub async fn work_counts(&self) -> Result<WorkCounts> {
        Ok(self.store.work_counts().await?)
    }

    /// Waits until work was queued in this process.
    pub async fn work_queued(&self) {
        self.wake.notified().await;
    }

    /// A run, for the service's own use.
    pub async fn run_now(&self, id: Uuid) -> Result<Option<Run>> {
        Ok(self.store.run(Audience::Platform, id).await?)
    }
}
