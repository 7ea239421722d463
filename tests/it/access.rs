//! Who may do what: keys, scopes, and companies that see nothing of each other.

mod calls;
mod keys;
mod matrix;
mod rows;
mod secrets;
mod tenants;
mod tokens;

use std::collections::BTreeSet;

use rolegraph::domain::access::Scope;
use serde_json::{Value, json};

use crate::support::TestApp;

/// What the admin of a company may do.
pub(crate) const COMPANY_ADMIN: [Scope; 8] = [
    Scope::JobsRead,
    Scope::JobsWrite,
    Scope::OverridesWrite,
    Scope::SocReview,
    Scope::EnrichmentRun,
    Scope::HistoryRead,
    Scope::WebhooksManage,
    Scope::KeysManage,
];

const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix scopes company { id } createdAt expiresAt lastUsedAt revokedAt } errors { code message path } } }";

/// What createApiKey answers.
async fn create(app: &TestApp, token: &str, input: Value) -> Value {
    app.post(CREATE, json!({ "input": input }), Some(token)).await["data"]["createApiKey"].take()
}

/// A key with these scopes: its secret and its id.
pub(crate) async fn key(app: &TestApp, company: Option<&str>, scopes: &[Scope]) -> (String, String) {
    let names: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
    let answer = create(app, crate::support::app::TOKEN, json!({ "name": "A key", "scopes": names, "company": company })).await;
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no key: {answer}")).to_owned();
    (text(&answer["secret"]), text(&answer["apiKey"]["id"]))
}

/// Ends a key.
async fn revoke(app: &TestApp, token: &str, id: &str) -> Value {
    let mutation = "mutation($id: ID!) { revokeApiKey(id: $id) { secret apiKey { revokedAt } errors { code path } } }";
    app.post(mutation, json!({ "id": id }), Some(token)).await["data"]["revokeApiKey"].take()
}

/// Somebody who asks.
struct Caller {
    name: &'static str,
    token: Option<String>,
    scopes: BTreeSet<Scope>,
    /// False for who is refused whatever is asked.
    let_in: bool,
}
