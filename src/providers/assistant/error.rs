//! Why there is no draft.

use thiserror::Error;

use super::ledger::{LedgerError, NotReserved, Spent};
use crate::net::Failure;

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
    /// The same was asked before, and paid for: it is not asked again.
    #[error("{0} (the same was asked before, and is not paid for twice)")]
    Remembered(String),
    /// Another process asks the same just now.
    #[error("the assistant is being asked the same elsewhere")]
    Elsewhere,
    /// Nobody knows what may be spent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl AssistantError {
    /// True when asking again soon may help without anybody's doing.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unavailable(trouble) => trouble.may_pass(),
            Self::Elsewhere | Self::Ledger(_) => true,
            Self::NotAllowed(_) | Self::NothingShared | Self::Budget(_) | Self::Refused(_) | Self::Failed { .. } | Self::Remembered(_) => {
                false
            }
        }
    }

    /// True when answers were paid for, and none of them is of use.
    pub(super) fn was_paid_for(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Failed { .. })
    }
}

impl From<NotReserved> for AssistantError {
    fn from(why: NotReserved) -> Self {
        match why {
            NotReserved::Spent(spent) => spent.into(),
            NotReserved::Ledger(error) => error.into(),
        }
    }
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
    /// It is left alone for a while.
    #[error("it is not asked just now, for it failed too often lately")]
    Resting,
}

impl Trouble {
    /// True when asking again soon may help without anybody's doing.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Rate | Self::Busy(_) | Self::Resting)
    }

    /// True when the model may have worked for it all the same, so that it may have to be paid for.
    pub(super) fn may_cost(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Unreadable(_))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unauthorized => Self::Credentials,
            Failure::QuotaSpent => Self::Quota,
            Failure::RateLimited { .. } => Self::Rate,
            Failure::CircuitOpen => Self::Resting,
            Failure::Unavailable { .. } | Failure::TimedOut => Self::Unreachable(failure.to_string()),
            Failure::NotFound | Failure::Refused { .. } => Self::Request(failure.to_string()),
            Failure::TooLarge { .. } | Failure::Malformed { .. } | Failure::Redirected { .. } => Self::Unreadable(failure.to_string()),
        }
    }
}
