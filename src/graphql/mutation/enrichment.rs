//! Enrichment.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, MANY, cost},
        guard::{Needs, any_of, scopes},
        id::NodeId,
        types::{
            enums::JobField,
            inputs::JobFilter,
            payloads::{EnrichmentPayload, IntoPayload},
            runs::EnrichmentRun,
        },
    },
    service::EnrichOptions,
};

#[derive(Debug, Default)]
pub(super) struct Enrichment;

#[Object]
impl Enrichment {
    /// Queues the question about one job to all providers. The run tells how far it is.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn enrich_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] id: ID,
        #[graphql(desc = "Only these fields; all when absent.")] fields: Option<Vec<JobField>>,
        #[graphql(desc = "Ask again though what is known is still fresh.")] force: Option<bool>,
    ) -> Result<EnrichmentPayload> {
        let run = match NodeId::job(&id) {
            Some(job) => ctx.service().enrich_job(ctx.principal(), job, &options(fields, force)).await,
            None => Err(UserError::not_found("job", &["id"]).into()),
        };
        run.into_payload(ctx, done, refused)
    }

    /// Queues the question about all jobs that a filter lets through, as one run.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn enrich_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which jobs.")] filter: JobFilter,
        #[graphql(desc = "Only these fields; all when absent.")] fields: Option<Vec<JobField>>,
        #[graphql(desc = "Ask again though what is known is still fresh.")] force: Option<bool>,
    ) -> Result<EnrichmentPayload> {
        let filter = filter.into_store(ctx);
        let run = ctx.service().enrich_jobs(ctx.principal(), &filter, &options(fields, force)).await;
        run.into_payload(ctx, done, refused)
    }

    /// Calls a run off. Jobs that nobody has begun are not asked about; what was written stays.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn cancel_enrichment_run(&self, ctx: &Context<'_>, #[graphql(desc = "The run.")] id: ID) -> Result<EnrichmentPayload> {
        let run = match NodeId::parse(&id) {
            Some(NodeId::EnrichmentRun(run)) => ctx.service().cancel_run(ctx.principal(), run).await,
            _ => Err(UserError::not_found("enrichment run", &["id"]).into()),
        };
        run.into_payload(ctx, done, refused)
    }
}

fn options(fields: Option<Vec<JobField>>, force: Option<bool>) -> EnrichOptions {
    EnrichOptions { fields: fields.unwrap_or_default().into_iter().map(Into::into).collect(), force: force.unwrap_or(false) }
}

fn done(run: crate::domain::run::Run) -> EnrichmentPayload {
    EnrichmentPayload { run: Some(EnrichmentRun(run)), errors: vec![] }
}

fn refused(errors: Vec<crate::graphql::types::payloads::UserError>) -> EnrichmentPayload {
    EnrichmentPayload { errors, ..EnrichmentPayload::default() }
}
