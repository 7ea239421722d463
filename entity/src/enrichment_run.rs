//! `enrichment_runs`: a run that asks providers about many jobs.

use sea_orm::entity::prelude::*;

/// A run that asks providers about many jobs.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrichment_runs")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How far it is.
    pub status: String,
    /// The company whose jobs it is about; none for the platform.
    pub company_id: Option<Uuid>,
    /// The jobs and fields that were asked for, as JSON.
    #[sea_orm(column_type = "Text")]
    pub request: String,
    /// Who asked for it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// How many jobs.
    pub total: i32,
    /// How many of them are done.
    pub done: i32,
    /// How many of them have a field that could not be asked for.
    pub failed: i32,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// When it began.
    pub started_at: Option<DateTimeUtc>,
    /// When it ended.
    pub finished_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
