//! `ai_rejections`: a draft that a person rejected: it is not drafted again.

use sea_orm::entity::prelude::*;

/// A draft that a person rejected: it is not drafted again.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ai_rejections")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The occupation; none for a draft about a job.
    pub occupation_code: Option<String>,
    /// The job; none for a draft about an occupation.
    pub job_id: Option<Uuid>,
    /// The field.
    pub field: String,
    /// The digest of the value.
    pub value_digest: String,
    /// The keys of its items, as JSON.
    #[sea_orm(column_type = "Text")]
    pub keys: String,
    /// Who rejected it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// When.
    pub rejected_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
