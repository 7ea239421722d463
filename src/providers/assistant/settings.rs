//! What an assistant is set up with: the settings `assistant.*`.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub use crate::config::{AssistantKind as Kind, Dialect, Structure};
use crate::{
    config::{Assistant, AssistantBudget, ModelName},
    domain::assist::Thresholds,
};

use super::ledger::Limit;

/// The settings.
#[derive(Debug, Clone)]
pub struct AssistantSettings {
    /// Who drafts.
    pub kind: Kind,
    /// For `chat` it ends in `/v1`, for `messages` it does not.
    pub base_url: Option<Url>,
    /// The model. Nothing in the code names one.
    pub model: String,
    /// The key; local servers need none.
    pub api_key: Option<SecretString>,
    /// What to try first.
    pub structure: Structure,
    /// Names that servers differ in.
    pub dialect: Dialect,
    /// The length of an answer; doubled once when it was cut off.
    pub max_output_tokens: u32,
    /// For a whole request with its tries.
    pub timeout: Duration,
    /// Requests at once, 1 to 4.
    pub concurrency: usize,
    /// Requests a minute.
    pub requests_per_minute: u32,
    /// A day, overall.
    pub budget: Limit,
    /// A day, for each company.
    pub company_budget: Limit,
    /// How much must be known for a draft.
    pub thresholds: Thresholds,
    /// Whether the model looks at the candidates of new reviews.
    pub rerank: bool,
}

impl From<&Assistant> for AssistantSettings {
    fn from(settings: &Assistant) -> Self {
        Self {
            kind: settings.kind,
            base_url: settings.base_url.as_ref().map(crate::config::BaseUrl::url),
            model: settings.model.as_ref().map(ModelName::as_str).unwrap_or_default().to_owned(),
            api_key: settings.api_key.as_ref().map(crate::config::Credential::secret),
            structure: settings.structure,
            dialect: settings.dialect,
            max_output_tokens: settings.max_output_tokens,
            timeout: Duration::from_secs(settings.timeout_seconds),
            concurrency: settings.concurrency,
            requests_per_minute: settings.requests_per_minute,
            budget: (&settings.budget).into(),
            company_budget: (&settings.company_budget).into(),
            thresholds: Thresholds {
                most_neighbours: settings.most_neighbours,
                fewest_neighbours: settings.fewest_neighbours,
                least_confidence: settings.least_confidence.get(),
                thin: settings.thin,
            },
            rerank: settings.rerank,
        }
    }
}

impl From<&AssistantBudget> for Limit {
    fn from(budget: &AssistantBudget) -> Self {
        Self { tokens: budget.tokens, requests: budget.requests }
    }
}
