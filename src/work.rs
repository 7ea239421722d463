//! Durable work: claim, run, finish, schedule.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::FutureExt;

use crate::{
    domain::work::{LEASE, MAX_ATTEMPTS, WorkItem},
    service::{Result, Service},
};

/// How many items are claimed together.
const BATCH: u64 = 100;

/// How often to look for work that another process queued, or whose time has come.
const POLL: Duration = Duration::from_millis(500);

/// How often to queue what has become stale.
const SCHEDULE: Duration = Duration::from_mins(10);

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

    /// Works until `stop` is done. What was claimed by then is finished.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let worked = self.work_once().await.unwrap_or_else(|error| {
                tracing::warn!("cannot work: {error:#}");
                0
            });
            if stop.as_mut().now_or_never().is_some() {
                return;
            }
            if worked == 0 {
                tokio::select! {
                    () = &mut stop => return,
                    () = self.service.work_queued() => {}
                    () = tokio::time::sleep(POLL) => {}
                }
            }
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
        let items = self.service.claim_work(BATCH).await?;
        let (first, again): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.attempts <= 1);
        let worked = first.len() + again.len();
        if !first.is_empty() {
            self.attempt(&first).await;
        }
        // What failed before is tried alone, so that one bad item does not take others with it.
        for item in &again {
            if item.attempts > MAX_ATTEMPTS {
                let error = item.error.as_deref().unwrap_or("whoever claimed it never came back");
                self.service.give_up(item, error).await?;
            } else {
                self.attempt(std::slice::from_ref(item)).await;
            }
        }
        Ok(worked)
    }

    /// Does items, and puts them back when that fails or panics.
    async fn attempt(&self, items: &[WorkItem]) {
        let done = std::panic::AssertUnwindSafe(self.hold(items)).catch_unwind().await;
        let error = match done {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => "the work panicked; the log tells where".to_owned(),
        };
        tracing::warn!(items = items.len(), "work failed: {error}");
        for item in items {
            if let Err(error) = self.service.put_back(item, &error).await {
                // Its lease runs out by itself.
                tracing::warn!(item = %item.id, "cannot put work back: {error:#}");
            }
        }
    }

    /// Does items while their claims are renewed.
    async fn hold(&self, items: &[WorkItem]) -> Result<()> {
        let renewals = async {
            let half = Duration::from_millis(LEASE.num_milliseconds().unsigned_abs() / 2);
            loop {
                tokio::time::sleep(half).await;
                if !self.service.renew_work(items).await.unwrap_or(true) {
                    tracing::warn!("lost a claim: what this worker still writes of it does not count");
                }
            }
        };
        tokio::select! {
            done = self.service.process(items) => done,
            () = renewals => Ok(()),
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

/// Queues what becomes stale, again and again.
pub async fn schedule(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(SCHEDULE);
    loop {
        ticks.tick().await;
        match service.queue_stale(TimeDelta::zero()).await {
            Ok(0) => {}
            Ok(queued) => tracing::info!(queued, "queued the refresh of stale occupations"),
            Err(error) => tracing::warn!("cannot look for stale facts: {error:#}"),
        }
    }
}
