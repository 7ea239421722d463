//! Mutations that are done once however often they are sent: the header `Idempotency-Key`.
//!
//! The same key with the same operation of the same caller has the same answer, byte for byte, for 24 hours. What is sent
//! meanwhile waits for it. What is guaranteed when a process dies is in `docs/bulk-and-history.md`.

use std::time::{Duration, Instant};

use async_graphql::Request;
use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{
    Shared,
    graphql::{FailedInside, Prepared, execute, request_id},
    refusal::Refusal,
};
use crate::{
    domain::{access::Principal, keys::KeySecret, webhooks},
    service::{KeptAnswer, KeyClaim, KeyState, RequestKey, ServiceError},
};

/// The header with the key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Tells that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key, in bytes.
const LONGEST: usize = 255;

/// How long to wait before looking again whether somebody else is done: from this, growing to ten times as long.
const PATIENCE: Duration = Duration::from_millis(20);

/// The key that a request came with.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut keys = headers.get_all(KEY).iter();
    let (Some(key), more) = (keys.next(), keys.next()) else { return Ok(None) };
    let text = key.to_str().unwrap_or_default();
    if more.is_some() || text.is_empty() || text.len() > LONGEST {
        let message = format!("`Idempotency-Key` is one text of 1 to {LONGEST} printable ASCII characters, such as a UUID.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "INVALID", message));
    }
    Ok(Some(text.to_owned()))
}

/// Answers a mutation: does it when nobody has, else what was answered then.
pub(super) async fn once(shared: &Shared, headers: &HeaderMap, prepared: Prepared, principal: &Principal, key: String) -> Response {
    let (request_key, begin) = (RequestKey { caller: caller(principal), key, fingerprint: fingerprint(&prepared.request) }, Instant::now());
    let mut wait = PATIENCE;
    loop {
        match claim_or_state(shared, &request_key).await {
            Ok(Ok(claim)) => return perform(shared, headers, prepared, principal, claim).await,
            Ok(Err(KeyState::Answered(answer))) => return replay(answer),
            Ok(Err(KeyState::Free | KeyState::Busy)) if begin.elapsed() < shared.options.deadline => {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(PATIENCE * 10);
            }
            Ok(Err(state)) => return refusal(&state).into_response(),
            Err(error) => return failed(headers, &error).into_response(),
        }
    }
}

/// A claim on the request, or what is known of it when there is none to be had.
async fn claim_or_state(shared: &Shared, request: &RequestKey) -> Result<Result<KeyClaim, KeyState>, ServiceError> {
    let state = shared.service.key_state(request).await?;
    if state != KeyState::Free {
        return Ok(Err(state));
    }
    // A process that does not come back within this time is taken to be dead.
    let lease = shared.options.deadline * 2 + Duration::from_secs(5);
    Ok(shared.service.claim_key(request, lease).await?.ok_or(KeyState::Busy))
}

/// Does a mutation to its end, whether or not its caller is still there to hear of it, and keeps the answer.
async fn perform(shared: &Shared, headers: &HeaderMap, prepared: Prepared, principal: &Principal, claim: KeyClaim) -> Response {
    let (shared, headers, principal) = (shared.clone(), headers.clone(), principal.clone());
    let for_log = headers.clone();
    let work = async move {
        let answer = shared.service.under_claim(claim.clone(), execute(&shared, &headers, prepared, &principal)).await;
        let failed_inside = answer.extensions().get::<FailedInside>().is_some() || answer.status().is_server_error();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let kept = if failed_inside {
            shared.service.give_key_up(&claim).await
        } else {
            let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            shared
                .service
                .keep_answer(&claim, &KeptAnswer { status: parts.status.as_u16(), content_type, body: without_secrets(&body) })
                .await
        };
        if let Err(error) = kept {
            tracing::warn!("cannot keep the answer of a mutation with an idempotency key: {error:#}");
        }
        Response::from_parts(parts, body.into())
    };
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(error) => failed(&for_log, &error).into_response(),
    }
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let kind = HeaderValue::from_str(&answer.content_type).unwrap_or(HeaderValue::from_static("application/json"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::VARY, HeaderValue::from_static("accept, authorization, rolegraph-cost")),
        (REPLAYED, HeaderValue::from_static("true")),
    ];
    (status, headers, answer.body).into_response()
}

/// An answer as it is kept: what is told once is null in it.
fn without_secrets(body: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    let parts = text.split('"');
    if !parts.clone().any(is_told_once) {
        return body.to_vec();
    }
    let kept: Vec<_> = parts.map(|part| if is_told_once(part) { SECRET } else { part }).collect();
    kept.join("\"").replace(&format!("\"{SECRET}\""), "null").into_bytes()
}

/// Stands for a secret until it is made null: no text of an answer holds a line end as it is.
const SECRET: &str = "\n";

/// True for a key of ours, and for one that signs.
fn is_told_once(text: &str) -> bool {
    KeySecret::parse(text).is_some() || webhooks::Secret::parse(text).is_some()
}

fn refusal(state: &KeyState) -> Refusal {
    let (code, message) = match state {
        KeyState::Other => ("IDEMPOTENCY_KEY_REUSED", "Another operation came with this Idempotency-Key: give each its own."),
        KeyState::Lost => (
            "IDEMPOTENCY_ANSWER_LOST",
            "The first request with this Idempotency-Key had an effect, but its answer was lost: look at what it changed. It is not done again.",
        ),
        _ => ("IDEMPOTENCY_IN_PROGRESS", "The first request with this Idempotency-Key is still being done: send it again later."),
    };
    Refusal::new(StatusCode::CONFLICT, code, message)
}

fn failed(headers: &HeaderMap, error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(request = request_id(headers), "cannot do a mutation once: {error:#}");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "Something failed inside; the request id finds it in the log.")
}

/// Who sent it: keys of different callers have nothing to do with each other.
fn caller(principal: &Principal) -> String {
    let actor = principal.actor().map(|actor| format!("{}:{}", actor.kind.name(), actor.id)).unwrap_or_default();
    principal.company().map_or_else(|| actor.clone(), |company| format!("{actor}@{company}"))
}

/// A digest of the operation: its text, its name and its variables, whatever the order of their names.
fn fingerprint(request: &Request) -> String {
    let text = json!([request.query, request.operation_name, request.variables]).to_string();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_once_is_not_kept() {
        let secret = KeySecret::new([1; 6], [2; 32]);
        let body = |secret: &str| format!(r#"{{"data":{{"createApiKey":{{"secret":{secret},"name":"a \"quoted\" one"}}}}}}"#);
        let told = body(&format!("\"{}\"", secret.expose()));
        assert_eq!(without_secrets(told.as_bytes()), body("null").into_bytes());
        assert_eq!(without_secrets(body("null").as_bytes()), body("null").into_bytes(), "nothing else is touched");
    }
}
