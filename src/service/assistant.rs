//! The assistant of this installation, and what people say of its drafts.

pub mod evaluation;
mod ledger;
mod word;

use std::sync::Arc;

use super::Service;
use crate::{
    domain::{coverage::Drafting, provider_state::ProviderState},
    providers::{
        assistant::{
            Assistant, AssistantSettings, Kind, NetworkAssistant, OfflineAssistant,
            upstream::{ModelUpstream, state_without_upstream},
        },
        registry::Surroundings,
    },
    store::Store,
};
use ledger::DatabaseLedger;
pub use word::Word;

/// What is set up.
#[derive(Debug)]
pub(super) struct SetUp {
    settings: AssistantSettings,
    network: Option<(Arc<NetworkAssistant>, ModelUpstream)>,
    /// Why there is no way to the model, though it is configured.
    broken: Option<String>,
}

impl SetUp {
    /// As the settings have it. Nothing is asked yet.
    pub(super) fn new(settings: AssistantSettings, surroundings: &Surroundings, store: &Store) -> Self {
        if !matches!(settings.kind, Kind::Chat | Kind::Messages) {
            return Self { settings, network: None, broken: None };
        }
        match ModelUpstream::new(&settings, surroundings) {
            Some(Ok(upstream)) => {
                let ledger = DatabaseLedger::new(store.clone(), Arc::clone(&surroundings.clock), &settings);
                let assistant = NetworkAssistant::new(settings.clone(), Arc::new(upstream.clone()), Arc::new(ledger));
                Self { settings, network: Some((Arc::new(assistant), upstream)), broken: None }
            }
            Some(Err(error)) => {
                tracing::error!("{error}");
                Self { settings, network: None, broken: Some(error.to_string()) }
            }
            None => Self { settings, network: None, broken: Some("`assistant.base_url` is not set".to_owned()) },
        }
    }

    fn state(&self) -> ProviderState {
        match &self.network {
            Some((_, upstream)) => upstream.state(),
            None => state_without_upstream(&self.settings, self.broken.clone(), self.settings.kind == Kind::Offline),
        }
    }
}

impl Service {
    /// Who drafts; nobody when the assistant is off.
    pub(super) fn assistant(&self) -> Option<Arc<dyn Assistant>> {
        let set_up = &self.assistant;
        match set_up.settings.kind {
            Kind::Off => None,
            Kind::Offline => Some(Arc::new(OfflineAssistant::new(self.reference().neighbours(), set_up.settings.thresholds.clone()))),
            Kind::Chat | Kind::Messages => set_up.network.as_ref().map(|(assistant, _)| Arc::clone(assistant) as Arc<dyn Assistant>),
        }
    }

    /// The model that looks at candidates for SOC codes, where the settings want it, and how often at once.
    pub(super) fn reranker(&self) -> Option<(Arc<NetworkAssistant>, usize)> {
        let SetUp { settings, network, .. } = &self.assistant;
        network.as_ref().filter(|_| settings.rerank).map(|(assistant, _)| (Arc::clone(assistant), settings.concurrency.clamp(1, 4)))
    }

    /// Whether an assistant drafts what official data lacks.
    pub fn drafting(&self) -> Drafting {
        let network = self.assistant.network.is_some();
        if network || self.assistant.settings.kind == Kind::Offline { Drafting::On } else { Drafting::Off }
    }

    /// From when on an official value is enough.
    pub(super) fn thresholds(&self) -> &crate::domain::assist::Thresholds {
        &self.assistant.settings.thresholds
    }

    /// How the assistant is.
    pub(super) fn assistant_state(&self) -> ProviderState {
        self.assistant.state()
    }
}
