//! Actors, companies, and the caller.

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::{enums::ActorKind, inputs::JobFilter, job::Job};
use crate::{
    domain::{access, filter::JobOrder, job},
    graphql::{
        Ask,
        cost::{Paged, STATEMENT, cost},
        error::OrInternal,
        id::NodeId,
        page::{Counted, PageArgs},
        query::jobs_connection,
    },
    loaders::CompanyKey,
};

/// Somebody, or something, that changes data.
#[derive(SimpleObject, Debug, Clone)]
pub(crate) struct Actor {
    /// Stable, and unique together with the kind.
    id: ID,
    /// For people to read.
    name: String,
    /// What kind of actor.
    kind: ActorKind,
}

impl Actor {
    /// Somebody whose name is not told.
    pub(super) fn unnamed(instead: &str) -> Self {
        Self { id: "unnamed".into(), name: instead.to_owned(), kind: ActorKind::User }
    }
}

impl From<&access::Actor> for Actor {
    fn from(actor: &access::Actor) -> Self {
        Self { id: actor.id.as_str().into(), name: actor.name.clone(), kind: actor.kind.into() }
    }
}

/// A company that offers featured roles.
#[derive(Debug, Clone)]
pub(crate) struct Company(pub(crate) std::sync::Arc<job::Company>);

/// A company that offers featured roles.
#[Object]
impl Company {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::Company(self.0.id).into()
    }

    /// Unique, for addresses.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its jobs that the caller may see, the oldest first.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Counted<Job>> {
        let filter = JobFilter::of_company(self.0.id);
        jobs_connection(ctx, filter, JobOrder::default(), PageArgs::forwards(first, after)).await
    }
}

impl Company {
    /// The company of that id.
    pub(super) async fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders().one(CompanyKey(id)).await.or_internal(ctx)?.map(Self))
    }
}

/// The caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer;

/// The caller.
#[Object]
impl Viewer {
    /// Who it is; null for anonymous callers.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Actor> {
        ctx.principal().actor().map(Into::into)
    }

    /// The company that the caller belongs to.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match ctx.principal().company() {
            Some(id) => Company::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// What the caller may do.
    async fn scopes(&self, ctx: &Context<'_>) -> Vec<&'static str> {
        ctx.principal().scopes().iter().map(|scope| scope.name()).collect()
    }
}
