//! Enrichment: asking providers about the occupations that jobs inherit from, and writing down what they answer.
//!
//! The verbs only queue work, in the transaction of whatever made it needed; [`Service::process`] does it, in batches that
//! ask each provider once for all their codes, and then the assistant for what they leave open.

mod answers;
mod batch;
mod drafts;
mod outcomes;
mod queue;
mod upkeep;
mod wanted;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

pub(super) use answers::Answers;
pub(super) use outcomes::changes_value;
pub use queue::DeadWork;

use super::{Result, Service, actor, replay::replayed};
use crate::{
    domain::{
        access::{Actor, Audience, Principal},
        fields::Field,
        filter::{JobFilter, JobOrder},
        job::Job,
        page::PageRequest,
        run::{OutcomeKind, Run, RunStatus},
        soc::SocCode,
        user_error::{UserError, UserErrorCode},
        work::{EnrichJob, NewWork, Priority, WorkKind},
    },
    store::{NewRun, Unit},
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
        let job = self
            .store
            .job(principal.audience(), id)
            .await?
            .filter(|job| principal.owns(job.company_id))
            .ok_or_else(|| UserError::not_found("job", &["id"]))?;
        self.start_run(principal, &[job], options).await
    }

    /// Queues the enrichment of the jobs that a filter lets through, as one run.
    pub async fn enrich_jobs(&self, principal: &Principal, filter: &JobFilter, options: &EnrichOptions) -> Result<Run> {
        let mut jobs = self.all_jobs(principal, filter).await?;
        jobs.retain(|job| principal.owns(job.company_id));
        if jobs.is_empty() {
            return Err(UserError::new(UserErrorCode::NotFound, "The filter lets no job through.", &["filter"]).into());
        }
        self.start_run(principal, &jobs, options).await
    }

    /// All jobs that a filter lets through, a page at a time.
    pub async fn all_jobs(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<Job>> {
        let (mut jobs, order, mut request) = (vec![], JobOrder::default(), PageRequest::first(1_000));
        loop {
            let page = self.store_for(principal).jobs_page(principal.audience(), filter, self.clock.now(), order, &request).await?;
            request.after = page.items.last().map(|job| (order.place(job), job.id));
            jobs.extend(page.items);
            if !page.has_next {
                return Ok(jobs);
            }
        }
    }

    async fn start_run(&self, principal: &Principal, jobs: &[Job], options: &EnrichOptions) -> Result<Run> {
        let actor = actor(principal)?;
        let run = replayed(|| async {
            let unit = self.begin(principal).await?;
            let run = self.queue_run(&unit, actor, principal.company(), jobs, options).await?;
            unit.commit().await?;
            Ok(run)
        });
        let run = run.await?;
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

    /// Calls a run off: what nobody has begun is not done.
    pub async fn cancel_run(&self, principal: &Principal, id: Uuid) -> Result<Run> {
        replayed(|| self.cancel(principal, id)).await
    }

    async fn cancel(&self, principal: &Principal, id: Uuid) -> Result<Run> {
        let unit = self.begin(principal).await?;
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

    /// Waits until work was queued in this process.
    pub async fn work_queued(&self) {
        self.wake.notified().await;
    }

    /// A run, for the service's own use.
    pub async fn run_now(&self, id: Uuid) -> Result<Option<Run>> {
        Ok(self.store.run(Audience::Platform, id).await?)
    }
}
