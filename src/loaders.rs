//! Batched reads. Loaders are made anew for every request, so that nothing of one caller's is ever shown to another;
//! only what is known of occupations, the same for everybody, is kept in memory between requests.

mod jobs;
mod known;

use std::sync::Arc;

use async_graphql::{
    dataloader::{DataLoader, HashMapCache, Loader},
    runtime::{TokioSpawner, TokioTimer},
};
use thiserror::Error;

use crate::{
    domain::access::Audience,
    providers::{ProviderError, reference::Reference},
    store::{Store, StoreError},
};

pub use jobs::{CompanyKey, JobKey, LastRunKey, ProfileKey};
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
}

/// The loaders of one request.
pub struct Loaders(DataLoader<Reader, HashMapCache>);

impl std::fmt::Debug for Loaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Loaders").field(self.0.loader()).finish()
    }
}

impl Loaders {
    /// Loaders for one request. To be called within a Tokio runtime.
    pub fn new(store: Store, audience: Audience, reference: Arc<Reference>, known: KnowledgeCache) -> Self {
        let reader = Reader { store, audience, reference, known };
        Self(DataLoader::with_cache(reader, TokioSpawner::current(), TokioTimer::default(), HashMapCache::default()))
    }

    /// One thing; requests made at the same time are asked for together.
    pub async fn one<K>(&self, key: K) -> Result<Option<<Reader as Loader<K>>::Value>, LoadError>
    where
        K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = LoadError>,
    {
        self.0.load_one(key).await
    }

    /// Forgets what was loaded, so that it is loaded anew.
    pub fn forget(&self) {
        self.0.clear::<JobKey>();
        self.0.clear::<ProfileKey>();
        self.0.clear::<CompanyKey>();
        self.0.clear::<LastRunKey>();
        self.0.clear::<KnowledgeKey>();
    }

    /// Many things.
    pub async fn many<K>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<std::collections::HashMap<K, <Reader as Loader<K>>::Value>, LoadError>
    where
        K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
        Reader: Loader<K, Error = LoadError>,
    {
        self.0.load_many(keys).await
    }
}
