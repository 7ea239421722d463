//! Why there is no draft.

use thiserror::Error;

use super::budget::Spent;

/// Why there is no draft. Messages hold no secret and no text of a company.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AssistantError {
    /// The field is never drafted.
    #[error("{0} is never drafted by an assistant")]
    NotAllowed(&'static str),
    /// The neighbours share nothing that is likely enough, or too few know the field.
    #[error("the nearest occupations share too little for a draft")]
    NothingShared,
    /// The day's budget is spent.
    #[error(transparent)]
    Budget(#[from] Spent),
    /// The model was not reached, or answered with an error.
    #[error("the assistant gave no answer: {0}")]
    Unavailable(Trouble),
    /// The model refuses, or a filter does. Asking again does not help.
    #[error("the assistant refuses: {0}")]
    Refused(String),
    /// The answers were refused by us.
    #[error("the assistant's answer was refused {attempts} times, at last because {reason}")]
    Failed {
        /// How many answers there were.
        attempts: u32,
        /// What was wrong with the last one.
        reason: Rejection,
    },
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejection {
    /// It ended at the limit of its length.
    #[error("it was cut off at the limit of its length")]
    Truncated,
    /// There is no JSON object in it.
    #[error("it is no JSON object")]
    NotJson,
    /// It does not fit the schema.
    #[error("it does not fit the schema: {0}")]
    Schema(String),
    /// What it says is not allowed.
    #[error("{0}")]
    Content(String),
}

/// Why an upstream gave no answer, by what is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Trouble {
    /// It was not reached in time.
    #[error("it was not reached ({0})")]
    Unreachable(String),
    /// The request, the model or its size is wrong: no retry.
    #[error("it does not accept the request: {0}")]
    Request(String),
    /// It cannot do structured output in this form: one capability down.
    #[error("it does not know the form of structured output: {0}")]
    Capability(String),
    /// The key is wrong: disable it.
    #[error("it does not accept the credentials")]
    Credentials,
    /// The money is spent: no retry.
    #[error("its quota is spent")]
    Quota,
    /// Too many requests: wait, then retry.
    #[error("it asks to slow down")]
    Rate,
    /// It is in trouble: retry.
    #[error("it is overloaded or failing (status {0})")]
    Busy(u16),
    /// Its answer cannot be read.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
}
