//! Reviews of SOC codes.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, history, soc::review::Review, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::NodeId,
        scalars::SocCode,
        types::{
            history::Changeset,
            payloads::{self, IntoPayload, SocReviewPayload},
        },
    },
    service::{ServiceError, soc::Approval},
};

#[derive(Debug, Default)]
pub(super) struct Reviews;

#[Object]
impl Reviews {
    /// Ranks codes for a job anew, and puts them before a person. A pending review of the job is superseded.
    #[graphql(guard = "Needs(Scope::SocReview)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::SocReview])))]
    async fn request_soc_review(&self, ctx: &Context<'_>, #[graphql(desc = "The job.")] job_id: ID) -> Result<SocReviewPayload> {
        let opened = match NodeId::job(&job_id) {
            Some(job) => ctx.service().request_soc_review(ctx.principal(), job).await,
            None => Err(no_job()),
        };
        answer(ctx, opened)
    }

    /// Approves a code and locks it. The job then inherits the data of that occupation, and its enrichment is queued.
    #[graphql(guard = "Needs(Scope::SocReview)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::SocReview])))]
    async fn approve_soc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pending review.")] review_id: ID,
        #[graphql(desc = "Any occupation; the first candidate when absent.")] code: Option<SocCode>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<SocReviewPayload> {
        let approved = match NodeId::review(&review_id) {
            Some(review) => {
                let approval = Approval { review, code: code.map(|code| code.0), note, judged: true };
                ctx.service().approve_soc(ctx.principal(), approval).await
            }
            None => Err(no_review()),
        };
        answer(ctx, approved)
    }

    /// Ends a review without a code.
    #[graphql(guard = "Needs(Scope::SocReview)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::SocReview])))]
    async fn reject_soc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pending review.")] review_id: ID,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<SocReviewPayload> {
        let rejected = match NodeId::review(&review_id) {
            Some(review) => ctx.service().reject_soc(ctx.principal(), review, note.as_deref()).await,
            None => Err(no_review()),
        };
        answer(ctx, rejected)
    }

    /// Puts an approved code into question, and makes a new review. The job inherits nothing until a code is approved
    /// again; what a company has set in place of inherited values stays.
    #[graphql(guard = "Needs(Scope::SocReview)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::SocReview])))]
    async fn reopen_soc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] job_id: ID,
        #[graphql(desc = "Why, 1 to 2,000 characters.")] note: String,
    ) -> Result<SocReviewPayload> {
        let reopened = match NodeId::job(&job_id) {
            Some(job) => ctx.service().reopen_soc(ctx.principal(), job, &note).await,
            None => Err(no_job()),
        };
        answer(ctx, reopened)
    }
}

fn no_job() -> ServiceError {
    UserError::not_found("job", &["jobId"]).into()
}

fn no_review() -> ServiceError {
    UserError::not_found("SOC review", &["reviewId"]).into()
}

fn answer(ctx: &Context<'_>, done: Result<(Review, history::Changeset), ServiceError>) -> Result<SocReviewPayload> {
    // What was loaded before is out of date.
    ctx.loaders().forget();
    done.into_payload(
        ctx,
        |(review, set)| SocReviewPayload { review: Some(review.into()), changeset: Some(Changeset(set)), errors: vec![] },
        |errors: Vec<payloads::UserError>| SocReviewPayload { errors, ..SocReviewPayload::default() },
    )
}
