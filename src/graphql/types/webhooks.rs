//! Webhooks, and the feed that they are told from.

use async_graphql::{Context, ID, InputObject, Json, Object, Result, SimpleObject, connection::PageInfo};
use chrono::{DateTime, Utc};

use super::{
    enums::{DeliveryStatus, EventType},
    job::Job,
    people::Company,
};
use crate::{
    domain::{
        event,
        webhooks::{self, Delivery},
    },
    graphql::{
        Ask,
        cost::{Paged, STATEMENT, cost},
        error::OrInternal,
        id::NodeId,
        page::{self, Counted, PageArgs, Total},
    },
    loaders::{EventKey, JobKey},
};

/// An endpoint to be added.
#[derive(InputObject, Debug)]
pub(crate) struct CreateWebhookEndpointInput {
    /// Where to: `https`, in the public internet.
    pub(crate) url: String,
    /// The kinds of events, at least one.
    pub(crate) events: Vec<EventType>,
    /// The company whose events it is told; the caller's own when absent, those of all for the platform.
    pub(crate) company: Option<ID>,
}

/// An address that is told of what happens, as Standard Webhooks has it.
#[derive(Debug, Clone)]
pub(crate) struct WebhookEndpoint(pub(crate) webhooks::Endpoint);

/// An address that is told of what happens, as Standard Webhooks has it.
#[Object]
impl WebhookEndpoint {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::WebhookEndpoint(self.0.id).into()
    }

    /// Where to.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// The kinds of events that it is told of.
    async fn events(&self) -> Vec<EventType> {
        self.0.events.iter().copied().map(Into::into).collect()
    }

    /// The company whose events it is told; null for those of all.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Company>> {
        match self.0.company_id {
            Some(id) => Company::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// False while it is paused, because it was gone, or failed for five days. What it is to be told waits; redeliver goes on.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// What it was told, and is to be told, the newest first.
    #[graphql(directive = cost::apply(STATEMENT.into()), directive = Paged::apply(&["first"]))]
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that were given up, or only the others.")] failed: Option<bool>,
    ) -> Result<Counted<WebhookDelivery>> {
        let request = PageArgs::forwards(first, after).request("deliveries", |place| place.parse().ok())?;
        let found = ctx.service().webhook_deliveries(self.0.id, failed, &request).await.or_internal(ctx)?;
        let cursor = |one: &Delivery| page::encode("deliveries", &one.place.to_string(), one.id);
        Ok(page::connection(found, Total::Deliveries(self.0.id, failed), cursor, WebhookDelivery))
    }
}

/// An event that an endpoint is told, and how that went.
#[derive(Debug, Clone)]
pub(crate) struct WebhookDelivery(pub(crate) Delivery);

/// An event that an endpoint is told, and how that went.
#[Object]
impl WebhookDelivery {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        NodeId::WebhookDelivery(self.0.id).into()
    }

    /// What happened.
    async fn event(&self, ctx: &Context<'_>) -> Result<Event> {
        let found = ctx.loaders().one(EventKey(self.0.event_id)).await.or_internal(ctx)?;
        let (place, event) = found.ok_or_else(|| crate::graphql::error::invalid("The event is no longer kept."))?;
        Ok(Event { place, event })
    }

    /// How far it is.
    async fn status(&self) -> DeliveryStatus {
        self.0.status.into()
    }

    /// How often it was tried; ten times at most, over three days.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// The HTTP status of the last answer; null when there was none.
    async fn response_status(&self) -> Option<i32> {
        self.0.response_status
    }

    /// What went wrong last; null when it was taken.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// When it was tried last.
    async fn last_attempt_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_attempt_at
    }

    /// When it is tried next; null when it is over.
    async fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        (self.0.status == webhooks::DeliveryStatus::Pending).then_some(self.0.next_attempt_at)
    }
}

/// Something that happened: an entry of a feed that is ordered and kept for 90 days.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) place: i64,
    pub(crate) event: event::Event,
}

/// Something that happened: an entry of a feed that is ordered and kept for 90 days.
#[Object]
impl Event {
    /// Its id: the `webhook-id` of its deliveries.
    async fn id(&self) -> ID {
        webhooks::name_of(self.event.id).into()
    }

    /// What happened.
    #[graphql(name = "type")]
    async fn kind(&self) -> EventType {
        self.event.kind.into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.event.at
    }

    /// The job that it is about; null when it is about none, or the job is no longer there.
    async fn job(&self, ctx: &Context<'_>) -> Result<Option<Job>> {
        let Some(id) = self.event.job else { return Ok(None) };
        Ok(ctx.loaders().one(JobKey(id)).await.or_internal(ctx)?.map(Job::new))
    }

    /// What a webhook is sent as `data`: ids, and the event's place in the feed, which grows.
    async fn payload(&self) -> Json<serde_json::Value> {
        Json(webhooks::data(&self.event, self.place))
    }
}

/// A page of the feed. How long the feed is nobody counts.
#[derive(SimpleObject)]
pub(crate) struct EventConnection {
    /// The entries with their cursors.
    pub(crate) edges: Vec<EventEdge>,
    /// The entries.
    pub(crate) nodes: Vec<Event>,
    /// Where the page stands in the list.
    pub(crate) page_info: PageInfo,
}

/// An entry of the feed with its cursor.
#[derive(SimpleObject, Debug)]
pub(crate) struct EventEdge {
    /// Where to go on from.
    pub(crate) cursor: String,
    /// The entry.
    pub(crate) node: Event,
}
