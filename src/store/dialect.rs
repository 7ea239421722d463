//! The few places where SQLite and PostgreSQL differ.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, SqliteTransactionMode, TransactionOptions,
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
