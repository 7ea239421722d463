//! Webhooks: who is told of what happens, and the feed that they are told from.

mod deliver;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use url::Url;
use uuid::Uuid;

pub(super) use deliver::Sender;

use super::{Result, Service, actor, changes::Draft};
use crate::domain::{
    access::{Audience, Principal, Scope},
    event::{Event, EventKind},
    page::{Page, PageRequest},
    user_error::{UserError, UserErrorCode},
    webhooks::{Delivery, DeliveryStatus, Endpoint, Keys, OVERLAP, SECRET_BYTES, Secret, is_public},
};

/// The longest URL.
const URL_MAX: usize = 2_000;

/// Who may read the feed.
pub const MAY_READ_EVENTS: [Scope; 2] = [Scope::JobsRead, Scope::WebhooksManage];

/// An endpoint to be added.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Where to.
    pub url: String,
    /// The kinds of events.
    pub events: Vec<EventKind>,
    /// The company whose events it is told; the caller's own when absent.
    pub company: Option<Uuid>,
}

impl Service {
    /// Adds an endpoint. It is told of what happens from now on. The key that signs is answered here, and never again.
    pub async fn create_webhook_endpoint(&self, principal: &Principal, new: NewEndpoint) -> Result<(Endpoint, Secret)> {
        let by = actor(principal)?;
        let url = self.check_url(&new.url)?;
        let events: BTreeSet<_> = new.events.into_iter().collect();
        if events.is_empty() {
            return Err(UserError::invalid("Name at least one kind of event.", &["input", "events"]).into());
        }
        let company_id = new.company.or(principal.company());
        let secret = Secret::new(rand::random::<[u8; SECRET_BYTES]>());
        self.store.place_events().await?;
        let endpoint = Endpoint {
            id: self.clock.new_id(),
            company_id,
            url,
            events,
            keys: Keys { current: secret.clone(), old: None },
            active: true,
            cursor: self.store.last_place().await?,
            failing_since: None,
            created_by: by.clone(),
            created_at: self.clock.now(),
        };
        let unit = self.begin(principal).await?;
        if let Some(company) = company_id {
            let known = if principal.owns(company_id) { unit.company(company).await? } else { None };
            known.ok_or_else(|| UserError::not_found("company", &["input", "company"]))?;
        }
        unit.insert_endpoint(&endpoint).await?;
        let draft = Draft { job: None, field: None, action: "WEBHOOK_CREATED", before: None, after: Some(described(&endpoint)) };
        self.record(&unit, by, company_id, "createWebhookEndpoint", None, vec![draft]).await?;
        unit.commit().await?;
        Ok((endpoint, secret))
    }

