//! Things with an id.

use async_graphql::{Context, ID, Interface, Result};

use super::{history::Changeset, job::Job, occupation::Occupation, people::Company, runs::EnrichmentRun};
use crate::{
    domain::access::Scope,
    graphql::{Ask, error::OrInternal, id::NodeId},
    loaders::{CompanyKey, JobKey},
};

/// A thing with an id that is unique across types.
#[derive(Interface, Debug, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id."))]
pub(crate) enum Node {
    /// A job.
    Job(Job),
    /// An occupation.
    Occupation(Occupation),
    /// A company.
    Company(Company),
    /// An enrichment run.
    EnrichmentRun(EnrichmentRun),
    /// A changeset.
    Changeset(Changeset),
}

impl Node {
    /// The thing of that id; null when there is none, or none that the caller may see.
    pub(crate) async fn load(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let (store, principal) = (ctx.service().store(), ctx.principal());
        Ok(match NodeId::parse(id) {
            None => None,
            Some(NodeId::Job(id)) => ctx.loaders().one(JobKey(id)).await.or_internal(ctx)?.map(|job| Self::Job(Job::new(job))),
            Some(NodeId::Company(id)) => {
                ctx.loaders().one(CompanyKey(id)).await.or_internal(ctx)?.map(|company| Self::Company(Company(company)))
            }
            Some(NodeId::Occupation(code)) => Occupation::of(ctx, code).map(Self::Occupation),
            Some(NodeId::EnrichmentRun(id)) if principal.may(Scope::EnrichmentRun) => {
                store.run(principal.audience(), id).await.or_internal(ctx)?.map(|run| Self::EnrichmentRun(EnrichmentRun(run)))
            }
            Some(NodeId::Changeset(id)) if principal.may(Scope::HistoryRead) => {
                store.changeset(principal.audience(), id).await.or_internal(ctx)?.map(|set| Self::Changeset(Changeset(set)))
            }
            Some(NodeId::EnrichmentRun(_) | NodeId::Changeset(_)) => None,
        })
    }
}
