//! What goes over the wire, and who carries it.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use super::error::{Rejection, Trouble};

/// A request: POST to the base URL and path, as JSON.
#[derive(Debug, Clone)]
pub struct WireRequest {
    /// What follows the base URL: `/chat/completions`. Log this, not the URL.
    pub path: &'static str,
    /// Further headers; secrets never show.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body.
    pub body: Value,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireResponse {
    /// The status.
    pub status: u16,
    /// The body, within the transport's limit.
    pub body: Vec<u8>,
}

/// Carries requests. Time limits, retries with back-off and `Retry-After`, rate, circuit breaker and the limit of the body are the
/// transport's; it answers with a response that can be read, or that says what is wrong with the request.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Fails when nothing would be asked just now.
    fn look(&self) -> Result<(), Trouble>;

    /// Sends a request. The error holds no secret.
    async fn post(&self, request: &WireRequest) -> Result<WireResponse, Trouble>;
}

/// What a model answered, in either form.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The model, as it calls itself.
    pub model: Option<String>,
    /// Tokens, in and out; none when it does not say.
    pub tokens: Option<u64>,
    /// What it says.
    pub content: Content,
}

/// What a model says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A JSON object.
    Answer(Value),
    /// It will not.
    Refused(String),
    /// Something else, which is not taken.
    Rejected(Rejection),
}

/// The JSON object in a text: a fence is taken off, and what stands before the first brace and after the last.
pub fn object_in(text: &str) -> Result<Value, Rejection> {
    let start = text.find('{').ok_or(Rejection::NotJson)?;
    let end = text.rfind('}').filter(|end| *end > start).ok_or(Rejection::NotJson)?;
    serde_json::from_str::<Value>(&text[start..=end]).ok().filter(Value::is_object).ok_or(Rejection::NotJson)
}

/// What an error's status and body mean. Bodies differ: `{"error": {…}}` with text or number as code, `{"error": "text"}`.
pub fn trouble(status: u16, body: &[u8]) -> Trouble {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &body["error"];
    let message = error["message"].as_str().or(error.as_str()).unwrap_or("no message");
    let message: String = message.chars().filter(|c| !c.is_control()).take(200).collect();
    let word = |name: &str| error[name].as_str().unwrap_or_default();
    let spent = ["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"];
    match status {
        401 | 403 => Trouble::Credentials,
        402 => Trouble::Quota,
        429 if spent.contains(&word("code")) || spent.contains(&word("type")) => Trouble::Quota,
        408 | 409 | 429 => Trouble::Rate,
        400 | 422 if is_about_structure(&message, word("param")) => Trouble::Capability(message),
        400..=499 => Trouble::Request(message),
        _ => Trouble::Busy(status),
    }
}

fn is_about_structure(message: &str, parameter: &str) -> bool {
    let named = ["json_schema", "response_format", "output_config", "grammar", "structured", "tool_choice"];
    named.iter().any(|name| message.contains(name) || parameter.contains(name))
}
