//! What an assistant is set up with. The settings file has the same names: `assistant.kind`, `assistant.base_url`, …

use std::time::Duration;

use secrecy::SecretString;

use super::budget::Limit;
use crate::domain::assist::Thresholds;

/// Who drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Nobody.
    Off,
    /// The nearest occupations; needs no network.
    #[default]
    Offline,
    /// A model that speaks Chat Completions: `OpenAI`, llama.cpp, vLLM, Ollama, most gateways.
    Chat,
    /// A model that speaks Anthropic Messages.
    Messages,
}

/// How an answer is held to the schema. What a server cannot do, the next one down is tried for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Structure {
    /// `json_schema`, or `output_config.format`.
    #[default]
    Schema,
    /// `json_object` with the schema in the prompt, or one forced tool.
    Object,
    /// The schema in the prompt only.
    Plain,
}

/// Names that servers differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// `max_completion_tokens`, role `system`: `OpenAI`.
    #[default]
    OpenAi,
    /// `max_tokens`, role `system`: local servers.
    Local,
}

/// The settings.
#[derive(Debug, Clone)]
pub struct AssistantSettings {
    /// `assistant.kind`: `off`, `offline`, `chat`, `messages`.
    pub kind: Kind,
    /// `assistant.base_url`: for `chat` it ends in `/v1`, for `messages` it does not.
    pub base_url: String,
    /// `assistant.model`. Nothing in the code names one.
    pub model: String,
    /// `assistant.api_key`; local servers need none.
    pub api_key: Option<SecretString>,
    /// `assistant.structure`: what to try first.
    pub structure: Structure,
    /// `assistant.dialect`.
    pub dialect: Dialect,
    /// `assistant.max_output_tokens`: the length of an answer; doubled once when it was cut off.
    pub max_output_tokens: u32,
    /// `assistant.timeout`: for a whole request.
    pub timeout: Duration,
    /// `assistant.concurrency`: requests at once, 2 to 4.
    pub concurrency: usize,
    /// `assistant.budget.{tokens,requests}`: a day, overall.
    pub budget: Limit,
    /// `assistant.company_budget.{tokens,requests}`: a day, for each company.
    pub company_budget: Limit,
    /// `assistant.{most_neighbours,fewest_neighbours,least_confidence,thin}`.
    pub thresholds: Thresholds,
}

impl Default for AssistantSettings {
    fn default() -> Self {
        Self {
            kind: Kind::Offline,
            base_url: String::new(),
            model: String::new(),
            api_key: None,
            structure: Structure::Schema,
            dialect: Dialect::OpenAi,
            max_output_tokens: 1_500,
            timeout: Duration::from_mins(1),
            concurrency: 2,
            budget: Limit { tokens: 2_000_000, requests: 2_000 },
            company_budget: Limit { tokens: 200_000, requests: 200 },
            thresholds: Thresholds::default(),
        }
    }
}
