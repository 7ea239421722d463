//! How providers are, over all processes: each writes down what it sees, and the day's quota is counted in the database.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{PoisonError, RwLock},
};

use async_trait::async_trait;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    domain::{
        coverage::Standing,
        provider_state::{Circuit, ProviderNote, ProviderState},
    },
    metrics,
    net::Quota,
    providers,
    store::Store,
};

/// Counts the tries of a day in the database.
#[derive(Debug)]
pub(super) struct SharedQuota(pub(super) Store);

#[async_trait]
impl Quota for SharedQuota {
    async fn take(&self, upstream: &'static str, daily: u32) -> Result<Option<u32>, String> {
        self.0.take_provider_try(upstream, daily).await.map_err(|error| {
            tracing::warn!(upstream, "cannot take a try of the day's quota: {error}");
            "the database does not tell what is left of the day's quota".to_owned()
        })
    }
}

/// What this process has written down.
#[derive(Debug)]
pub(super) struct Notes {
    process: Uuid,
    written: Mutex<HashMap<String, ProviderState>>,
    /// Who was failing by all processes' notes when somebody last looked.
    failing: RwLock<BTreeSet<String>>,
}

impl Notes {
    pub(super) fn of(process: Uuid) -> Self {
        Self { process, written: Mutex::default(), failing: RwLock::default() }
    }
}

impl Service {
    /// Writes down how the upstreams are that this process has called since it last did. Calls are few, and none waits for it:
    /// it is done every few seconds, and at the end.
    pub async fn note_providers(&self) -> Result<()> {
        let mut written = self.notes.written.lock().await;
        for state in self.upstream_states().into_iter().filter(|state| state.requests > 0) {
            let before = written.get(&state.name);
            if before == Some(&state) {
                continue;
            }
            if before.is_none() {
                self.store.fold_provider_notes().await?;
            }
            let (requests, failures) = before.map_or((0, 0), |before| (before.requests, before.failures));
            let note = state.note(state.requests - requests, state.failures - failures);
            self.store.add_provider_note(self.notes.process, &state.name, &note).await?;
            written.insert(state.name.clone(), state);
        }
        drop(written);
        self.look_for_failing().await
    }

    /// Looks by all processes' notes who is failing.
    pub(super) async fn look_for_failing(&self) -> Result<()> {
        let failing = self.providers().await?.into_iter().filter(ProviderState::is_failing).map(|state| state.name).collect();
        *self.notes.failing.write().unwrap_or_else(PoisonError::into_inner) = failing;
        Ok(())
    }

    /// How those are who could fill a gap: by what this process has seen, and by what others had when it last looked, which is
    /// every few seconds, so that no reader asks the database for it.
    pub fn standing(&self) -> Standing {
        let seen = self.upstream_states().into_iter().filter(ProviderState::is_failing).map(|state| state.name);
        let told = self.notes.failing.read().unwrap_or_else(PoisonError::into_inner);
        Standing { drafting: self.drafting(), failing: seen.chain(told.iter().cloned()).collect() }
    }

    /// Measures what is not counted when it happens: the queue, the providers over all processes, and the subscribers here.
    pub async fn measure(&self) -> Result<()> {
        let counts = self.work_counts().await?;
        for (state, count) in [("ready", counts.ready), ("leased", counts.leased), ("dead", counts.dead)] {
            metrics::queue(state, count);
        }
        for state in self.providers().await? {
            metrics::provider(&state.name, state.requests, state.failures);
        }
        metrics::subscribers(self.subscribers());
        Ok(())
    }

    /// The providers, and how they are, over all processes as far as these have written it down. Those that answer from bundled
    /// data are there, make no calls, and cannot fail.
    pub async fn providers(&self) -> Result<Vec<ProviderState>> {
        let written = self.notes.written.lock().await.clone();
        let notes = self.store.provider_notes().await?;
        let mut states: Vec<_> = self.reference().bundled.iter().map(|provider| bundled(&**provider)).collect();
        for mut state in self.upstream_states() {
            // Its own rows may have been folded together with others': they are added, and what is in them is taken off.
            if let Some(written) = written.get(&state.name) {
                state.requests -= written.requests;
                state.failures -= written.failures;
            }
            let name = state.name.clone();
            for (_, process, note) in notes.iter().filter(|(provider, ..)| *provider == name) {
                let note = ProviderNote { holds: note.holds && *process != self.notes.process, ..note.clone() };
                state = state.with(&note);
            }
            if let Some(daily) = self.upstreams.daily(&state.name) {
                let left = u64::from(daily).saturating_sub(self.store.provider_tries(&state.name).await?);
                state.quota_remaining = Some(state.quota_remaining.map_or(left, |told| told.min(left)));
            }
            states.push(state.judged());
        }
        Ok(states)
    }

    /// How the upstreams are by what this process knows, the assistant's model among them.
    fn upstream_states(&self) -> Vec<ProviderState> {
        self.upstreams.states().into_iter().chain([self.assistant_state()]).collect()
    }
}

fn bundled(provider: &dyn providers::Provider) -> ProviderState {
    ProviderState {
        name: provider.name().to_owned(),
        source: provider.source(),
        configured: true,
        healthy: true,
        circuit: Circuit::Closed,
        release: provider.release(),
        last_success_at: None,
        last_failure_at: None,
        last_error: None,
        requests: 0,
        failures: 0,
        quota_remaining: None,
    }
}
