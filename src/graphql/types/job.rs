//! Jobs.

#![expect(clippy::unused_async, reason = "the library's resolvers are async")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use super::{
    coverage::JobCoverage,
    enums::{JobField, JobKind, SocStatus},
    field_view::{JobFieldView, views},
    fields::Wire,
    history::Change,
    occupation::Occupation,
    people::{Actor, Company},
    review::SocReview,
    runs::EnrichmentState,
    skills::SkillMapping,
};
use crate::{
    domain::{
        access::Scope,
        fields::{Field, job_fields},
        job,
        precedence::Precedence,
        profile::Profile,
        values,
    },
    graphql::{
        Ask,
        cost::{CHANGE, Listed, Paged, STATEMENT, cost},
        error::OrInternal,
        guard::{Needs, any_of, scopes},
        id::NodeId,
        page::{self, Counted, PageArgs, Total},
    },
    loaders::{GivenSkillsKey, LastReviewKey, LastRunKey, ProfileKey},
};

/// An occupation offered to everybody, or one company's own role.
#[derive(Debug, Clone)]
pub(crate) struct Job(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    job: Arc<job::Job>,
    profile: OnceCell<Arc<Profile>>,
    /// The moment at which it is looked at, when that is past.
    past: Option<DateTime<Utc>>,
}

impl Job {
    pub(crate) fn new(job: impl Into<Arc<job::Job>>) -> Self {
        Self(Arc::new(Loaded { job: job.into(), profile: OnceCell::new(), past: None }))
    }

    /// A job as it was, with the profile that it had.
    fn as_it_was(job: job::Job, profile: Arc<Profile>, at: DateTime<Utc>) -> Self {
        Self(Arc::new(Loaded { job: job.into(), profile: OnceCell::new_with(Some(profile)), past: Some(at) }))
    }
}

impl Loaded {
    /// All fields, loaded at the first that is asked for.
    async fn profile(&self, ctx: &Context<'_>) -> Result<&Arc<Profile>> {
        let load = async || {
            let empty = || Arc::new(Profile::lay(None, None, &[], &"".into(), &Precedence::default()));
            Ok(ctx.loaders().one(ProfileKey::from(&*self.job)).await.or_internal(ctx)?.unwrap_or_else(empty))
        };
        self.profile.get_or_try_init(load).await
    }
}

