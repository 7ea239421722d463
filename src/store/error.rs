//! What can go wrong in the database.

use std::fmt;

use sea_orm::{DbErr, SqlErr};
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
    /// Anything else.
    #[error("database: {0}")]
    Database(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => Self::Taken(what),
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// A row that cannot be read.
    pub(super) fn unreadable(table: &'static str, id: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::Unreadable { table, id: id.to_string(), reason: reason.to_string() }
    }
}
