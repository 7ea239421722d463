//! Reviews of SOC codes.

use std::sync::Arc;

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    enums::{JobField, SocReviewStatus},
    job::Job,
    occupation::Occupation,
    people::Actor,
    soc::SocCandidate,
};
use crate::{
    domain::{
        job,
        provenance::FieldProfile,
        soc::review::{Review, ReviewStatus},
    },
    graphql::{
        Ask,
        cost::{CHANGE, Listed, cost},
        error::{OrInternal, invalid},
        id::NodeId,
        page::{self, Counted, PageArgs, Total},
        scalars::SocCode,
    },
    loaders::{JobKey, PreviewKey, ProfileKey},
};

/// What may be done about a job's SOC code, and what was decided.
#[derive(Debug, Clone)]
pub(crate) struct SocReview(pub(crate) Arc<Review>);

impl From<Review> for SocReview {
    fn from(review: Review) -> Self {
        Self(Arc::new(review))
    }
}

impl SocReview {
    async fn reviewed(&self, ctx: &Context<'_>) -> Result<Arc<job::Job>> {
        let job = ctx.loaders().one(JobKey(self.0.job_id)).await.or_internal(ctx)?;
        job.ok_or_else(|| invalid("The job is no longer there."))
    }
}

/// What may be done about a job's SOC code, and what was decided.
#[Object]
impl SocReview {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::SocReview(self.0.id).into()
    }

    /// The job.
    async fn job(&self, ctx: &Context<'_>) -> Result<Job> {
        Ok(Job::new(self.reviewed(ctx).await?))
    }

    /// How far it is.
    async fn status(&self) -> SocReviewStatus {
        self.0.status.into()
    }

    /// The title that was ranked.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The job's own code when the review was made.
    async fn current(&self, ctx: &Context<'_>) -> Option<Occupation> {
        Occupation::of(ctx, self.0.current?)
    }

    /// Ten occupations that the title may mean, the likeliest first; none when the title says nothing.
    async fn candidates(&self, ctx: &Context<'_>) -> Vec<SocCandidate> {
        SocCandidate::ranked(ctx, self.0.candidates.iter().cloned())
    }

    /// How far the first candidate leads, 0 to 1.
    async fn margin(&self) -> f64 {
        self.0.margin()
    }

    /// Which index and which weights ranked, and by which recalibration their confidence was changed.
    async fn ranked_by(&self) -> RankerVersions {
        let versions = self.0.versions.clone();
        RankerVersions { index: versions.index, model: versions.model, recalibration: versions.recalibration }
    }

    /// The job's fields as they would be under that code, each with what changes against today. Nothing is written.
    #[graphql(directive = cost::apply(CHANGE.into()), directive = Listed::apply(11, &[]))]
    async fn preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any occupation: a candidate or another.")] code: SocCode,
    ) -> Result<Vec<FieldPreview>> {
        let code = ctx.service().known_code(code.0, &["code"]).map_err(|error| invalid(error.message))?;
        let job = self.reviewed(ctx).await?;
        let now = ctx.loaders().one(ProfileKey::from(&*job)).await.or_internal(ctx)?;
        let then = ctx.loaders().one(PreviewKey::new(&job, code)).await.or_internal(ctx)?;
        let pairs = now.iter().flat_map(|now| now.fields()).zip(then.iter().flat_map(|then| then.fields()));
        Ok(pairs.map(|(now, then)| FieldPreview::new(now, then)).collect())
    }

    /// The approved code.
    async fn decision(&self, ctx: &Context<'_>) -> Option<Occupation> {
        Occupation::of(ctx, self.0.decision?)
    }

    /// Who decided.
    async fn decided_by(&self) -> Option<Actor> {
        self.0.decided_by.as_ref().map(Into::into)
    }

    /// When.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// Which data ranked candidates.
#[derive(SimpleObject, Debug)]
pub(crate) struct RankerVersions {
    /// The index of titles and texts.
    index: String,
    /// The weights, and the assistant's model if one ranked.
    model: String,
    /// The recalibration of confidence; null when it is as shipped.
    recalibration: Option<i32>,
}

/// A field as it is, and as it would be.
#[derive(SimpleObject, Debug)]
pub(crate) struct FieldPreview {
    /// The field.
    field: JobField,
    /// Its value today; null for a gap.
    before: Option<Json<serde_json::Value>>,
    /// Its value under the code; null for a gap.
    after: Option<Json<serde_json::Value>>,
    /// The one is not the other.
    changed: bool,
}

impl FieldPreview {
    fn new(now: &FieldProfile, then: &FieldProfile) -> Self {
        let value = |profile: &FieldProfile| profile.effective().map(|layer| Json(layer.value.to_json()));
        let (before, after) = (value(now), value(then));
        let changed = before.as_ref().map(|json| &json.0) != after.as_ref().map(|json| &json.0);
        Self { field: now.field().into(), before, after, changed }
    }
}

/// A page of reviews.
pub(crate) async fn reviews_connection(ctx: &Context<'_>, status: Option<ReviewStatus>, args: PageArgs) -> Result<Counted<SocReview>> {
    let request = args.request("soc-reviews", |place| place.parse::<i32>().ok())?;
    let found = ctx.service().soc_reviews(ctx.principal(), status, &request).await.or_internal(ctx)?;
    Ok(page::connection(
        found,
        Total::SocReviews(status),
        |(place, review)| page::encode("soc-reviews", &place.to_string(), review.id),
        |(_, review)| review.into(),
    ))
}
