//! History: what happened to a job, what it was at a moment, and whether anybody altered what was written.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    domain::{
        access::{Principal, Scope},
        fields::Field,
        history::{Change, Changeset},
        job::Job,
        page::{Page, PageRequest},
        profile::{Knowledge, PLATFORM, Profile},
    },
    store::HistoryCheck,
};

impl Service {
    /// True for who may read what happened to a job: a company reads the history of its own.
    pub fn may_read_history(principal: &Principal, job: &Job) -> bool {
        principal.may(Scope::HistoryRead) && principal.owns(job.company_id)
    }

    /// What happened to a job, or to one of its fields, the newest first, each with its changeset. A company reads the history
    /// of its own jobs; that of the others is empty.
    pub async fn history(
        &self,
        principal: &Principal,
        job: &Job,
        field: Option<Field>,
        request: &PageRequest<Uuid>,
    ) -> Result<Page<(Changeset, Change)>> {
        if !Self::may_read_history(principal, job) {
            return Ok(Page { items: vec![], has_previous: false, has_next: false });
        }
        Ok(self.store_for(principal).history_page(job.id, field, request).await?)
    }

    /// How often something happened to a job, or to one of its fields.
    pub async fn history_count(&self, principal: &Principal, job: &Job, field: Option<Field>) -> Result<u64> {
        if Self::may_read_history(principal, job) { Ok(self.store_for(principal).history_count(job.id, field).await?) } else { Ok(0) }
    }

    /// A job as it stood at a moment, with the profile that it had: the facts of that day under the overrides of that day. None
    /// when it was not there, or the caller might not have seen it. What is to come is as it is now.
    pub async fn job_as_of(&self, principal: &Principal, id: Uuid, at: DateTime<Utc>) -> Result<Option<(Job, Arc<Profile>)>> {
        let at = at.min(self.clock.now());
        let Some(job) = self.store_for(principal).job_at(principal.audience(), id, at).await? else { return Ok(None) };
        let code = job.inherits_from();
        let (of_occupation, own) = self.store_for(principal).facts_at(code, id, at).await?;
        let overrides = self.store_for(principal).overrides_at(id, at).await?;
        let owner = match job.company_id {
            Some(company) => self.store_for(principal).companies(&[company]).await?.remove(&company).map(|company| company.name),
            None => None,
        };
        let owner: Arc<str> = owner.unwrap_or_else(|| PLATFORM.to_owned()).into();
        let precedence = self.store.precedence();
        let inherited = code.filter(|_| !of_occupation.is_empty()).map(|_| Knowledge::new(of_occupation, precedence));
        let profile = Profile::lay(inherited.as_ref(), Some(&own), &overrides, &owner, precedence);
        Ok(Some((job, Arc::new(profile.as_of(at)))))
    }

    /// Checks that nobody has altered what history says.
    pub async fn check_history(&self) -> Result<HistoryCheck> {
        Ok(self.store.check_history().await?)
    }
}
