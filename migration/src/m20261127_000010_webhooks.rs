//! Webhooks: who is told of what happened, and how that went. Events get their place in the order of the feed.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, integer, integer_null, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("events").add_column(big_integer_null("place")).to_owned()).await?;
        manager.create_table(endpoints()).await?;
        manager.create_table(deliveries()).await?;
        for statement in INDEXES {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["webhook_deliveries", "webhook_endpoints"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for index in ["events_place", "events_unplaced"] {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        manager.alter_table(Table::alter().table("events").drop_column("place").to_owned()).await
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX events_place ON events (place)",
    "CREATE INDEX events_unplaced ON events (created_at, id) WHERE place IS NULL",
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE status = 'PENDING'",
    "CREATE UNIQUE INDEX webhook_deliveries_order ON webhook_deliveries (endpoint_id, place)",
];

fn endpoints() -> TableCreateStatement {
    Table::create()
        .table("webhook_endpoints")
        .col(uuid("id").primary_key())
        .col(uuid_null("company_id"))
        .col(text("url"))
        .col(text("events"))
        .col(string("secret"))
        .col(string_null("old_secret"))
        .col(timestamp_with_time_zone_null("old_secret_until"))
        .col(boolean("active"))
        .col(big_integer("cursor"))
        .col(timestamp_with_time_zone_null("failing_since"))
        .col(text("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(ForeignKey::create().from("webhook_endpoints", "company_id").to("companies", "id"))
        .to_owned()
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table("webhook_deliveries")
        .col(uuid("id").primary_key())
        .col(uuid("endpoint_id"))
        .col(uuid("event_id"))
        .col(big_integer("place"))
        .col(uuid_null("job_id"))
        .col(string("status"))
        .col(integer("attempts"))
        .col(integer_null("response_status"))
        .col(text_null("error"))
        .col(timestamp_with_time_zone_null("last_attempt_at"))
        .col(timestamp_with_time_zone("next_attempt_at"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .to_owned()
}
