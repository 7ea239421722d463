//! The schema's history, one for SQLite and PostgreSQL.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

mod m20261123_000001_base;
mod m20261123_000002_work;
mod m20261125_000003_assistant;
mod m20261125_000004_reviews;
mod m20261125_000005_overrides;
mod m20261125_000006_provider_health;
mod m20261125_000007_bulk;
mod m20261125_000008_history;
mod m20261127_000009_api_keys;
mod m20261127_000010_webhooks;
mod m20261129_000011_tenants;

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_base::Migration),
            Box::new(m20261123_000002_work::Migration),
            Box::new(m20261125_000003_assistant::Migration),
            Box::new(m20261125_000004_reviews::Migration),
            Box::new(m20261125_000005_overrides::Migration),
            Box::new(m20261125_000006_provider_health::Migration),
            Box::new(m20261125_000007_bulk::Migration),
            Box::new(m20261125_000008_history::Migration),
            Box::new(m20261127_000009_api_keys::Migration),
            Box::new(m20261127_000010_webhooks::Migration),
            Box::new(m20261129_000011_tenants::Migration),
        ]
    }
}
