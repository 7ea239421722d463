//! The assistant: its budget, what it was paid for, and what people rejected.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, string_null, text, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [budgets(), answers(), rejections()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["ai_rejections", "assistant_answers", "assistant_budgets"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX assistant_budgets_of_day ON assistant_budgets (day, account)",
    "CREATE INDEX ai_rejections_of_occupation ON ai_rejections (occupation_code, field)",
    "CREATE INDEX ai_rejections_of_job ON ai_rejections (job_id, field)",
    "CREATE INDEX facts_of_assistants ON facts (expires_at) WHERE valid_to IS NULL AND source = 'AI'",
];

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

/// A row for a day and everybody, and one for a day and each company that spent.
fn budgets() -> TableCreateStatement {
    let id = uuid("id").primary_key().to_owned();
    table("assistant_budgets", vec![id, string("day"), string("account"), big_integer("tokens"), big_integer("requests")])
}

/// A row for a request: under way while it has neither answer nor error.
fn answers() -> TableCreateStatement {
    table(
        "assistant_answers",
        vec![
            string("hash").primary_key().to_owned(),
            text_null("answer"),
            string_null("model"),
            text_null("error"),
            timestamp_with_time_zone("asked_at"),
        ],
    )
}

fn rejections() -> TableCreateStatement {
    table(
        "ai_rejections",
        vec![
            uuid("id").primary_key().to_owned(),
            string_null("occupation_code"),
            uuid_null("job_id"),
            string("field"),
            string("value_digest"),
            text("keys"),
            text("actor"),
            text_null("note"),
            timestamp_with_time_zone("rejected_at"),
        ],
    )
}
