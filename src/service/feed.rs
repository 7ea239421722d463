//! The live feed: what subscribers are told, wherever it happened.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt, stream};
use tokio::sync::{Notify, broadcast};
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

/// How many events are read at once.
const BATCH: u64 = 1_000;

/// How many events a slow subscriber may lag behind before it misses some.
const LAG: usize = 4_096;

/// Who is told.
#[derive(Debug)]
pub(super) struct Feed {
    sender: broadcast::Sender<Event>,
    written: Notify,
}

impl Default for Feed {
    fn default() -> Self {
        Self { sender: broadcast::channel(LAG).0, written: Notify::new() }
    }
}

/// Which events were told already.
#[derive(Debug)]
struct Told {
    since: DateTime<Utc>,
    recent: HashMap<Uuid, DateTime<Utc>>,
}

impl Told {
    fn from(since: DateTime<Utc>) -> Self {
        Self { since, recent: HashMap::new() }
    }

    /// Those of `events` that were not told before; they count as told now.
    fn news(&mut self, mut events: Vec<Event>) -> Vec<Event> {
        events.retain(|event| self.recent.insert(event.id, event.at).is_none());
        events
    }

    /// Looks less far back from now on: everything up to the latest event was read.
    fn advance(&mut self) {
        if let Some(latest) = self.recent.values().max() {
            self.since = self.since.max(*latest - LOOK_BACK);
        }
        self.recent.retain(|_, at| *at >= self.since);
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
        let mut told = Told::from(self.clock.now());
        loop {
            let mut listener = self.store.listen().await.unwrap_or_else(|error| {
                tracing::warn!("cannot listen for events, so they are looked for: {error:#}");
                None
            });
            loop {
                if self.feed.sender.receiver_count() > 0 {
                    if let Err(error) = self.tell_news(&mut told).await {
                        tracing::warn!("cannot read events: {error:#}");
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

    /// Tells all that happened since it was asked last, a page at a time: one import can make tens of thousands of events.
    async fn tell_news(&self, told: &mut Told) -> Result<()> {
        let mut after = None;
        loop {
            let events = self.store.events_since(told.since, after, BATCH).await?;
            let more = events.len() as u64 == BATCH;
            after = events.last().map(|last| (last.at, last.id));
            for event in told.news(events) {
                // A subscriber that cannot follow misses some; it is given the time to.
                drop(self.feed.sender.send(event));
                tokio::task::yield_now().await;
            }
            if !more {
                told.advance();
                return Ok(());
            }
        }
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
        events.filter_map(move |event| {
            let (service, principal, wanted) = (Arc::clone(&service), principal.clone(), wanted(&event));
            async move { service.job(&principal, wanted?).await.transpose() }
        })
    }

    /// A run each time that it is further, until it is over.
    pub fn run_progress(self: &Arc<Self>, principal: Principal, id: Uuid) -> impl Stream<Item = Result<Run>> + use<> {
        let service = Arc::clone(self);
        stream::unfold((service, principal, None::<Run>), move |(service, principal, last)| async move {
            if last.as_ref().is_some_and(Run::is_over) {
                return None;
            }
            loop {
                match service.enrichment_run(&principal, id).await {
                    Ok(Some(run)) if last.as_ref() != Some(&run) => return Some((Ok(run.clone()), (service, principal, Some(run)))),
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(error) => return Some((Err(error), (service, principal, last))),
                }
                tokio::time::sleep(POLL / 2).await;
            }
        })
    }
}

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
        let mut told = Told::from(at(0));
        let mut tell = |events: Vec<Event>| {
            let news = told.news(events);
            told.advance();
            news
        };
        assert_eq!(tell(vec![event(1, 1), event(5, 3)]).len(), 2);
        assert_eq!(tell(vec![event(1, 1), event(3, 2), event(5, 3)]), [event(3, 2)]);
        assert_eq!(tell(vec![event(1, 1), event(3, 2), event(5, 3)]), []);
        assert_eq!(tell(vec![event(60, 4)]).len(), 1);
        assert_eq!(told.since, at(50));
    }
}
