//! A person's word on what an assistant drafted.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, history, job, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::NodeId,
        types::{
            enums::JobField,
            history::Changeset,
            job::Job,
            payloads::{self, IntoPayload, JobPayload},
        },
    },
    service::{ServiceError, Word},
};

#[derive(Debug, Default)]
pub(super) struct Drafts;

#[Object]
impl Drafts {
    /// Approves the draft of a field. Its source stays AI; who approved it, when and why stands in its provenance. It does not
    /// become stale any more, and is not drafted anew. A draft that the job inherits is the occupation's: only a platform
    /// admin may approve it, for all jobs that inherit it.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn approve_ai_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] job_id: ID,
        #[graphql(desc = "The field.")] field: JobField,
        #[graphql(desc = "Why; at most 2,000 characters.")] note: Option<String>,
    ) -> Result<JobPayload> {
        let approved = match word(&job_id, field, note) {
            Ok(word) => ctx.service().approve_ai_value(ctx.principal(), &word).await,
            Err(error) => Err(error),
        };
        approved.into_payload(ctx, done, refused)
    }

    /// Drops the draft of a field; none of its items is drafted again. With `regenerate` another draft is queued, as
    /// `enrichment.lastRun` of the job tells; where the assistant has no other, its outcome and the gap say so. Without it the field
    /// is not drafted again until it is enriched with `force`. A draft that the job inherits is the occupation's: only a
    /// platform admin may reject it.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn reject_ai_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] job_id: ID,
        #[graphql(desc = "The field.")] field: JobField,
        #[graphql(desc = "Draft another value that differs; false when absent.")] regenerate: Option<bool>,
        #[graphql(desc = "Why; at most 2,000 characters.")] note: Option<String>,
    ) -> Result<JobPayload> {
        let rejected = match word(&job_id, field, note) {
            Ok(word) => ctx.service().reject_ai_value(ctx.principal(), &word, regenerate.unwrap_or(false)).await,
            Err(error) => Err(error),
        };
        rejected.into_payload(ctx, done, refused)
    }
}

fn word(job: &ID, field: JobField, note: Option<String>) -> Result<Word, ServiceError> {
    let job = NodeId::job(job).ok_or_else(|| UserError::not_found("job", &["jobId"]))?;
    Ok(Word { job, field: field.into(), note })
}

fn done((job, changeset): (job::Job, history::Changeset)) -> JobPayload {
    JobPayload { job: Some(Job::new(job)), changeset: Some(Changeset(changeset)), errors: vec![] }
}

fn refused(errors: Vec<payloads::UserError>) -> JobPayload {
    JobPayload { errors, ..JobPayload::default() }
}
