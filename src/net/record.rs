//! What has become of an upstream's tries.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::{circuit::CircuitState, failure::CallError};

/// How an upstream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The last try went well, or there was none, and calls are let through.
    pub healthy: bool,
    /// Whether calls are let through.
    pub circuit: CircuitState,
    /// When a try last went well.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When one last failed.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// What went wrong last, without secrets.
    pub last_error: Option<String>,
    /// Tries since the start.
    pub requests: u64,
    /// Failed tries since the start.
    pub failures: u64,
    /// How many calls are left in the upstream's current period, where it is known.
    pub quota_remaining: Option<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Record(Mutex<Entries>);

#[derive(Debug, Default, Clone)]
pub(super) struct Entries {
    pub(super) requests: u64,
    pub(super) failures: u64,
    pub(super) failing: bool,
    pub(super) last_success_at: Option<DateTime<Utc>>,
    pub(super) last_failure_at: Option<DateTime<Utc>>,
    pub(super) last_error: Option<String>,
}

impl Record {
    pub(super) fn went_well(&self, at: DateTime<Utc>) {
        self.change(|entries| {
            entries.requests += 1;
            entries.failing = false;
            entries.last_success_at = Some(at);
        });
    }

    pub(super) fn went_wrong(&self, at: DateTime<Utc>, error: &CallError) {
        self.change(|entries| entries.requests += 1);
        self.was_wrong(at, error);
    }

    /// A try that looked well turned out not to be.
    pub(super) fn was_wrong(&self, at: DateTime<Utc>, error: &CallError) {
        self.change(|entries| {
            entries.failures += 1;
            entries.failing = true;
            entries.last_failure_at = Some(at);
            entries.last_error = Some(error.to_string());
        });
    }

    pub(super) fn entries(&self) -> Entries {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Entries)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
