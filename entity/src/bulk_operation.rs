//! `bulk_operations`: one change to many jobs.

use sea_orm::entity::prelude::*;

/// One change to many jobs.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_operations")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is done.
    pub kind: String,
    /// How far it is.
    pub status: String,
    /// True when nothing is written to the data.
    pub dry_run: bool,
    /// The company of whoever asked for it; none for the platform.
    pub company_id: Option<Uuid>,
    /// What was asked for, as JSON.
    #[sea_orm(column_type = "Text")]
    pub request: String,
    /// Who asked for it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// How many jobs.
    pub total: i32,
    /// How many of them are done.
    pub done: i32,
    /// How many of them have a result with an error.
    pub failed: i32,
    /// All that it changed; none as long as that is nothing.
    pub changeset_id: Option<Uuid>,
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
