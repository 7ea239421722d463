//! Reviews of SOC codes, and recalibrations of confidence.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    job, soc_recalibration as recalibration,
    soc_review::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::{Actor, Audience},
    page::{Page, PageRequest},
    soc::{
        SocCode,
        review::{
            Review, ReviewStatus, Versions,
            agreement::Decided,
            recalibration::{Curve, Fit, Recalibration},
        },
    },
};

/// A pending review, as far as it matters to whoever wants to approve many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PendingReview {
    /// The review.
    pub id: Uuid,
    /// Its job.
    pub job_id: Uuid,
    /// The confidence in its first candidate, 0..1.
    pub confidence: f64,
}

/// A recalibration to be put in force.
#[derive(Debug, Clone)]
pub struct NewRecalibration<'a> {
    /// The id of its row.
    pub id: Uuid,
    /// What is to be in force.
    pub recalibration: &'a Recalibration,
    /// What it was fitted to, and what came of it.
    pub fit: &'a Fit,
    /// Who had it fitted.
    pub actor: &'a Actor,
    /// When.
    pub at: DateTime<Utc>,
}

fn review(row: Model) -> Result<Review> {
    let code = |text: Option<&str>| text.map(str::parse::<SocCode>).transpose().map_err(|error| unreadable(row.id, error));
    Ok(Review {
        status: status(row.id, &row.status)?,
        current: code(row.current_code.as_deref())?,
        decision: code(row.decision.as_deref())?,
        candidates: json::read("soc_reviews", row.id, &row.candidates)?,
        decided_by: json::read_optional("soc_reviews", row.id, row.decided_by.as_deref())?,
        versions: Versions { index: row.index_version, model: row.model_version, recalibration: row.recalibration },
        id: row.id,
        job_id: row.job_id,
        company_id: row.company_id,
        title: row.title,
        description: row.description,
        raw_confidence: row.raw_confidence,
        decided_at: row.decided_at,
        judged: row.judged,
        note: row.note,
        created_at: row.created_at,
    })
}

fn unreadable(id: Uuid, reason: impl std::fmt::Display) -> StoreError {
    StoreError::unreadable("soc_reviews", id, reason)
}

fn status(id: Uuid, name: &str) -> Result<ReviewStatus> {
    ReviewStatus::from_name(name).ok_or_else(|| unreadable(id, "unknown status"))
}

/// What becomes of a review when it is no longer pending.
fn ending(review: &Review) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Unchanged(review.id),
        status: Set(review.status.name().to_owned()),
        place: Set(review.place()),
        decision: Set(review.decision.map(|code| code.to_string())),
        decided_rank: Set(review.decision.and_then(|code| review.rank_of(code))),
        decided_by: Set(review.decided_by.as_ref().map(json::write).transpose()?),
        decided_at: Set(review.decided_at),
        judged: Set(review.judged),
        note: Set(review.note.clone()),
        ..Default::default()
    })
}

fn row(review: &Review) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(review.id),
        job_id: Set(review.job_id),
        company_id: Set(review.company_id),
        title: Set(review.title.clone()),
        description: Set(review.description.clone()),
        current_code: Set(review.current.map(|code| code.to_string())),
        candidates: Set(json::write(&review.candidates)?),
        confidence: Set(review.confidence()),
        raw_confidence: Set(review.raw_confidence),
        margin: Set(review.margin()),
        direct: Set(review.is_direct()),
        index_version: Set(review.versions.index.clone()),
        model_version: Set(review.versions.model.clone()),
        recalibration: Set(review.versions.recalibration),
        created_at: Set(review.created_at),
        ..ending(review)?
    })
}

/// Reviews are for those who may see all of the job's company; those of deleted jobs are for nobody.
fn visible(audience: Audience) -> Condition {
    let alive = Query::select().column(job::Column::Id).from(job::Entity).and_where(Expr::col(job::Column::DeletedAt).is_null()).take();
    let there = Condition::all().add(Column::JobId.in_subquery(alive));
    match audience {
        Audience::Platform => there,
        Audience::Company(company) => there.add(Column::CompanyId.eq(company)),
        Audience::Public => there.add(Expr::val(1).eq(0)),
    }
}

fn queue(audience: Audience, status: Option<ReviewStatus>) -> Select<Entity> {
    let of_status = status.map(|status| Column::Status.eq(status.name()));
    Entity::find().filter(visible(audience).add_option(of_status))
}

fn pending() -> Condition {
    Condition::all().add(Column::Status.eq(ReviewStatus::Pending.name()))
}

impl Store {
    /// The review of that id, when the audience may see it.
    pub async fn review(&self, audience: Audience, id: Uuid) -> Result<Option<Review>> {
        Entity::find_by_id(id).filter(visible(audience)).one(&self.db).await?.map(review).transpose()
    }

    /// Reviews in the order of [`Review::place`], the oldest first among equal ones; each with its place.
    pub async fn reviews_page(
        &self,
        audience: Audience,
        status: Option<ReviewStatus>,
        request: &PageRequest<i32>,
    ) -> Result<Page<(i32, Review)>> {
        let rows = page::narrow(queue(audience, status), Column::Place, Column::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| Ok((row.place, review(row)?)))
    }

    /// How many reviews there are.
    pub async fn reviews_count(&self, audience: Audience, status: Option<ReviewStatus>) -> Result<u64> {
        Ok(queue(audience, status).count(&self.db).await?)
    }

