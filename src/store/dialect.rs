//! The few places where SQLite and PostgreSQL differ.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, SqliteTransactionMode, Statement, TransactionOptions,
    sea_query::{Expr, ExprTrait, SimpleExpr},
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

/// SQLite: write-ahead log, every commit on the disk, writers wait for each other. PostgreSQL: as it comes.
pub(super) fn tune(options: &mut ConnectOptions, busy_timeout: Duration) {
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).busy_timeout(busy_timeout).foreign_keys(true)
    });
}

/// A transaction that reads before it writes: on SQLite it takes the write lock at once, since one that takes it later
/// fails when another came between.
pub(super) fn read_then_write() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() }
}

/// Now by the database's own clock, in microseconds since 1970, moved by `offset`.
pub(super) fn now_micros(backend: DatabaseBackend, offset: i64) -> SimpleExpr {
    let now = match backend {
        DatabaseBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    };
    Expr::cust(now).add(offset)
}

/// Lets nobody else hold that name until the end of the transaction. On SQLite nobody else writes until then anyway.
pub(super) async fn hold_name(txn: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    if txn.get_database_backend() == DatabaseBackend::Postgres {
        let hold = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        txn.execute_raw(Statement::from_sql_and_values(DatabaseBackend::Postgres, hold, [name.into()])).await?;
    }
    Ok(())
}

/// Holds a name until the end of the transaction, unless somebody else does: false then, without waiting. A process that falls
/// asleep meanwhile loses its transaction after five seconds, so that it holds nobody up. SQLite's writer is alone.
pub(super) async fn try_hold_name(txn: &DatabaseTransaction, name: &str) -> Result<bool, DbErr> {
    if txn.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(true);
    }
    txn.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = '5s'").await?;
    let hold = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held";
    let row = txn.query_one_raw(Statement::from_sql_and_values(DatabaseBackend::Postgres, hold, [name.into()])).await?;
    row.map_or(Ok(false), |row| row.try_get("", "held"))
}

/// Whether rows are locked one by one. SQLite's writer is alone from the start.
pub(super) fn locks_rows(txn: &DatabaseTransaction) -> bool {
    txn.get_database_backend() == DatabaseBackend::Postgres
}
