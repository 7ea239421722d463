//! Inputs.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use uuid::Uuid;

use super::{
    enums::{DataSource, JobField, JobKind, JobOrderField, OrderDirection, SocStatus},
    override_inputs::FieldValueInput,
};
use crate::{
    domain::{filter, soc},
    graphql::{Ask, id::NodeId, scalars::SocCode},
    service::{JobUpdate, Update},
};

/// Which job: by its id, or by its slug.
#[derive(OneofObject, Debug)]
pub(crate) enum JobBy {
    /// Its id.
    Id(ID),
    /// Its slug.
    Slug(String),
}

/// Conditions on jobs; all that are given hold together. An empty filter means every job that the caller may see.
#[derive(InputObject, Debug, Default)]
pub(crate) struct JobFilter {
    /// One of these.
    ids: Option<Vec<ID>>,
    /// Of that kind.
    kind: Option<JobKind>,
    /// Of that company.
    company: Option<ID>,
    /// Title or description contain this text, whatever the case.
    search: Option<String>,
    /// With that occupation code.
    soc_code: Option<SocCode>,
    /// With that status of the code.
    soc_status: Option<SocStatus>,
    /// Every one of these fields is a gap.
    missing: Option<Vec<JobField>>,
    /// That field is overridden.
    overridden: Option<JobField>,
    /// That field is overridden, and the official value has changed since.
    drifted: Option<JobField>,
    /// Some field has its value from that source.
    source: Option<DataSource>,
    /// True: some field's value is stale. False: none is.
    stale: Option<bool>,
}

impl JobFilter {
    pub(super) fn of_company(id: Uuid) -> filter::JobFilter {
        filter::JobFilter { company: Some(id), ..filter::JobFilter::default() }
    }

    pub(super) fn of_code(code: soc::SocCode) -> filter::JobFilter {
        filter::JobFilter { soc_code: Some(code), ..filter::JobFilter::default() }
    }

    /// The filter in the store's words. Ids that name no job, or no company, let nothing through.
    pub(crate) fn into_store(self, ctx: &async_graphql::Context<'_>) -> filter::JobFilter {
        let canonical = |code: SocCode| ctx.service().reference().catalogue.canonical(code.0).unwrap_or(code.0);
        filter::JobFilter {
            ids: self.ids.map(|ids| ids.iter().map(|id| NodeId::job(id).unwrap_or_default()).collect()),
            slugs: None,
            kind: self.kind.map(Into::into),
            company: self.company.map(|id| NodeId::company(&id).unwrap_or_default()),
            search: self.search.filter(|text| !text.trim().is_empty()),
            soc_code: self.soc_code.map(canonical),
            soc_status: self.soc_status.map(Into::into),
            missing: self.missing.unwrap_or_default().into_iter().map(Into::into).collect(),
            overridden: self.overridden.map(Into::into),
            drifted: self.drifted.map(Into::into),
            source: self.source.map(Into::into),
            stale: self.stale,
        }
    }
}

/// How jobs are sorted.
#[derive(InputObject, Debug)]
pub(crate) struct JobOrder {
    /// By what.
    field: JobOrderField,
    /// Which way; ascending when absent.
    direction: Option<OrderDirection>,
}

impl From<JobOrder> for filter::JobOrder {
    fn from(order: JobOrder) -> Self {
        Self { key: order.field.into(), descending: order.direction == Some(OrderDirection::Desc) }
    }
}

/// A company to be added.
#[derive(InputObject, Debug)]
pub(crate) struct CreateCompanyInput {
    /// Unique: lower-case letters, digits and single hyphens, at most 80 characters.
    pub(crate) slug: String,
    /// Its name, 1 to 200 characters.
    pub(crate) name: String,
}

/// A job to be created.
#[derive(InputObject, Debug)]
pub(crate) struct CreateJobInput {
    /// What kind of job.
    pub(crate) kind: JobKind,
    /// Its title, 1 to 200 characters.
    pub(crate) title: String,
    /// Unique; made from the title when absent.
    pub(crate) slug: Option<String>,
    /// What it is about, at most 20,000 characters.
    pub(crate) description: Option<String>,
    /// The company of a featured role.
    pub(crate) company: Option<ID>,
    /// Its occupation code: settled for an occupation, a proposal for a featured role.
    pub(crate) soc_code: Option<SocCode>,
    /// Whether it is public; occupations are, roles are not when absent.
    pub(crate) published: Option<bool>,
}

/// What fields of a job are to be.
#[derive(InputObject, Debug)]
pub(crate) struct OverrideFieldsInput {
    /// The job: a featured role, or for platform admins an occupation.
    pub(crate) job_id: ID,
    /// One entry for every field, no field twice.
    pub(crate) values: Vec<FieldValueInput>,
    /// Refuse with CONFLICT when the job has another version.
    pub(crate) expected_version: Option<i32>,
    /// Why, at most 2,000 characters.
    pub(crate) note: Option<String>,
}

/// What to change of a job. What is left out is left alone; null takes a description or a code away.
#[derive(InputObject, Debug)]
pub(crate) struct UpdateJobInput {
    /// The job.
    pub(crate) id: ID,
    /// The title.
    title: MaybeUndefined<String>,
    /// The description.
    description: MaybeUndefined<String>,
    /// The occupation code, as long as it is not approved.
    soc_code: MaybeUndefined<SocCode>,
    /// Whether it is public.
    published: MaybeUndefined<bool>,
    /// Refuse with CONFLICT when the job has another version.
    expected_version: Option<i32>,
}

impl From<UpdateJobInput> for JobUpdate {
    fn from(input: UpdateJobInput) -> Self {
        Self {
            title: update(input.title, |title| title),
            description: update(input.description, |text| text),
            soc_code: update(input.soc_code, |code| code.0),
            published: update(input.published, |published| published),
            expected_version: input.expected_version,
        }
    }
}

fn update<T, U>(value: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Update<U> {
    match value {
        MaybeUndefined::Undefined => Update::Keep,
        MaybeUndefined::Null => Update::Clear,
        MaybeUndefined::Value(value) => Update::Set(read(value)),
    }
}
