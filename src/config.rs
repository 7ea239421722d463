//! Settings: compiled-in defaults < file < environment < flags.
//!
//! The structs below are the list of all settings: a new one is a line here and its words in `config/default.toml` (a
//! test compares the two). Everything that is given but not known, or not allowed, is refused, all of it at once, with
//! the place where it was given. Secrets are shown nowhere: not by `Debug`, not in errors, not by
//! [`Loaded::effective`].

use std::{fmt, net::SocketAddr, num::NonZero, path::PathBuf};

use chrono::{NaiveDate, TimeDelta};
use secrecy::SecretString;

mod assistant;
mod edge;
mod error;
mod jwt;
mod layers;
mod read;
#[cfg(test)]
mod tests;
mod upstreams;
mod values;
mod words;

pub use assistant::{AssistantKind, Dialect, ModelName, Share, Structure};
pub use edge::{DocumentsMode, Explore, FilePath, Origins};
pub use error::{ConfigError, Origin, Problem};
pub use jwt::{Algorithms, ClaimText, KeySource};
use read::{Part, Reader, Rule};
pub use upstreams::{BaseUrl, Credential, FieldOrder, Scope};
pub use values::{AdminToken, DatabaseUrl, LogFilter, LogFormat, ProviderDays, PublicUrl};

/// The compiled-in defaults, commented.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

