//! The public keys of an identity provider: read when they are needed, kept, and read again.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, PublicKeyUse},
};
use serde::Deserialize;

use crate::{
    config::KeySource,
    net::{ClientError, Fetcher},
};

/// How long keys are kept: a key that is withdrawn is believed for so long.
const KEPT: TimeDelta = TimeDelta::minutes(10);
/// How often they are read at most, whatever tokens come.
const BETWEEN: TimeDelta = TimeDelta::minutes(1);
/// How many bytes a set of keys may have.
const MOST: usize = 1 << 20;

/// A public key.
#[derive(Clone)]
pub(super) struct PublicKey {
    id: Option<String>,
    algorithm: Option<String>,
    pub(super) key: DecodingKey,
}

impl PublicKey {
    /// A key that is for signatures; none for others, and for such as nothing is known of.
    fn read(value: serde_json::Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if jwk.common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature) {
            return None;
        }
        let algorithm = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
        Some(Self { id: jwk.common.key_id.clone(), algorithm, key: DecodingKey::from_jwk(&jwk).ok()? })
    }

    /// True when it may verify signatures of that algorithm.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        self.key.family() == algorithm.family() && self.algorithm.as_ref().is_none_or(|own| *own == format!("{algorithm:?}"))
    }
}

/// The keys cannot be read, and never could.
#[derive(Debug)]
pub(super) struct NoKeys;

#[derive(Clone, Default)]
struct Held {
    keys: Option<Arc<[PublicKey]>>,
    read_at: Option<DateTime<Utc>>,
    tried_at: Option<DateTime<Utc>>,
}

impl Held {
    fn find(&self, id: Option<&str>) -> Option<PublicKey> {
        let keys = self.keys.as_deref()?;
        match id {
            Some(id) => keys.iter().find(|key| key.id.as_deref() == Some(id)).cloned(),
            None => <&[PublicKey; 1]>::try_from(keys).ok().map(|[only]| only.clone()),
        }
    }
}

/// The keys of one source.
pub(super) struct Keys {
    source: KeySource,
    fetcher: Fetcher,
    held: RwLock<Held>,
    reading: tokio::sync::Mutex<()>,
}

impl Keys {
    pub(super) fn new(source: KeySource) -> Result<Self, ClientError> {
        let fetcher = Fetcher::new("the keys of the identity provider")?;
        Ok(Self { source, fetcher, held: RwLock::default(), reading: tokio::sync::Mutex::default() })
    }

    /// The key of that id, or the only one for a token that names none. An unknown one makes the keys be read again, once a
    /// minute at most.
    pub(super) async fn find(&self, id: Option<&str>, now: DateTime<Utc>) -> Result<Option<PublicKey>, NoKeys> {
        let mut held = self.held();
        if !Self::is_good(&held, id, now) {
            let _one_reads = self.reading.lock().await;
            held = self.held();
            if !Self::is_good(&held, id, now) {
                held = self.read(held, now).await;
            }
        }
        if held.keys.is_none() { Err(NoKeys) } else { Ok(held.find(id)) }
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True when there is no need to read again, or it is too early to.
    fn is_good(held: &Held, id: Option<&str>, now: DateTime<Utc>) -> bool {
        let recent = |at: Option<DateTime<Utc>>, span| at.is_some_and(|at| now - at < span);
        (held.find(id).is_some() && recent(held.read_at, KEPT)) || recent(held.tried_at, BETWEEN)
    }

    async fn read(&self, mut held: Held, now: DateTime<Utc>) -> Held {
        held.tried_at = Some(now);
        match self.fetch().await {
            Ok(keys) => (held.keys, held.read_at) = (Some(keys.into()), Some(now)),
            Err(reason) => tracing::warn!(source = %self.source, "cannot read the keys of the identity provider: {reason}"),
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held.clone();
        held
    }

    async fn fetch(&self) -> Result<Vec<PublicKey>, String> {
        let bytes = match &self.source {
            KeySource::Url(url) => self.fetcher.fetch(url, MOST).await?,
            KeySource::File(path) => tokio::fs::read(path).await.map_err(|error| error.to_string())?,
        };
        let set: KeySet = serde_json::from_slice(&bytes).map_err(|error| format!("it is no JSON Web Key Set: {error}"))?;
        let given = set.keys.len();
        let keys: Vec<_> = set.keys.into_iter().filter_map(PublicKey::read).collect();
        if keys.len() < given {
            tracing::info!(source = %self.source, "{} of {given} keys are not for signatures that are known here", given - keys.len());
        }
        Ok(keys)
    }
}

/// A set of keys (RFC 7517, section 5). Keys of unknown kinds are to be left out one by one, so they are read one by one.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}
