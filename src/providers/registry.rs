//! The upstreams of this installation: which there are, which are configured, and how they are.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use secrecy::SecretString;
use url::Url;

use super::{
    BLS_PUBLIC_DATA, CAREER_ONE_STOP, LIGHTCAST, ONET_WEB_SERVICES, Provider,
    bls::{BlsPublicData, PublishedAs},
    careeronestop::CareerOneStop,
    lightcast::{Account, Lightcast, SkillSource, TokenUpstream},
    onet::{OnetWebServices, ToolsUpstream},
};
use crate::{
    config,
    domain::{
        clock::Clock,
        fields::Field,
        provenance::Source,
        provider_state::{Circuit, ProviderState},
    },
    net::{CircuitState, ClientError, Health, Limits, Upstream, UpstreamOptions, WallClock},
};

/// So long before a token ends, every start warns.
const WARNED: TimeDelta = TimeDelta::days(60);

/// The upstreams.
#[derive(Clone)]
pub struct Registry {
    providers: Vec<Arc<dyn Provider>>,
    skills: Option<Arc<dyn SkillSource>>,
    known: Vec<Known>,
    order: config::FieldOrder,
}

/// One that this service knows, configured or not.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) source: Source,
    pub(super) upstreams: Vec<Upstream>,
    /// Why there is no way to it, though it is configured.
    pub(super) broken: Option<String>,
}

/// What is asked for a provider: nothing when it is not configured.
type Made = Result<Vec<Upstream>, ClientError>;

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("known", &self.known).finish_non_exhaustive()
    }
}

/// Changes the limits of an upstream before it is made: tests scale its times down.
pub type Tune = Arc<dyn Fn(Limits) -> Limits + Send + Sync>;

/// What upstreams need besides their settings.
#[derive(Clone)]
pub struct Surroundings {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Under which SOC code BLS publishes the figures of a code.
    pub published_as: PublishedAs,
    /// The last word on limits.
    pub tune: Tune,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// With that clock, every code published as itself, and limits as the settings say.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, published_as: Arc::new(|code| code), tune: Arc::new(|limits| limits) }
    }
}

impl Registry {
    /// The upstreams as the settings have them. Nothing is asked yet. One without a client (where the machine has no
    /// certificates) is not asked, and its state says why: the service answers from its bundled data all the same.
    pub fn new(settings: &config::Providers, surroundings: &Surroundings) -> Self {
        let mut registry = Self { providers: vec![], skills: None, known: vec![], order: settings.order.clone() };
        let onet = registry.add_onet(&settings.onet, surroundings);
        registry.know(ONET_WEB_SERVICES, Source::Onet, onet);
        let careeronestop = registry.add_careeronestop(&settings.careeronestop, surroundings);
        registry.know(CAREER_ONE_STOP, Source::Onet, careeronestop);
        let bls = registry.add_bls(&settings.bls, surroundings);
        registry.know(BLS_PUBLIC_DATA, Source::Bls, bls);
        let lightcast = registry.add_lightcast(&settings.lightcast, surroundings);
        // What comes of it are O*NET's skills.
        registry.know(LIGHTCAST, Source::Onet, lightcast);
        registry
    }

    /// The providers that are configured.
    pub fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// Who knows what skills are called, when somebody is configured.
    pub fn skills(&self) -> Option<&Arc<dyn SkillSource>> {
        self.skills.as_ref()
    }

    /// The names of the providers that may fill a field, the preferred one first; bundled ones and such as are not
    /// configured among them.
    pub fn order(&self, field: Field) -> &[&'static str] {
        self.order.of(field)
    }

    /// The fields that may be asked of a provider.
    pub fn fields_of(&self, provider: &dyn Provider) -> Vec<Field> {
        provider.fields().iter().copied().filter(|field| self.order(*field).contains(&provider.name())).collect()
    }

    /// How each of them is, configured or not.
    pub fn states(&self) -> Vec<ProviderState> {
        self.known.iter().map(Known::state).collect()
    }

    fn add_onet(&mut self, settings: &config::OnetWebServices, surroundings: &Surroundings) -> Made {
        let mut upstreams = vec![];
        if let Some(key) = &settings.api_key {
            let limits = limits(settings.requests_per_minute, settings.requests_at_once, settings.timeout_seconds);
            let make = |base, secrets| surroundings.upstream(ONET_WEB_SERVICES, base, secrets, limits.clone());
            let upstream = make(settings.base_url.url(), vec![key.secret()])?;
            upstreams.push(upstream.clone());
            let tools = match settings.user_id.as_ref().zip(settings.password.as_ref()) {
                Some((user, password)) => {
                    let basic = STANDARD.encode(format!("{}:{}", user.expose(), password.expose()));
                    let secrets = vec![user.secret(), password.secret(), basic.clone().into()];
                    let upstream = make(settings.tools_base_url.url(), secrets)?;
                    upstreams.push(upstream.clone());
                    Some(ToolsUpstream { upstream, authorization: format!("Basic {basic}").into() })
                }
                None => None,
            };
            self.providers.push(Arc::new(OnetWebServices::new(upstream, key.secret(), tools)));
        }
        Ok(upstreams)
    }

