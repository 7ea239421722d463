//! Subscriptions.

#![expect(clippy::unused_async, reason = "the library's resolvers are async")]

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt};

use super::{
    Ask,
    cost::{STATEMENT, cost},
    error::{OrInternal, invalid},
    guard::{Needs, NeedsOneOf, any_of, scopes},
    id::NodeId,
    types::{bulk::BulkOperation, job::Job, runs::EnrichmentRun},
};
use crate::{domain::access::Scope, service::MAY_SEE_BULK};

/// What can be listened to.
#[derive(Debug, Clone, Copy)]
pub struct Live;

/// The most jobs that one subscription names.
const MAX_IDS: usize = 1_000;

/// What can be listened to.
#[Subscription(name = "Subscription")]
impl Live {
    /// A job whenever it, or one of its fields, has changed, on whichever replica. A subscriber that is slow may miss
    /// steps in between, never the latest one.
    #[graphql(directive = cost::apply(STATEMENT.into()))]
    async fn job_changed<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only these jobs, at most 1,000; all that the caller may see when absent.")] ids: Option<Vec<ID>>,
    ) -> Result<impl Stream<Item = Result<Job>> + 'a> {
        if ids.as_ref().is_some_and(|ids| ids.len() > MAX_IDS) {
            return Err(invalid(format!("`ids` holds at most {MAX_IDS} ids.")));
        }
        let ids = ids.map(|ids| ids.iter().filter_map(NodeId::job).collect());
        let (loaders, changes) = (ctx.loaders(), ctx.service().job_changes(ctx.principal().clone(), ids));
        let request = ctx.data_opt::<super::RequestId>().cloned();
        Ok(changes.map(move |job| {
            // What was loaded for the last change is out of date.
            loaders.forget();
            job.map(Job::new).map_err(|error| super::error::internal_of(request.as_ref(), &error.into()))
        }))
    }

    /// A run whenever it is further, until it is over.
    #[graphql(guard = "Needs(Scope::EnrichmentRun)", directive = cost::apply(STATEMENT.into()), directive = scopes::apply(any_of(&[Scope::EnrichmentRun])))]
    async fn enrichment_progress<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The run.")] run_id: ID,
    ) -> Result<impl Stream<Item = Result<EnrichmentRun>> + 'a> {
        let found = match NodeId::parse(&run_id) {
            Some(NodeId::EnrichmentRun(id)) => ctx.service().enrichment_run(ctx.principal(), id).await.or_internal(ctx)?,
            _ => None,
        };
        let run = found.ok_or_else(|| invalid("There is no such enrichment run."))?;
        let request = ctx.data_opt::<super::RequestId>().cloned();
        let progress = ctx.service().run_progress(ctx.principal().clone(), run.id);
        Ok(progress.map(move |run| run.map(EnrichmentRun).map_err(|error| super::error::internal_of(request.as_ref(), &error.into()))))
    }

    /// A bulk operation whenever it is further, on whichever replica, until it is over.
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK)", directive = cost::apply(STATEMENT.into()), directive = scopes::apply(any_of(&MAY_SEE_BULK)))]
    async fn bulk_operation_progress<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The operation.")] id: ID,
    ) -> Result<impl Stream<Item = Result<BulkOperation>> + 'a> {
        let found = match NodeId::parse(&id) {
            Some(NodeId::BulkOperation(id)) => ctx.service().bulk_operation(ctx.principal(), id).await.or_internal(ctx)?,
            _ => None,
        };
        let operation = found.ok_or_else(|| invalid("There is no such bulk operation."))?;
        let request = ctx.data_opt::<super::RequestId>().cloned();
        let (loaders, progress) = (ctx.loaders(), ctx.service().bulk_progress(ctx.principal().clone(), operation.id));
        Ok(progress.map(move |now| {
            // What was loaded for the last step is out of date.
            loaders.forget();
            now.map(BulkOperation).map_err(|error| super::error::internal_of(request.as_ref(), &error.into()))
        }))
    }
}
