//! The tables as they were first made.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, blob, boolean, integer, json_binary, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

/// In the order of creation.
pub(super) const NAMES: [&str; 10] = [
    "companies",
    "jobs",
    "facts",
    "fact_versions",
    "job_data_overrides",
    "enrichment_runs",
    "enrichment_outcomes",
    "changesets",
    "changes",
    "reference_tables",
];

pub(super) fn all(bytewise: &str) -> Vec<TableCreateStatement> {
    vec![
        companies(),
        jobs(bytewise),
        facts(),
        fact_versions(),
        job_data_overrides(),
        enrichment_runs(),
        enrichment_outcomes(),
        changesets(),
        changes(),
        reference_tables(),
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

fn id() -> ColumnDef {
    uuid("id").primary_key().to_owned()
}

fn references(table: &mut TableCreateStatement, column: &'static str, to: &'static str) {
    let from = table.get_table_name().cloned();
    let mut key = ForeignKey::create();
    if let Some(from) = from {
        key.from_tbl(from);
    }
    table.foreign_key(key.from_col(column).to(to, "id"));
}

fn companies() -> TableCreateStatement {
    table("companies", vec![id(), string("slug"), string("name"), timestamp_with_time_zone("created_at")])
}

fn jobs(bytewise: &str) -> TableCreateStatement {
    let mut jobs = table(
        "jobs",
        vec![
            id(),
            string("slug"),
            string("kind"),
            string("title"),
            string("title_key").extra(bytewise).to_owned(),
            text_null("description"),
            text("search_text"),
            uuid_null("company_id"),
            string_null("soc_code"),
            string("soc_status"),
            text_null("soc_approved_by"),
            timestamp_with_time_zone_null("soc_approved_at"),
            boolean("published"),
            integer("version"),
            json_binary("data_source_metadata"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("updated_at"),
            timestamp_with_time_zone_null("deleted_at"),
        ],
    );
    references(&mut jobs, "company_id", "companies");
    jobs
}

fn facts() -> TableCreateStatement {
    let mut facts = table(
        "facts",
        vec![
            id(),
            string_null("occupation_code"),
            uuid_null("job_id"),
            string("field"),
            string("source"),
            string("provider"),
            string_null("release"),
            text("derivation"),
            text_null("ai"),
            text_null("approval"),
            timestamp_with_time_zone("fetched_at"),
            timestamp_with_time_zone_null("expires_at"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_to"),
            string_null("value_digest"),
            text_null("value"),
        ],
    );
    facts.check(Expr::col("occupation_code").is_null().ne(Expr::col("job_id").is_null()));
    references(&mut facts, "job_id", "jobs");
    facts
}

fn fact_versions() -> TableCreateStatement {
    table("fact_versions", vec![string("occupation_code").primary_key().to_owned(), big_integer("version")])
}

fn job_data_overrides() -> TableCreateStatement {
    let mut overrides = table(
        "job_data_overrides",
        vec![
            id(),
            uuid("job_id"),
            uuid_null("company_id"),
            string("field"),
            string("mode"),
            text_null("operations"),
            string_null("base_digest"),
            string_null("base_release"),
            text_null("base_value"),
            text("actor"),
            text_null("note"),
            uuid("changeset_id"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_to"),
        ],
    );
    references(&mut overrides, "job_id", "jobs");
    overrides
}

fn enrichment_runs() -> TableCreateStatement {
    table(
        "enrichment_runs",
        vec![
            id(),
            string("status"),
            uuid_null("company_id"),
            text("request"),
            text("actor"),
            integer("total"),
            integer("done"),
            integer("failed"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("started_at"),
            timestamp_with_time_zone_null("finished_at"),
        ],
    )
}

fn enrichment_outcomes() -> TableCreateStatement {
    let mut outcomes = table(
        "enrichment_outcomes",
        vec![
            id(),
            uuid("run_id"),
            uuid("job_id"),
            string("field"),
            string("result"),
            string_null("provider"),
            text_null("message"),
            integer("attempts"),
            timestamp_with_time_zone("created_at"),
        ],
    );
    references(&mut outcomes, "run_id", "enrichment_runs");
    references(&mut outcomes, "job_id", "jobs");
    outcomes
}

fn changesets() -> TableCreateStatement {
    table(
        "changesets",
        vec![
            id(),
            uuid_null("company_id"),
            text("actor"),
            string("action"),
            text_null("note"),
            uuid_null("reverted_by"),
            timestamp_with_time_zone("created_at"),
        ],
    )
}

fn changes() -> TableCreateStatement {
    let mut changes = table(
        "changes",
        vec![
            id(),
            uuid("changeset_id"),
            integer("position"),
            uuid_null("company_id"),
            uuid_null("job_id"),
            string_null("field"),
            string("action"),
            text_null("before"),
            text_null("after"),
        ],
    );
    references(&mut changes, "changeset_id", "changesets");
    changes
}

fn reference_tables() -> TableCreateStatement {
    table(
        "reference_tables",
        vec![
            id(),
            string("name"),
            string("release"),
            integer("rows"),
            string("sha256"),
            string("licence"),
            blob("packed"),
            timestamp_with_time_zone("imported_at"),
            timestamp_with_time_zone_null("superseded_at"),
        ],
    )
}
