//! Changesets and changes.

use async_graphql::{Context, ID, Json, Object, Result};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{enums::JobField, job::Job, people::Actor};
use crate::{
    domain::history,
    graphql::{
        Ask,
        cost::{Paged, STATEMENT, cost},
        error::OrInternal,
        id::NodeId,
        page::{self, Counted, PageArgs, Total},
    },
    loaders::JobKey,
};

/// All that one mutation changed: the unit of history.
#[derive(Debug, Clone)]
pub(crate) struct Changeset(pub(crate) history::Changeset);

/// All that one mutation changed: the unit of history.
#[Object]
impl Changeset {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::Changeset(self.0.id).into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Who.
    async fn actor(&self) -> Actor {
        (&self.0.actor).into()
    }

    /// What was done: the mutation's name.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// What it changed, in the order in which it did.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Change>> {
        let request = PageArgs::forwards(first, after).request("changes", |place| place.parse().ok())?;
        let found = ctx.service().changes(self.0.id, &request).await.or_internal(ctx)?;
        let wrap = |(_, change)| Change { changeset: self.0.clone(), change };
        Ok(page::connection(
            found,
            Total::Changes(self.0.id),
            |(position, change)| page::encode("changes", &position.to_string(), change.id),
            wrap,
        ))
    }

    /// The changeset that undid it.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn reverted_by(&self, ctx: &Context<'_>) -> Result<Option<Changeset>> {
        let Some(id) = self.0.reverted_by else { return Ok(None) };
        Ok(ctx.service().changeset(ctx.principal(), id).await.or_internal(ctx)?.map(Self))
    }
}

/// One thing that a changeset changed.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(super) changeset: history::Changeset,
    pub(super) change: history::Change,
}

/// One thing that a changeset changed.
#[Object]
impl Change {
    /// The changeset that it belongs to.
    async fn changeset(&self) -> Changeset {
        Changeset(self.changeset.clone())
    }

    /// The job; null when it is no longer there.
    async fn job(&self, ctx: &Context<'_>) -> Result<Option<Job>> {
        let Some(id) = self.change.job_id else { return Ok(None) };
        Ok(ctx.loaders().one(JobKey(id)).await.or_internal(ctx)?.map(Job::new))
    }

    /// The field; null for a change of the job itself.
    async fn field(&self) -> Option<JobField> {
        self.change.field.map(Into::into)
    }

    /// What was done.
    async fn action(&self) -> &str {
        &self.change.action
    }

    /// What it was. Ids in it are those of the API.
    async fn before(&self) -> Option<Json<Value>> {
        self.change.before.as_ref().map(|value| Json(told(self.change.field.is_none(), value)))
    }

    /// What it is. Ids in it are those of the API.
    async fn after(&self) -> Option<Json<Value>> {
        self.change.after.as_ref().map(|value| Json(told(self.change.field.is_none(), value)))
    }
}

/// What history keeps, as the API tells it: a job has its company's id as the database knows it.
pub(super) fn told(of_job: bool, value: &Value) -> Value {
    let mut value = value.clone();
    let company = value.get_mut("company").filter(|_| of_job);
    if let Some(company) = company
        && let Some(id) = company.as_str().and_then(|id| id.parse().ok())
    {
        *company = ID::from(NodeId::Company(id)).0.into();
    }
    value
}
