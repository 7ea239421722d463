//! How upstreams are, by process, and what was taken of the quotas of their days.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, string, text_null, timestamp_with_time_zone_null, uuid},
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notes()).await?;
        manager.create_table(tries()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["provider_tries", "provider_notes"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn notes() -> TableCreateStatement {
    Table::create()
        .table("provider_notes")
        .col(uuid("process"))
        .col(string("provider"))
        .col(big_integer("requests"))
        .col(big_integer("failures"))
        .col(string("circuit"))
        .col(big_integer_null("quota_remaining"))
        .col(timestamp_with_time_zone_null("last_success_at"))
        .col(timestamp_with_time_zone_null("last_failure_at"))
        .col(text_null("last_error"))
        .col(big_integer("written_at"))
        .primary_key(Index::create().col("process").col("provider"))
        .to_owned()
}

fn tries() -> TableCreateStatement {
    Table::create()
        .table("provider_tries")
        .col(string("provider"))
        .col(big_integer("minute"))
        .col(big_integer("taken"))
        .primary_key(Index::create().col("provider").col("minute"))
        .to_owned()
}
