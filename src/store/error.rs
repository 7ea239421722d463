//! What can go wrong in the database.

use std::fmt;

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx::error::DatabaseError};
use thiserror::Error;

/// Why the database did not do what it was asked for.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another row has that value already.
    #[error("taken already: {0}")]
    Taken(String),
    /// A row that this version cannot read.
    #[error("row {id} of {table} cannot be read: {reason}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else has taken over what this was a part of.
    #[error("somebody else has taken over the request with this idempotency key")]
    TakenOver,
    /// Another transaction was in the way: the same again, from the beginning, may go well.
    #[error("another transaction was in the way: {0}")]
    Contended(DbErr),
    /// Anything else.
    #[error("database: {0}")]
    Database(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => Self::Taken(what),
            _ if is_contention(&error) => Self::Contended(error),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// What a unit was begun with no longer holds: another one came between.
    pub fn overtaken() -> Self {
        Self::Contended(DbErr::Custom("what was read before is out of date".to_owned()))
    }

    /// A row that cannot be read.
    pub(super) fn unreadable(table: &'static str, id: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::Unreadable { table, id: id.to_string(), reason: reason.to_string() }
    }
}

/// PostgreSQL's serialization failure, deadlock and lock timeout; SQLite's BUSY and LOCKED with their kinds.
const CONTENTION: [&str; 9] = ["40001", "40P01", "55P03", "5", "261", "517", "773", "6", "262"];

fn is_contention(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| CONTENTION.contains(&&*code))
}
