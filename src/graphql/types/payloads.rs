//! What mutations answer: the result, or what the caller can mend.

use async_graphql::{Context, ID, Interface, Result, SimpleObject};

use super::{
    bulk::BulkOperation, enums::UserErrorCode, history::Changeset, job::Job, keys::ApiKey, people::Company, review::SocReview,
    runs::EnrichmentRun, webhooks::WebhookEndpoint,
};
use crate::{domain::user_error, graphql::error::OrInternal, service::ServiceError};

/// What the caller can mend. Failures of the system are GraphQL errors with `extensions.code`.
#[derive(SimpleObject, Debug, Clone)]
pub(crate) struct UserError {
    /// The kind.
    code: UserErrorCode,
    /// What was wrong, and what is allowed.
    message: String,
    /// Where: names from the mutation's argument inwards.
    path: Vec<String>,
}

impl From<user_error::UserError> for UserError {
    fn from(error: user_error::UserError) -> Self {
        Self { code: error.code.into(), message: error.message, path: error.path }
    }
}

/// What createJob, updateJob and the like answer.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct JobPayload {
    /// The job as it is now; null when nothing was done.
    pub(crate) job: Option<Job>,
    /// What was changed; null when nothing was.
    pub(crate) changeset: Option<Changeset>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

/// What createCompany answers.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct CompanyPayload {
    /// The company; null when nothing was done.
    pub(crate) company: Option<Company>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

/// What createApiKey and revokeApiKey answer.
#[derive(SimpleObject, Default)]
pub(crate) struct ApiKeyPayload {
    /// The key; null when nothing was done.
    pub(crate) api_key: Option<ApiKey>,
    /// The key itself, which is told once; null when it was told already.
    pub(crate) secret: Option<String>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

impl std::fmt::Debug for ApiKeyPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyPayload").field("api_key", &self.api_key).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// What createWebhookEndpoint, rotateWebhookSecret and redeliver answer.
#[derive(SimpleObject, Default)]
pub(crate) struct WebhookEndpointPayload {
    /// The endpoint; null when nothing was done.
    pub(crate) endpoint: Option<WebhookEndpoint>,
    /// The key that signs, which is told once; null when it was told already.
    pub(crate) secret: Option<String>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

impl std::fmt::Debug for WebhookEndpointPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookEndpointPayload").field("endpoint", &self.endpoint).field("errors", &self.errors).finish_non_exhaustive()
    }
}

/// What a deletion answers.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct DeletePayload {
    /// The id of what is no longer there; null when nothing was done.
    pub(crate) deleted_id: Option<ID>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

/// What enrichJob, enrichJobs and cancelEnrichmentRun answer.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct EnrichmentPayload {
    /// The run; null when nothing was done.
    pub(crate) run: Option<EnrichmentRun>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

/// What operations on many jobs answer.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct BulkPayload {
    /// The operation; null when nothing was begun. With more than a hundred jobs it goes on in the background.
    pub(crate) operation: Option<BulkOperation>,
    /// Why nothing was begun; empty when it was. What went wrong at single jobs is in the operation's results.
    pub(crate) errors: Vec<UserError>,
}

/// What requestSocReview, approveSoc and the like answer.
#[derive(SimpleObject, Debug, Default)]
pub(crate) struct SocReviewPayload {
    /// The review as it is now; null when nothing was done.
    pub(crate) review: Option<SocReview>,
    /// What was changed; null when nothing was.
    pub(crate) changeset: Option<Changeset>,
    /// Why nothing was done; empty when it was.
    pub(crate) errors: Vec<UserError>,
}

/// What every mutation answers.
#[derive(Interface, Debug)]
#[graphql(field(name = "errors", ty = "&Vec<UserError>", desc = "Why nothing was done; empty when it was."))]
pub(crate) enum MutationPayload {
    /// A job.
    Job(JobPayload),
    /// A company.
    Company(CompanyPayload),
    /// A deletion.
    Delete(DeletePayload),
    /// A run.
    Enrichment(EnrichmentPayload),
    /// A bulk operation.
    Bulk(BulkPayload),
    /// A review.
    SocReview(SocReviewPayload),
    /// A key.
    ApiKey(ApiKeyPayload),
    /// A webhook endpoint.
    WebhookEndpoint(WebhookEndpointPayload),
}

/// Turns what a verb answers into a payload: user errors are data.
pub(crate) trait IntoPayload<T> {
    fn into_payload<P>(self, ctx: &Context<'_>, done: impl FnOnce(T) -> P, refused: impl FnOnce(Vec<UserError>) -> P) -> Result<P>;
}

impl<T> IntoPayload<T> for Result<T, ServiceError> {
    fn into_payload<P>(self, ctx: &Context<'_>, done: impl FnOnce(T) -> P, refused: impl FnOnce(Vec<UserError>) -> P) -> Result<P> {
        match self {
            Err(ServiceError::User(errors)) => Ok(refused(errors.into_iter().map(Into::into).collect())),
            other => other.or_internal(ctx).map(done),
        }
    }
}
