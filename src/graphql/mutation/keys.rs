//! Keys of programs.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::{NodeId, named_company},
        types::{
            keys::{ApiKey, CreateApiKeyInput},
            payloads::{ApiKeyPayload, IntoPayload},
        },
    },
    service::NewApiKey,
};

#[derive(Debug, Default)]
pub(super) struct Keys;

#[Object]
impl Keys {
    /// Gives a key out. `secret` is the key itself: it is answered once, and cannot be had again.
    #[graphql(guard = "Needs(Scope::KeysManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::KeysManage])))]
    async fn create_api_key(&self, ctx: &Context<'_>, #[graphql(desc = "The key.")] input: CreateApiKeyInput) -> Result<ApiKeyPayload> {
        let created = match named_company(input.company.as_ref()) {
            Ok(company) => {
                let new = NewApiKey { name: input.name, scopes: input.scopes, company, expires_at: input.expires_at };
                ctx.service().create_api_key(ctx.principal(), new).await
            }
            Err(error) => Err(error.into()),
        };
        created.into_payload(
            ctx,
            |(key, secret)| ApiKeyPayload { api_key: Some(ApiKey(key)), secret: Some(secret.expose().to_owned()), errors: vec![] },
            |errors| ApiKeyPayload { errors, ..ApiKeyPayload::default() },
        )
    }

    /// Ends a key, within five seconds in every process of the service.
    #[graphql(guard = "Needs(Scope::KeysManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::KeysManage])))]
    async fn revoke_api_key(&self, ctx: &Context<'_>, #[graphql(desc = "The key.")] id: ID) -> Result<ApiKeyPayload> {
        let revoked = match NodeId::parse(&id) {
            Some(NodeId::ApiKey(id)) => ctx.service().revoke_api_key(ctx.principal(), id).await,
            _ => Err(UserError::not_found("API key", &["id"]).into()),
        };
        revoked.into_payload(
            ctx,
            |key| ApiKeyPayload { api_key: Some(ApiKey(key)), ..ApiKeyPayload::default() },
            |errors| ApiKeyPayload { errors, ..ApiKeyPayload::default() },
        )
    }
}
