//! The way to a model: an upstream like any other.

use async_trait::async_trait;

use super::{
    error::Trouble,
    name,
    settings::AssistantSettings,
    wire::{Transport, WireRequest, WireResponse, trouble},
};
use crate::{
    domain::{
        provenance::Source,
        provider_state::{Circuit, ProviderState},
    },
    net::{Call, ClientError, Failure, Limits, Rate, Upstream},
    providers::registry::{Known, Surroundings},
};

/// The label of the one route in errors, logs and statuses.
const ROUTE: &str = "draft";

/// Statuses that say what is wrong with the request, in their body.
const TOLD: &[u16] = &[400, 404, 413, 422];

/// A model behind the stack of [`crate::net`].
#[derive(Debug, Clone)]
pub struct ModelUpstream(Upstream);

impl ModelUpstream {
    /// The model of the settings; none when they have none. Nothing is asked yet.
    pub fn new(settings: &AssistantSettings, surroundings: &Surroundings) -> Option<Result<Self, ClientError>> {
        let base = settings.base_url.clone()?;
        let limits = Limits {
            // Models think long: one try may take nearly all of the time.
            per_try: settings.timeout.mul_f64(0.95),
            total: settings.timeout,
            rate: Rate::per_minute(settings.requests_per_minute),
            at_once: settings.concurrency,
            ..Limits::default()
        };
        let secrets = settings.api_key.iter().cloned().collect();
        Some(surroundings.upstream(name(settings.kind), base, secrets, limits).map(Self))
    }

    /// How it is.
    pub fn state(&self) -> ProviderState {
        Known { name: self.0.name(), source: Source::Ai, upstreams: vec![self.0.clone()], broken: None }.state()
    }
}

/// How an assistant without an upstream is: one that cannot fail, one that is not set up, or one without a client.
pub fn state_without_upstream(settings: &AssistantSettings, broken: Option<String>, works: bool) -> ProviderState {
    ProviderState {
        name: name(settings.kind).to_owned(),
        source: Source::Ai,
        configured: works || broken.is_some(),
        healthy: works,
        circuit: Circuit::Closed,
        release: None,
        last_success_at: None,
        last_error: broken,
        requests: 0,
        failures: 0,
        quota_remaining: None,
    }
}

#[async_trait]
impl Transport for ModelUpstream {
    fn look(&self) -> Result<(), Trouble> {
        self.0.look(ROUTE).map_err(|error| error.failure.into())
    }

    async fn post(&self, request: &WireRequest) -> Result<WireResponse, Trouble> {
        let path = request.path.split('/').filter(|segment| !segment.is_empty());
        let mut call = Call::post(ROUTE, path, "application/json", request.body.to_string().into()).told_by(TOLD).explained_by(explain);
        for (name, value) in &request.headers {
            call = call.header(name, value.clone());
        }
        let answer = self.0.call(call).await.map_err(|error| Trouble::from(error.failure))?;
        if TOLD.contains(&answer.status()) {
            self.0.was_wrong(ROUTE, Failure::Refused { status: answer.status() });
        }
        // Errors and models may repeat what they were sent.
        let body = self.0.scrub(&String::from_utf8_lossy(answer.body()));
        Ok(WireResponse { status: answer.status(), body: body.into_bytes() })
    }
}

/// Money, as told by a status or by the body of a 429, is no rate; a conflict passes.
fn explain(status: u16, body: &[u8]) -> Option<Failure> {
    match trouble(status, body) {
        Trouble::Quota => Some(Failure::QuotaSpent),
        Trouble::Rate if status == 409 => Some(Failure::Unavailable { reason: "status 409".to_owned() }),
        _ => None,
    }
}
