//! Enrichment runs and what came of them.

use std::collections::{HashMap, HashSet};

use rolegraph_entity::{
    enrichment_outcome as outcome,
    enrichment_run::{ActiveModel, Column, Entity, Model},
    job,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::{Actor, Audience},
    page::{Page, PageRequest},
    run::{Outcome, OutcomeKind, Run, RunStatus},
};
use chrono::{DateTime, Utc};

/// A run to be added.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// The run.
    pub run: Run,
    /// Who asked for it.
    pub actor: &'a Actor,
    /// The company whose jobs it is about.
    pub company_id: Option<Uuid>,
    /// What was asked for.
    pub request: serde_json::Value,
}

fn run(row: &Model) -> Result<Run> {
    let status = RunStatus::from_name(&row.status).ok_or_else(|| StoreError::unreadable("enrichment_runs", row.id, "unknown status"))?;
    Ok(Run {
        id: row.id,
        status,
        total: row.total,
        done: row.done,
        failed: row.failed,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}

fn read_outcome(row: outcome::Model) -> Result<Outcome> {
    let unreadable = |reason: String| StoreError::unreadable("enrichment_outcomes", row.id, reason);
    Ok(Outcome {
        job_id: row.job_id,
        field: row.field.parse().map_err(unreadable)?,
        result: OutcomeKind::from_name(&row.result).ok_or_else(|| unreadable("unknown result".to_owned()))?,
        provider: row.provider,
        message: row.message,
        attempts: row.attempts,
    })
}

fn visible(audience: Audience) -> sea_orm::Select<Entity> {
    match audience {
        Audience::Platform => Entity::find(),
        Audience::Company(id) => Entity::find().filter(Column::CompanyId.eq(id)),
        Audience::Public => Entity::find().filter(Expr::val(false)),
    }
}

impl Store {
    /// The run of that id, when the audience may see it.
    pub async fn run(&self, audience: Audience, id: Uuid) -> Result<Option<Run>> {
        visible(audience).filter(Column::Id.eq(id)).one(&self.db).await?.as_ref().map(run).transpose()
    }

    /// Runs that the audience may see, the newest first.
    pub async fn runs_page(&self, audience: Audience, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Run>> {
        let rows = page::narrow(visible(audience), Column::CreatedAt, Column::Id, true, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| run(&row))
    }

    /// How many runs the audience may see.
    pub async fn runs_count(&self, audience: Audience) -> Result<u64> {
        Ok(visible(audience).count(&self.db).await?)
    }

    /// The last run of each of these jobs.
    pub async fn last_runs(&self, jobs: &[Uuid]) -> Result<HashMap<Uuid, Run>> {
        let mut found = HashMap::new();
        for jobs in jobs.chunks(CHUNK) {
            let latest: Vec<(Uuid, Uuid)> = job::Entity::find()
                .select_only()
                .columns([job::Column::Id, job::Column::LastRunId])
                .filter(job::Column::Id.is_in(jobs.iter().copied()))
                .filter(job::Column::LastRunId.is_not_null())
                .into_tuple()
                .all(&self.db)
                .await?;
            let rows = Entity::find().filter(Column::Id.is_in(latest.iter().map(|(_, run)| *run))).all(&self.db).await?;
            let runs = rows.iter().map(|row| Ok((row.id, run(row)?))).collect::<Result<HashMap<_, _>>>()?;
            found.extend(latest.iter().filter_map(|(job, id)| Some((*job, runs.get(id)?.clone()))));
        }
        Ok(found)
    }

    /// Which of these runs were called off.
    pub async fn cancelled(&self, runs: &[Uuid]) -> Result<HashSet<Uuid>> {
        let mut found = HashSet::new();
        for runs in runs.chunks(CHUNK) {
            let cancelled = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(runs.iter().copied()));
            let cancelled = cancelled.filter(Column::Status.eq(RunStatus::Cancelled.name()));
            found.extend(cancelled.into_tuple::<Uuid>().all(&self.db).await?);
        }
        Ok(found)
    }

    /// What came of a run, in the order in which it was written.
    pub async fn outcomes_page(
        &self,
        run: Uuid,
        results: Option<&[OutcomeKind]>,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<(Uuid, DateTime<Utc>, Outcome)>> {
        let rows =
            page::narrow(outcomes(run, results), outcome::Column::CreatedAt, outcome::Column::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| Ok((row.id, row.created_at, read_outcome(row)?)))
    }

    /// How many outcomes a run has.
    pub async fn outcomes_count(&self, run: Uuid, results: Option<&[OutcomeKind]>) -> Result<u64> {
        Ok(outcomes(run, results).count(&self.db).await?)
    }
}

fn outcomes(run: Uuid, results: Option<&[OutcomeKind]>) -> sea_orm::Select<outcome::Entity> {
    let select = outcome::Entity::find().filter(outcome::Column::RunId.eq(run));
    match results {
        Some(results) => select.filter(outcome::Column::Result.is_in(results.iter().map(|result| result.name()))),
        None => select,
    }
}

impl Unit {
    /// Adds a run.
    pub async fn insert_run(&self, new: &NewRun<'_>) -> Result<()> {
        let row = ActiveModel {
            request: Set(json::write(&new.request)?),
            actor: Set(json::write(new.actor)?),
            company_id: Set(new.company_id),
            ..row(&new.run)
        };
        Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Notes a run as the last one of its jobs.
    pub async fn note_run(&self, run: Uuid, jobs: &[Uuid]) -> Result<()> {
        self.lock_jobs(jobs).await?;
        for jobs in jobs.chunks(CHUNK) {
            job::Entity::update_many()
                .col_expr(job::Column::LastRunId, Expr::value(run))
                .filter(job::Column::Id.is_in(jobs.iter().copied()))
                .exec(&self.txn)
                .await?;
        }
        Ok(())
    }

    /// Writes how far a run is.
    pub async fn update_run(&self, run: &Run) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(run.status.name()))
            .col_expr(Column::StartedAt, Expr::value(run.started_at))
            .col_expr(Column::FinishedAt, Expr::value(run.finished_at))
            .filter(Column::Id.eq(run.id))
            .exec(&self.txn)
            .await?;
        Ok(())
    }

    /// Writes what came of some fields. What came of them in an earlier try is overwritten, unless that gave the field a
    /// value and the later try found nothing more to do.
    pub async fn write_outcomes(&self, run: Uuid, outcomes: &[(Uuid, Outcome)], at: DateTime<Utc>) -> Result<()> {
        for chunk in outcomes.chunks(CHUNK) {
            let rows = chunk.iter().map(|(id, outcome)| outcome::ActiveModel {
                id: Set(*id),
                run_id: Set(run),
                job_id: Set(outcome.job_id),
                field: Set(outcome.field.name().to_owned()),
                result: Set(outcome.result.name().to_owned()),
                provider: Set(outcome.provider.clone()),
                message: Set(outcome.message.clone()),
                attempts: Set(outcome.attempts),
                created_at: Set(at),
            });
            let again = OnConflict::columns([outcome::Column::RunId, outcome::Column::JobId, outcome::Column::Field])
                .update_columns([outcome::Column::Result, outcome::Column::Provider, outcome::Column::Message, outcome::Column::Attempts])
                .action_cond_where(says_more())
                .to_owned();
            outcome::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// Counts jobs of a run as done, some of them failed, and ends the run with the last of them.
    pub async fn advance_run(&self, id: Uuid, done: i32, failed: i32, at: DateTime<Utc>) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Done, Expr::col(Column::Done).add(done))
            .col_expr(Column::Failed, Expr::col(Column::Failed).add(failed))
            .filter(Column::Id.eq(id))
            .exec(&self.txn)
            .await?;
        let Some(mut run) = Entity::find_by_id(id).one(&self.txn).await?.as_ref().map(run).transpose()? else { return Ok(()) };
        run.started_at = run.started_at.or(Some(at));
        if matches!(run.status, RunStatus::Queued | RunStatus::Running) {
            run.status = if run.done < run.total { RunStatus::Running } else { run.ended() };
            run.finished_at = (run.done >= run.total).then_some(at);
        }
        self.update_run(&run).await
    }

    /// Counts jobs of a run as not done after all, and opens the run again.
    pub async fn reopen_run(&self, id: Uuid, jobs: i32) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Done, Expr::col(Column::Done).sub(jobs))
            .col_expr(Column::Failed, Expr::col(Column::Failed).sub(jobs))
            .filter(Column::Id.eq(id))
            .exec(&self.txn)
            .await?;
        let over = [RunStatus::Complete, RunStatus::Partial, RunStatus::Failed].map(RunStatus::name);
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(RunStatus::Running.name()))
            .col_expr(Column::FinishedAt, Expr::value(None::<DateTime<Utc>>))
            .filter(Column::Id.eq(id))
            .filter(Column::Status.is_in(over))
            .exec(&self.txn)
            .await?;
        Ok(())
    }

    /// The run of that id.
    pub async fn run(&self, audience: Audience, id: Uuid) -> Result<Option<Run>> {
        visible(audience).filter(Column::Id.eq(id)).lock_exclusive().one(&self.txn).await?.as_ref().map(run).transpose()
    }
}

/// True of an outcome that says more than the one that is there.
fn says_more() -> Condition {
    let of_old = |kinds: &[OutcomeKind]| Expr::col((outcome::Entity, outcome::Column::Result)).is_in(kinds.iter().map(|kind| kind.name()));
    let of_new = |kinds: &[OutcomeKind]| Expr::col(("excluded", outcome::Column::Result)).is_in(kinds.iter().map(|kind| kind.name()));
    let gave = of_old(&[OutcomeKind::Filled, OutcomeKind::Refreshed, OutcomeKind::Supplemented]);
    Condition::any().add(gave.not()).add(of_new(&[OutcomeKind::Unchanged, OutcomeKind::Failed]).not())
}

fn row(run: &Run) -> ActiveModel {
    ActiveModel {
        id: Set(run.id),
        status: Set(run.status.name().to_owned()),
        company_id: NotSet,
        request: NotSet,
        actor: NotSet,
        total: Set(run.total),
        done: Set(run.done),
        failed: Set(run.failed),
        created_at: Set(run.created_at),
        started_at: Set(run.started_at),
        finished_at: Set(run.finished_at),
    }
}
