//! Batched reads. Loaders are made anew for every request, so that nothing of one caller's is ever shown to another;
//! only what is known of occupations, the same for everybody, is kept in memory between requests.

mod gather;
mod jobs;
mod known;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{
    dataloader::{DataLoader, HashMapCache, Loader},
    runtime::{TokioSpawner, TokioTimer},
};
use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    domain::access::Audience,
    metrics,
    providers::{ProviderError, reference::Reference},
    store::{Store, StoreError},
};

use gather::Gathering;
pub use jobs::{
    CompanyKey, EvenDeletedKey, EventKey, GivenSkillsKey, JobKey, LastReviewKey, LastRunKey, OverrideChangesKey, PreviewKey, ProfileKey,
};
pub use known::{KnowledgeCache, KnowledgeKey};

/// Why something could not be read.
#[derive(Debug, Clone, Error)]
pub enum LoadError {
    /// The database.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The reference data.
    #[error(transparent)]
    Provider(Arc<ProviderError>),
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<ProviderError> for LoadError {
    fn from(error: ProviderError) -> Self {
        Self::Provider(Arc::new(error))
    }
}

/// Reads many things at once, for one audience.
#[derive(Debug, Clone)]
pub struct Reader {
    store: Store,
    audience: Audience,
    reference: Arc<Reference>,
    known: KnowledgeCache,
    now: DateTime<Utc>,
}

/// The loaders of one request.
pub struct Loaders {
    loader: DataLoader<Reader, HashMapCache>,
    gathering: Gathering,
}

impl std::fmt::Debug for Loaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Loaders").field(self.loader.loader()).finish()
    }
}

impl Loaders {
    /// Loaders for one request. To be called within a Tokio runtime.
    pub fn new(store: Store, audience: Audience, reference: Arc<Reference>, known: KnowledgeCache, now: DateTime<Utc>) -> Self {
        let reader = Reader { store, audience, reference, known, now };
        let loader = DataLoader::with_cache(reader, TokioSpawner::current(), TokioTimer::default(), HashMapCache::default());
        // The loader's own way to wait for more keys is a time, which a busy machine lets pass too early.
        Self { loader: loader.delay(Duration::ZERO), gathering: Gathering::default() }
    }

    /// One thing; what other resolvers of the request ask for meanwhile is asked for together.
    pub async fn one<K>(&self, key: K) -> Result<Option<<Reader as Loader<K>>::Value>, LoadError>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = LoadError>,
    {
        self.gathering.one(key, |keys| self.many(keys)).await
    }

    /// Forgets what was loaded, so that it is loaded anew.
    pub fn forget(&self) {
        self.loader.clear::<JobKey>();
        self.loader.clear::<EvenDeletedKey>();
        self.loader.clear::<GivenSkillsKey>();
        self.loader.clear::<ProfileKey>();
        self.loader.clear::<CompanyKey>();
        self.loader.clear::<LastRunKey>();
        self.loader.clear::<LastReviewKey>();
        self.loader.clear::<OverrideChangesKey>();
        self.loader.clear::<PreviewKey>();
        self.loader.clear::<KnowledgeKey>();
    }

    /// Many things.
    pub async fn many<K>(&self, keys: impl IntoIterator<Item = K>) -> Result<HashMap<K, <Reader as Loader<K>>::Value>, LoadError>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = LoadError>,
    {
        let begin = Instant::now();
        let read = self.loader.load_many(keys).await;
        metrics::load(name::<K>(), begin.elapsed());
        read
    }
}

/// What a key is of, such as `Profile` for a `ProfileKey`.
fn name<K>() -> &'static str {
    let name = std::any::type_name::<K>();
    let last = name.rsplit("::").next().unwrap_or(name);
    last.strip_suffix("Key").unwrap_or(last)
}
