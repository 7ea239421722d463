//! The live feed: what subscribers are told, wherever it happened.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    domain::{
        access::Principal,
        event::{Event, EventKind},
        job::Job,
        run::Run,
    },
    store::Unit,
};

/// How often to look for events that nobody told of.
const POLL: Duration = Duration::from_millis(500);

/// Events become visible when their transaction commits, a little out of order: so far back is looked again.
const LOOK_BACK: TimeDelta = TimeDelta::seconds(10);

/// How long connections may take to end.
const FAREWELLS: Duration = Duration::from_secs(2);

/// How many events are read at once.
const BATCH: u64 = 1_000;

/// How many events a slow subscriber may lag behind before it misses some.
const LAG: usize = 4_096;

/// Who is told.
#[derive(Debug)]
pub(super) struct Feed {
    sender: broadcast::Sender<Event>,
    written: Notify,
    /// True when the process ends.
    closing: watch::Sender<bool>,
    /// Held by every subscriber.
    subscribers: Arc<()>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { sender: broadcast::channel(LAG).0, written: Notify::new(), closing: watch::channel(false).0, subscribers: Arc::default() }
    }
}

/// Which events were told already.
#[derive(Debug)]
struct Told {
    since: DateTime<Utc>,
    recent: VecDeque<(DateTime<Utc>, Uuid)>,
}

impl Told {
    /// Those of `events` that were not told before; they count as told now.
    fn news(&mut self, events: Vec<Event>) -> Vec<Event> {
        let news: Vec<_> = events.into_iter().filter(|event| !self.recent.iter().any(|(_, id)| *id == event.id)).collect();
        self.recent.extend(news.iter().map(|event| (event.at, event.id)));
        if let Some(latest) = self.recent.iter().map(|(at, _)| *at).max() {
            self.since = self.since.max(latest - LOOK_BACK);
        }
        self.recent.retain(|(at, _)| *at >= self.since);
        news
    }
}

impl Service {
    /// Writes events about jobs.
    pub(super) async fn publish(&self, unit: &Unit, kind: EventKind, jobs: impl IntoIterator<Item = (Uuid, Option<Uuid>)>) -> Result<()> {
        let event =
            |(job, company)| Event { id: self.clock.new_id(), kind, company, job: Some(job), operation: None, at: self.clock.now() };
        Ok(unit.insert_events(&jobs.into_iter().map(event).collect::<Vec<_>>()).await?)
    }

    /// Tells those who wait in this process that a unit of work was committed.
    pub(super) fn committed(&self) {
        self.feed.written.notify_one();
        self.wake.notify_one();
    }

    /// Tells subscribers of this process what happened anywhere, until it is dropped. To be run once per process.
    pub async fn tell_subscribers(&self) {
        let mut told = Told { since: self.clock.now(), recent: VecDeque::new() };
        loop {
            let mut listener = self.store.listen().await.unwrap_or_else(|error| {
                tracing::warn!("cannot listen for events, so they are looked for: {error:#}");
                None
            });
            loop {
                if self.feed.sender.receiver_count() > 0 {
                    match self.store.events_since(told.since, BATCH).await {
                        Ok(events) => told.news(events).into_iter().for_each(|event| drop(self.feed.sender.send(event))),
                        Err(error) => tracing::warn!("cannot read events: {error:#}"),
                    }
                } else {
                    told.since = told.since.max(self.clock.now() - LOOK_BACK);
                }
                let heard = async {
                    match &mut listener {
                        Some(listener) => listener.heard().await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = self.feed.written.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    heard = heard => if heard.is_err() { break },
                }
            }
        }
    }

    /// Asks those who hold connections of subscribers to end them: the process stops.
    pub fn close_subscriptions(&self) {
        self.feed.closing.send_replace(true);
    }

    /// Done when subscribers' connections are to end.
    pub fn closing(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.feed.closing.subscribe();
        async move { drop(closing.wait_for(|closing| *closing).await) }
    }

    /// Done when the connections that wait for [`closing`](Self::closing) have ended, or after two seconds.
    pub async fn subscriptions_closed(&self) {
        drop(tokio::time::timeout(FAREWELLS, self.feed.closing.closed()).await);
    }

    /// How many subscribers there are in this process.
    pub fn subscribers(&self) -> usize {
        Arc::strong_count(&self.feed.subscribers) - 1
    }

    /// Jobs as they change: those of these ids, or all that the caller may see.
    pub fn job_changes(self: &Arc<Self>, principal: Principal, ids: Option<Vec<Uuid>>) -> impl Stream<Item = Result<Job>> + use<> {
        let service = Arc::clone(self);
        let events = stream::unfold(self.feed.sender.subscribe(), |mut receiver| async {
            loop {
                match receiver.recv().await {
                    Ok(event) => return Some((event, receiver)),
                    // A subscriber that lags misses events, not the latest state: the next one tells it.
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        let wanted = move |event: &Event| event.job.filter(|job| ids.as_ref().is_none_or(|ids| ids.contains(job)));
        let subscriber = Arc::clone(&self.feed.subscribers);
        events.filter_map(move |event| {
            let (service, principal, wanted) = (Arc::clone(&service), principal.clone(), wanted(&event));
            let held = Arc::clone(&subscriber);
            async move {
                let told = service.job(&principal, wanted?).await.transpose();
                drop(held);
                told
            }
        })
    }

    /// A run each time that it is further, until it is over.
    pub fn run_progress(self: &Arc<Self>, principal: Principal, id: Uuid) -> impl Stream<Item = Result<Run>> + use<> {
        let subscriber = Arc::clone(&self.feed.subscribers);
        stream::unfold((Arc::clone(self), principal, None, subscriber), move |last| next_step(id, last))
    }
}

/// A run that is further than it was, and what the next question needs; none when it is over.
async fn next_step(id: Uuid, (service, principal, last, subscriber): Step) -> Option<(Result<Run>, Step)> {
    if last.as_ref().is_some_and(Run::is_over) {
        return None;
    }
    loop {
        match service.enrichment_run(&principal, id).await {
            Ok(Some(run)) if last.as_ref() != Some(&run) => return Some((Ok(run.clone()), (service, principal, Some(run), subscriber))),
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some((Err(error), (service, principal, last, subscriber))),
        }
        tokio::time::sleep(POLL / 2).await;
    }
}

/// What is kept between two steps of a run: who asks, what was told last, and the place among the subscribers.
type Step = (Arc<Service>, Principal, Option<Run>, Arc<()>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_becomes_visible_late_is_told_once() {
        let at = |seconds: i64| DateTime::from_timestamp(1_000 + seconds, 0).expect("a time");
        let event = |seconds, id| Event {
            id: Uuid::from_u128(id),
            kind: EventKind::JobUpdated,
            company: None,
            job: None,
            operation: None,
            at: at(seconds),
        };
        let mut told = Told { since: at(0), recent: VecDeque::new() };
        assert_eq!(told.news(vec![event(1, 1), event(5, 3)]).len(), 2);
        assert_eq!(told.news(vec![event(1, 1), event(3, 2), event(5, 3)]), [event(3, 2)]);
        assert_eq!(told.news(vec![event(1, 1), event(3, 2), event(5, 3)]), []);
        assert_eq!(told.news(vec![event(60, 4)]).len(), 1);
        assert_eq!(told.since, at(50));
    }
}
