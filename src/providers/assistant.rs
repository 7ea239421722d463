//! Assistants: who drafts what official data lacks, and looks at candidates for SOC codes ([`rerank`]).
//!
//! [`OfflineAssistant`] needs nothing; [`NetworkAssistant`] asks a language model in one of two wire forms, Chat Completions
//! ([`chat`]) or Anthropic Messages ([`messages`]), through a [`Transport`], which is [`upstream`] but for tests. Requests and answers
//! are pure functions over JSON. An answer is untrusted: [`answer`] refuses what breaks the schema, cites what was not given, repeats
//! what is known, names codes, or runs too long. It is asked once more with the reason, then the draft has failed. What is spent,
//! and what was paid for before, stands in a [`Ledger`].

pub mod answer;
pub mod chat;
pub mod error;
pub mod ledger;
pub mod messages;
pub mod network;
pub mod offline;
pub mod prompt;
pub mod rerank;
pub mod schema;
pub mod settings;
pub mod upstream;
pub mod wire;

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;
use uuid::Uuid;

pub use crate::domain::assist::Draft;
use crate::domain::{assist::Basis, fields::Field, soc::SocCode, values::FieldValue};
pub use error::AssistantError;
pub use ledger::Ledger;
pub use network::NetworkAssistant;
pub use offline::OfflineAssistant;
pub use settings::{AssistantSettings, Kind};
pub use wire::Transport;

/// The name of an assistant in provenance, as that of a provider.
pub const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Off | Kind::Offline => "offline-assistant",
        Kind::Chat => "chat-assistant",
        Kind::Messages => "messages-assistant",
    }
}

/// Somebody who drafts values.
#[async_trait]
pub trait Assistant: fmt::Debug + Send + Sync {
    /// The name in provenance, as that of a provider.
    fn name(&self) -> &str;

    /// The version of the prompt, or of the method, in provenance.
    fn version(&self) -> &str;

    /// One answer for every request, in their order.
    async fn draft(&self, requests: &[DraftRequest]) -> Vec<Result<Answered, AssistantError>>;
}

/// A draft, and who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The draft.
    pub draft: Draft,
    /// The model, as it calls itself.
    pub model: String,
}

/// What is to be drafted, and all that may be used for it.
#[derive(Debug, Clone)]
pub struct DraftRequest {
    /// Whose budget pays; none for shared data.
    pub company: Option<Uuid>,
    /// The field.
    pub field: Field,
    /// The occupation's or role's title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// By what the neighbours were found.
    pub basis: Basis,
    /// The official value where it is thin; it is not repeated.
    pub official: Option<FieldValue>,
    /// The keys of items that were rejected before: they are not drafted again.
    pub rejected: BTreeSet<String>,
    /// What the nearest occupations know of the field, in any order.
    pub neighbours: Vec<Neighbour>,
}

/// A neighbour, with what it knows.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Its code.
    pub code: SocCode,
    /// Its title.
    pub title: Arc<str>,
    /// How near it is, above 0 and at most 1.
    pub weight: f64,
    /// Its official value of the field.
    pub value: Arc<FieldValue>,
}
