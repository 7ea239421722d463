//! `fact_versions`: grows whenever a fact of the occupation changes, so that what is kept in memory can be told from what is current.

use sea_orm::entity::prelude::*;

/// Grows whenever a fact of the occupation changes, so that what is kept in memory can be told from what is current.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fact_versions")]
pub struct Model {
    /// The occupation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occupation_code: String,
    /// The version.
    pub version: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
