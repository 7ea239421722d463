//! Bulk operations with what came of every job, and the keys of requests that must not be done twice.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, blob_null, boolean, integer, integer_null, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [bulk_operations(), bulk_items(), bulk_results(), idempotency_keys()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["idempotency_keys", "bulk_results", "bulk_items", "bulk_operations"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE INDEX bulk_operations_created ON bulk_operations (created_at, id)",
    "CREATE INDEX bulk_operations_of_changeset ON bulk_operations (changeset_id)",
    "CREATE UNIQUE INDEX bulk_results_order ON bulk_results (operation_id, position)",
    "CREATE INDEX bulk_results_failed ON bulk_results (operation_id, position) WHERE error IS NOT NULL",
    "CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)",
];

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

fn bulk_operations() -> TableCreateStatement {
    table(
        "bulk_operations",
        vec![
            uuid("id").primary_key().to_owned(),
            string("kind"),
            string("status"),
            boolean("dry_run"),
            uuid_null("company_id"),
            text("request"),
            text("actor"),
            text_null("note"),
            integer("total"),
            integer("done"),
            integer("failed"),
            uuid_null("changeset_id"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("started_at"),
            timestamp_with_time_zone_null("finished_at"),
        ],
    )
}

/// The jobs of an operation that is too large to be done while its caller waits, frozen when it started.
fn bulk_items() -> TableCreateStatement {
    let mut items = table("bulk_items", vec![uuid("operation_id"), integer("position"), uuid("job_id")]);
    items.primary_key(Index::create().col("operation_id").col("position"));
    items
}

fn bulk_results() -> TableCreateStatement {
    table(
        "bulk_results",
        vec![
            uuid("id").primary_key().to_owned(),
            uuid("operation_id"),
            integer("position"),
            uuid("job_id"),
            string_null("field"),
            boolean("changed"),
            text_null("before"),
            text_null("after"),
            text_null("error"),
        ],
    )
}

/// Times are microseconds since 1970 by the database's own clock, as those of work are.
fn idempotency_keys() -> TableCreateStatement {
    let mut keys = table(
        "idempotency_keys",
        vec![
            string("caller"),
            string("key"),
            string("fingerprint"),
            big_integer("epoch"),
            boolean("effect"),
            big_integer("lease_until"),
            integer_null("status"),
            string_null("content_type"),
            blob_null("answer"),
            big_integer("created_at"),
        ],
    );
    keys.primary_key(Index::create().col("caller").col("key"));
    keys
}