    /// The last review of each of these jobs, as far as the audience may see it.
    pub async fn last_reviews(&self, audience: Audience, jobs: &[Uuid]) -> Result<HashMap<Uuid, Review>> {
        let mut last: HashMap<Uuid, Uuid> = HashMap::new();
        for jobs in jobs.chunks(CHUNK) {
            let of_these = Entity::find().select_only().columns([Column::JobId, Column::Id]).filter(visible(audience));
            let ids = of_these.filter(Column::JobId.is_in(jobs.iter().copied())).into_tuple::<(Uuid, Uuid)>().all(&self.db).await?;
            for (job, id) in ids {
                let newest = last.entry(job).or_insert(id);
                *newest = std::cmp::max(id, *newest);
            }
        }
        let ids: Vec<_> = last.into_values().collect();
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            for row in Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&self.db).await? {
                found.insert(row.job_id, review(row)?);
            }
        }
        Ok(found)
    }

    /// The pending reviews whose first candidate has at least that confidence, the oldest first.
    pub async fn pending_reviews(&self, audience: Audience, min_confidence: f64) -> Result<Vec<PendingReview>> {
        let rows = queue(audience, Some(ReviewStatus::Pending))
            .filter(Column::Confidence.gte(min_confidence))
            .filter(Column::Candidates.ne("[]"))
            .select_only()
            .columns([Column::Id, Column::JobId, Column::Confidence])
            .order_by_asc(Column::Id);
        let rows = rows.into_tuple::<(Uuid, Uuid, f64)>().all(&self.db).await?;
        Ok(rows.into_iter().map(|(id, job_id, confidence)| PendingReview { id, job_id, confidence }).collect())
    }

    /// What was decided in all reviews that were, the oldest first.
    pub async fn decided_reviews(&self) -> Result<Vec<Decided>> {
        type Row = (Uuid, String, Option<i32>, f64, f64, bool, bool, String, String, Option<i32>);
        let rows: Vec<Row> = Entity::find()
            .filter(Column::Status.is_in([ReviewStatus::Approved.name(), ReviewStatus::Rejected.name()]))
            .select_only()
            .columns([
                Column::Id,
                Column::Status,
                Column::DecidedRank,
                Column::Confidence,
                Column::RawConfidence,
                Column::Direct,
                Column::Judged,
                Column::IndexVersion,
                Column::ModelVersion,
                Column::Recalibration,
            ])
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        let read = |(id, name, rank, confidence, raw_confidence, direct, judged, index, model, recalibration): Row| {
            let versions = Versions { index, model, recalibration };
            Ok(Decided { status: status(id, &name)?, rank, confidence, raw_confidence, direct, judged, versions })
        };
        rows.into_iter().map(read).collect()
    }

    /// The recalibration in force.
    pub async fn recalibration(&self) -> Result<Option<Recalibration>> {
        let newest = recalibration::Entity::find().order_by_desc(recalibration::Column::Version).limit(1);
        Ok(newest.one(&self.db).await?.map(|row| Recalibration {
            version: row.version,
            index: row.index_version,
            model: row.model_version,
            curve: Curve { intercept: row.intercept, slope: row.slope },
        }))
    }
}

impl Unit {
    /// The review of that id. Whoever changes a review holds its job first.
    pub async fn review(&self, id: Uuid) -> Result<Option<Review>> {
        Entity::find_by_id(id).one(&self.txn).await?.map(review).transpose()
    }

    /// The pending review of a job.
    pub async fn pending_review(&self, job: Uuid) -> Result<Option<Review>> {
        Entity::find().filter(Column::JobId.eq(job)).filter(pending()).one(&self.txn).await?.map(review).transpose()
    }

    /// The last review of a job.
    pub async fn last_review(&self, job: Uuid) -> Result<Option<Review>> {
        Entity::find().filter(Column::JobId.eq(job)).order_by_desc(Column::Id).one(&self.txn).await?.map(review).transpose()
    }

    /// Adds a review. [`StoreError::Taken`] when the job has a pending one.
    pub async fn insert_review(&self, review: &Review) -> Result<()> {
        Entity::insert(row(review)?).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Writes how a review ended. False when it was not pending any more: then nothing was written.
    pub async fn end_review(&self, review: &Review) -> Result<bool> {
        let ended = Entity::update_many().set(ending(review)?).filter(Column::Id.eq(review.id)).filter(pending());
        Ok(ended.exec(&self.txn).await?.rows_affected == 1)
    }

    /// Ends the pending review of a job without a decision.
    pub async fn supersede_review(&self, job: Uuid) -> Result<()> {
        if let Some(review) = self.pending_review(job).await? {
            self.end_review(&Review { status: ReviewStatus::Superseded, ..review }).await?;
        }
        Ok(())
    }

    /// Puts a recalibration in force. [`StoreError::Taken`] when somebody else has taken the version meanwhile.
    pub async fn insert_recalibration(&self, new: &NewRecalibration<'_>) -> Result<()> {
        let Recalibration { version, index, model, curve } = new.recalibration;
        let row = recalibration::ActiveModel {
            id: Set(new.id),
            version: Set(*version),
            index_version: Set(index.clone()),
            model_version: Set(model.clone()),
            intercept: Set(curve.intercept),
            slope: Set(curve.slope),
            figures: Set(json::write(new.fit)?),
            actor: Set(json::write(new.actor)?),
            created_at: Set(new.at),
        };
        recalibration::Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }
}
