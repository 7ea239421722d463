//! Sending: events of the feed become deliveries, and deliveries that are due are sent.

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use url::Url;
use uuid::Uuid;

use crate::{
    domain::{
        access::Audience,
        event::Event,
        webhooks::{Delivery, DeliveryStatus, Endpoint, PATIENCE, body, is_public, name_of, next_try},
    },
    metrics,
    net::{Outbound, Sent},
    service::{Result, Service, replay::replayed},
};

/// How many events become deliveries in one transaction.
const FAN_OUT: u64 = 500;
/// How many deliveries to an endpoint are taken at once, to be sent one after the other.
const CLAIM: u64 = 16;
/// For how long: longer than so many answers may take, at twenty seconds each.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Who sends, once something is to be sent.
#[derive(Debug, Default)]
pub(in crate::service) struct Sender(std::sync::OnceLock<Outbound>);

impl Service {
    /// The endpoints that are to be told of what happened, once all of that has its place in the feed.
    pub async fn endpoints_to_tell(&self) -> Result<Vec<Endpoint>> {
        while self.store.place_events().await? > 0 {}
        Ok(self.store.active_endpoints().await?)
    }

    /// Makes deliveries of what happened, and sends what is due. Answers how many were sent.
    pub async fn deliver(&self) -> Result<usize> {
        let told = self.endpoints_to_tell().await?.into_iter().map(|endpoint| self.deliver_to(endpoint));
        join_all(told).await.into_iter().sum()
    }

    /// The same for one endpoint. Different ones are told at the same time, so that a slow one holds up nobody but itself.
    pub async fn deliver_to(&self, endpoint: Endpoint) -> Result<usize> {
        let (id, now) = (endpoint.id, self.clock.now());
        self.fan_out(endpoint).await?;
        let claimed = replayed(|| async {
            let unit = self.store.begin().await?;
            let claimed = unit.claim_deliveries(id, now, now + LEASE, CLAIM).await?;
            unit.commit().await?;
            Ok(claimed)
        });
        let claimed = claimed.await?;
        let count = claimed.len();
        self.send_all(id, claimed).await?;
        Ok(count)
    }

    /// Writes deliveries of all that has happened since an endpoint's cursor.
    async fn fan_out(&self, mut endpoint: Endpoint) -> Result<()> {
        let audience = endpoint.company_id.map_or(Audience::Platform, Audience::Company);
        let kinds: Vec<_> = endpoint.events.iter().copied().collect();
        loop {
            let last = self.store.last_place().await?;
            if last <= endpoint.cursor {
                return Ok(());
            }
            let events = self.store.feed(audience, &kinds, endpoint.cursor, FAN_OUT).await?;
            let full = events.len() as u64 == FAN_OUT;
            let to = if full { events.last().map_or(last, |(place, _)| *place) } else { last };
            let deliveries: Vec<_> = events.iter().map(|(place, event)| self.delivery(&endpoint, *place, event)).collect();
            let unit = self.store.begin().await?;
            if !unit.fan_out(&endpoint, to, &deliveries).await? {
                return Ok(());
            }
            unit.commit().await?;
            endpoint.cursor = to;
        }
    }

    fn delivery(&self, endpoint: &Endpoint, place: i64, event: &Event) -> Delivery {
        Delivery {
            id: self.clock.new_id(),
            endpoint_id: endpoint.id,
            event_id: event.id,
            place,
            job_id: event.job,
            status: DeliveryStatus::Pending,
            attempts: 0,
            response_status: None,
            error: None,
            last_attempt_at: None,
            next_attempt_at: self.clock.now(),
        }
    }

    /// Sends what an endpoint is to be told, one after the other.
    async fn send_all(&self, endpoint: Uuid, deliveries: Vec<Delivery>) -> Result<()> {
        let events = self.store.events(&deliveries.iter().map(|delivery| delivery.event_id).collect::<Vec<_>>()).await?;
        for delivery in deliveries {
            // Who was removed or paused meanwhile is told nothing more.
            let Some(endpoint) = self.store.webhook_endpoint(Audience::Platform, endpoint).await?.filter(|endpoint| endpoint.active) else {
                return Ok(());
            };
            let sent = match events.get(&delivery.event_id) {
                Some((place, event)) => self.send(&endpoint, *place, event).await,
                None => Sent { status: Some(410), error: Some("the event is no longer kept".to_owned()), retry_after: None },
            };
            self.note_sent(&endpoint, delivery, sent).await?;
        }
        Ok(())
    }

    async fn send(&self, endpoint: &Endpoint, place: i64, event: &Event) -> Sent {
        let (name, now) = (name_of(event.id), self.clock.now());
        let body = body(event, place);
        let headers = [
            ("webhook-id", name.clone()),
            ("webhook-timestamp", now.timestamp().to_string()),
            ("webhook-signature", endpoint.keys.signatures(&name, now, &body)),
        ];
        match (Url::parse(&endpoint.url), self.outbound()) {
            (Ok(url), Some(outbound)) => outbound.post(&url, &headers, body).await,
            _ => Sent { status: None, error: Some("it cannot be sent from here".to_owned()), retry_after: None },
        }
    }

    fn outbound(&self) -> Option<&Outbound> {
        if self.sender.0.get().is_none() {
            let may_call = if self.options.private_webhooks { |_| true } else { is_public };
            match Outbound::new(may_call) {
                Ok(outbound) => drop(self.sender.0.set(outbound)),
                Err(error) => tracing::error!("{error}"),
            }
        }
        self.sender.0.get()
    }

    /// Writes how it went: a delivery that failed is tried again until its last try, an endpoint that is gone, or fails for
    /// days, is paused. What it is to be told waits.
    async fn note_sent(&self, endpoint: &Endpoint, delivery: Delivery, sent: Sent) -> Result<()> {
        let now = self.clock.now();
        let attempts = delivery.attempts.saturating_add(1);
        let taken = sent.error.is_none();
        metrics::delivery(taken);
        let retry_after = sent.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
        let (status, next) = match next_try(attempts, rand::random(), retry_after) {
            _ if taken => (DeliveryStatus::Delivered, now),
            Some(wait) => (DeliveryStatus::Pending, now + wait),
            None => (DeliveryStatus::Failed, now),
        };
        let failing_since: Option<DateTime<Utc>> = if taken { None } else { Some(endpoint.failing_since.unwrap_or(now)) };
        let gone = sent.status == Some(410);
        let paused = gone || failing_since.is_some_and(|since| now - since >= PATIENCE);
        if paused {
            tracing::warn!(endpoint = %endpoint.id, "paused a webhook endpoint that {}", if gone { "is gone" } else { "has failed for days" });
        }
        let after = Delivery {
            status,
            attempts,
            response_status: sent.status.map(i32::from),
            error: sent.error,
            last_attempt_at: Some(now),
            next_attempt_at: next,
            ..delivery.clone()
        };
        replayed(|| async {
            let unit = self.store.begin().await?;
            // Who asked for it to be sent once more meanwhile, or took it over, is not written over.
            if !unit.note_try(&after, delivery.attempts).await? {
                return Ok(());
            }
            if paused || failing_since != endpoint.failing_since {
                unit.set_standing(endpoint.id, !paused, failing_since).await?;
            }
            unit.commit().await?;
            Ok(())
        })
        .await
    }
}