    /// Where an endpoint may be: `https`, to a host, without credentials; anywhere in a demo.
    fn check_url(&self, text: &str) -> Result<String, UserError> {
        let at = &["input", "url"];
        let wrong = |why: &str| UserError::invalid(format!("The URL {why}."), at);
        if text.len() > URL_MAX {
            return Err(wrong(&format!("has at most {URL_MAX} characters")));
        }
        let url = Url::parse(text.trim()).map_err(|_| wrong("cannot be read: give one such as https://example.com/hooks"))?;
        let private = self.options.private_webhooks;
        if url.scheme() != "https" && !(private && url.scheme() == "http") {
            return Err(wrong("begins with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds no user name or password"));
        }
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(address.into()),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            Some(url::Host::Domain(_)) => None,
            None => return Err(wrong("names a host")),
        };
        if !private && (literal.is_some_and(|address| !is_public(address)) || url.host_str() == Some("localhost")) {
            return Err(wrong("leads into the public internet: this host does not"));
        }
        Ok(url.into())
    }

    /// Gives an endpoint another key. The one before signs beside it for 24 hours.
    pub async fn rotate_webhook_secret(&self, principal: &Principal, id: Uuid) -> Result<(Endpoint, Secret)> {
        let by = actor(principal)?;
        let endpoint = self.endpoint_to_change(principal, id).await?;
        let secret = Secret::new(rand::random::<[u8; SECRET_BYTES]>());
        let keys = Keys { current: secret.clone(), old: Some((endpoint.keys.current.clone(), self.clock.now() + OVERLAP)) };
        let unit = self.begin(principal).await?;
        unit.set_keys(id, &keys).await?;
        let said = described(&endpoint);
        let draft = Draft { job: None, field: None, action: "WEBHOOK_SECRET_ROTATED", before: Some(said.clone()), after: Some(said) };
        self.record(&unit, by, endpoint.company_id, "rotateWebhookSecret", None, vec![draft]).await?;
        unit.commit().await?;
        Ok((Endpoint { keys, ..endpoint }, secret))
    }

    /// Removes an endpoint: it is told of nothing any more.
    pub async fn delete_webhook_endpoint(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let by = actor(principal)?;
        let endpoint = self.endpoint_to_change(principal, id).await?;
        let unit = self.begin(principal).await?;
        unit.delete_endpoint(id).await?;
        let draft = Draft { job: None, field: None, action: "WEBHOOK_DELETED", before: Some(described(&endpoint)), after: None };
        self.record(&unit, by, endpoint.company_id, "deleteWebhookEndpoint", None, vec![draft]).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Sends a delivery once more, now. An endpoint that was paused goes on, from where it was.
    pub async fn redeliver(&self, principal: &Principal, id: Uuid) -> Result<Endpoint> {
        actor(principal)?;
        let no_delivery = || UserError::not_found("delivery", &["deliveryId"]);
        let delivery = self.store.webhook_delivery(id).await?.ok_or_else(no_delivery)?;
        let endpoint =
            self.store_for(principal).webhook_endpoint(principal.audience_of(Scope::WebhooksManage), delivery.endpoint_id).await?;
        let endpoint = endpoint.ok_or_else(no_delivery)?;
        if self.store.events(&[delivery.event_id]).await?.is_empty() {
            let message = "What it is about happened more than 90 days ago, and is no longer kept.";
            return Err(UserError::new(UserErrorCode::Invalid, message, &["deliveryId"]).into());
        }
        let unit = self.begin(principal).await?;
        let now = self.clock.now();
        let again = Delivery { status: DeliveryStatus::Pending, attempts: 0, next_attempt_at: now, ..delivery };
        unit.update_delivery(&again).await?;
        unit.set_standing(endpoint.id, true, None).await?;
        unit.commit().await?;
        self.committed();
        Ok(Endpoint { active: true, failing_since: None, ..endpoint })
    }

    async fn endpoint_to_change(&self, principal: &Principal, id: Uuid) -> Result<Endpoint> {
        let found = self.store_for(principal).webhook_endpoint(principal.audience_of(Scope::WebhooksManage), id).await?;
        Ok(found.ok_or_else(|| UserError::not_found("webhook endpoint", &["id"]))?)
    }

    /// The endpoint of that id, when the caller may manage it.
    pub async fn webhook_endpoint(&self, principal: &Principal, id: Uuid) -> Result<Option<Endpoint>> {
        Ok(self.store_for(principal).webhook_endpoint(principal.audience_of(Scope::WebhooksManage), id).await?)
    }

    /// The delivery of that id, when the caller may manage its endpoint.
    pub async fn webhook_delivery(&self, principal: &Principal, id: Uuid) -> Result<Option<Delivery>> {
        let Some(delivery) = self.store.webhook_delivery(id).await? else { return Ok(None) };
        Ok(self.webhook_endpoint(principal, delivery.endpoint_id).await?.map(|_| delivery))
    }

    /// Endpoints that the caller may manage, the oldest first.
    pub async fn webhook_endpoints(&self, principal: &Principal, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Endpoint>> {
        Ok(self.store_for(principal).webhook_endpoints_page(principal.audience_of(Scope::WebhooksManage), request).await?)
    }

    /// How many endpoints the caller may manage.
    pub async fn webhook_endpoints_count(&self, principal: &Principal) -> Result<u64> {
        Ok(self.store_for(principal).webhook_endpoints_count(principal.audience_of(Scope::WebhooksManage)).await?)
    }

    /// An endpoint's deliveries, the newest first: all, the failed ones, or the others.
    pub async fn webhook_deliveries(&self, endpoint: Uuid, failed: Option<bool>, request: &PageRequest<i64>) -> Result<Page<Delivery>> {
        Ok(self.store.webhook_deliveries_page(endpoint, failed, request).await?)
    }

    /// How many of them there are.
    pub async fn webhook_deliveries_count(&self, endpoint: Uuid, failed: Option<bool>) -> Result<u64> {
        Ok(self.store.webhook_deliveries_count(endpoint, failed).await?)
    }

    /// A page of what happened, the oldest first, each with its place; of some kinds when any are named. Who has read up to a
    /// place never misses anything by asking for what is behind it.
    pub async fn events(&self, principal: &Principal, kinds: &[EventKind], request: &PageRequest<i64>) -> Result<Page<(i64, Event)>> {
        while self.store.place_events().await? > 0 {}
        let audience = match principal.company() {
            Some(company) if !principal.may(Scope::PlatformAdmin) => Audience::Company(company),
            _ => principal.audience(),
        };
        let after = request.after.map_or(0, |(place, _)| place);
        let mut items = self.store.feed(audience, kinds, after, request.size + 1).await?;
        let has_next = items.len() as u64 > request.size;
        items.truncate(usize::try_from(request.size).unwrap_or(usize::MAX));
        Ok(Page { items, has_previous: request.after.is_some(), has_next })
    }

    /// The events of these ids.
    pub async fn events_of(&self, ids: &[Uuid]) -> Result<std::collections::HashMap<Uuid, (i64, Event)>> {
        Ok(self.store.events(ids).await?)
    }
}

/// An endpoint as history shows it.
fn described(endpoint: &Endpoint) -> serde_json::Value {
    let events: Vec<_> = endpoint.events.iter().map(|kind| kind.name()).collect();
    json!({ "id": endpoint.id, "url": endpoint.url, "events": events, "company": endpoint.company_id })
}
