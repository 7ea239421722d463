//! `changesets`: all that one mutation changed.

use sea_orm::entity::prelude::*;

/// All that one mutation changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changesets")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The company whose data it changed; none for the platform.
    pub company_id: Option<Uuid>,
    /// Who changed it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The changeset that undid it.
    pub reverted_by: Option<Uuid>,
    /// When.
    pub created_at: DateTimeUtc,
    /// The hash of what it says; none from before there were chains.
    pub hash: Option<String>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