read::settings! {
    /// All settings.
    pub struct Settings {
        /// Where to listen.
        listen: SocketAddr,
        /// The database.
        database_url: DatabaseUrl,
        /// The platform admin's bearer token; none makes a random one.
        admin_token: Option<AdminToken>,
        /// Whether the demo's jobs are loaded at the start.
        demo: bool,
        /// Where clients reach the service, when that is not where it listens.
        public_url: Option<PublicUrl>,
        /// The log.
        log: Log,
        /// The connections to the database.
        database: Database,
        /// Work in the background.
        work: Work,
        /// What a request may ask for.
        limits: Limits,
        /// How much one caller may ask for in a minute.
        rates: Rates,
        /// Who may reach the API, from where.
        http: Http,
        /// Which documents are executed.
        documents: Documents,
        /// What is kept in memory.
        cache: Cache,
        /// How long facts are good for.
        freshness: Freshness,
        /// Who is asked for facts.
        providers: Providers,
        /// Who drafts what official data lacks.
        assistant: Assistant,
        /// Who is told of what happens.
        webhooks: Webhooks,
        /// Whose tokens are believed, besides the keys that are given out here.
        jwt: Jwt,
        /// Traces for OpenTelemetry.
        telemetry: Telemetry,
    }

    /// Whose tokens are believed.
    pub struct Jwt {
        /// Who gives them out; none believes no tokens.
        issuer: Option<ClaimText>,
        /// For whom they are.
        audience: Option<ClaimText>,
        /// The public keys.
        keys: Option<KeySource>,
        /// The signatures.
        algorithms: Algorithms,
        /// The claim with the scopes.
        scope_claim: ClaimText,
        /// The claim with the company.
        company_claim: ClaimText,
    }

    /// The log.
    pub struct Log {
        /// How a line is written.
        format: LogFormat,
        /// What is logged.
        filter: LogFilter,
    }

    /// The connections to the database.
    pub struct Database {
        /// How many there are at most.
        max_connections: u32 where 1..=1_000,
        /// How long to wait for a lock or a connection, in seconds.
        busy_timeout_seconds: u64 where 1..=300,
    }

    /// Work in the background.
    pub struct Work {
        /// How long a claim holds without being renewed, in seconds.
        lease_seconds: u32 where 1..=3_600,
    }

    /// What a request may ask for.
    pub struct Limits {
        /// The deepest nesting of selections.
        depth: usize where 1..=100,
        /// The most selected fields.
        complexity: usize where 1..=1_000_000,
        /// The most that an operation may cost; 0 for no limit.
        cost: u64 where 0..=1_000_000_000,
        /// The largest body, in bytes.
        body_bytes: usize where 1_024..=67_108_864,
        /// The longest time, in seconds.
        request_seconds: u64 where 1..=600,
        /// The most operations at once in a process; a quarter of them in the first 50 ms.
        concurrent_requests: Option<usize> where 1..=100_000,
        /// The most connections at once in a process.
        connections: usize where 1..=100_000,
        /// The longest time for the head of a request, and between two requests of a connection, in seconds.
        head_seconds: u64 where 1..=600,
        /// The longest time that a connection may stay without progress while something is to be written or read, in seconds.
        stalled_seconds: u64 where 1..=600,
        /// The most exports at once in a process.
        concurrent_exports: usize where 1..=1_000,
    }

    /// How much one caller may ask for in a minute, by what operations may cost.
    pub struct Rates {
        /// One address without a credential; 0 for no limit.
        anonymous: u32 where 0..=1_000_000_000,
        /// One credential; 0 for no limit.
        signed_in: u32 where 0..=1_000_000_000,
    }

    /// Who may reach the API, from where.
    pub struct Http {
        /// How many proxies stand before the service that tell the address of the caller.
        trusted_proxies: usize where 0..=16,
        /// The sites whose pages may ask; none but the service's own without it.
        origins: Option<Origins>,
        /// Who may look at the schema; without it everybody in the demo, else who is signed in.
        explore: Option<Explore>,
    }

    /// Which documents are executed.
    pub struct Documents {
        /// What is done about those that no manifest lists.
        mode: DocumentsMode,
        /// The manifest.
        manifest: Option<FilePath>,
        /// How many bytes of those that clients send with their hashes are kept; 0 keeps none.
        persisted_bytes: u64 where 0..=1_073_741_824,
    }

    /// Who is told of what happens.
    pub struct Webhooks {
        /// Whether endpoints may be in private networks, and without TLS.
        private_addresses: bool,
    }

    /// Traces for OpenTelemetry.
    pub struct Telemetry {
        /// The collector; none sends no traces.
        otlp_endpoint: Option<BaseUrl>,
        /// What the collector is sent as `Authorization`.
        otlp_authorization: Option<Credential>,
        /// The share of requests that are traced, unless their callers decide.
        sampled: Share,
    }

    /// What is kept in memory.
    pub struct Cache {
        /// How many bytes of occupations' facts; 0 keeps none.
        facts_bytes: u64 where 0..=17_179_869_184,
        /// How many bytes of answers to anonymous queries; 0 keeps none.
        answers_bytes: u64 where 0..=17_179_869_184,
    }

    /// How long facts are good for.
    pub struct Freshness {
        /// In days, for providers that have no number of their own.
        default_days: u32 where 1..=3_650,
        /// In days, by provider.
        providers: ProviderDays where 1..=3_650,
    }

    /// Who is asked for facts.
    pub struct Providers {
        /// In which order, by field.
        order: FieldOrder,
        /// O*NET Web Services.
        onet: OnetWebServices,
        /// CareerOneStop's Web API.
        careeronestop: CareerOneStop,
        /// The Public Data API of BLS.
        bls: BlsPublicData,
        /// Lightcast.
        lightcast: LightcastApi,
    }

    /// O*NET Web Services.
    pub struct OnetWebServices {
        /// Version 2.
        base_url: BaseUrl,
        /// The key for version 2; none leaves it alone.
        api_key: Option<Credential>,
        /// Version 1.9, which alone knows tools.
        tools_base_url: BaseUrl,
        /// The user name for version 1.9; none leaves tools to others.
        user_id: Option<Credential>,
        /// The password for version 1.9.
        password: Option<Credential>,
        /// How often it is asked.
        requests_per_minute: u32 where 1..=60_000,
        /// How many calls are under way at once.
        requests_at_once: usize where 1..=4,
        /// For one call with all its tries, in seconds.
        timeout_seconds: u64 where 1..=300,
    }

    /// CareerOneStop's Web API.
    pub struct CareerOneStop {
        /// Where it is.
        base_url: BaseUrl,
        /// The account's user id; none leaves it alone.
        user_id: Option<Credential>,
        /// The account's token; none leaves it alone.
        token: Option<Credential>,
        /// The day on which the token ends.
        token_ends: Option<NaiveDate>,
        /// How often it is asked.
        requests_per_minute: u32 where 1..=60_000,
        /// How many calls are under way at once.
        requests_at_once: usize where 1..=4,
        /// For one call with all its tries, in seconds.
        timeout_seconds: u64 where 1..=300,
    }

    /// The Public Data API of BLS.
    pub struct BlsPublicData {
        /// Where it is.
        base_url: BaseUrl,
        /// The registration key; none leaves it alone.
        api_key: Option<Credential>,
        /// How many requests a key has in 24 hours.
        requests_per_day: u32 where 1..=1_000_000,
        /// How often it is asked.
        requests_per_minute: u32 where 1..=60_000,
        /// How many calls are under way at once.
        requests_at_once: usize where 1..=4,
        /// For one call with all its tries, in seconds.
        timeout_seconds: u64 where 1..=300,
    }

    /// Lightcast.
    pub struct LightcastApi {
        /// Open Skills and Titles.
        base_url: BaseUrl,
        /// Where tokens are given.
        token_url: BaseUrl,
        /// The account's client id; none leaves it alone.
        client_id: Option<Credential>,
        /// The account's client secret; none leaves it alone.
        client_secret: Option<Credential>,
        /// What the token is to be good for.
        scope: Scope,
        /// How often it is asked.
        requests_per_minute: u32 where 1..=60_000,
        /// How many calls are under way at once.
        requests_at_once: usize where 1..=4,
        /// For one call with all its tries, in seconds.
        timeout_seconds: u64 where 1..=300,
    }

    /// Who drafts what official data lacks.
    pub struct Assistant {
        /// Nobody, the nearest occupations, or a model behind one of two wire forms.
        kind: AssistantKind,
        /// Where the model is.
        base_url: Option<BaseUrl>,
        /// The model.
        model: Option<ModelName>,
        /// The key; local servers need none.
        api_key: Option<Credential>,
        /// How an answer is held to the schema.
        structure: Structure,
        /// Names that servers differ in.
        dialect: Dialect,
        /// The length of an answer; doubled once when it was cut off.
        max_output_tokens: u32 where 64..=100_000,
        /// For one request with all its tries, in seconds.
        timeout_seconds: u64 where 1..=600,
        /// How many requests are under way at once.
        concurrency: usize where 1..=4,
        /// How often it is asked.
        requests_per_minute: u32 where 1..=60_000,
        /// The nearest so many occupations that know a field count.
        most_neighbours: usize where 1..=20,
        /// Fewer occupations that know a field give no draft.
        fewest_neighbours: usize where 1..=20,
        /// Items of less confidence are left out.
        least_confidence: Share,
        /// An official list of fewer items is thin.
        thin: usize where 0..=20,
        /// Whether a model looks at the candidates of new reviews of SOC codes.
        rerank: bool,
        /// What may be spent in a day, overall.
        budget: AssistantBudget,
        /// What may be spent in a day for each company.
        company_budget: AssistantBudget,
    }

    /// What may be spent in a day (UTC).
    pub struct AssistantBudget {
        /// Tokens, in and out.
        tokens: u64 where 0..=1_000_000_000_000,
        /// Requests.
        requests: u64 where 0..=1_000_000_000,
    }
}

