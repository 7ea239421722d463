//! How providers are.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use super::enums::{CircuitState, DataSource};
use crate::providers::Provider;

/// How a provider is.
#[derive(SimpleObject, Debug)]
pub(crate) struct ProviderStatus {
    /// Its name.
    name: String,
    /// Who produces the values that it brings.
    source: DataSource,
    /// It has what it needs to be asked.
    configured: bool,
    /// The last calls went well.
    healthy: bool,
    /// Whether calls are let through.
    circuit: CircuitState,
    /// The release of its data.
    release: Option<String>,
    /// When a call last went well; null for bundled data, which needs no call.
    last_success_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    last_error: Option<String>,
    /// Calls since the start.
    requests: i32,
    /// Failed calls since the start.
    failures: i32,
    /// Calls that the provider still allows in its current period.
    quota_remaining: Option<i32>,
}

impl ProviderStatus {
    /// Of a provider that answers from bundled data: it is there, makes no calls, and cannot fail.
    pub(crate) fn bundled(provider: &dyn Provider) -> Self {
        Self {
            name: provider.name().to_owned(),
            source: provider.source().into(),
            configured: true,
            healthy: true,
            circuit: CircuitState::Closed,
            release: provider.release(),
            last_success_at: None,
            last_error: None,
            requests: 0,
            failures: 0,
            quota_remaining: None,
        }
    }
}
