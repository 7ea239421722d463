//! Webhooks.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    domain::{access::Scope, user_error::UserError},
    graphql::{
        Ask,
        cost::{CHANGE, cost},
        guard::{Needs, any_of, scopes},
        id::{NodeId, named_company},
        types::{
            payloads::{DeletePayload, IntoPayload, WebhookEndpointPayload},
            webhooks::{CreateWebhookEndpointInput, WebhookEndpoint},
        },
    },
    service::{NewEndpoint, ServiceError},
};

#[derive(Debug, Default)]
pub(super) struct Webhooks;

#[Object]
impl Webhooks {
    /// Adds an address that is told of what happens from now on. `secret` is the key that signs: it is answered once.
    #[graphql(guard = "Needs(Scope::WebhooksManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::WebhooksManage])))]
    async fn create_webhook_endpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The endpoint.")] input: CreateWebhookEndpointInput,
    ) -> Result<WebhookEndpointPayload> {
        let created = match named_company(input.company.as_ref()) {
            Ok(company) => {
                let events = input.events.into_iter().map(Into::into).collect();
                ctx.service().create_webhook_endpoint(ctx.principal(), NewEndpoint { url: input.url, events, company }).await
            }
            Err(error) => Err(error.into()),
        };
        let told = created.map(|(endpoint, secret)| (endpoint, Some(secret.expose().to_owned())));
        answer(ctx, told)
    }

    /// Gives an endpoint another key, which is answered once. The old one signs beside it for 24 hours.
    #[graphql(guard = "Needs(Scope::WebhooksManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::WebhooksManage])))]
    async fn rotate_webhook_secret(&self, ctx: &Context<'_>, #[graphql(desc = "The endpoint.")] id: ID) -> Result<WebhookEndpointPayload> {
        let rotated = match NodeId::parse(&id) {
            Some(NodeId::WebhookEndpoint(id)) => ctx.service().rotate_webhook_secret(ctx.principal(), id).await,
            _ => Err(UserError::not_found("webhook endpoint", &["id"]).into()),
        };
        answer(ctx, rotated.map(|(endpoint, secret)| (endpoint, Some(secret.expose().to_owned()))))
    }

    /// Removes an endpoint, with what is kept of its deliveries.
    #[graphql(guard = "Needs(Scope::WebhooksManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::WebhooksManage])))]
    async fn delete_webhook_endpoint(&self, ctx: &Context<'_>, #[graphql(desc = "The endpoint.")] id: ID) -> Result<DeletePayload> {
        let deleted = match NodeId::parse(&id) {
            Some(NodeId::WebhookEndpoint(endpoint)) => ctx.service().delete_webhook_endpoint(ctx.principal(), endpoint).await,
            _ => Err(UserError::not_found("webhook endpoint", &["id"]).into()),
        };
        deleted.into_payload(
            ctx,
            |()| DeletePayload { deleted_id: Some(id), errors: vec![] },
            |errors| DeletePayload { errors, ..DeletePayload::default() },
        )
    }

    /// Sends a delivery once more, now, with all its tries. An endpoint that was paused goes on, from where it was.
    #[graphql(guard = "Needs(Scope::WebhooksManage)", directive = cost::apply(CHANGE.into()), directive = scopes::apply(any_of(&[Scope::WebhooksManage])))]
    async fn redeliver(&self, ctx: &Context<'_>, #[graphql(desc = "The delivery.")] delivery_id: ID) -> Result<WebhookEndpointPayload> {
        let again = match NodeId::parse(&delivery_id) {
            Some(NodeId::WebhookDelivery(id)) => ctx.service().redeliver(ctx.principal(), id).await,
            _ => Err(UserError::not_found("delivery", &["deliveryId"]).into()),
        };
        answer(ctx, again.map(|endpoint| (endpoint, None)))
    }
}

fn answer(
    ctx: &Context<'_>,
    done: Result<(crate::domain::webhooks::Endpoint, Option<String>), ServiceError>,
) -> Result<WebhookEndpointPayload> {
    done.into_payload(
        ctx,
        |(endpoint, secret)| WebhookEndpointPayload { endpoint: Some(WebhookEndpoint(endpoint)), secret, errors: vec![] },
        |errors| WebhookEndpointPayload { errors, ..WebhookEndpointPayload::default() },
    )
}
