//! Durable work: claim, run, finish, schedule.

use std::{collections::BTreeSet, slice, sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::FutureExt;
use tokio::task::JoinSet;

use crate::{
    domain::work::{MAX_ATTEMPTS, WorkItem},
    service::{Result, Service},
};

/// How many items are claimed together.
const BATCH: u64 = 100;

/// How often to look for work that another process queued, or whose time has come.
const POLL: Duration = Duration::from_millis(500);

/// How often to queue what has become stale.
const SCHEDULE: Duration = Duration::from_mins(10);

/// How long a worker that is asked to stop goes on with what it has begun.
const GRACE: Duration = Duration::from_secs(5);

/// How long it then tries to give back what it has not finished. Afterwards the lease has to run out.
const GIVING_BACK: Duration = Duration::from_secs(2);

/// Does queued work.
#[derive(Debug, Clone)]
pub struct Worker {
    service: Arc<Service>,
}

impl Worker {
    /// A worker of that service.
    pub fn new(service: Arc<Service>) -> Self {
        Self { service }
    }

    /// Works until `stop` is done. What was claimed by then is finished, or given back when it takes too long.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop.fuse());
        loop {
            let items = self.claim().await.unwrap_or_else(|error| {
                tracing::warn!("cannot claim work: {error:#}");
                vec![]
            });
            if items.is_empty() {
                tokio::select! {
                    () = &mut stop => return,
                    () = self.service.work_queued() => {}
                    () = tokio::time::sleep(POLL) => {}
                }
                continue;
            }
            let mut work = std::pin::pin!(self.work_on(&items));
            tokio::select! {
                () = &mut work => continue,
                () = &mut stop => {}
            }
            if tokio::time::timeout(GRACE, work).await.is_err() {
                self.give_back(&items).await;
            }
            return;
        }
    }

    /// Does all work that is due now. Answers how many items that were.
    pub async fn drain(&self) -> Result<usize> {
        let mut total = 0;
        loop {
            match self.work_once().await? {
                0 => return Ok(total),
                worked => total += worked,
            }
        }
    }

    /// Claims a batch and does it. Answers how many items that were.
    pub async fn work_once(&self) -> Result<usize> {
        let items = self.claim().await?;
        self.work_on(&items).await;
        Ok(items.len())
    }

    async fn claim(&self) -> Result<Vec<WorkItem>> {
        self.service.claim_work(BATCH).await
    }

    async fn give_back(&self, items: &[WorkItem]) {
        match tokio::time::timeout(GIVING_BACK, self.service.release_work(items)).await {
            Ok(Ok(released)) => tracing::info!(released, "gave unfinished work back"),
            Ok(Err(error)) => tracing::warn!("cannot give unfinished work back: {error:#}"),
            Err(_) => tracing::warn!("cannot give unfinished work back in time"),
        }
    }

    /// Does items, together. When that fails each is tried by itself, so that a bad one takes no others with it.
    async fn work_on(&self, items: &[WorkItem]) {
        let (hopeless, hopeful): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.attempts > MAX_ATTEMPTS);
        for item in &hopeless {
            let error = item.error.as_deref().unwrap_or("whoever claimed it never came back");
            if let Err(error) = self.service.give_up(item, error).await {
                tracing::warn!(item = %item.id, "cannot give work up: {error:#}");
            }
        }
        let Err(error) = self.attempt(&hopeful).await else { return };
        tracing::warn!(items = hopeful.len(), "work failed: {error}");
        if let [item] = &hopeful[..] {
            return self.put_back(item, &error).await;
        }
        for item in &hopeful {
            if let Err(error) = self.attempt(slice::from_ref(item)).await {
                tracing::warn!(item = %item.id, "work failed: {error}");
                self.put_back(item, &error).await;
            }
        }
    }

    /// Does items while their claims are renewed. What went wrong, in words, when that fails or panics.
    async fn attempt(&self, items: &[WorkItem]) -> Result<(), String> {
        if items.is_empty() {
            return Ok(());
        }
        let work = std::panic::AssertUnwindSafe(self.service.process(items)).catch_unwind();
        let done = tokio::select! {
            done = work => done,
            () = self.renew(items) => return Ok(()),
        };
        match done {
            Ok(done) => done.map_err(|error| format!("{error:#}")),
            Err(_) => Err("the work panicked; the log tells where".to_owned()),
        }
    }

    /// Renews claims, three times in a lease, for ever.
    async fn renew(&self, items: &[WorkItem]) {
        let pause = (self.service.store().lease() / 3).to_std().unwrap_or(POLL);
        loop {
            tokio::time::sleep(pause).await;
            match self.service.renew_work(items).await {
                Ok(true) => {}
                Ok(false) => tracing::warn!("lost a claim: what this worker still writes of it does not count"),
                Err(error) => tracing::warn!("cannot renew claims: {error:#}"),
            }
        }
    }

    async fn put_back(&self, item: &WorkItem, error: &str) {
        if let Err(error) = self.service.put_back(item, error).await {
            // Its lease runs out by itself.
            tracing::warn!(item = %item.id, "cannot put work back: {error:#}");
        }
    }
}

/// Queues what was answered although it is stale, again and again.
pub async fn refresh_seen_stale(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(POLL);
    loop {
        ticks.tick().await;
        if let Err(error) = service.queue_seen_stale().await {
            tracing::warn!("cannot queue the refresh of stale facts: {error:#}");
        }
    }
}

/// Tells webhook endpoints of what happens, again and again.
pub async fn deliver(service: Arc<Service>) {
    let (mut under_way, mut busy) = (JoinSet::new(), BTreeSet::new());
    let mut ticks = tokio::time::interval(POLL);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            Some(done) = under_way.join_next() => if let Ok(endpoint) = done { busy.remove(&endpoint); } else { busy.clear(); },
        }
        let endpoints = service.endpoints_to_tell().await.unwrap_or_else(|error| {
            tracing::warn!("cannot tell who is to be sent webhooks: {error:#}");
            vec![]
        });
        for endpoint in endpoints.into_iter().filter(|endpoint| !busy.contains(&endpoint.id)).collect::<Vec<_>>() {
            let (id, service) = (endpoint.id, Arc::clone(&service));
            busy.insert(id);
            under_way.spawn(async move {
                match service.deliver_to(endpoint).await {
                    Ok(0) => tokio::time::sleep(POLL).await,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(endpoint = %id, "cannot send webhooks: {error:#}");
                        tokio::time::sleep(POLL).await;
                    }
                }
                id
            });
        }
    }
}

/// Queues what becomes stale and what a newer binary knows better, and forgets what nobody needs any more, again and again.
pub async fn schedule(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(SCHEDULE);
    loop {
        ticks.tick().await;
        told("of occupations with an older release of the bundled data", service.queue_outdated().await);
        told("of stale occupations", service.queue_stale(TimeDelta::zero()).await);
        if let Err(error) = service.forget_events().await {
            tracing::warn!("cannot forget old events: {error:#}");
        }
        if let Err(error) = service.forget_deliveries().await {
            tracing::warn!("cannot forget old deliveries: {error:#}");
        }
    }
}

fn told(what: &str, queued: Result<u64>) {
    match queued {
        Ok(0) => {}
        Ok(queued) => tracing::info!(queued, "queued the refresh {what}"),
        Err(error) => tracing::warn!("cannot queue the refresh {what}: {error:#}"),
    }
}
