//! `idempotency_keys`: a request that must not be done twice, and its answer. Times are microseconds since 1970 by the database's clock.

use sea_orm::entity::prelude::*;

/// A request that must not be done twice, and its answer. Times are microseconds since 1970 by the database's clock.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Who sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: String,
    /// The key that it came with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// A digest of what it asked for.
    pub fingerprint: String,
    /// Grows with every try.
    pub epoch: i64,
    /// True once something that it did was committed.
    pub effect: bool,
    /// Until when whoever tries it has it.
    pub lease_until: i64,
    /// The HTTP status of its answer; none as long as there is none.
    pub status: Option<i32>,
    /// The media type of its answer.
    pub content_type: Option<String>,
    /// The body of its answer.
    #[sea_orm(column_type = "Blob", nullable)]
    pub answer: Option<Vec<u8>>,
    /// When it came first.
    pub created_at: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