    fn add_careeronestop(&mut self, settings: &config::CareerOneStop, surroundings: &Surroundings) -> Made {
        let mut upstreams = vec![];
        if let Some((user_id, token)) = settings.user_id.as_ref().zip(settings.token.as_ref()) {
            let limits = limits(settings.requests_per_minute, settings.requests_at_once, settings.timeout_seconds);
            // Slow answers are normal there: one try may take nearly all of the time.
            let limits = Limits { per_try: limits.total.mul_f64(0.95), ..limits };
            let secrets = vec![user_id.secret(), token.secret()];
            let upstream = surroundings.upstream(CAREER_ONE_STOP, settings.base_url.url(), secrets, limits)?;
            upstreams.push(upstream.clone());
            self.providers.push(Arc::new(CareerOneStop::new(upstream, user_id.secret(), &token.secret())));
            warn_of_end(settings.token_ends, surroundings);
        }
        Ok(upstreams)
    }

    fn add_bls(&mut self, settings: &config::BlsPublicData, surroundings: &Surroundings) -> Made {
        let mut upstreams = vec![];
        if let Some(key) = &settings.api_key {
            let limits = limits(settings.requests_per_minute, settings.requests_at_once, settings.timeout_seconds);
            let limits = Limits { daily: Some(settings.requests_per_day), ..limits };
            let upstream = surroundings.upstream(BLS_PUBLIC_DATA, settings.base_url.url(), vec![key.secret()], limits)?;
            upstreams.push(upstream.clone());
            self.providers.push(Arc::new(BlsPublicData::new(upstream, key.secret(), Arc::clone(&surroundings.published_as))));
        }
        Ok(upstreams)
    }

    fn add_lightcast(&mut self, settings: &config::LightcastApi, surroundings: &Surroundings) -> Made {
        let mut upstreams = vec![];
        if let Some((id, secret)) = settings.client_id.as_ref().zip(settings.client_secret.as_ref()) {
            let limits = limits(settings.requests_per_minute, settings.requests_at_once, settings.timeout_seconds);
            let make = |base| surroundings.upstream(LIGHTCAST, base, vec![id.secret(), secret.secret()], limits.clone());
            let (api, tokens) = (make(settings.base_url.url())?, make(settings.token_url.url())?);
            upstreams.extend([api.clone(), tokens.clone()]);
            let account = Account { client_id: id.secret(), client_secret: secret.secret(), scope: settings.scope.as_str().to_owned() };
            self.skills = Some(Arc::new(Lightcast::new(api, TokenUpstream(tokens), account)));
        }
        Ok(upstreams)
    }

    fn know(&mut self, name: &'static str, source: Source, made: Made) {
        let (upstreams, broken) = match made {
            Ok(upstreams) => (upstreams, None),
            Err(error) => {
                tracing::error!(provider = name, "{error}");
                (vec![], Some(error.to_string()))
            }
        };
        self.known.push(Known { name, source, upstreams, broken });
    }
}

impl Surroundings {
    pub(super) fn upstream(
        &self,
        name: &'static str,
        base: Url,
        secrets: Vec<SecretString>,
        limits: Limits,
    ) -> Result<Upstream, ClientError> {
        let clock = Arc::clone(&self.clock);
        let wall_clock: WallClock = Arc::new(move || clock.now());
        Upstream::new(UpstreamOptions { name, base, limits: (self.tune)(limits), secrets, wall_clock })
    }
}

fn limits(requests_per_minute: u32, at_once: usize, timeout_seconds: u64) -> Limits {
    let total = std::time::Duration::from_secs(timeout_seconds);
    Limits { rate: crate::net::Rate::per_minute(requests_per_minute), at_once, total, per_try: total / 2, ..Limits::default() }
}

fn warn_of_end(ends: Option<chrono::NaiveDate>, surroundings: &Surroundings) {
    let today = surroundings.clock.now().date_naive();
    if let Some(ends) = ends.filter(|ends| *ends - today <= WARNED) {
        tracing::warn!(provider = CAREER_ONE_STOP, "the token ends on {ends}: renew it");
    }
}

impl Known {
    pub(super) fn state(&self) -> ProviderState {
        let health: Vec<Health> = self.upstreams.iter().map(Upstream::health).collect();
        let last_failure = health.iter().filter(|health| health.last_error.is_some()).max_by_key(|health| health.last_failure_at);
        ProviderState {
            name: self.name.to_owned(),
            source: self.source,
            configured: !health.is_empty() || self.broken.is_some(),
            healthy: !health.is_empty() && health.iter().all(|health| health.healthy),
            circuit: health
                .iter()
                .map(|health| circuit(health.circuit))
                .max_by_key(|circuit| severity(*circuit))
                .unwrap_or(Circuit::Closed),
            release: None,
            last_success_at: health.iter().filter_map(|health| health.last_success_at).max(),
            last_error: self.broken.clone().or_else(|| last_failure.and_then(|health| health.last_error.clone())),
            requests: health.iter().map(|health| health.requests).sum(),
            failures: health.iter().map(|health| health.failures).sum(),
            quota_remaining: health.iter().filter_map(|health| health.quota_remaining).min().map(u64::from),
        }
    }
}

fn circuit(state: CircuitState) -> Circuit {
    match state {
        CircuitState::Closed => Circuit::Closed,
        CircuitState::Open => Circuit::Open,
        CircuitState::HalfOpen => Circuit::HalfOpen,
    }
}

fn severity(circuit: Circuit) -> u8 {
    match circuit {
        Circuit::Closed => 0,
        Circuit::HalfOpen => 1,
        Circuit::Open => 2,
    }
}
