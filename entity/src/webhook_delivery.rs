//! `webhook_deliveries`: an event that an endpoint is told, and how that went.

use sea_orm::entity::prelude::*;

/// An event that an endpoint is told, and how that went.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who is told.
    pub endpoint_id: Uuid,
    /// What happened.
    pub event_id: Uuid,
    /// The event's place in the feed.
    pub place: i64,
    /// The job that it is about: its deliveries keep their order.
    pub job_id: Option<Uuid>,
    /// `PENDING`, `DELIVERED` or `FAILED`.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
    /// The HTTP status of the last answer.
    pub response_status: Option<i32>,
    /// What went wrong last.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When it was tried last.
    pub last_attempt_at: Option<DateTimeUtc>,
    /// When it is tried next.
    pub next_attempt_at: DateTimeUtc,
    /// Until when whoever tries it has it.
    pub lease_until: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
