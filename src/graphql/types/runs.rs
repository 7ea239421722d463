//! Enrichment runs.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    enums::{JobField, OutcomeKind, RunStatus},
    job::Job,
};
use crate::{
    domain::run,
    graphql::{
        Ask,
        cost::{Paged, STATEMENT, cost},
        error::OrInternal,
        id::NodeId,
        page::{self, ByTime, Counted, PageArgs, Total},
    },
    loaders::EvenDeletedKey,
};

/// How far the enrichment of a job is.
#[derive(SimpleObject, Debug)]
pub(crate) struct EnrichmentState {
    /// The status of the last run; null when there was none.
    status: Option<RunStatus>,
    /// The last run that asked about the job; told to those who may start one.
    last_run: Option<EnrichmentRun>,
    /// When the first of its values becomes stale.
    fresh_until: Option<DateTime<Utc>>,
}

impl EnrichmentState {
    pub(super) fn new(last_run: Option<run::Run>, fresh_until: Option<DateTime<Utc>>) -> Self {
        Self { status: last_run.as_ref().map(|run| run.status.into()), last_run: last_run.map(EnrichmentRun), fresh_until }
    }
}

/// A run that asks providers about jobs.
#[derive(Debug, Clone)]
pub(crate) struct EnrichmentRun(pub(crate) run::Run);

/// A run that asks providers about jobs.
#[Object]
impl EnrichmentRun {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::EnrichmentRun(self.0.id).into()
    }

    /// How far it is.
    async fn status(&self) -> RunStatus {
        self.0.status.into()
    }

    /// How many jobs it is about.
    async fn total(&self) -> i32 {
        self.0.total
    }

    /// How many of them are done.
    async fn done(&self) -> i32 {
        self.0.done
    }

    /// How many of them have a field that could not be asked for.
    async fn failed(&self) -> i32 {
        self.0.failed
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it began.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// What came of every field of every job, in the order in which it was found out.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn outcomes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only these results.")] results: Option<Vec<OutcomeKind>>,
    ) -> Result<Counted<EnrichmentOutcome>> {
        let list = ByTime("outcomes");
        let request = list.request(PageArgs::forwards(first, after))?;
        let results: Option<Vec<run::OutcomeKind>> = results.map(|results| results.into_iter().map(Into::into).collect());
        let found = ctx.service().outcomes(self.0.id, results.as_deref(), &request).await.or_internal(ctx)?;
        let total = Total::Outcomes(self.0.id, results);
        Ok(page::connection(found, total, |(id, at, _)| list.cursor(*at, *id), |(_, _, outcome)| EnrichmentOutcome(outcome)))
    }
}

/// What came of one field of one job.
#[derive(Debug, Clone)]
pub(crate) struct EnrichmentOutcome(run::Outcome);

/// What came of one field of one job.
#[Object]
impl EnrichmentOutcome {
    /// The job. One that was deleted since is answered as it was; `node` and `job` do not find it any more.
    async fn job(&self, ctx: &Context<'_>) -> Result<Job> {
        let job = ctx.loaders().one(EvenDeletedKey(self.0.job_id)).await.or_internal(ctx)?;
        job.map(Job::new).ok_or_else(|| crate::graphql::error::invalid("You may not see the job any more."))
    }

    /// The field.
    async fn field(&self) -> JobField {
        self.0.field.into()
    }

    /// What came of it.
    async fn result(&self) -> OutcomeKind {
        self.0.result.into()
    }

    /// The provider that answered.
    async fn provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// For a person to read.
    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }
}
