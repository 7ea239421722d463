//! A question to the ranker, taken apart once for all scorers.

use crate::text::{
    boilerplate,
    normalise::normalise,
    tokens::{tokens, variants},
};

/// Characters of a title that are looked at.
pub const MAX_TITLE_CHARS: usize = 200;
/// Characters of a description that are looked at.
pub const MAX_DESCRIPTION_CHARS: usize = 6000;

/// A form in which the title is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Normalised text.
    pub normalised: String,
    /// Its stemmed words, noise left out.
    pub tokens: Vec<String>,
}

impl Form {
    /// Takes a normalised text.
    pub fn new(normalised: String) -> Self {
        let tokens = tokens(&normalised);
        Self { normalised, tokens }
    }

    /// The tokens in alphabetical order, each once: equal for titles that differ in word order only.
    pub fn sorted_key(&self) -> String {
        sorted_key(&self.tokens)
    }
}

/// Tokens in alphabetical order, each once, function words left out.
pub fn sorted_key(tokens: &[String]) -> String {
    let mut words: Vec<&str> = tokens.iter().map(String::as_str).filter(|w| !FUNCTION_WORDS.contains(w)).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

const FUNCTION_WORDS: &[&str] = &["and", "of", "the", "or", "in", "for", "to", "a", "an"];

/// A title and a description, ready to be scored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The whole title, normalised: the key of the Direct Match list.
    pub whole: String,
    /// The title without brackets.
    pub main: Form,
    /// Its parts, if it has any.
    pub parts: Vec<Form>,
    /// The normalised description, boiler plate cut; may be empty.
    pub description: String,
    /// The description's tokens.
    pub description_tokens: Vec<String>,
}

impl Query {
    /// Takes title and description; both are capped before any work is done.
    pub fn new(title: &str, description: &str) -> Self {
        let title: String = title.chars().take(MAX_TITLE_CHARS).collect();
        let forms = variants(&title);
        let description = normalise(&boilerplate::cut(description, MAX_DESCRIPTION_CHARS));
        Self {
            whole: normalise(&title),
            main: Form::new(forms.main),
            parts: forms.parts.into_iter().map(Form::new).collect(),
            description_tokens: if description.is_empty() { Vec::new() } else { tokens(&description) },
            description,
        }
    }

    /// Whether there is a description.
    pub fn has_description(&self) -> bool {
        !self.description_tokens.is_empty()
    }
}
