//! Things with an id.

use async_graphql::{Context, ID, Interface, Result};

use super::{
    bulk::BulkOperation,
    history::Changeset,
    job::Job,
    keys::ApiKey,
    occupation::Occupation,
    people::Company,
    review::SocReview,
    runs::EnrichmentRun,
    webhooks::{WebhookDelivery, WebhookEndpoint},
};
use crate::{
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
    /// A bulk operation.
    BulkOperation(BulkOperation),
    /// A review of a job's SOC code.
    SocReview(SocReview),
    /// The key of a program.
    ApiKey(ApiKey),
    /// An address that is told of what happens.
    WebhookEndpoint(WebhookEndpoint),
    /// An event that an endpoint is told.
    WebhookDelivery(WebhookDelivery),
}

impl Node {
    /// The thing of that id; null when there is none, or none that the caller may see.
    pub(crate) async fn load(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let (service, principal) = (ctx.service(), ctx.principal());
        Ok(match NodeId::parse(id) {
            None => None,
            Some(NodeId::Job(id)) => ctx.loaders().one(JobKey(id)).await.or_internal(ctx)?.map(|job| Self::Job(Job::new(job))),
            Some(NodeId::Company(id)) => {
                ctx.loaders().one(CompanyKey(id)).await.or_internal(ctx)?.map(|company| Self::Company(Company(company)))
            }
            Some(NodeId::Occupation(code)) => Occupation::of(ctx, code).map(Self::Occupation),
            Some(NodeId::EnrichmentRun(id)) => {
                service.enrichment_run(principal, id).await.or_internal(ctx)?.map(|run| Self::EnrichmentRun(EnrichmentRun(run)))
            }
            Some(NodeId::Changeset(id)) => {
                service.changeset(principal, id).await.or_internal(ctx)?.map(|set| Self::Changeset(Changeset(set)))
            }
            Some(NodeId::BulkOperation(id)) => {
                service.bulk_operation(principal, id).await.or_internal(ctx)?.map(|one| Self::BulkOperation(BulkOperation(one)))
            }
            Some(NodeId::SocReview(id)) => {
                service.soc_review(principal, id).await.or_internal(ctx)?.map(|review| Self::SocReview(review.into()))
            }
            Some(NodeId::WebhookEndpoint(id)) => {
                service.webhook_endpoint(principal, id).await.or_internal(ctx)?.map(|one| Self::WebhookEndpoint(WebhookEndpoint(one)))
            }
            Some(NodeId::WebhookDelivery(id)) => {
                service.webhook_delivery(principal, id).await.or_internal(ctx)?.map(|one| Self::WebhookDelivery(WebhookDelivery(one)))
            }
            Some(NodeId::ApiKey(id)) => service.api_key(principal, id).await.or_internal(ctx)?.map(|key| Self::ApiKey(ApiKey(key))),
        })
    }
}
