//! Operations on many jobs.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, user_error::UserError},
    graphql::{
        Ask,
        guard::{Needs, NeedsOneOf},
        id::NodeId,
        types::{
            bulk::BulkOperation,
            payloads::{BulkPayload, IntoPayload},
        },
    },
    service::{BulkOptions, MAY_SEE_BULK},
};

#[derive(Debug, Default)]
pub(super) struct Bulk;

#[Object]
impl Bulk {
    /// Undoes one changeset, that of a bulk operation too. What was changed again since is left, and told as a conflict.
    #[graphql(guard = "Needs(Scope::JobsWrite)")]
    async fn revert_changeset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changeset.")] id: ID,
        #[graphql(desc = "Only tell what would come of it.")] dry_run: Option<bool>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<BulkPayload> {
        let operation = match NodeId::parse(&id) {
            Some(NodeId::Changeset(id)) => ctx.service().revert_changeset(ctx.principal(), id, options(dry_run, note)).await,
            _ => Err(UserError::not_found("changeset", &["id"]).into()),
        };
        operation.into_payload(ctx, done, refused)
    }

    /// Approves the first candidate in all pending reviews in which its confidence is high enough. The operation's
    /// `expectedPrecision` tells how many are to be expected right: ask with `dryRun` first.
    #[graphql(name = "bulkApproveSoc", guard = "Needs(Scope::SocReview)")]
    async fn bulk_approve_soc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The least confidence, 0 to 1.")] min_confidence: f64,
        #[graphql(desc = "Only tell what would come of it.")] dry_run: Option<bool>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<BulkPayload> {
        let operation = ctx.service().bulk_approve_soc(ctx.principal(), min_confidence, options(dry_run, note)).await;
        operation.into_payload(ctx, done, refused)
    }

    /// Calls a bulk operation off. What was done by then stays, and can be undone.
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK[..3])")]
    async fn cancel_bulk_operation(&self, ctx: &Context<'_>, #[graphql(desc = "The operation.")] id: ID) -> Result<BulkPayload> {
        let operation = match NodeId::parse(&id) {
            Some(NodeId::BulkOperation(id)) => ctx.service().cancel_bulk(ctx.principal(), id).await,
            _ => Err(UserError::not_found("bulk operation", &["id"]).into()),
        };
        operation.into_payload(ctx, done, refused)
    }
}

fn options(dry_run: Option<bool>, note: Option<String>) -> BulkOptions {
    BulkOptions { dry_run: dry_run.unwrap_or(false), note }
}

fn done(operation: crate::domain::bulk::BulkOperation) -> BulkPayload {
    BulkPayload { operation: Some(BulkOperation(operation)), errors: vec![] }
}

fn refused(errors: Vec<crate::graphql::types::payloads::UserError>) -> BulkPayload {
    BulkPayload { errors, ..BulkPayload::default() }
}
