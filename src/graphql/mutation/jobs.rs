//! Jobs.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::{NodeId, named_company},
        types::{
            history::Changeset,
            inputs::{CreateJobInput, UpdateJobInput},
            job::Job,
            payloads::{DeletePayload, IntoPayload, JobPayload},
        },
    },
    service::{JobInput, ServiceError},
};

#[derive(Debug, Default)]
pub(super) struct Jobs;

#[Object]
impl Jobs {
    /// Creates a job. With an occupation code that is settled, it is enriched at once.
    #[graphql(guard = "Needs(Scope::JobsWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::JobsWrite])))]
    async fn create_job(&self, ctx: &Context<'_>, #[graphql(desc = "The job.")] input: CreateJobInput) -> Result<JobPayload> {
        let created = match read(input) {
            Ok(input) => ctx.service().create_job(ctx.principal(), input).await.map(|(job, set)| (job, Some(set))),
            Err(error) => Err(error),
        };
        created.into_payload(ctx, done, refused)
    }

    /// Changes a job. What is left out is left alone.
    #[graphql(guard = "Needs(Scope::JobsWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::JobsWrite])))]
    async fn update_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job, and what to change.")] input: UpdateJobInput,
    ) -> Result<JobPayload> {
        let updated = match NodeId::job(&input.id) {
            Some(id) => ctx.service().update_job(ctx.principal(), id, input.into()).await,
            None => Err(UserError::not_found("job", &["input", "id"]).into()),
        };
        updated.into_payload(ctx, done, refused)
    }

    /// Deletes a job. History keeps what it was.
    #[graphql(guard = "Needs(Scope::JobsWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::JobsWrite])))]
    async fn delete_job(&self, ctx: &Context<'_>, #[graphql(desc = "The job.")] id: ID) -> Result<DeletePayload> {
        let deleted = match NodeId::job(&id) {
            Some(job) => ctx.service().delete_job(ctx.principal(), job).await,
            None => Err(UserError::not_found("job", &["id"]).into()),
        };
        deleted.into_payload(
            ctx,
            |()| DeletePayload { deleted_id: Some(id), errors: vec![] },
            |errors| DeletePayload { errors, ..DeletePayload::default() },
        )
    }
}

fn read(input: CreateJobInput) -> Result<JobInput, ServiceError> {
    Ok(JobInput {
        kind: input.kind.into(),
        title: input.title,
        slug: input.slug,
        description: input.description,
        company: named_company(input.company.as_ref())?,
        soc_code: input.soc_code.map(|code| code.0),
        published: input.published,
        metadata: serde_json::Value::Null,
    })
}

pub(super) fn done((job, changeset): (crate::domain::job::Job, Option<crate::domain::history::Changeset>)) -> JobPayload {
    JobPayload { job: Some(Job::new(job)), changeset: changeset.map(Changeset), errors: vec![] }
}

pub(super) fn refused(errors: Vec<crate::graphql::types::payloads::UserError>) -> JobPayload {
    JobPayload { errors, ..JobPayload::default() }
}
