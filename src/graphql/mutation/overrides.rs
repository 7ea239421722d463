//! Overrides of fields.

use async_graphql::{Context, ID, Object, Result};

use super::jobs::{done, refused};
use crate::{
    domain::{access::Scope, history, job, overrides::At, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::NodeId,
        types::{
            enums::JobField,
            inputs::OverrideFieldsInput,
            override_inputs::changes,
            payloads::{IntoPayload, JobPayload},
        },
    },
    service::{OverrideFields, RebaseOverride, RestoreFields, ServiceError},
};

#[derive(Debug, Default)]
pub(super) struct Overrides;

#[Object]
impl Overrides {
    /// Overrides fields of a job: by a whole value, by edits on the official list, or by nothing. All of them, or none.
    /// An override that a field has already gives way; fields that are not named are left alone.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn override_fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job, and what its fields are to be.")] input: OverrideFieldsInput,
    ) -> Result<JobPayload> {
        let changed = match read(input) {
            Ok(wanted) => ctx.service().override_fields(ctx.principal(), wanted).await,
            Err(error) => Err(error.into()),
        };
        answer(ctx, changed)
    }

    /// Takes overrides back: the fields answer what they inherit now.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn restore_fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] job_id: ID,
        #[graphql(desc = "Only these fields; all when absent.")] fields: Option<Vec<JobField>>,
        #[graphql(desc = "Refuse with CONFLICT when the job has another version.")] expected_version: Option<i32>,
        #[graphql(desc = "Why, at most 2,000 characters.")] note: Option<String>,
    ) -> Result<JobPayload> {
        let fields: Option<Vec<_>> = fields.map(|fields| fields.into_iter().map(Into::into).collect());
        let changed = match (NodeId::job(&job_id), fields) {
            (None, _) => Err(UserError::not_found("job", &["jobId"]).into()),
            (_, Some(fields)) if fields.is_empty() => {
                Err(UserError::invalid("No field is named: leave `fields` out to restore all of them.", &["fields"]).into())
            }
            (Some(job), fields) => {
                let wanted = RestoreFields { job, fields: fields.unwrap_or_default(), expected_version, note };
                ctx.service().restore_fields(ctx.principal(), wanted).await
            }
        };
        answer(ctx, changed)
    }

    /// Takes the changed official value under an override. Without `takeOfficial`, what is shown stays as it is, and counts
    /// as up to date from now on.
    #[graphql(guard = "Needs(Scope::OverridesWrite)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::OverridesWrite])))]
    async fn rebase_override(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] job_id: ID,
        #[graphql(desc = "The field.")] field: JobField,
        #[graphql(desc = "The keys of conflicts that are to be as the official data has them.")] take_official: Option<Vec<ID>>,
        #[graphql(desc = "Refuse with CONFLICT when the job has another version.")] expected_version: Option<i32>,
        #[graphql(desc = "Why, at most 2,000 characters; the note of the override stays when absent.")] note: Option<String>,
    ) -> Result<JobPayload> {
        let take_official = take_official.unwrap_or_default().into_iter().map(|key| key.0).collect();
        let changed = match NodeId::job(&job_id) {
            Some(job) => {
                let wanted = RebaseOverride { job, field: field.into(), take_official, expected_version, note };
                ctx.service().rebase_override(ctx.principal(), wanted).await
            }
            None => Err(UserError::not_found("job", &["jobId"]).into()),
        };
        answer(ctx, changed)
    }
}

fn read(input: OverrideFieldsInput) -> Result<OverrideFields, UserError> {
    let job = NodeId::job(&input.job_id).ok_or_else(|| UserError::not_found("job", &["input", "jobId"]))?;
    let changes = changes(input.values, &At::new(&["input", "values"]))?;
    Ok(OverrideFields { job, changes, expected_version: input.expected_version, note: input.note })
}

/// What was loaded before the change is no longer so.
fn answer(ctx: &Context<'_>, changed: Result<(job::Job, Option<history::Changeset>), ServiceError>) -> Result<JobPayload> {
    ctx.loaders().forget();
    changed.into_payload(ctx, done, refused)
}
