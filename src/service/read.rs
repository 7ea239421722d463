//! Reading, as far as loaders do not do it: lists, reports, single things that somebody named.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    domain::{
        access::{Principal, Scope},
        filter::{JobFilter, JobOrder},
        history::{Change, Changeset},
        job::{Company, Job},
        page::{Page, PageRequest},
        provider_state::{Circuit, ProviderState},
        run::{Outcome, OutcomeKind, Run},
    },
    providers,
};

impl Service {
    /// True when the database answers and its schema is up to date.
    pub async fn is_ready(&self) -> bool {
        self.store.is_ready().await
    }

    /// The job of that id, when the caller may see it.
    pub async fn job(&self, principal: &Principal, id: Uuid) -> Result<Option<Job>> {
        Ok(self.store.job(principal.audience(), id).await?)
    }

    /// The job of that slug, when the caller may see it.
    pub async fn job_by_slug(&self, principal: &Principal, slug: &str) -> Result<Option<Job>> {
        Ok(self.store.job_by_slug(principal.audience(), slug).await?)
    }

    /// A page of the jobs that the caller may see.
    pub async fn jobs(
        &self,
        principal: &Principal,
        filter: &JobFilter,
        order: JobOrder,
        request: &PageRequest<String>,
    ) -> Result<Page<Job>> {
        Ok(self.store.jobs_page(principal.audience(), filter, self.clock.now(), order, request).await?)
    }

    /// How many jobs the caller may see.
    pub async fn jobs_count(&self, principal: &Principal, filter: &JobFilter) -> Result<u64> {
        Ok(self.store.jobs_count(principal.audience(), filter, self.clock.now()).await?)
    }

    /// Companies, the oldest first.
    pub async fn companies(&self, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Company>> {
        Ok(self.store.companies_page(request).await?)
    }

    /// How many companies there are.
    pub async fn companies_count(&self) -> Result<u64> {
        Ok(self.store.companies_count().await?)
    }

    /// An enrichment run, when the caller may see it.
    pub async fn enrichment_run(&self, principal: &Principal, id: Uuid) -> Result<Option<Run>> {
        if !principal.may(Scope::EnrichmentRun) {
            return Ok(None);
        }
        Ok(self.store.run(principal.audience(), id).await?)
    }

    /// What came of a run: for every entry its id, when it was written, and the outcome.
    pub async fn outcomes(
        &self,
        run: Uuid,
        results: Option<&[OutcomeKind]>,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<(Uuid, DateTime<Utc>, Outcome)>> {
        Ok(self.store.outcomes_page(run, results, request).await?)
    }

    /// How many outcomes a run has.
    pub async fn outcomes_count(&self, run: Uuid, results: Option<&[OutcomeKind]>) -> Result<u64> {
        Ok(self.store.outcomes_count(run, results).await?)
    }

    /// A changeset, when the caller may see it.
    pub async fn changeset(&self, principal: &Principal, id: Uuid) -> Result<Option<Changeset>> {
        if !principal.may(Scope::HistoryRead) {
            return Ok(None);
        }
        Ok(self.store.changeset(principal.audience(), id).await?)
    }

    /// The changes of a changeset, each with its position.
    pub async fn changes(&self, changeset: Uuid, request: &PageRequest<i32>) -> Result<Page<(i32, Change)>> {
        Ok(self.store.changes_page(changeset, request).await?)
    }

    /// How many changes a changeset has.
    pub async fn changes_count(&self, changeset: Uuid) -> Result<u64> {
        Ok(self.store.changes_count(changeset).await?)
    }

    /// The providers, and how they are. Those that answer from bundled data are there, make no calls, and cannot fail.
    pub fn providers(&self) -> Vec<ProviderState> {
        let bundled = |provider: &std::sync::Arc<dyn providers::Provider>| ProviderState {
            name: provider.name().to_owned(),
            source: provider.source(),
            configured: true,
            healthy: true,
            circuit: Circuit::Closed,
            release: provider.release(),
            last_success_at: None,
            last_error: None,
            requests: 0,
            failures: 0,
            quota_remaining: None,
        };
        self.reference().bundled.iter().map(bundled).chain(self.upstreams.states()).chain([self.assistant_state()]).collect()
    }

    /// The text that a provider's licence wants shown beside its data.
    pub fn attribution(&self, provider: &str, release: Option<&str>) -> Option<String> {
        providers::attribution(provider, release)
    }
}
