//! `assistant_budgets`: what was spent on the assistant in a day, by everybody or by one company.

use sea_orm::entity::prelude::*;

/// What was spent on the assistant in a day, by everybody or by one company.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistant_budgets")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The day in UTC, `2026-11-25`.
    pub day: String,
    /// The company's id, or `overall`.
    pub account: String,
    /// Tokens, those set aside included.
    pub tokens: i64,
    /// Requests.
    pub requests: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
