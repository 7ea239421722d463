//! `soc_reviews`: what may be done about a job's SOC code, and what was decided.

use sea_orm::entity::prelude::*;

/// What may be done about a job's SOC code, and what was decided.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "soc_reviews")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The job; it has one pending review at most.
    pub job_id: Uuid,
    /// The job's company.
    pub company_id: Option<Uuid>,
    /// `PENDING`, `APPROVED`, `REJECTED` or `SUPERSEDED`.
    pub status: String,
    /// The place in the queue, the least first: 0 to 1,000; 1,001 when it is no longer pending.
    pub place: i32,
    /// The title that was ranked.
    pub title: String,
    /// The description that was ranked.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// The job's code at that time.
    pub current_code: Option<String>,
    /// The candidates, the likeliest first, as JSON.
    #[sea_orm(column_type = "Text")]
    pub candidates: String,
    /// Confidence in the first, 0 to 1.
    pub confidence: f64,
    /// The same as shipped, before any recalibration.
    pub raw_confidence: f64,
    /// How far the first leads, 0 to 1.
    pub margin: f64,
    /// The first stands in the Direct Match list.
    pub direct: bool,
    /// The index of titles and texts that ranked.
    pub index_version: String,
    /// The weights that ranked, and the assistant's model if one did.
    pub model_version: String,
    /// The recalibration in force; none as shipped.
    pub recalibration: Option<i32>,
    /// The approved code.
    pub decision: Option<String>,
    /// Its place among the candidates, from 1.
    pub decided_rank: Option<i32>,
    /// Who decided, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
    /// A person looked at just this review.
    pub judged: bool,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
