//! Reviews of SOC codes, and what their decisions make of confidence.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, double, integer, integer_null, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [soc_reviews(), soc_recalibrations()] {
            manager.create_table(table).await?;
        }
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["soc_recalibrations", "soc_reviews"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// The same text for both databases.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX soc_reviews_pending ON soc_reviews (job_id) WHERE status = 'PENDING'",
    "CREATE INDEX soc_reviews_of_job ON soc_reviews (job_id, id)",
    "CREATE INDEX soc_reviews_queue ON soc_reviews (status, place, id)",
    "CREATE INDEX soc_reviews_all ON soc_reviews (place, id)",
    "CREATE UNIQUE INDEX soc_recalibrations_version ON soc_recalibrations (version)",
];

fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table
}

fn soc_reviews() -> TableCreateStatement {
    let mut reviews = table(
        "soc_reviews",
        vec![
            uuid("id").primary_key().to_owned(),
            uuid("job_id"),
            uuid_null("company_id"),
            string("status"),
            integer("place"),
            string("title"),
            text_null("description"),
            string_null("current_code"),
            text("candidates"),
            double("confidence"),
            double("raw_confidence"),
            double("margin"),
            boolean("direct"),
            string("index_version"),
            string("model_version"),
            integer_null("recalibration"),
            string_null("decision"),
            integer_null("decided_rank"),
            text_null("decided_by"),
            timestamp_with_time_zone_null("decided_at"),
            boolean("judged"),
            text_null("note"),
            timestamp_with_time_zone("created_at"),
        ],
    );
    let mut key = ForeignKey::create();
    key.from("soc_reviews", "job_id").to("jobs", "id");
    reviews.foreign_key(&mut key);
    reviews
}

fn soc_recalibrations() -> TableCreateStatement {
    table(
        "soc_recalibrations",
        vec![
            uuid("id").primary_key().to_owned(),
            integer("version"),
            string("index_version"),
            string("model_version"),
            double("intercept"),
            double("slope"),
            text("figures"),
            text("actor"),
            timestamp_with_time_zone("created_at"),
        ],
    )
}
