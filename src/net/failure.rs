//! How a call can fail.

use std::time::Duration;

use thiserror::Error;

/// Why a call brought no answer. The texts hold neither URLs nor secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// 404: there is nothing of that name.
    #[error("there is no such thing")]
    NotFound,
    /// 401 or 403: the credentials were not taken.
    #[error("the credentials were refused")]
    Unauthorized,
    /// Another 4xx: the call itself was not understood.
    #[error("the call was refused with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// The calls that the upstream allows in its period are used up.
    #[error("the quota is spent")]
    QuotaSpent,
    /// 429, or a wait that the upstream asked for and that is longer than the deadline.
    #[error("too many calls")]
    RateLimited {
        /// How long the upstream asked to wait.
        retry_after: Option<Duration>,
    },
    /// No connection, a broken one, 408 or a 5xx.
    #[error("not available: {reason}")]
    Unavailable {
        /// What was seen.
        reason: String,
    },
    /// No complete answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer, unpacked, is larger than allowed.
    #[error("the answer has more than {most} bytes")]
    TooLarge {
        /// What is allowed.
        most: usize,
    },
    /// The answer is not what was agreed on: no JSON, broken compression, missing parts.
    #[error("the answer cannot be read: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// 3xx. Redirects are never followed: a call carries credentials and must not end at an address that nobody has
    /// configured.
    #[error("the answer is a redirect (status {status}), which is not followed")]
    Redirected {
        /// The status.
        status: u16,
    },
    /// The upstream failed too often lately and was not asked.
    #[error("not asked: it failed too often lately")]
    CircuitOpen,
}

impl Failure {
    /// The failure's name in records: `TIMED_OUT`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Refused { .. } => "REFUSED",
            Self::QuotaSpent => "QUOTA_SPENT",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::TimedOut => "TIMED_OUT",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::Malformed { .. } => "MALFORMED",
            Self::Redirected { .. } => "REDIRECTED",
            Self::CircuitOpen => "CIRCUIT_OPEN",
        }
    }

    /// True when the same call, made again at once, may go well.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. } | Self::TimedOut)
    }

    /// True when the same call, made again some time later, may go well without anybody's doing.
    pub fn may_pass(&self) -> bool {
        self.is_retryable() || matches!(self, Self::CircuitOpen | Self::QuotaSpent)
    }

    /// True when it tells of an upstream in trouble, rather than of one that answers what it was asked.
    pub(super) fn is_trouble(&self) -> bool {
        self.is_retryable() || matches!(self, Self::TooLarge { .. } | Self::Malformed { .. } | Self::Redirected { .. })
    }

    /// An answer that cannot be read.
    pub fn malformed(reason: impl Into<String>) -> Self {
        Self::Malformed { reason: reason.into() }
    }
}

/// A failed call: whose, which, why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{upstream}: {route}: {failure}")]
pub struct CallError {
    /// The upstream's name.
    pub upstream: &'static str,
    /// The label of the route; never the URL.
    pub route: &'static str,
    /// Why.
    pub failure: Failure,
}