impl Settings {
    /// Who may look at the schema.
    pub fn explore(&self) -> Explore {
        self.http.explore.unwrap_or(if self.demo { Explore::Everybody } else { Explore::SignedIn })
    }
}

impl Limits {
    /// How many operations a process has under way at once, with a database in the process or one that is asked over a network.
    pub fn at_once(&self, over_network: bool) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let for_each = if over_network { FOR_EACH_PROCESSOR_OVER_NETWORK } else { FOR_EACH_PROCESSOR };
        self.concurrent_requests.unwrap_or_else(|| processors() * for_each)
    }
}

/// More only wait for each other: a quarter of these is beginning, the others take long.
const FOR_EACH_PROCESSOR: usize = 8;
/// They wait for the network most of their time.
const FOR_EACH_PROCESSOR_OVER_NETWORK: usize = 32;

impl Freshness {
    /// How long the facts of a provider are good for.
    pub fn of(&self, provider: &str) -> TimeDelta {
        TimeDelta::days(i64::from(self.providers.get(provider).unwrap_or(self.default_days)))
    }
}

/// Where settings come from, besides the defaults.
#[derive(Clone, Default)]
pub struct Sources {
    /// The file of `--config`. Without it, the one that `ROLEGRAPH_CONFIG` names in the environment.
    pub file: Option<PathBuf>,
    /// Variables and their values, as [`environment`] gives them. Those without `ROLEGRAPH_` in front are not looked at.
    pub environment: Vec<(String, String)>,
    /// Keys of settings (`database_url`, `log.format`) and what the command line gives for them.
    pub flags: Vec<(String, String)>,
}

/// Settings, and where each came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    effective: Vec<Effective>,
}

impl fmt::Debug for Sources {
    /// Names only: values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |list: &[(String, String)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let (environment, flags) = (names(&self.environment), names(&self.flags));
        f.debug_struct("Sources").field("file", &self.file).field("environment", &environment).field("flags", &flags).finish()
    }
}

/// A setting as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// `log.format`.
    pub key: String,
    /// The value, secrets masked; none where nothing is set and nothing has to be.
    pub value: Option<String>,
    /// Who gave it.
    pub origin: Origin,
}

impl Settings {
    /// Lays the sources over each other and reads the settings from them.
    ///
    /// # Errors
    /// Every unknown key with the nearest known one, and every value that is not allowed with what is; nothing secret.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let mut known = Vec::new();
        Self::list("", Rule::default(), &mut known);
        let (given, unknown) = layers::collect(sources, &known);
        let mut reader = Reader::new(given, unknown);
        let settings = Self::read("", Rule::default(), &mut reader);
        let (effective, mut problems) = reader.finish();
        problems.extend(settings.iter().flat_map(|settings| assistant::problems(&settings.assistant, &effective)));
        match settings {
            Some(settings) if problems.is_empty() => Ok(Loaded { settings, effective }),
            _ => Err(ConfigError { problems }),
        }
    }
}

impl Loaded {
    /// All settings in the order of the defaults file, secrets masked, each with where it came from.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }
}

/// The variables of the real environment that are meant for this service. Nothing else reads it.
pub fn environment() -> Vec<(String, String)> {
    let all = std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
    all.filter(|(name, _)| name.starts_with(layers::PREFIX)).collect()
}
