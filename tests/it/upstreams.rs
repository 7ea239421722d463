//! The providers over the network, against stubs on loopback that speak as the upstreams do.

mod bls;
mod careeronestop;
mod lightcast;
mod onet;
mod registry;

use std::sync::Arc;

use rolegraph::{
    config::{Settings, Sources},
    domain::{
        claim::Claim,
        clock::SystemClock,
        fields::Field,
        provider_state::ProviderState,
        soc::SocCode,
        values::{FieldValue, Item},
    },
    net::Limits,
    providers::{
        Fetched, Provider,
        registry::{Registry, Surroundings},
    },
};
use serde_json::Value;
use wiremock::{MockServer, ResponseTemplate};

use crate::net::scaled;

/// What the settings say when an upstream is configured; `{}` stands for the stub's address.
const ONET: &[(&str, &str)] = &[("providers.onet.base_url", "{}"), ("providers.onet.api_key", "onet-canary")];
const TOOLS: &[(&str, &str)] =
    &[("providers.onet.tools_base_url", "{}/ws/"), ("providers.onet.user_id", "user"), ("providers.onet.password", "pass-canary")];
const CAREERONESTOP: &[(&str, &str)] = &[
    ("providers.careeronestop.base_url", "{}"),
    ("providers.careeronestop.user_id", "user/canary"),
    ("providers.careeronestop.token", "token-canary"),
];
const BLS: &[(&str, &str)] = &[("providers.bls.base_url", "{}/publicAPI/v2/"), ("providers.bls.api_key", "TEST-KEY")];
const LIGHTCAST: &[(&str, &str)] = &[
    ("providers.lightcast.base_url", "{}"),
    ("providers.lightcast.token_url", "{}/connect/token"),
    ("providers.lightcast.client_id", "id-canary"),
    ("providers.lightcast.client_secret", "secret canary"),
];

/// The upstreams of these settings, all at the stub, with times that are a twentieth of the real ones.
fn registry(stub: &str, settings: &[&[(&str, &str)]]) -> Registry {
    let flags = settings.concat().into_iter().map(|(key, value)| (key.to_owned(), value.replace("{}", stub))).collect();
    let settings = Settings::load(&Sources { flags, ..Sources::default() }).expect("usable").settings;
    let tune = Arc::new(|limits: Limits| scaled(&limits));
    let surroundings = Surroundings { tune, ..Surroundings::new(Arc::new(SystemClock)) };
    Registry::new(&settings.providers, &surroundings)
}

fn provider(registry: &Registry, name: &str) -> Arc<dyn Provider> {
    Arc::clone(registry.providers().iter().find(|provider| provider.name() == name).expect("configured"))
}

fn state(registry: &Registry, name: &str) -> ProviderState {
    registry.states().into_iter().find(|state| state.name == name).expect("known")
}

fn fixture_text(path: &str) -> String {
    let path = format!("{}/tests/it/fixtures/{path}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect("a fixture")
}

/// A recorded answer, to be changed.
fn fixture(path: &str) -> Value {
    serde_json::from_str(&fixture_text(path)).expect("JSON")
}

/// A recorded answer, byte for byte.
fn recorded(path: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(fixture_text(path), "application/json; charset=utf-8")
}

fn answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

fn code(text: &str) -> SocCode {
    text.parse().expect("a code")
}

async fn fetch(provider: &Arc<dyn Provider>, codes: &[&str], fields: &[Field]) -> Fetched {
    let codes: Vec<_> = codes.iter().map(|text| code(text)).collect();
    let fetched = provider.fetch(&codes, fields).await.expect("fetched");
    let answered: usize = fields.iter().filter(|field| provider.fields().contains(field)).count() * codes.len();
    assert_eq!(fetched.claims.len() + fetched.failures.len(), answered, "every field of every code is answered once");
    fetched
}

fn claim<'a>(fetched: &'a Fetched, text: &str, field: Field) -> &'a Claim {
    let found = fetched.claims.iter().find(|claim| claim.code == code(text) && claim.field == field);
    found.unwrap_or_else(|| panic!("no claim: {fetched:#?}"))
}

/// The value in its stored form; null for one that is known to be empty.
fn value(fetched: &Fetched, text: &str, field: Field) -> Value {
    claim(fetched, text, field).value.as_ref().map_or(Value::Null, FieldValue::to_json)
}

/// What went wrong, as it is told.
fn failures(fetched: &Fetched) -> Vec<(String, Field, String)> {
    fetched.failures.iter().map(|failure| (failure.code.to_string(), failure.field, failure.error.to_string())).collect()
}

fn keys(items: &[impl Item]) -> Vec<&str> {
    items.iter().map(Item::key).collect()
}

/// The paths of the requests, in order, without their queries.
async fn paths(stub: &MockServer) -> Vec<String> {
    stub.received_requests().await.expect("recorded").iter().map(|request| request.url.path().to_owned()).collect()
}

/// One parameter of the query of every request.
async fn queries(stub: &MockServer, name: &str) -> Vec<String> {
    let requests = stub.received_requests().await.expect("recorded");
    let value = |request: &wiremock::Request| request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    requests.iter().filter_map(value).collect()
}
