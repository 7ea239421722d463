//! `api_keys`: the key of a program, without the key itself.

use sea_orm::entity::prelude::*;

/// The key of a program, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The company whose data it opens; none for the platform's keys.
    pub company_id: Option<Uuid>,
    /// For people to read.
    pub name: String,
    /// The part of the key that may be shown, unique.
    #[sea_orm(unique)]
    pub prefix: String,
    /// SHA-256 of the whole key, in hexadecimal.
    pub digest: String,
    /// The names of its scopes, with a space between them.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// Who created it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// From when on it is not good any more.
    pub expires_at: Option<DateTimeUtc>,
    /// About when it was used last.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
