//! The types of settings that only the assistant has, and what its settings need together.

use super::{
    Assistant, Effective, Origin, Problem,
    read::{Raw, Rule, Setting},
    words::words,
};

words! {
    /// Who drafts.
    pub enum AssistantKind {
        /// Nobody.
        Off = "off",
        /// The nearest occupations; needs no network.
        Offline = "offline",
        /// A model that speaks Chat Completions: `OpenAI`, llama.cpp, vLLM, Ollama, most gateways.
        Chat = "chat",
        /// A model that speaks Anthropic Messages.
        Messages = "messages",
    }

    /// How an answer is held to the schema. What a server cannot do, the next one down is tried for.
    pub enum Structure {
        /// `json_schema`, or `output_config.format`.
        Schema = "schema",
        /// `json_object` with the schema in the prompt, or one forced tool.
        Object = "object",
        /// The schema in the prompt only.
        Plain = "plain",
    }

    /// Names that servers differ in.
    pub enum Dialect {
        /// `max_completion_tokens`: `OpenAI`.
        OpenAi = "openai",
        /// `max_tokens`: local servers.
        Local = "local",
    }
}

/// The name of a model: printable characters without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName(String);

impl ModelName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for ModelName {
    fn allowed(_rule: Rule) -> String {
        "a text of 1 to 200 letters, digits and signs, without spaces".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        let text = raw.text()?;
        ((1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// A share of a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(f64);

impl Share {
    /// 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Setting for Share {
    fn allowed(_rule: Rule) -> String {
        "a number from 0 to 1, such as 0.25".to_owned()
    }

    fn parse(raw: &Raw, _rule: Rule) -> Option<Self> {
        raw.number().filter(|number| (0.0..=1.0).contains(number)).map(Self)
    }

    fn shown(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// What is missing, or does not fit together, each at the place of the setting that wants it.
pub(super) fn problems(settings: &Assistant, effective: &[Effective]) -> Vec<Problem> {
    let origin = |key: &str| effective.iter().find(|setting| setting.key == key).map_or(Origin::Default, |setting| setting.origin.clone());
    let mut problems = vec![];
    let mut refuse = |key: &str, message: String| problems.push(Problem { origin: origin(key), message });
    if matches!(settings.kind, AssistantKind::Chat | AssistantKind::Messages) {
        for (name, missing) in [("base_url", settings.base_url.is_none()), ("model", settings.model.is_none())] {
            if missing {
                let kind = settings.kind.word();
                refuse("assistant.kind", format!("`assistant.kind` is {kind}, which needs `assistant.{name}`: set that too"));
            }
        }
    }
    if settings.fewest_neighbours > settings.most_neighbours {
        let (fewest, most) = (settings.fewest_neighbours, settings.most_neighbours);
        let message = format!("`assistant.fewest_neighbours` is {fewest}; allowed is at most `assistant.most_neighbours`, which is {most}");
        refuse("assistant.fewest_neighbours", message);
    }
    problems
}
