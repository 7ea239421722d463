//! `job_versions`: a job as it was from `valid_from` until the next version. The database writes it by a trigger.

use sea_orm::entity::prelude::*;

/// A job as it was from `valid_from` until the next version. The database writes it by a trigger.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_versions")]
pub struct Model {
    /// Grows with every row.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The job.
    pub job_id: Uuid,
    /// From when on it was so.
    pub valid_from: DateTimeUtc,
    /// Unique among jobs that are not deleted.
    pub slug: String,
    /// `OCCUPATION` or `FEATURED_ROLE`.
    pub kind: String,
    /// The title.
    pub title: String,
    /// What the job is about.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// The company of a featured role.
    pub company_id: Option<Uuid>,
    /// Canonical occupation code.
    pub soc_code: Option<String>,
    /// How far the code is settled.
    pub soc_status: String,
    /// The actor who approved the code, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub soc_approved_by: Option<String>,
    /// When.
    pub soc_approved_at: Option<DateTimeUtc>,
    /// Only published jobs are public.
    pub published: bool,
    /// Grows with every change.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was changed last.
    pub updated_at: DateTimeUtc,
    /// When it was deleted.
    pub deleted_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
