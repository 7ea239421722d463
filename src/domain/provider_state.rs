//! How providers are.

use chrono::{DateTime, Utc};

use crate::domain::{job::named, provenance::Source};

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
    /// When a call last failed.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Calls.
    pub requests: u64,
    /// Failed calls.
    pub failures: u64,
    /// Calls that the provider still allows in its current period.
    pub quota_remaining: Option<u64>,
}

named! {
    /// Whether calls to a provider are let through.
    Circuit {
        /// Let through.
        Closed = "CLOSED",
        /// One is let through, to try.
        HalfOpen = "HALF_OPEN",
        /// Held back, because calls have been failing.
        Open = "OPEN",
    }
}

/// What a process wrote down of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderNote {
    /// Its calls.
    pub requests: u64,
    /// The failed ones.
    pub failures: u64,
    /// Its circuit.
    pub circuit: Circuit,
    /// What the provider told it of its quota.
    pub quota_remaining: Option<u64>,
    /// When a call last went well.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When a call last failed.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// Why.
    pub last_error: Option<String>,
    /// It was written so lately that circuit and quota still hold.
    pub holds: bool,
}

impl ProviderState {
    /// True when it could be asked by its settings, and cannot be by how it is.
    pub fn is_failing(&self) -> bool {
        self.configured && !self.healthy
    }

    /// What is written down of it; `requests` and `failures` are those since the last time.
    pub fn note(&self, requests: u64, failures: u64) -> ProviderNote {
        ProviderNote {
            requests,
            failures,
            circuit: self.circuit,
            quota_remaining: self.quota_remaining,
            last_success_at: self.last_success_at,
            last_failure_at: self.last_failure_at,
            last_error: self.last_error.clone(),
            holds: true,
        }
    }

    /// With what another process saw: calls are added, of circuits and quotas the worse is told, of errors the later.
    #[must_use]
    pub fn with(mut self, note: &ProviderNote) -> Self {
        self.requests += note.requests;
        self.failures += note.failures;
        if note.holds {
            self.circuit = self.circuit.max(note.circuit);
            self.quota_remaining = self.quota_remaining.into_iter().chain(note.quota_remaining).min();
        }
        if note.last_failure_at > self.last_failure_at {
            self.last_failure_at = note.last_failure_at;
            self.last_error.clone_from(&note.last_error);
        }
        self.last_success_at = self.last_success_at.max(note.last_success_at);
        self
    }

    /// Says anew whether it is healthy, after others' notes: no circuit holds calls back, and the last call of all went well.
    #[must_use]
    pub fn judged(mut self) -> Self {
        let failed_last = self.last_failure_at.is_some_and(|failure| self.last_success_at.is_none_or(|success| failure > success));
        self.healthy = self.healthy && self.circuit == Circuit::Closed && !failed_last;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(second, 0)
    }

    fn state() -> ProviderState {
        ProviderState {
            name: "a".into(),
            source: Source::Bls,
            configured: true,
            healthy: true,
            circuit: Circuit::Closed,
            release: None,
            last_success_at: at(10),
            last_failure_at: None,
            last_error: None,
            requests: 2,
            failures: 0,
            quota_remaining: Some(9),
        }
    }

    #[test]
    fn calls_of_all_processes_are_added_and_the_worst_of_what_holds_is_told() {
        let down = ProviderNote { circuit: Circuit::Open, last_failure_at: at(11), last_error: Some("down".into()), ..state().note(3, 3) };
        let told = state().with(&down).judged();
        let expected = ProviderState {
            requests: 5,
            failures: 3,
            circuit: Circuit::Open,
            healthy: false,
            last_failure_at: at(11),
            last_error: Some("down".into()),
            ..state()
        };
        assert_eq!(told, expected);
        let old = ProviderNote { holds: false, quota_remaining: Some(0), ..down.clone() };
        let told = state().with(&old).judged();
        assert_eq!(
            (told.circuit, told.quota_remaining, told.healthy),
            (Circuit::Closed, Some(9), false),
            "the last call failed all the same"
        );
        let since = ProviderState { last_success_at: at(12), ..state() };
        assert!(since.with(&old).judged().healthy);
    }

    #[test]
    fn the_later_error_is_told_whoever_had_it() {
        let own = ProviderState { last_failure_at: at(20), last_error: Some("own".into()), ..state() };
        let theirs = |second| ProviderNote { last_failure_at: at(second), last_error: Some("theirs".into()), ..state().note(0, 0) };
        assert_eq!(own.clone().with(&theirs(19)).last_error.as_deref(), Some("own"));
        assert_eq!(own.with(&theirs(21)).last_error.as_deref(), Some("theirs"));
    }
}
