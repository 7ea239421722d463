//! Reviews that nobody asks for: of new roles, and of those whose title, description or code is another now.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use super::{says_the_same, title_of};
use crate::{
    domain::{
        access::{Actor, Audience},
        job::{Job, SocStatus},
        soc::review::wants_review,
        work::{NewWork, Priority, ReviewRole, WorkItem, WorkKind},
    },
    service::{Result, Service, changes::Draft, replay::replayed, soc::Suggestion},
    store::Unit,
};

impl Service {
    /// Queues the review of those of these jobs that want one, in the unit that creates or changes them.
    pub(in crate::service) async fn queue_reviews(&self, unit: &Unit, jobs: &[Job]) -> Result<()> {
        let work = |job: &Job| NewWork {
            id: self.clock.new_id(),
            kind: WorkKind::ReviewRole,
            payload: json!(ReviewRole { job: job.id }),
            // Work that was claimed for an older version may have read it already.
            dedupe_key: Some(format!("review:{}:{}", job.id, job.version)),
            priority: Priority::Bulk,
            company: job.company_id,
            run: None,
        };
        let work: Vec<_> = jobs.iter().filter(|job| wants_review(job)).map(work).collect();
        if !work.is_empty() {
            unit.enqueue(&work).await?;
        }
        Ok(())
    }

    /// Does claimed reviews: ranks all titles together, then writes. Items whose claim was lost leave no trace.
    pub(in crate::service) async fn review_roles(&self, items: &[WorkItem]) -> Result<()> {
        let asked: BTreeSet<Uuid> = items.iter().filter_map(role).collect();
        let jobs = self.store.jobs(Audience::Platform, &asked.into_iter().collect::<Vec<_>>()).await?;
        let jobs: Vec<_> = jobs.into_iter().filter(wants_review).collect();
        let suggested = self.suggestions(jobs.iter().map(title_of).collect()).await?;
        let mut ranked: Vec<_> = jobs.into_iter().zip(suggested.into_iter().map(|one| self.or_none(one))).collect();
        let trouble = self.take_advice(&mut ranked).await;
        let ranked: BTreeMap<Uuid, _> = ranked.into_iter().map(|(job, suggestion)| (job.id, (job, suggestion))).collect();
        replayed(|| self.write_reviews(items, &ranked, trouble.clone())).await?;
        self.committed();
        Ok(())
    }

    /// Writes reviews. `trouble` says in history why an assistant that should have looked at them did not.
    async fn write_reviews(&self, items: &[WorkItem], ranked: &BTreeMap<Uuid, (Job, Suggestion)>, trouble: Option<String>) -> Result<()> {
        let unit = self.store.begin().await?;
        let mut open = BTreeSet::new();
        for item in items {
            match role(item) {
                Some(job) => open.extend(unit.finish(item).await?.then_some(job)),
                None => drop(unit.bury(item, "its payload cannot be read").await?),
            }
        }
        let mut drafts = vec![];
        for (id, (job, suggestion)) in ranked.iter().filter(|(id, _)| open.contains(*id)) {
            drafts.extend(self.open_by_itself(&unit, *id, job, suggestion.clone()).await?);
        }
        if !drafts.is_empty() {
            self.record(&unit, &Actor::system("soc-review"), None, "reviewRoles", trouble, drafts).await?;
        }
        Ok(unit.commit().await?)
    }

    /// Opens a review, unless the job says something else now than what was ranked: then further work is queued already.
    ///
    /// The version of the job stays, so that no one's `expectedVersion` fails for it.
    async fn open_by_itself(&self, unit: &Unit, id: Uuid, ranked: &Job, suggestion: Suggestion) -> Result<Option<Draft>> {
        let Some(before) = unit.job(Audience::Platform, id).await? else { return Ok(None) };
        if !wants_review(&before) || !says_the_same(&before, ranked) {
            return Ok(None);
        }
        match unit.pending_review(id).await? {
            Some(pending) if pending.fits(&before) => return Ok(None),
            Some(_) => unit.supersede_review(id).await?,
            None => {}
        }
        let after = Job { soc_status: SocStatus::InReview, updated_at: self.clock.now(), ..before.clone() };
        unit.insert_review(&self.new_review(&after, suggestion)).await?;
        unit.update_job(&after).await?;
        Ok(Some(Draft::of_job("SOC_REVIEW_OPENED", id, Some(&before), Some(&after))))
    }
}

fn role(item: &WorkItem) -> Option<Uuid> {
    serde_json::from_value::<ReviewRole>(item.payload.clone()).ok().map(|wanted| wanted.job)
}
