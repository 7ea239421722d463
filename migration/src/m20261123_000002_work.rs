//! Durable work and events.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string, string_null, text, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [work_items(), work_turns(), events()] {
            manager.create_table(table).await?;
        }
        manager.alter_table(Table::alter().table("jobs").add_column(uuid_null("last_run_id")).to_owned()).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("jobs").drop_column("last_run_id").to_owned()).await?;
        for table in ["events", "work_turns", "work_items"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX work_items_dedupe ON work_items (dedupe_key) WHERE state <> 'DEAD'",
    "CREATE INDEX work_items_ready ON work_items (priority, turn, id) WHERE state = 'READY'",
    "CREATE INDEX work_items_leased ON work_items (lease_until) WHERE state = 'LEASED'",
    "CREATE INDEX work_items_of_run ON work_items (run_id)",
    "CREATE INDEX events_order ON events (created_at, id)",
];

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

/// Times of work are microseconds since 1970 by the database's own clock, so that they compare alike on both databases.
fn work_items() -> TableCreateStatement {
    table(
        "work_items",
        vec![
            uuid("id").primary_key().to_owned(),
            string("kind"),
            text("payload"),
            string_null("dedupe_key"),
            string("state"),
            integer("priority"),
            big_integer("turn"),
            string("owner"),
            uuid_null("run_id"),
            integer("attempts"),
            big_integer("epoch"),
            big_integer("run_at"),
            big_integer_null("lease_until"),
            text_null("error"),
            big_integer("created_at"),
        ],
    )
}

fn work_turns() -> TableCreateStatement {
    table("work_turns", vec![string("owner").primary_key().to_owned(), big_integer("turn")])
}

fn events() -> TableCreateStatement {
    table(
        "events",
        vec![
            uuid("id").primary_key().to_owned(),
            string("kind"),
            uuid_null("company_id"),
            uuid_null("job_id"),
            uuid_null("run_id"),
            text("payload"),
            timestamp_with_time_zone("created_at"),
        ],
    )
}
