//! Bulk operations.

use async_graphql::{Context, ID, Json, Object, Result};
use chrono::{DateTime, Utc};

use super::{
    enums::{BulkKind, JobField, RunStatus},
    history::{Changeset, told},
    job::Job,
    payloads::UserError,
    people::Actor,
};
use crate::{
    domain::bulk,
    graphql::{
        Ask,
        cost::{Paged, STATEMENT, cost},
        error::{OrInternal, invalid},
        id::NodeId,
        page::{self, Counted, PageArgs, Total},
    },
    loaders::EvenDeletedKey,
};

/// One change to many jobs: all of it is one changeset, and every job has a result.
#[derive(Debug, Clone)]
pub(crate) struct BulkOperation(pub(crate) bulk::BulkOperation);

/// One change to many jobs: all of it is one changeset, and every job has a result.
#[Object]
impl BulkOperation {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::BulkOperation(self.0.id).into()
    }

    /// What it does.
    async fn kind(&self) -> BulkKind {
        self.0.request.kind().into()
    }

    /// How far it is. PARTIAL: done, and some jobs have an error; FAILED: all have.
    async fn status(&self) -> RunStatus {
        self.0.status.into()
    }

    /// It writes nothing to the data; its results are those that the real operation would have.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }

    /// How many jobs, as they were when it started.
    async fn total(&self) -> i32 {
        self.0.total
    }

    /// How many of them are done, failed ones among them.
    async fn done(&self) -> i32 {
        self.0.done
    }

    /// How many of them have a result with an error.
    async fn failed(&self) -> i32 {
        self.0.failed
    }

    /// How many of the codes that it approves are to be expected right, 0 to 1: as measured by people's decisions where there
    /// are enough, else what the confidence promises. Null when it approves no codes.
    async fn expected_precision(&self) -> Option<f64> {
        self.0.request.expected_precision()
    }

    /// Who asked for it.
    async fn actor(&self) -> Actor {
        (&self.0.actor).into()
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.0.finished_at
    }

    /// What came of every job, in the order of the jobs.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those with an error.")] only_failed: Option<bool>,
    ) -> Result<Counted<BulkResult>> {
        let request = PageArgs::forwards(first, after).request("bulk-results", |place| place.parse().ok())?;
        let only_failed = only_failed.unwrap_or(false);
        let found = ctx.service().bulk_results(self.0.id, only_failed, &request).await.or_internal(ctx)?;
        Ok(page::connection(
            found,
            Total::BulkResults(self.0.id, only_failed),
            |(id, place, _)| page::encode("bulk-results", &place.to_string(), *id),
            |(_, _, result)| BulkResult(result),
        ))
    }

    /// All that it changed; null when that is nothing.
    async fn changeset(&self, ctx: &Context<'_>) -> Result<Option<Changeset>> {
        let Some(id) = self.0.changeset_id else { return Ok(None) };
        Ok(ctx.service().changeset(ctx.principal(), id).await.or_internal(ctx)?.map(Changeset))
    }
}

/// What an operation did to one job, or to one of its fields.
#[derive(Debug, Clone)]
pub(crate) struct BulkResult(bulk::BulkResult);

/// What an operation did to one job, or to one of its fields.
#[Object]
impl BulkResult {
    /// The job; when it is deleted, as it was last.
    async fn job(&self, ctx: &Context<'_>) -> Result<Job> {
        let job = ctx.loaders().one(EvenDeletedKey(self.0.job_id)).await.or_internal(ctx)?;
        job.map(Job::new).ok_or_else(|| invalid("There is no such job."))
    }

    /// The field; null for the job itself.
    async fn field(&self) -> Option<JobField> {
        self.0.field.map(Into::into)
    }

    /// Something is another now, or would be after a real run.
    async fn changed(&self) -> bool {
        self.0.changed
    }

    /// What it was. Ids in it are those of the API.
    async fn before(&self) -> Option<Json<serde_json::Value>> {
        self.0.before.as_ref().map(|value| Json(told(self.0.field.is_none(), value)))
    }

    /// What it is, or would be. Ids in it are those of the API.
    async fn after(&self) -> Option<Json<serde_json::Value>> {
        self.0.after.as_ref().map(|value| Json(told(self.0.field.is_none(), value)))
    }

    /// Why nothing was done.
    async fn error(&self) -> Option<UserError> {
        self.0.error.clone().map(Into::into)
    }
}
