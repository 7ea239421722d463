//! `facts`: what one provider knows about one field of one occupation or job, from `valid_from` until `valid_to`.

use sea_orm::entity::prelude::*;

/// What one provider knows about one field of one occupation or job, from `valid_from` until `valid_to`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "facts")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The occupation; none for a fact about a job.
    pub occupation_code: Option<String>,
    /// The job; none for a fact about an occupation.
    pub job_id: Option<Uuid>,
    /// The field.
    pub field: String,
    /// Who produced the value.
    pub source: String,
    /// Through whom it reached us.
    pub provider: String,
    /// The release of the data.
    pub release: Option<String>,
    /// How the provider came to it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub derivation: String,
    /// What the assistant says of its draft, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub ai: Option<String>,
    /// A person's word on an AI value, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub approval: Option<String>,
    /// When it was fetched.
    pub fetched_at: DateTimeUtc,
    /// From when on it is stale.
    pub expires_at: Option<DateTimeUtc>,
    /// From when on it was known here.
    pub valid_from: DateTimeUtc,
    /// Until when; none while it is current.
    pub valid_to: Option<DateTimeUtc>,
    /// The digest of the value; none when the provider was asked and has nothing.
    pub value_digest: Option<String>,
    /// The value as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub value: Option<String>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
