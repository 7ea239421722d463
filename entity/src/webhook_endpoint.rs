//! `webhook_endpoints`: an address that is told of what happens.

use sea_orm::entity::prelude::*;

/// An address that is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoints")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The company whose events it is told; none for the platform's, which are all.
    pub company_id: Option<Uuid>,
    /// Where to.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// The kinds of events, with a space between them.
    #[sea_orm(column_type = "Text")]
    pub events: String,
    /// The key that signs.
    pub secret: String,
    /// The key that signed before, and still does beside it.
    pub old_secret: Option<String>,
    /// Until when.
    pub old_secret_until: Option<DateTimeUtc>,
    /// False while nothing is sent.
    pub active: bool,
    /// The place in the feed up to which deliveries were written.
    pub cursor: i64,
    /// Since when every delivery has failed.
    pub failing_since: Option<DateTimeUtc>,
    /// Who created it, as JSON.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was created.
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
