//! How upstreams are, as processes write it down, and the quotas of their days, which all processes share.
//!
//! A process adds the calls that it has made since it last wrote, so no count is lost or doubled when its row is folded into
//! the one of the processes that are gone. Times are the database's, moved by an offset that is zero outside of tests.

use chrono::TimeDelta;
use rolegraph_entity::{
    provider_note::{Column, Entity, Model},
    provider_try,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{Result, Store, StoreError, dialect};
use crate::domain::provider_state::{Circuit, ProviderNote};

/// After so long a circuit has let a call through again, and a quota may be another.
const HOLDS: TimeDelta = TimeDelta::minutes(10);

/// Rows of processes that have written nothing for so long are folded together.
const GONE: TimeDelta = TimeDelta::hours(1);

/// The minutes of a day, and the one that it may have begun in.
const DAY: i64 = 24 * 60;

const MINUTE_MICROS: i64 = 60_000_000;

const COLUMNS: [Column; 10] = [
    Column::Process,
    Column::Provider,
    Column::Requests,
    Column::Failures,
    Column::Circuit,
    Column::QuotaRemaining,
    Column::LastSuccessAt,
    Column::LastFailureAt,
    Column::LastError,
    Column::WrittenAt,
];

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn note(row: Model, now: i64) -> Result<ProviderNote> {
    let unknown = || StoreError::unreadable("provider_notes", format!("{} {}", row.process, row.provider), "unknown circuit");
    Ok(ProviderNote {
        circuit: Circuit::from_name(&row.circuit).ok_or_else(unknown)?,
        holds: now - row.written_at < micros(HOLDS),
        requests: row.requests.unsigned_abs(),
        failures: row.failures.unsigned_abs(),
        quota_remaining: row.quota_remaining.map(i64::unsigned_abs),
        last_success_at: row.last_success_at,
        last_failure_at: row.last_failure_at,
        last_error: row.last_error,
    })
}

fn micros(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or_default()
}

impl Store {
    /// Adds calls to what a process has written of a provider, and overwrites the rest.
    pub async fn add_provider_note(&self, process: Uuid, provider: &str, note: &ProviderNote) -> Result<()> {
        let now = dialect::now_micros(self.db.get_database_backend(), self.offset_micros());
        write(&self.db, process, provider, note, now).await
    }

    /// What processes have written, by provider.
    pub async fn provider_notes(&self) -> Result<Vec<(String, Uuid, ProviderNote)>> {
        let rows = Entity::find().all(&self.db).await?;
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let now = self.work_time(&self.db).await?;
        rows.into_iter().map(|row| Ok((row.provider.clone(), row.process, note(row, now)?))).collect()
    }

    /// Makes one row per provider of the rows of processes that have written nothing for an hour. One that writes again after
    /// all begins a new row. Answers how many rows went.
    pub async fn fold_provider_notes(&self) -> Result<usize> {
        let txn = self.db.begin().await?;
        let now = self.work_time(&txn).await?;
        let gone = Condition::all().add(Column::WrittenAt.lt(now - micros(GONE))).add(Column::Process.ne(Uuid::nil()));
        let rows = Entity::find().filter(gone.clone()).lock_exclusive().all(&txn).await?;
        for row in &rows {
            let known = Entity::find_by_id((Uuid::nil(), row.provider.clone())).lock_exclusive().one(&txn).await?;
            let mut folded = note(row.clone(), now)?;
            if let Some(known) = known {
                if known.last_failure_at > folded.last_failure_at {
                    folded.last_error = known.last_error;
                }
                folded.last_failure_at = std::cmp::max(folded.last_failure_at, known.last_failure_at);
                folded.last_success_at = std::cmp::max(folded.last_success_at, known.last_success_at);
            }
            let folded = ProviderNote { circuit: Circuit::Closed, quota_remaining: None, ..folded };
            write(&txn, Uuid::nil(), &row.provider, &folded, Expr::value(0)).await?;
            Entity::delete_by_id((row.process, row.provider.clone())).exec(&txn).await?;
        }
        txn.commit().await?;
        Ok(rows.len())
    }

    /// Takes one of the tries that a provider has in any 24 hours: how many are left then, none when all are taken. Minutes
    /// are counted whole, so a try is free again after 24 hours and up to one minute.
    pub async fn take_provider_try(&self, provider: &str, daily: u32) -> Result<Option<u32>> {
        let txn = self.db.begin().await?;
        dialect::hold_name(&txn, &format!("provider_tries:{provider}")).await?;
        let minute = self.work_time(&txn).await?.div_euclid(MINUTE_MICROS);
        let old = Condition::all().add(provider_try::Column::Provider.eq(provider)).add(provider_try::Column::Minute.lt(minute - DAY));
        provider_try::Entity::delete_many().filter(old).exec(&txn).await?;
        let taken = taken(&txn, provider, minute - DAY).await?;
        if taken >= i64::from(daily) {
            return Ok(None);
        }
        let row = provider_try::ActiveModel {
            provider: sea_orm::ActiveValue::Set(provider.to_owned()),
            minute: sea_orm::ActiveValue::Set(minute),
            taken: sea_orm::ActiveValue::Set(1),
        };
        let one_more = Expr::col((provider_try::Entity, provider_try::Column::Taken)).add(1);
        let again = OnConflict::columns([provider_try::Column::Provider, provider_try::Column::Minute])
            .value(provider_try::Column::Taken, one_more)
            .to_owned();
        provider_try::Entity::insert(row).on_conflict(again).exec_without_returning(&txn).await?;
        txn.commit().await?;
        Ok(u32::try_from(i64::from(daily) - taken - 1).ok())
    }

    /// How many tries of a provider were taken in the last 24 hours.
    pub async fn provider_tries(&self, provider: &str) -> Result<u64> {
        let minute = self.work_time(&self.db).await?.div_euclid(MINUTE_MICROS);
        Ok(taken(&self.db, provider, minute - DAY).await?.unsigned_abs())
    }

    /// Now by the database's clock, in microseconds since 1970.
    async fn work_time(&self, db: &impl ConnectionTrait) -> Result<i64> {
        let now = dialect::now_micros(db.get_database_backend(), self.offset_micros());
        let row = db.query_one(Query::select().expr(now)).await?;
        let row = row.ok_or_else(|| StoreError::Database(DbErr::RecordNotFound("the time".to_owned())))?;
        Ok(row.try_get_by_index(0)?)
    }
}

async fn taken(db: &impl ConnectionTrait, provider: &str, since: i64) -> Result<i64> {
    let counts = provider_try::Entity::find()
        .select_only()
        .column(provider_try::Column::Taken)
        .filter(provider_try::Column::Provider.eq(provider))
        .filter(provider_try::Column::Minute.gte(since));
    Ok(counts.into_tuple::<i64>().all(db).await?.into_iter().sum())
}

async fn write(db: &impl ConnectionTrait, process: Uuid, provider: &str, note: &ProviderNote, now: impl Into<SimpleExpr>) -> Result<()> {
    let values: Vec<SimpleExpr> = vec![
        process.into(),
        provider.into(),
        count(note.requests).into(),
        count(note.failures).into(),
        note.circuit.name().into(),
        note.quota_remaining.map(count).into(),
        note.last_success_at.into(),
        note.last_failure_at.into(),
        note.last_error.clone().into(),
        now.into(),
    ];
    let added = |column: Column, more: u64| (column, SimpleExpr::from(Expr::col((Entity, column)).add(count(more))));
    let again = OnConflict::columns([Column::Process, Column::Provider])
        .values([added(Column::Requests, note.requests), added(Column::Failures, note.failures)])
        .update_columns(COLUMNS[4..].iter().copied())
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(COLUMNS).on_conflict(again);
    insert.values(values).map_err(|error| StoreError::Database(DbErr::Custom(error.to_string())))?;
    db.execute(&insert).await?;
    Ok(())
}
