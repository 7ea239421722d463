//! `bulk_results`: what a bulk operation did to one job, or to one of its fields.

use sea_orm::entity::prelude::*;

/// What a bulk operation did to one job, or to one of its fields.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_results")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The operation.
    pub operation_id: Uuid,
    /// Its place among the results, from 0, with gaps.
    pub position: i32,
    /// The job.
    pub job_id: Uuid,
    /// The field; none for the job itself.
    pub field: Option<String>,
    /// True when something is another now.
    pub changed: bool,
    /// What it was, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    /// What it is, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    /// Why nothing was done, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