/// An occupation offered to everybody, or one company's own role.
#[Object]
impl Job {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::Job(self.0.job.id).into()
    }

    /// Unique, for addresses; made from the title.
    async fn slug(&self) -> &str {
        &self.0.job.slug
    }

    /// What kind of job.
    async fn kind(&self) -> JobKind {
        self.0.job.kind.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.job.title
    }

    /// What it is about. A job without words of its own answers the description of the occupation that it inherits from.
    async fn description(&self, ctx: &Context<'_>) -> Option<String> {
        let inherited = || Some(ctx.service().reference().catalogue.get(self.0.job.inherits_from()?)?.description.to_string());
        self.0.job.description.clone().or_else(inherited)
    }

    /// The company that offers it; null for an occupation.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match self.0.job.company_id {
            Some(id) => Company::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Its occupation code, and how far that is settled.
    async fn soc(&self) -> SocAssignment {
        SocAssignment(Arc::clone(&self.0.job))
    }

    /// Only published jobs are public; occupations are from the start.
    async fn published(&self) -> bool {
        self.0.job.published
    }

    /// Grows with every change of the job or of one of its fields.
    async fn version(&self) -> i32 {
        self.0.job.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.job.created_at
    }

    /// When it, or one of its fields, was changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.job.updated_at
    }

    #[graphql(flatten)]
    async fn provenanced(&self) -> JobFields {
        JobFields(Arc::clone(&self.0))
    }

    /// The same fields in one shape, for admin screens.
    #[graphql(directive = Listed::apply(11, &["names"]))]
    async fn fields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these; all when absent.")] names: Option<Vec<JobField>>,
    ) -> Result<Vec<JobFieldView>> {
        let profile = self.0.profile(ctx).await?;
        let of = (Arc::clone(&self.0.job), self.0.past);
        Ok(views(names, Some(&of), |field| Arc::clone(profile.field(field))))
    }

    /// How many of its fields have a value, and why the others have none.
    async fn coverage(&self, ctx: &Context<'_>) -> Result<JobCoverage> {
        Ok(self.0.profile(ctx).await?.coverage(&self.0.job, &ctx.service().standing()).into())
    }

    /// What happened to it and to its fields, the newest first; told to those who may read history.
    #[graphql(guard = "Needs(Scope::HistoryRead)", directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]), directive = scopes::apply(any_of(&[Scope::HistoryRead])))]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what happened to this field.")] field: Option<JobField>,
    ) -> Result<Counted<Change>> {
        let (job, field) = (&self.0.job, field.map(Into::into));
        let request = PageArgs::forwards(first, after).request("history", |place| place.parse().ok())?;
        let found = ctx.service().history(ctx.principal(), job, field, &request).await.or_internal(ctx)?;
        Ok(page::connection(
            found,
            Total::History(Arc::clone(job), field),
            |(_, change)| page::encode("history", &change.id.to_string(), change.id),
            |(changeset, change)| Change { changeset, change },
        ))
    }

    /// The job as it stood at that moment, with the provenance it had then; null before it existed, and while it was deleted.
    /// Of its enrichment it tells only until when its values were fresh; titles of occupations are those in force now.
    #[graphql(directive = cost::apply(CHANGE.into()))]
    async fn as_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The moment; what is to come is as it is now.")] at: DateTime<Utc>,
    ) -> Result<Option<Job>> {
        let found = ctx.service().job_as_of(ctx.principal(), self.0.job.id, at).await.or_internal(ctx)?;
        Ok(found.map(|(job, profile)| Self::as_it_was(job, profile, at)))
    }

    /// The skills that were given with the job when it was imported, each with what it means in the release in force. They are
    /// in words of its company, and none of them is a value of a field.
    async fn given_skills(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are sure enough to be taken over.", default)] sure: bool,
    ) -> Result<Vec<SkillMapping>> {
        let names = ctx.loaders().one(GivenSkillsKey(self.0.job.id)).await.or_internal(ctx)?.unwrap_or_default();
        if names.is_empty() {
            return Ok(vec![]);
        }
        let mapped = ctx.service().mapped(names).await.or_internal(ctx)?;
        Ok(mapped.into_iter().filter(|mapping| !sure || mapping.is_sure()).map(Into::into).collect())
    }

    /// How far its enrichment is.
    async fn enrichment(&self, ctx: &Context<'_>) -> Result<EnrichmentState> {
        let profile = self.0.profile(ctx).await?;
        if self.0.past.is_some() {
            return Ok(EnrichmentState::new(None, profile.fresh_until()));
        }
        let last_run = ctx.loaders().one(LastRunKey(self.0.job.id)).await.or_internal(ctx)?;
        Ok(EnrichmentState::new(last_run, profile.fresh_until()))
    }
}

/// The provenance-tracked fields, one resolver per row of the field table.
struct JobFields(Arc<Loaded>);

macro_rules! resolvers {
    ($($(#[doc = $doc:literal])+ $variant:ident $method:ident $wire:literal $key:literal $value:ident [$($provider:literal),+] $ai:ident,)+) => {
        #[Object]
        impl JobFields {
            $(
                $(#[doc = $doc])+
                async fn $method(&self, ctx: &Context<'_>) -> Result<<values::$value as Wire>::Field> {
                    Ok(values::$value::field(self.0.profile(ctx).await?.field(Field::$variant), &self.0.job))
                }
            )+
        }
    };
}
job_fields!(resolvers);

/// A job's occupation code, and how far it is settled.
#[derive(Debug, Clone)]
pub(crate) struct SocAssignment(Arc<job::Job>);

/// A job's occupation code, and how far it is settled.
#[Object]
impl SocAssignment {
    /// How far the code is settled.
    async fn status(&self) -> SocStatus {
        self.0.soc_status.into()
    }

    /// The occupation; null without a code.
    async fn occupation(&self, ctx: &Context<'_>) -> Option<Occupation> {
        Occupation::of(ctx, self.0.soc_code?)
    }

    /// Who approved the code; told to those who may read history.
    async fn approved_by(&self, ctx: &Context<'_>) -> Option<Actor> {
        let approver = self.0.soc_approved_by.as_ref()?;
        ctx.principal().may(Scope::HistoryRead).then(|| approver.into())
    }

    /// When.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.0.soc_approved_at
    }

    /// The last review of the code: the pending one, if there is one. Told to those who may review codes.
    async fn review(&self, ctx: &Context<'_>) -> Result<Option<SocReview>> {
        if !ctx.principal().may(Scope::SocReview) {
            return Ok(None);
        }
        Ok(ctx.loaders().one(LastReviewKey(self.0.id)).await.or_internal(ctx)?.map(SocReview))
    }
}
