//! Companies, jobs, facts, overrides, enrichment runs, history, imported reference tables.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

mod tables;

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite and PostgreSQL sort text alike only byte by byte.
        let bytewise = if manager.get_database_backend() == DbBackend::Postgres { "COLLATE \"C\"" } else { "" };
        for table in tables::all(bytewise) {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables::NAMES.iter().rev() {
            manager.drop_table(Table::drop().table(*table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX companies_slug ON companies (slug)",
    "CREATE UNIQUE INDEX jobs_slug ON jobs (slug) WHERE deleted_at IS NULL",
    "CREATE INDEX jobs_created ON jobs (created_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX jobs_updated ON jobs (updated_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX jobs_title ON jobs (title_key, id) WHERE deleted_at IS NULL",
    "CREATE INDEX jobs_company ON jobs (company_id, created_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX jobs_soc ON jobs (soc_code, created_at, id) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX facts_of_occupation ON facts (occupation_code, field, provider) WHERE valid_to IS NULL AND occupation_code IS NOT NULL",
    "CREATE UNIQUE INDEX facts_of_job ON facts (job_id, field, provider) WHERE valid_to IS NULL AND job_id IS NOT NULL",
    "CREATE INDEX facts_expiry ON facts (expires_at) WHERE valid_to IS NULL",
    "CREATE INDEX facts_past_of_occupation ON facts (occupation_code, valid_from)",
    "CREATE INDEX facts_past_of_job ON facts (job_id, valid_from)",
    "CREATE UNIQUE INDEX overrides_current ON job_data_overrides (job_id, field) WHERE valid_to IS NULL",
    "CREATE INDEX overrides_past ON job_data_overrides (job_id, valid_from)",
    "CREATE INDEX runs_created ON enrichment_runs (created_at, id)",
    "CREATE UNIQUE INDEX outcomes_of_run ON enrichment_outcomes (run_id, job_id, field)",
    "CREATE INDEX outcomes_order ON enrichment_outcomes (run_id, id)",
    "CREATE INDEX outcomes_of_job ON enrichment_outcomes (job_id, run_id)",
    "CREATE INDEX changesets_created ON changesets (created_at, id)",
    "CREATE UNIQUE INDEX changes_of_changeset ON changes (changeset_id, position)",
    "CREATE INDEX changes_of_job ON changes (job_id, id)",
    "CREATE UNIQUE INDEX reference_tables_current ON reference_tables (name) WHERE superseded_at IS NULL",
];
