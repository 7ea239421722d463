//! `enrichment_outcomes`: what came of one field of one job in a run.

use sea_orm::entity::prelude::*;

/// What came of one field of one job in a run.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrichment_outcomes")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The run.
    pub run_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The field.
    pub field: String,
    /// What came of it.
    pub result: String,
    /// The provider that answered.
    pub provider: Option<String>,
    /// For a person to read.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
