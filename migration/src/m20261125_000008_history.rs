//! History that shows when it was tampered with, and jobs as they were.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, integer, string, string_null, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::DbBackend,
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in chained() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        manager.create_table(history_chains()).await?;
        manager.create_table(job_versions()).await?;
        let keep = if manager.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE };
        for statement in INDEXES.iter().map(|index| (*index).to_owned()).chain([backfill()]).chain(keep.iter().map(|keep| filled(keep))) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for trigger in ["jobs_kept_at_first", "jobs_kept"] {
            let of = if postgres { " ON jobs" } else { "" };
            manager.get_connection().execute_unprepared(&format!("DROP TRIGGER {trigger}{of}")).await?;
        }
        if postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION keep_job_version").await?;
        }
        for table in ["job_versions", "history_chains"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.get_connection().execute_unprepared("DROP INDEX changes_chain").await?;
        for (table, column) in chained().into_iter().rev() {
            manager.alter_table(Table::alter().table(table).drop_column(column.get_column_name()).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX changes_chain ON changes (chain, link)",
    "CREATE INDEX job_versions_order ON job_versions (job_id, valid_from, id)",
];

/// The columns of a job that are kept; what is not here is no property of the job.
const KEPT: &str = "slug, kind, title, description, company_id, soc_code, soc_status, soc_approved_by, soc_approved_at, published, version, \
                    created_at, updated_at, deleted_at";

/// Whoever changes a job, the database itself keeps what it became: no writer can forget to.
const SQLITE: &[&str] = &[
    "CREATE TRIGGER jobs_kept_at_first AFTER INSERT ON jobs BEGIN {insert}; END",
    "CREATE TRIGGER jobs_kept AFTER UPDATE OF {kept} ON jobs BEGIN {insert}; END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION keep_job_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; RETURN NULL; END $$",
    "CREATE TRIGGER jobs_kept_at_first AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION keep_job_version()",
    "CREATE TRIGGER jobs_kept AFTER UPDATE OF {kept} ON jobs FOR EACH ROW EXECUTE FUNCTION keep_job_version()",
];

fn filled(statement: &str) -> String {
    let new: Vec<_> = KEPT.split(", ").map(|column| format!("NEW.{}", column.trim())).collect();
    let insert = format!(
        "INSERT INTO job_versions (job_id, valid_from, {KEPT}) VALUES (NEW.id, COALESCE(NEW.deleted_at, NEW.updated_at), {})",
        new.join(", ")
    );
    statement.replace("{insert}", &insert).replace("{kept}", KEPT)
}

/// Jobs that were there before: what they are is known since they were changed last.
fn backfill() -> String {
    format!("INSERT INTO job_versions (job_id, valid_from, {KEPT}) SELECT id, COALESCE(deleted_at, updated_at), {KEPT} FROM jobs")
}

fn chained() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("changesets", string_null("hash")),
        ("changes", uuid_null("chain")),
        ("changes", big_integer_null("link")),
        ("changes", string_null("hash")),
    ]
}

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

/// How long every chain is, and its last hash: what was cut off at an end would not be missed otherwise.
fn history_chains() -> TableCreateStatement {
    table("history_chains", vec![uuid("id").primary_key().to_owned(), big_integer("links"), string("hash")])
}

fn job_versions() -> TableCreateStatement {
    table(
        "job_versions",
        vec![
            big_integer("id").auto_increment().primary_key().to_owned(),
            uuid("job_id"),
            timestamp_with_time_zone("valid_from"),
            string("slug"),
            string("kind"),
            string("title"),
            text_null("description"),
            uuid_null("company_id"),
            string_null("soc_code"),
            string("soc_status"),
            text_null("soc_approved_by"),
            timestamp_with_time_zone_null("soc_approved_at"),
            boolean("published"),
            integer("version"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("updated_at"),
            timestamp_with_time_zone_null("deleted_at"),
        ],
    )
}
