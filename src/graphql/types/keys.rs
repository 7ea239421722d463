//! Keys of programs.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};

use super::people::Company;
use crate::{
    domain::{access::Scope, keys},
    graphql::id::NodeId,
};

/// A key to be given out.
#[derive(InputObject, Debug)]
pub(crate) struct CreateApiKeyInput {
    /// For people to read, 1 to 200 characters.
    pub(crate) name: String,
    /// What it may do: names of scopes that the caller has. Without any it reads what is public.
    pub(crate) scopes: Vec<String>,
    /// The company whose data it opens; the caller's own when absent.
    pub(crate) company: Option<ID>,
    /// From when on it is not good any more; never when absent.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// The key of a program. The key itself is told once, by createApiKey, and kept as a digest only.
#[derive(Debug, Clone)]
pub(crate) struct ApiKey(pub(crate) keys::ApiKey);

/// The key of a program. The key itself is told once, by createApiKey, and kept as a digest only.
#[Object]
impl ApiKey {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::ApiKey(self.0.id).into()
    }

    /// For people to read.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the key begins with.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<&'static str> {
        self.0.scopes.iter().copied().map(Scope::name).collect()
    }

    /// The company whose data it opens; null for a key of the platform.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match self.0.company_id {
            Some(id) => Company::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// From when on it is not good any more; null when that never comes.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// When it was used last, to the minute; null when it never was.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// When it was revoked; null while it is not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}
