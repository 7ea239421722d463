//! Anthropic Messages.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    chat::Turn,
    error::Rejection,
    prompt::{self, Prompt},
    settings::{AssistantSettings, Structure},
    wire::{Content, Reply, WireRequest, object_in},
};

/// The version of the wire form.
const VERSION: &str = "2023-06-01";

/// The request for a prompt. `name` names the schema; the forced tool is `record_` and it.
pub fn request(
    settings: &AssistantSettings,
    structure: Structure,
    name: &str,
    prompt: &Prompt,
    refused: Option<Turn<'_>>,
    max_tokens: u32,
) -> WireRequest {
    let system = if structure == Structure::Plain { prompt::with_schema(prompt) } else { prompt.system.clone() };
    let mut messages = vec![json!({ "role": "user", "content": prompt.user })];
    if let Some((answer, reason)) = refused {
        messages.push(json!({ "role": "assistant", "content": answer }));
        messages.push(json!({ "role": "user", "content": prompt::repair(reason) }));
    }
    let mut body = json!({ "model": settings.model, "max_tokens": max_tokens, "system": system, "messages": messages });
    match structure {
        Structure::Schema => body["output_config"] = json!({ "format": { "type": "json_schema", "schema": prompt.schema } }),
        Structure::Object => {
            let tool = format!("record_{name}");
            let description = format!("Record the {}.", name.replace('_', " "));
            body["tools"] = json!([{ "name": tool, "description": description, "strict": true, "input_schema": prompt.schema }]);
            body["tool_choice"] = json!({ "type": "tool", "name": tool, "disable_parallel_tool_use": true });
        }
        Structure::Plain => {}
    }
    let version = ("anthropic-version", SecretString::from(VERSION.to_owned()));
    let key = settings.api_key.iter().map(|key| ("x-api-key", key.clone()));
    WireRequest { path: "/v1/messages", headers: key.chain([version]).collect(), body }
}

/// What an answer says. The error tells what of it cannot be read. Blocks of unknown types are passed over.
pub fn read(body: &[u8]) -> Result<Reply, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let blocks = body["content"].as_array().ok_or("there is no content")?;
    let content = match body["stop_reason"].as_str() {
        Some("refusal") => Content::Refused("the model refused".to_owned()),
        Some("max_tokens" | "model_context_window_exceeded") => Content::Rejected(Rejection::Truncated),
        _ => said(blocks),
    };
    let usage = &body["usage"];
    let counts = ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
    let counts: Vec<u64> = counts.iter().filter_map(|name| usage[*name].as_u64()).collect();
    let tokens = (!counts.is_empty()).then(|| counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count)));
    Ok(Reply { model: body["model"].as_str().map(str::to_owned), tokens, content })
}

fn said(blocks: &[Value]) -> Content {
    let used = blocks.iter().find(|block| block["type"] == "tool_use").map(|block| &block["input"]);
    if let Some(input) = used {
        return if input.is_object() { Content::Answer(input.clone()) } else { Content::Rejected(Rejection::NotJson) };
    }
    let text = blocks.iter().find(|block| block["type"] == "text").and_then(|block| block["text"].as_str());
    match text.ok_or(Rejection::NotJson).and_then(object_in) {
        Ok(answer) => Content::Answer(answer),
        Err(rejection) => Content::Rejected(rejection),
    }
}
