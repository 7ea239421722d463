//! The verbs: what the service does, whoever asks for it. Every change is one unit of work with its changeset.

pub mod assistant;
mod bulk;
mod changes;
mod companies;
mod coverage;
mod enrich;
mod feed;
mod history;
mod idempotency;
mod import;
mod input;
mod jobs;
mod keys;
mod overrides;
mod provider_notes;
mod read;
mod reference;
mod replay;
mod skills;
pub mod soc;
mod tokens;
mod webhooks;

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::TimeDelta;
use thiserror::Error;
use tokio::sync::Notify;

use crate::{
    config::{self, Providers, Settings},
    domain::{
        access::{Actor, Principal},
        clock::Clock,
        fields::Field,
        user_error::UserError,
    },
    loaders::{KnowledgeCache, LoadError, Loaders},
    providers::{
        ProviderError,
        bundle::{BundleError, ImportError},
        reference::Reference,
        registry::{Registry, Surroundings},
        soc::{ArtefactError, BuiltIn, Ranks},
    },
    store::{Store, StoreError, Unit},
};

pub use assistant::Word;
pub use bulk::{BulkOptions, MAY_SEE_BULK};
pub use companies::NewCompany;
pub use coverage::{CoverageReport, FieldCoverage, GapOfJob};
pub use enrich::{DeadWork, EnrichOptions, Summary};
pub use import::{ImportSummary, ImportedJob, demo};
pub use jobs::{JobInput, JobUpdate, Update};
pub use keys::NewApiKey;
pub use overrides::{OverrideFields, RebaseOverride, RestoreFields};
pub use reference::{FieldRehearsal, ImportReport, Rehearsal};
pub use skills::SKILL_NAMES_MAX;
pub use tokens::{TokenProblem, TokensError};
pub use webhooks::{MAY_READ_EVENTS, NewEndpoint};

pub use crate::store::{HistoryCheck, KeptAnswer, KeyClaim, KeyState, RequestKey};

/// What every verb answers.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

/// Why a verb did not do what it was asked for. Nothing was changed.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// What the caller can mend.
    #[error("{}", .0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "))]
    User(Vec<UserError>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading what belongs to jobs.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A provider.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Reference data.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The ranker of SOC codes.
    #[error(transparent)]
    Ranker(#[from] ArtefactError),
    /// A release that cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Settings of tokens.
    #[error(transparent)]
    Tokens(#[from] TokensError),
}

impl From<UserError> for ServiceError {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

/// How the service behaves.
#[derive(Debug, Clone)]
pub struct ServiceOptions {
    /// How long facts are good for.
    pub default_ttl: TimeDelta,
    /// How long the facts of single providers are good for.
    pub provider_ttl: Vec<(String, TimeDelta)>,
    /// The upstreams on the network.
    pub upstreams: Providers,
    /// Who drafts what official data lacks.
    pub assistant: config::Assistant,
    /// What they need besides; tests scale their times down.
    pub surroundings: Option<Surroundings>,
    /// About how many bytes what is known of occupations may take in memory.
    pub cache_bytes: u64,
    /// Who ranks SOC codes for titles.
    pub ranker: Arc<dyn Ranks>,
    /// Whether webhooks may be sent to private addresses, and without TLS.
    pub private_webhooks: bool,
    /// Whose tokens are believed.
    pub jwt: config::Jwt,
}

impl From<&Settings> for ServiceOptions {
    fn from(settings: &Settings) -> Self {
        let names: BTreeSet<_> = Field::ALL.iter().flat_map(|field| field.default_providers()).copied().collect();
        Self {
            default_ttl: settings.freshness.of(""),
            provider_ttl: names.into_iter().map(|name| (name.to_owned(), settings.freshness.of(name))).collect(),
            upstreams: settings.providers.clone(),
            assistant: settings.assistant.clone(),
            surroundings: None,
            cache_bytes: settings.cache.facts_bytes,
            ranker: Arc::new(BuiltIn::default()),
            private_webhooks: settings.demo || settings.webhooks.private_addresses,
            jwt: settings.jwt.clone(),
        }
    }
}

/// The service.
#[derive(Debug)]
pub struct Service {
    store: Store,
    clock: Arc<dyn Clock>,
    reference: RwLock<reference::InForce>,
    known: KnowledgeCache,
    options: ServiceOptions,
    /// Told when work was queued.
    wake: Notify,
    upstreams: Registry,
    notes: provider_notes::Notes,
    assistant: assistant::SetUp,
    feed: feed::Feed,
    keys: keys::KnownKeys,
    tokens: Option<tokens::Tokens>,
    sender: webhooks::Sender,
}

impl Service {
    /// Puts the service together over a migrated database.
    pub async fn new(store: Store, clock: Arc<dyn Clock>, options: ServiceOptions) -> Result<Self> {
        let known = KnowledgeCache::new(options.cache_bytes);
        let in_force = reference::in_force(&store).await?;
        let mut surroundings = options.surroundings.clone().unwrap_or_else(|| Surroundings::new(Arc::clone(&clock)));
        let reference = Arc::clone(&in_force.reference);
        surroundings.published_as = Arc::new(move |code| reference.wages_published_as(code));
        surroundings.quota = Some(Arc::new(provider_notes::SharedQuota(store.clone())));
        let upstreams = Registry::new(&options.upstreams, &surroundings);
        let assistant = assistant::SetUp::new((&options.assistant).into(), &surroundings, &store);
        let reference = RwLock::new(in_force);
        let notes = provider_notes::Notes::of(clock.new_id());
        let tokens = tokens::Tokens::new(&options.jwt)?;
        let (wake, feed, keys) = (Notify::new(), feed::Feed::default(), keys::KnownKeys::default());
        Ok(Self {
            store,
            clock,
            reference,
            known,
            options,
            wake,
            upstreams,
            notes,
            assistant,
            feed,
            keys,
            tokens,
            sender: webhooks::Sender::default(),
        })
    }

    /// The database, to read from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The database, as far as the caller may see it.
    fn store_for(&self, principal: &Principal) -> Store {
        self.store.made_for(principal.tenant())
    }

    /// Begins a unit of work of that caller: what it reads and writes is its own, or what everybody may see.
    async fn begin(&self, principal: &Principal) -> Result<Unit> {
        Ok(self.store_for(principal).begin().await?)
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The reference data in force.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.reference.read().unwrap_or_else(PoisonError::into_inner).reference)
    }

    /// Loaders for one request of that caller.
    pub fn loaders(&self, principal: &Principal) -> Loaders {
        Loaders::new(self.store_for(principal), principal.audience(), self.reference(), self.known.clone(), self.clock.now())
    }

    /// How long a provider's facts are good for.
    fn ttl(&self, provider: &str) -> TimeDelta {
        self.options.provider_ttl.iter().find(|(name, _)| name == provider).map_or(self.options.default_ttl, |(_, ttl)| *ttl)
    }
}

/// Who changes data: a caller without a name changes nothing.
fn actor(principal: &Principal) -> Result<&Actor> {
    let nobody = || UserError::new(crate::domain::user_error::UserErrorCode::Forbidden, "Sign in first: this changes data.", &[]);
    Ok(principal.actor().ok_or_else(nobody)?)
}
