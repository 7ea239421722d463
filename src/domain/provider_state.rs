//! How providers are.

use chrono::{DateTime, Utc};

use crate::domain::provenance::Source;

/// How a provider is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderState {
    /// Its name.
    pub name: String,
    /// Who produces the values that it brings.
    pub source: Source,
    /// It has what it needs to be asked.
    pub configured: bool,
    /// The last calls went well.
    pub healthy: bool,
    /// Whether calls are let through.
    pub circuit: Circuit,
    /// The release of its data.
    pub release: Option<String>,
    /// When a call last went well; none for bundled data, which needs no call.
    pub last_success_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Calls since the start.
    pub requests: u64,
    /// Failed calls since the start.
    pub failures: u64,
    /// Calls that the provider still allows in its current period.
    pub quota_remaining: Option<u64>,
}

/// Whether calls to a provider are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Circuit {
    /// Let through.
    Closed,
    /// Held back, because calls have been failing.
    Open,
    /// One is let through, to try.
    HalfOpen,
}
