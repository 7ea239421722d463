//! `history_chains`: how long a chain of changes is, and its last hash.

use sea_orm::entity::prelude::*;

/// How long a chain of changes is, and its last hash.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "history_chains")]
pub struct Model {
    /// The job whose changes it holds; nil for changes of no job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// How many changes.
    pub links: i64,
    /// The hash of the last one.
    pub hash: String,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
