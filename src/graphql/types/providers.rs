//! How providers are.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use super::enums::{CircuitState, DataSource};
use crate::domain::provider_state::ProviderState;

/// How a provider is.
#[derive(SimpleObject, Debug)]
pub(crate) struct ProviderStatus {
    /// Its name.
    name: String,
    /// Who produces the values that it brings.
    source: DataSource,
    /// It has what it needs to be asked.
    configured: bool,
    /// The last call of all went well, and calls are let through.
    healthy: bool,
    /// Whether calls are let through; of several processes the worst.
    circuit: CircuitState,
    /// The release of its data.
    release: Option<String>,
    /// When a call last went well; null for bundled data, which needs no call.
    last_success_at: Option<DateTime<Utc>>,
    /// When a call last failed.
    last_error_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    last_error: Option<String>,
    /// Calls of all processes, also of those that are gone.
    requests: i32,
    /// Failed calls.
    failures: i32,
    /// Calls that the provider still allows in its current period.
    quota_remaining: Option<i32>,
}

impl From<ProviderState> for ProviderStatus {
    fn from(state: ProviderState) -> Self {
        let int = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            name: state.name,
            source: state.source.into(),
            configured: state.configured,
            healthy: state.healthy,
            circuit: state.circuit.into(),
            release: state.release,
            last_success_at: state.last_success_at,
            last_error_at: state.last_failure_at,
            last_error: state.last_error,
            requests: int(state.requests),
            failures: int(state.failures),
            quota_remaining: state.quota_remaining.map(int),
        }
    }
}
