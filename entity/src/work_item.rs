//! `work_items`: one thing to be done in the background. What is done is deleted; what cannot be done stays, dead, with its error. Times are microseconds since 1970 by the database's clock.

use sea_orm::entity::prelude::*;

/// One thing to be done in the background. What is done is deleted; what cannot be done stays, dead, with its error. Times are microseconds since 1970 by the database's clock.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "work_items")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// With what, as JSON.
    #[sea_orm(column_type = "Text")]
    pub payload: String,
    /// Among living items there is one of a key.
    pub dedupe_key: Option<String>,
    /// `READY`, `LEASED` or `DEAD`.
    pub state: String,
    /// The least goes first.
    pub priority: i32,
    /// Within a priority the least goes first: owners take turns.
    pub turn: i64,
    /// Whose it is: a company's id, or `platform`.
    pub owner: String,
    /// The run that it belongs to.
    pub run_id: Option<Uuid>,
    /// How often it was claimed.
    pub attempts: i32,
    /// Grows with every claim: what an earlier claim still writes does not count.
    pub epoch: i64,
    /// Not before this.
    pub run_at: i64,
    /// Until when whoever claimed it has it.
    pub lease_until: Option<i64>,
    /// What went wrong last.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
