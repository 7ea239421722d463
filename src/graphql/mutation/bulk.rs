//! Operations on many jobs.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, bulk, fields::Field, overrides::At, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, MANY, cost},
        guard::{Needs, NeedsOneOf, any_of, scopes},
        id::NodeId,
        types::{
            bulk::BulkOperation,
            enums::JobField,
            inputs::JobFilter,
            override_inputs::{FieldValueInput, changes},
            payloads::{BulkPayload, IntoPayload},
        },
    },
    service::{BulkOptions, MAY_SEE_BULK, ServiceError},
};

#[derive(Debug, Default)]
pub(super) struct Bulk;

#[Object]
impl Bulk {
    /// Undoes one changeset, that of a bulk operation too. What was changed again since is left, and told as a conflict. It takes
    /// the scopes that it took to make the changes.
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK[..3])", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&MAY_SEE_BULK[..3])))]
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
        answer(ctx, operation)
    }

    /// Overrides fields of all jobs that a filter lets through. An override that a field has already gives way.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn bulk_override(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which jobs; as they are when it starts, at most 100,000.")] filter: JobFilter,
        #[graphql(desc = "What their fields are to be.")] values: Vec<FieldValueInput>,
        #[graphql(desc = "Only tell what would come of it.")] dry_run: Option<bool>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<BulkPayload> {
        let filter = filter.into_store(ctx);
        let operation = match changes(values, &At::new(&["values"])) {
            Ok(changes) => ctx.service().bulk_override(ctx.principal(), &filter, changes, options(dry_run, note)).await,
            Err(error) => Err(error.into()),
        };
        answer(ctx, operation)
    }

    /// Copies the overrides of one job to others: the operations, not what they show. Each is laid over the other job's own
    /// official list; operations whose items that does not have are left out and told.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn copy_overrides(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job that has them.")] from: ID,
        #[graphql(desc = "The jobs that get them.")] to: Vec<ID>,
        #[graphql(desc = "Only of these fields; all when absent.")] fields: Option<Vec<JobField>>,
        #[graphql(desc = "Only tell what would come of it.")] dry_run: Option<bool>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<BulkPayload> {
        let to: Vec<_> = to.iter().map(NodeId::job).collect();
        let operation = match named(fields) {
            Ok(fields) => ctx.service().copy_overrides(ctx.principal(), NodeId::job(&from), &to, fields, options(dry_run, note)).await,
            Err(error) => Err(error.into()),
        };
        answer(ctx, operation)
    }

    /// Takes the overrides of all jobs that a filter lets through back: their fields answer what they inherit now.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn bulk_restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which jobs; as they are when it starts, at most 100,000.")] filter: JobFilter,
        #[graphql(desc = "Only these fields; all when absent.")] fields: Option<Vec<JobField>>,
        #[graphql(desc = "Only tell what would come of it.")] dry_run: Option<bool>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<BulkPayload> {
        let filter = filter.into_store(ctx);
        let operation = match named(fields) {
            Ok(fields) => ctx.service().bulk_restore(ctx.principal(), &filter, fields, options(dry_run, note)).await,
            Err(error) => Err(error.into()),
        };
        answer(ctx, operation)
    }

    /// Approves the first candidate in all pending reviews in which its confidence is high enough. The operation's
    /// `expectedPrecision` tells how many are to be expected right: ask with `dryRun` first.
    #[graphql(name = "bulkApproveSoc", guard = "Needs(Scope::SocReview)", directive = cost::apply(MANY.into()), directive = scopes::apply(any_of(&[Scope::SocReview])))]
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
    #[graphql(guard = "NeedsOneOf(&MAY_SEE_BULK[..3])", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&MAY_SEE_BULK[..3])))]
    async fn cancel_bulk_operation(&self, ctx: &Context<'_>, #[graphql(desc = "The operation.")] id: ID) -> Result<BulkPayload> {
        let operation = match NodeId::parse(&id) {
            Some(NodeId::BulkOperation(id)) => ctx.service().cancel_bulk(ctx.principal(), id).await,
            _ => Err(UserError::not_found("bulk operation", &["id"]).into()),
        };
        answer(ctx, operation)
    }
}

fn options(dry_run: Option<bool>, note: Option<String>) -> BulkOptions {
    BulkOptions { dry_run: dry_run.unwrap_or(false), note }
}

fn named(fields: Option<Vec<JobField>>) -> Result<Vec<Field>, UserError> {
    match fields {
        Some(fields) if fields.is_empty() => {
            Err(UserError::invalid("No field is named: leave `fields` out to mean all of them.", &["fields"]))
        }
        fields => Ok(fields.unwrap_or_default().into_iter().map(Into::into).collect()),
    }
}

/// What was loaded before the change is no longer so.
fn answer(ctx: &Context<'_>, operation: Result<bulk::BulkOperation, ServiceError>) -> Result<BulkPayload> {
    ctx.loaders().forget();
    operation.into_payload(ctx, done, refused)
}

fn done(operation: bulk::BulkOperation) -> BulkPayload {
    BulkPayload { operation: Some(BulkOperation(operation)), errors: vec![] }
}

fn refused(errors: Vec<crate::graphql::types::payloads::UserError>) -> BulkPayload {
    BulkPayload { errors, ..BulkPayload::default() }
}
