//! `assistant_answers`: what a request to a model came to: under way while it has neither answer nor error.

use sea_orm::entity::prelude::*;

/// What a request to a model came to: under way while it has neither answer nor error.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistant_answers")]
pub struct Model {
    /// The hash of all that goes into the request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// The answer that was taken, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub answer: Option<String>,
    /// The model, as it calls itself.
    pub model: Option<String>,
    /// Why there is no draft.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When it was asked last.
    pub asked_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
