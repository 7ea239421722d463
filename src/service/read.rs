//! Reading, as far as loaders do not do it: lists, reports, single things that somebody named.

use std::collections::HashMap;

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
        Ok(self.store_for(principal).job(principal.audience(), id).await?)
    }

    /// The job of that slug, when the caller may see it.
    pub async fn job_by_slug(&self, principal: &Principal, slug: &str) -> Result<Option<Job>> {
        Ok(self.store_for(principal).job_by_slug(principal.audience(), slug).await?)
    }

    /// A page of the jobs that the caller may see.
    pub async fn jobs(
        &self,
        principal: &Principal,
        filter: &JobFilter,
        order: JobOrder,
        request: &PageRequest<String>,
    ) -> Result<Page<Job>> {
        Ok(self.store_for(principal).jobs_page(principal.audience(), filter, self.clock.now(), order, request).await?)
    }

    /// How many jobs the caller may see.
    pub async fn jobs_count(&self, principal: &Principal, filter: &JobFilter) -> Result<u64> {
        Ok(self.store_for(principal).jobs_count(principal.audience(), filter, self.clock.now()).await?)
    }

    /// Companies, the oldest first.
    pub async fn company_by_slug(&self, slug: &str) -> Result<Option<Company>> {
        Ok(self.store.company_by_slug(slug).await?)
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
        Ok(self.store_for(principal).run(principal.audience(), id).await?)
    }

    /// Enrichment runs that the caller may see, the newest first.
    pub async fn enrichment_runs(&self, principal: &Principal, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Run>> {
        Ok(self.store_for(principal).runs_page(principal.audience(), request).await?)
    }

    /// How many enrichment runs the caller may see.
    pub async fn enrichment_runs_count(&self, principal: &Principal) -> Result<u64> {
        Ok(self.store_for(principal).runs_count(principal.audience()).await?)
    }

    /// The first failures of a run, each with its job's slug.
    pub async fn run_failures(&self, principal: &Principal, run: Uuid, limit: u64) -> Result<Vec<(String, Outcome)>> {
        let failed = self.store_for(principal).outcomes_page(run, Some(&[OutcomeKind::Failed]), &PageRequest::first(limit)).await?.items;
        let ids: Vec<_> = failed.iter().map(|(_, _, outcome)| outcome.job_id).collect();
        let jobs = self.store_for(principal).jobs_even_deleted(principal.audience(), &ids).await?;
        let slugs: HashMap<_, _> = jobs.into_iter().map(|job| (job.id, job.slug)).collect();
        Ok(failed.into_iter().filter_map(|(_, _, outcome)| Some((slugs.get(&outcome.job_id)?.clone(), outcome))).collect())
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
        Ok(self.store_for(principal).changeset(principal.audience(), id).await?)
    }

    /// Changesets that the caller may see, the newest first.
    pub async fn changesets(&self, principal: &Principal, request: &PageRequest<DateTime<Utc>>) -> Result<Page<Changeset>> {
        Ok(self.store_for(principal).changesets_page(principal.audience(), request).await?)
    }

    /// How many changesets the caller may see.
    pub async fn changesets_count(&self, principal: &Principal) -> Result<u64> {
        Ok(self.store_for(principal).changesets_count(principal.audience()).await?)
    }

    /// The changes of a changeset, each with its position.
    pub async fn changes(&self, changeset: Uuid, request: &PageRequest<i32>) -> Result<Page<(i32, Change)>> {
        Ok(self.store.changes_page(changeset, request).await?)
    }

    /// How many changes a changeset has.
    pub async fn changes_count(&self, changeset: Uuid) -> Result<u64> {
        Ok(self.store.changes_count(changeset).await?)
    }

    /// The text that a provider's licence wants shown beside its data.
    pub fn attribution(&self, provider: &str, release: Option<&str>) -> Option<String> {
        providers::attribution(provider, release)
    }
}
