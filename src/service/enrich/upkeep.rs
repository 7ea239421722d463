//! Keeping what is known fresh: each occupation is queued once, whoever sees that it is time, and however many do.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        coverage::Drafting,
        freshness,
        soc::SocCode,
        work::{EnrichJob, NewWork, Priority, RefreshOccupation, WorkKind},
    },
    service::{Result, Service, replay::replayed},
};

/// How long events are kept for who reads the feed, and deliveries that are over.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(90);

impl Service {
    /// Queues the refresh of occupations, once each however often that is asked for.
    pub async fn queue_refresh(&self, codes: &[SocCode]) -> Result<u64> {
        if codes.is_empty() {
            return Ok(0);
        }
        let work = |code: &SocCode| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::RefreshOccupation,
            payload: json!(RefreshOccupation { code: *code }),
            dedupe_key: Some(format!("refresh:{code}")),
            priority: Priority::Upkeep,
            company: None,
            run: None,
        };
        self.queue_upkeep(&codes.iter().map(work).collect::<Vec<_>>()).await
    }

    /// Queues the refresh of what was answered although it is stale.
    pub async fn queue_seen_stale(&self) -> Result<u64> {
        let seen = self.known.take_seen_stale();
        if seen.is_empty() {
            return Ok(0);
        }
        // What nobody can be asked about any more stays stale.
        let stale: BTreeSet<_> = self.stale(TimeDelta::zero()).await?.into_iter().collect();
        self.queue_refresh(&seen.into_iter().filter(|code| stale.contains(code)).collect::<Vec<_>>()).await
    }

    /// Queues the refresh of everything that is stale, or will be within `ahead`: occupations, and roles with drafts of their own.
    pub async fn queue_stale(&self, ahead: TimeDelta) -> Result<u64> {
        let occupations = self.queue_refresh(&self.stale(ahead).await?).await?;
        let drafted = self.drafting() == Drafting::On;
        let jobs = if drafted { self.store.jobs_with_expiring_drafts(self.clock.now() + ahead).await? } else { vec![] };
        Ok(occupations + self.queue_redrafts(&jobs).await?)
    }

    /// Queues the drafts of roles anew, once each.
    async fn queue_redrafts(&self, jobs: &[Uuid]) -> Result<u64> {
        if jobs.is_empty() {
            return Ok(0);
        }
        let work = |job: &Uuid| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::EnrichJob,
            payload: json!(EnrichJob { job: *job, fields: vec![], force: false }),
            dedupe_key: Some(format!("redraft:{job}")),
            priority: Priority::Upkeep,
            company: None,
            run: None,
        };
        self.queue_upkeep(&jobs.iter().map(work).collect::<Vec<_>>()).await
    }

    async fn queue_upkeep(&self, work: &[NewWork]) -> Result<u64> {
        let queued = replayed(|| async {
            let unit = self.store.begin().await?;
            let queued = unit.enqueue(work).await?;
            unit.commit().await?;
            Ok(queued)
        });
        let queued = queued.await?;
        self.committed();
        Ok(queued)
    }

    async fn stale(&self, ahead: TimeDelta) -> Result<Vec<SocCode>> {
        let reference = self.reference();
        let askable: Vec<_> = reference.bundled.iter().chain(self.upstreams.providers()).map(|provider| provider.name()).collect();
        Ok(self.store.expiring_occupations(self.clock.now() + ahead, &askable, self.drafting()).await?)
    }

    /// Queues the refresh of everything whose bundled facts are of an older release than the tables in force: for the first
    /// start of a binary with newer ones.
    pub async fn queue_outdated(&self) -> Result<u64> {
        let reference = self.reference();
        let names: Vec<_> = reference.bundled.iter().map(|provider| provider.name()).collect();
        let mut outdated = self.store.releases_of_facts(&names).await?;
        outdated.retain(|(provider, field, release)| {
            let provider = reference.bundled.iter().find(|bundled| bundled.name() == provider);
            let now = provider.zip(field.parse().ok()).and_then(|(provider, field)| provider.release_of(field));
            freshness::is_outdated(Some(release), now.as_deref())
        });
        if outdated.is_empty() {
            return Ok(0);
        }
        self.queue_refresh(&self.store.occupations_of_releases(&outdated).await?).await
    }

    /// Forgets deliveries that have been over for long. Answers how many.
    pub async fn forget_deliveries(&self) -> Result<u64> {
        replayed(|| async { Ok(self.store.forget_deliveries(self.clock.now() - EVENTS_KEPT).await?) }).await
    }

    /// Forgets events that all subscribers have heard of long since. Answers how many.
    pub async fn forget_events(&self) -> Result<u64> {
        while self.store.place_events().await? > 0 {}
        replayed(|| async { Ok(self.store.forget_events(self.clock.now() - EVENTS_KEPT).await?) }).await
    }
}
