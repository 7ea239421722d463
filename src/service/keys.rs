//! Keys of programs: giving them out, ending them, and whom they stand for.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use serde_json::json;
use uuid::Uuid;

use super::{Result, Service, actor, changes::Draft, input};
use crate::domain::{
    access::{Principal, Scope},
    keys::{ApiKey, KeyProblem, KeySecret},
    page::{Page, PageRequest},
    user_error::{UserError, UserErrorCode},
};

/// How long a process believes what it read of a key: a key that is revoked in another process is refused here after that.
const BELIEVED: Duration = Duration::from_secs(3);
/// How many keys a process remembers, good ones and others.
const REMEMBERED: u64 = 10_000;
/// How often it is noted that a key is in use.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// A key to be given out.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// For people to read.
    pub name: String,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// The company whose data it opens; the caller's own when absent.
    pub company: Option<Uuid>,
    /// From when on it is not good any more.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What this process knows of keys, by their digests.
#[derive(Debug, Clone)]
pub(super) struct KnownKeys(Cache<[u8; 32], Option<ApiKey>>);

impl Default for KnownKeys {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(BELIEVED).build())
    }
}

impl Service {
    /// Gives a key out. The key itself is answered here, and never again.
    pub async fn create_api_key(&self, principal: &Principal, new: NewApiKey) -> Result<(ApiKey, KeySecret)> {
        let by = actor(principal)?;
        let now = self.clock.now();
        let company_id = new.company.or(principal.company());
        let key = ApiKey {
            id: self.clock.new_id(),
            company_id,
            name: input::title(&new.name, &["input", "name"])?,
            prefix: String::new(),
            scopes: scopes(principal, company_id, &new.scopes)?,
            created_by: by.clone(),
            created_at: now,
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        if let Some(at) = key.expires_at.filter(|at| *at <= now) {
            return Err(UserError::invalid(format!("A key expires in the future, or never; this is {at}."), &["input", "expiresAt"]).into());
        }
        let secret = KeySecret::new(rand::random(), rand::random());
        let key = ApiKey { prefix: secret.prefix().to_owned(), ..key };
        let unit = self.begin(principal).await?;
        if let Some(company) = company_id {
            let own = principal.company().is_none_or(|own| own == company);
            let known = if own { unit.company(company).await? } else { None };
            known.ok_or_else(|| UserError::not_found("company", &["input", "company"]))?;
        }
        unit.insert_api_key(&key, &secret.digest()).await?;
        let draft = Draft { job: None, field: None, action: "API_KEY_CREATED", before: None, after: Some(described(&key)) };
        self.record(&unit, by, company_id, "createApiKey", None, vec![draft]).await?;
        unit.commit().await?;
        self.keys.0.invalidate(&secret.digest());
        Ok((key, secret))
    }

    /// Ends a key: this process refuses it from now on, others within five seconds.
    pub async fn revoke_api_key(&self, principal: &Principal, id: Uuid) -> Result<ApiKey> {
        let by = actor(principal)?;
        let no_key = || UserError::not_found("API key", &["id"]);
        let key = self.store_for(principal).api_key_by_id(principal.audience_of(Scope::KeysManage), id).await?.ok_or_else(no_key)?;
        let now = self.clock.now();
        let unit = self.begin(principal).await?;
        if !unit.revoke_api_key(id, now).await? {
            return Err(UserError::new(UserErrorCode::AlreadyDone, "The key was revoked already.", &["id"]).into());
        }
        let draft = Draft { job: None, field: None, action: "API_KEY_REVOKED", before: Some(described(&key)), after: None };
        self.record(&unit, by, key.company_id, "revokeApiKey", None, vec![draft]).await?;
        unit.commit().await?;
        self.keys.0.invalidate_all();
        Ok(ApiKey { revoked_at: Some(now), ..key })
    }

    /// The key of that id, when the caller may manage it.
    pub async fn api_key(&self, principal: &Principal, id: Uuid) -> Result<Option<ApiKey>> {
        if !principal.may(Scope::KeysManage) {
            return Ok(None);
        }
        Ok(self.store_for(principal).api_key_by_id(principal.audience_of(Scope::KeysManage), id).await?)
    }

    /// Keys that the caller may manage, the oldest first.
    pub async fn api_keys(&self, principal: &Principal, request: &PageRequest<DateTime<Utc>>) -> Result<Page<ApiKey>> {
        Ok(self.store_for(principal).api_keys_page(principal.audience_of(Scope::KeysManage), request).await?)
    }

    /// How many keys the caller may manage.
    pub async fn api_keys_count(&self, principal: &Principal) -> Result<u64> {
        Ok(self.store_for(principal).api_keys_count(principal.audience_of(Scope::KeysManage)).await?)
    }

    /// Whom a key stands for.
    pub async fn holder_of(&self, secret: &KeySecret) -> Result<Result<Principal, KeyProblem>> {
        let (digest, now) = (secret.digest(), self.clock.now());
        let known = if let Some(known) = self.keys.0.get(&digest) {
            known
        } else {
            let found = self.store.api_key(secret.prefix(), &digest).await?;
            self.keys.0.insert(digest, found.clone());
            if let Some(key) = found.as_ref().filter(|key| key.last_used_at.is_none_or(|at| at < now - NOTED)) {
                self.note_key_used(key, now).await;
            }
            found
        };
        Ok(known.map_or(Err(KeyProblem::Unknown), |key| key.principal(now)))
    }

    async fn note_key_used(&self, key: &ApiKey, now: DateTime<Utc>) {
        if key.principal(now).is_err() {
            return;
        }
        if let Err(error) = self.store.note_key_used(key.id, now, now - NOTED).await {
            tracing::warn!(key = %key.prefix, "cannot note that a key was used: {error:#}");
        }
    }
}

/// The scopes of a key: such as its creator has. A key of no company opens the shared data, which takes no scope, or everything.
fn scopes(principal: &Principal, company: Option<Uuid>, names: &[String]) -> Result<BTreeSet<Scope>, UserError> {
    let mut scopes = BTreeSet::new();
    for (place, name) in names.iter().enumerate() {
        let place = place.to_string();
        let path = ["input", "scopes", place.as_str()];
        let scope: Scope = name.parse().map_err(|_| {
            let all: Vec<_> = Scope::ALL.iter().map(|scope| scope.name()).collect();
            UserError::invalid(format!("`{name}` is no scope. Scopes are {}.", all.join(", ")), &path)
        })?;
        if !principal.may(scope) {
            let message = format!("You do not have the scope {scope} yourself, so you cannot give it.");
            return Err(UserError::new(UserErrorCode::Forbidden, message, &path));
        }
        match (company, scope) {
            (Some(_), Scope::PlatformAdmin) => {
                let message = "platform:admin is for keys of the platform: leave `company` out, or the scope.";
                return Err(UserError::invalid(message, &path));
            }
            (None, scope) if scope != Scope::PlatformAdmin => {
                let message = format!(
                    "The scope {scope} is about a company's data: give `company`. A key without one reads what is public, without any \
                     scope, or has platform:admin."
                );
                return Err(UserError::invalid(message, &path));
            }
            _ => scopes.insert(scope),
        };
    }
    Ok(scopes)
}

/// A key as history shows it.
fn described(key: &ApiKey) -> serde_json::Value {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.name()).collect();
    json!({ "id": key.id, "name": key.name, "prefix": key.prefix, "scopes": scopes, "company": key.company_id, "expiresAt": key.expires_at })
}
