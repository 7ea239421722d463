//! Keys of programs: who may call, and what they may do. A key itself is kept as a digest only.

use sea_orm_migration::{
    prelude::*,
    schema::{string, string_uniq, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null},
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(api_keys()).await?;
        let order = Index::create().name("api_keys_order").table("api_keys").col("company_id").col("created_at").col("id").to_owned();
        manager.create_index(order).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("api_keys").to_owned()).await
    }
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table("api_keys")
        .col(uuid("id").primary_key())
        .col(uuid_null("company_id"))
        .col(string("name"))
        .col(string_uniq("prefix"))
        .col(string("digest"))
        .col(text("scopes"))
        .col(text("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(ForeignKey::create().from("api_keys", "company_id").to("companies", "id"))
        .to_owned()
}
