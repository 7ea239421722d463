//! `provider_tries`: how many tries of an upstream were taken in a minute, by all processes together.

use sea_orm::entity::prelude::*;

/// How many tries of an upstream were taken in a minute.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_tries")]
pub struct Model {
    /// The upstream.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// The minute, counted from 1970 by the database's clock.
    #[sea_orm(primary_key, auto_increment = false)]
    pub minute: i64,
    /// How many.
    pub taken: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
