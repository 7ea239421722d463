//! `provider_notes`: what one process saw of one upstream.

use sea_orm::entity::prelude::*;

/// What one process saw of one upstream.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_notes")]
pub struct Model {
    /// The process; the nil UUID stands for all that are long gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub process: Uuid,
    /// The upstream.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// Its tries.
    pub requests: i64,
    /// The failed ones.
    pub failures: i64,
    /// Whether it lets calls through.
    pub circuit: String,
    /// How many calls are left, as the upstream told it last.
    pub quota_remaining: Option<i64>,
    /// When a try last went well.
    pub last_success_at: Option<DateTimeUtc>,
    /// When one last failed.
    pub last_failure_at: Option<DateTimeUtc>,
    /// Why, without secrets.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// When it was written, in microseconds since 1970 by the database's clock.
    pub written_at: i64,
}

/// No relation is followed through the ORM: the store asks for what it needs, a page at a time.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
