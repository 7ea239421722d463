//! Overrides tell whether they have something to show where nothing lies under them, so that the database can tell gaps.

use sea_orm_migration::{prelude::*, schema::boolean};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "job_data_overrides";
const COLUMN: &str = "stands_alone";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The modes that there were until now, whole values and blanks, all stand alone.
        let column = boolean(COLUMN).default(true).to_owned();
        manager.alter_table(Table::alter().table(TABLE).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(TABLE).drop_column(COLUMN).to_owned()).await
    }
}
