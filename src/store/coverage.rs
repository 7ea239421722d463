//! The coverage report, counted by the database.

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, FromQueryResult,
    sea_query::{Condition, Expr, ExprTrait, Func, Query},
};

use super::{Result, Store, StoreError, filter, layers};
use crate::domain::{access::Audience, fields::Field, filter::JobFilter, provenance::Source};

/// How many jobs have the field's effective value from that source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCount {
    /// The field.
    pub field: Field,
    /// The source.
    pub source: Source,
    /// How many jobs.
    pub jobs: u64,
    /// How many of these values are stale.
    pub stale: u64,
}

#[derive(FromQueryResult)]
struct Row {
    field: String,
    source: String,
    jobs: i64,
    stale: i64,
}

impl Store {
    /// Counts the effective values of the jobs that the audience may see and the filter lets through. What is not counted
    /// for a field is a gap.
    pub async fn field_counts(&self, audience: Audience, wanted: &JobFilter, now: DateTime<Utc>) -> Result<Vec<FieldCount>> {
        let at = self.at(now);
        let jobs = Condition::all().add(filter::visible(audience)).add(filter::condition(wanted, &at));
        let stale = Expr::expr(Func::sum(Expr::col(layers::STALE))).cast_as("bigint");
        let query = Query::select()
            .columns([layers::FIELD, layers::SOURCE])
            .expr_as(Expr::col(layers::JOB_ID).count(), "jobs")
            .expr_as(stale, "stale")
            .from_subquery(layers::effective(&jobs, layers::Which::All, &at), "effective")
            .group_by_columns([layers::FIELD, layers::SOURCE])
            .take();
        let rows = self.db.query_all(&query).await?;
        rows.iter().map(|row| count(&Row::from_query_result(row, "")?)).collect()
    }
}

fn count(row: &Row) -> Result<FieldCount> {
    let unreadable = |reason: String| StoreError::unreadable("facts", "coverage", reason);
    Ok(FieldCount {
        field: row.field.parse().map_err(unreadable)?,
        source: Source::from_name(&row.source).ok_or_else(|| StoreError::unreadable("facts", "coverage", "unknown source"))?,
        jobs: row.jobs.unsigned_abs(),
        stale: row.stale.unsigned_abs(),
    })
}
