//! Chat Completions: `OpenAI`, Azure's v1 path, vLLM, llama.cpp, Ollama, most gateways.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{
    error::Rejection,
    prompt::{self, Prompt},
    settings::{AssistantSettings, Dialect, Structure},
    wire::{Content, Reply, WireRequest, object_in},
};

/// What is said after an answer that was refused: the answer, and why.
pub type Turn<'a> = (&'a str, &'a str);

/// The request for a prompt. `name` names the schema.
pub fn request(
    settings: &AssistantSettings,
    structure: Structure,
    name: &str,
    prompt: &Prompt,
    refused: Option<Turn<'_>>,
    max_tokens: u32,
) -> WireRequest {
    let system = if structure == Structure::Schema { prompt.system.clone() } else { prompt::with_schema(prompt) };
    let mut messages = vec![json!({ "role": "system", "content": system }), json!({ "role": "user", "content": prompt.user })];
    if let Some((answer, reason)) = refused {
        messages.push(json!({ "role": "assistant", "content": answer }));
        messages.push(json!({ "role": "user", "content": prompt::repair(reason) }));
    }
    let length = match settings.dialect {
        Dialect::OpenAi => "max_completion_tokens",
        Dialect::Local => "max_tokens",
    };
    let mut body = json!({ "model": settings.model, "messages": messages });
    body[length] = json!(max_tokens);
    match structure {
        Structure::Schema => {
            body["response_format"] =
                json!({ "type": "json_schema", "json_schema": { "name": name, "strict": true, "schema": prompt.schema } });
        }
        Structure::Object => body["response_format"] = json!({ "type": "json_object" }),
        Structure::Plain => {}
    }
    let key = |key: &SecretString| ("authorization", SecretString::from(format!("Bearer {}", key.expose_secret())));
    WireRequest { path: "/chat/completions", headers: settings.api_key.iter().map(key).collect(), body }
}

/// What an answer says. The error tells what of it cannot be read. Servers leave out much: only `choices` has to be there.
pub fn read(body: &[u8]) -> Result<Reply, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let choice = body["choices"].get(0).ok_or("there are no choices")?;
    let message = &choice["message"];
    let content = match (choice["finish_reason"].as_str(), message["refusal"].as_str()) {
        (_, Some(refusal)) => Content::Refused(refusal.chars().take(200).collect()),
        (Some("content_filter"), _) => Content::Refused("a content filter".to_owned()),
        (Some("length"), _) => Content::Rejected(Rejection::Truncated),
        _ => match message["content"].as_str().ok_or(Rejection::NotJson).and_then(object_in) {
            Ok(answer) => Content::Answer(answer),
            Err(rejection) => Content::Rejected(rejection),
        },
    };
    let usage = &body["usage"];
    let sum = || Some(usage["prompt_tokens"].as_u64()?.saturating_add(usage["completion_tokens"].as_u64()?));
    Ok(Reply { model: body["model"].as_str().map(str::to_owned), tokens: usage["total_tokens"].as_u64().or_else(sum), content })
}
