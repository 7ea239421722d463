//! What is spent, and what was paid for before. All processes on a database share one ledger.

use std::fmt;

use async_trait::async_trait;
use chrono::NaiveDate;
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

/// What may be spent in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Tokens, in and out.
    pub tokens: u64,
    /// Requests.
    pub requests: u64,
}

/// Whose budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Spent {
    /// The company's.
    #[error("the company's budget for the assistant is spent until {0} 00:00 UTC")]
    Company(NaiveDate),
    /// Everybody's.
    #[error("the budget for the assistant is spent until {0} 00:00 UTC")]
    Overall(NaiveDate),
}

/// Tokens, and one request, that were set aside. What is not settled stays spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a reservation that is not settled is spent"]
pub struct Reservation {
    /// The day (UTC) on which it counts.
    pub day: NaiveDate,
    /// Whose budget pays besides everybody's.
    pub company: Option<Uuid>,
    /// How many tokens.
    pub tokens: u64,
}

/// What a request came to, once its tokens were paid.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// An answer that was taken.
    Answer {
        /// What it says; read anew whenever it is used.
        value: Value,
        /// The model, as it calls itself.
        model: Option<String>,
    },
    /// There is no draft, for this reason.
    Failure(String),
}

/// What is known of a request before it is made.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// Nothing: it is ours to make. Whoever opens it has to close it.
    Ours,
    /// It was paid for before.
    Known(Outcome),
    /// Somebody else is making it now.
    Elsewhere,
}

/// The ledger cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the ledger of the assistant: {0}")]
pub struct LedgerError(pub String);

/// Why nothing was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotReserved {
    /// There is too little left.
    #[error(transparent)]
    Spent(#[from] Spent),
    /// Nobody knows how much is left.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Keeps the accounts of a day, and what requests came to. A request is known by the hash of all that goes into it.
#[async_trait]
pub trait Ledger: fmt::Debug + Send + Sync {
    /// Looks a request up, and takes it on when nobody has.
    async fn open(&self, hash: &str) -> Result<Opened, LedgerError>;

    /// Keeps what a request came to; with none it is forgotten, so that it can be made again.
    async fn close(&self, hash: &str, outcome: Option<&Outcome>) -> Result<(), LedgerError>;

    /// Sets tokens and a request aside, before it is made. Nothing is set aside when a budget does not suffice.
    async fn reserve(&self, hash: &str, company: Option<Uuid>, tokens: u64) -> Result<Reservation, NotReserved>;

    /// Puts the tokens that were used in the place of those set aside; with none the request was not made.
    async fn settle(&self, reservation: Reservation, used: Option<u64>) -> Result<(), LedgerError>;
}
