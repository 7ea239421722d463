//! `events`: something that happened, for whoever listens: written in the transaction that did it.

use sea_orm::entity::prelude::*;

/// Something that happened, for whoever listens: written in the transaction that did it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What happened.
    pub kind: String,
    /// The company whose data it is about.
    pub company_id: Option<Uuid>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The bulk operation.
    pub run_id: Option<Uuid>,
    /// More, as JSON.
    #[sea_orm(column_type = "Text")]
    pub payload: String,
    /// Its place in the feed, once it has one.
    #[sea_orm(unique)]
    pub place: Option<i64>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
