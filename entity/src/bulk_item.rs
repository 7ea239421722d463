//! `bulk_items`: a job of a bulk operation, frozen when the operation started.

use sea_orm::entity::prelude::*;

/// A job of a bulk operation, frozen when the operation started.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_items")]
pub struct Model {
    /// The operation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation_id: Uuid,
    /// Its place among the jobs, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The job.
    pub job_id: Uuid,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
