//! Jobs from files and to files.

mod demo_jobs;
mod format;

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{Result, Service, actor, changes::Draft, input, replay::replayed};
use crate::{
    domain::{
        access::{Actor, Principal},
        event::EventKind,
        filter::JobFilter,
        given_skills,
        job::{Company, Job, JobKind, SocStatus, slug_of},
        user_error::UserError,
    },
    store::{NewJob, StoreError, Unit},
};

pub use demo_jobs::demo;
pub use format::ImportedJob;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportSummary {
    /// Jobs that were added.
    pub added: usize,
    /// Jobs that were there already, and were left alone.
    pub skipped: usize,
    /// Companies that were added.
    pub companies: usize,
}

/// How many slugs are looked for at once: databases bound the parameters of a statement.
const LOOKED_FOR: usize = 1_000;

impl Service {
    /// Adds jobs that are not there yet, all of them or none. A job is known by its slug, or the slug made from its title.
    /// They are not enriched yet: see [`Service::enrich_jobs`].
    pub async fn import_jobs(&self, principal: &Principal, jobs: &[ImportedJob], action: &str) -> Result<ImportSummary> {
        let actor = actor(principal)?;
        let mut drafts = Vec::with_capacity(jobs.len());
        let (mut errors, mut slugs) = (vec![], BTreeSet::new());
        for (row, imported) in jobs.iter().enumerate() {
            let read = self.imported(row, imported, actor).and_then(|job| Ok((job, metadata(row, imported)?)));
            match read {
                Ok((job, _)) if !slugs.insert(job.slug.clone()) => {
                    errors.push(at(row, "slug", format!("The slug `{}` occurs twice.", job.slug)));
                }
                Ok((job, metadata)) => drafts.push((NewJob { job, metadata }, imported)),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(super::ServiceError::User(errors));
        }
        let summary = replayed(|| self.write_imported(principal, &drafts, action)).await?;
        self.committed();
        Ok(summary)
    }

    async fn write_imported(&self, principal: &Principal, drafts: &[(NewJob, &ImportedJob)], action: &str) -> Result<ImportSummary> {
        let actor = actor(principal)?;
        let there = self.those_there(principal, drafts).await?;
        let unit = self.begin(principal).await?;
        let (mut summary, mut companies, mut changes, mut created) = (ImportSummary::default(), HashMap::new(), vec![], vec![]);
        for (new, imported) in drafts {
            if there.contains(&new.job.slug) {
                summary.skipped += 1;
                continue;
            }
            let company_id = self.company_of(&unit, imported, &mut companies, &mut summary).await?;
            let new = NewJob { job: Job { company_id, ..new.job.clone() }, metadata: new.metadata.clone() };
            match unit.insert_job(&new).await {
                // It was not there when this began.
                Err(StoreError::Taken(_)) => return Err(StoreError::overtaken().into()),
                other => other?,
            }
            changes.push(Draft::of_job("JOB_CREATED", new.job.id, None, Some(&new.job)));
            created.push(new.job);
            summary.added += 1;
        }
        self.queue_reviews(&unit, &created).await?;
        self.publish(&unit, EventKind::JobCreated, created.iter().map(|job| (job.id, job.company_id))).await?;
        self.record(&unit, actor, None, action, None, changes).await?;
        unit.commit().await?;
        Ok(summary)
    }

    /// The slugs that jobs have already.
    async fn those_there(&self, principal: &Principal, drafts: &[(NewJob, &ImportedJob)]) -> Result<BTreeSet<String>> {
        let mut there = BTreeSet::new();
        for drafts in drafts.chunks(LOOKED_FOR) {
            let slugs = drafts.iter().map(|(new, _)| new.job.slug.clone()).collect();
            let found = self.all_jobs(principal, &JobFilter { slugs: Some(slugs), ..JobFilter::default() }).await?;
            there.extend(found.into_iter().map(|job| job.slug));
        }
        Ok(there)
    }

    async fn company_of(
        &self,
        unit: &Unit,
        imported: &ImportedJob,
        known: &mut HashMap<String, Uuid>,
        summary: &mut ImportSummary,
    ) -> Result<Option<Uuid>> {
        let Some(slug) = &imported.company else { return Ok(None) };
        if let Some(id) = known.get(slug) {
            return Ok(Some(*id));
        }
        let id = if let Some(company) = unit.company_by_slug(slug).await? {
            company.id
        } else {
            let name = imported.company_name.clone().unwrap_or_else(|| slug.clone());
            let company = Company { id: self.clock.new_id(), slug: slug.clone(), name, created_at: self.clock.now() };
            unit.insert_company(&company).await?;
            summary.companies += 1;
            company.id
        };
        known.insert(slug.clone(), id);
        Ok(Some(id))
    }

    fn imported(&self, row: usize, imported: &ImportedJob, actor: &Actor) -> Result<Job, UserError> {
        let row_name = row.to_string();
        let path = |column| ["jobs", row_name.as_str(), column];
        match (imported.kind, &imported.company) {
            (JobKind::FeaturedRole, None) => return Err(at(row, "company", "A featured role belongs to a company.".to_owned())),
            (JobKind::Occupation, Some(_)) => return Err(at(row, "company", "An occupation belongs to no company.".to_owned())),
            (_, Some(company)) => drop(input::slug(company, &path("company"))?),
            _ => {}
        }
        let title = input::title(&imported.title, &path("title"))?;
        let slug = imported.slug.clone().unwrap_or_else(|| slug_of(&title));
        let code = imported.soc_code.map(|code| self.known_code(code, &path("socCode"))).transpose()?;
        let default = if imported.kind == JobKind::Occupation { SocStatus::Approved } else { SocStatus::Proposed };
        let soc_status = if code.is_some() { imported.soc_status.unwrap_or(default) } else { SocStatus::Unassigned };
        let approved = soc_status == SocStatus::Approved;
        let now = self.clock.now();
        Ok(Job {
            id: self.clock.new_id(),
            slug: input::slug(&slug, &path("slug"))?,
            kind: imported.kind,
            title,
            description: imported.description.as_deref().map(|text| input::description(text, &path("description"))).transpose()?.flatten(),
            company_id: None,
            soc_code: code,
            soc_status,
            soc_approved_by: approved.then(|| actor.clone()),
            soc_approved_at: approved.then_some(now),
            published: imported.published.unwrap_or(imported.kind == JobKind::Occupation),
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// All jobs that a filter lets through, in the form that [`import_jobs`](Self::import_jobs) reads.
    pub async fn export_jobs(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<ImportedJob>> {
        let jobs = self.all_jobs(principal, filter).await?;
        let ids: Vec<_> = jobs.iter().filter_map(|job| job.company_id).collect::<BTreeSet<_>>().into_iter().collect();
        let companies = self.store.companies(&ids).await?;
        let metadata =
            self.store_for(principal).job_metadata(principal.audience(), &jobs.iter().map(|job| job.id).collect::<Vec<_>>()).await?;
        let export = |job: Job| {
            let company = job.company_id.and_then(|id| companies.get(&id));
            let (skills, metadata) = given_skills::take(metadata.get(&job.id).cloned().unwrap_or_default());
            ImportedJob {
                skills,
                metadata,
                slug: Some(job.slug),
                kind: job.kind,
                title: job.title,
                description: job.description,
                company: company.map(|company| company.slug.clone()),
                company_name: company.map(|company| company.name.clone()),
                soc_code: job.soc_code,
                soc_status: job.soc_code.map(|_| job.soc_status),
                published: Some(job.published),
            }
        };
        Ok(jobs.into_iter().map(export).collect())
    }

    /// Adds the demo's jobs and queues their enrichment, once per database. True when it did.
    pub async fn load_demo(&self) -> anyhow::Result<bool> {
        let principal = Principal::system("demo");
        if self.store.has_changeset("importDemo").await? {
            return Ok(false);
        }
        self.import_jobs(&principal, &demo()?, "importDemo").await?;
        self.enrich_jobs(&principal, &JobFilter::default(), &super::EnrichOptions::default()).await?;
        Ok(true)
    }
}

/// What is kept with the job besides: the metadata, and in it the skills.
fn metadata(row: usize, imported: &ImportedJob) -> Result<serde_json::Value, UserError> {
    if !imported.skills.is_empty() {
        input::skills(&imported.skills, &["jobs", &row.to_string(), "skills"])?;
    }
    given_skills::keep(imported.metadata.clone(), &imported.skills).map_err(|problem| at(row, "metadata", problem.to_string()))
}

fn at(row: usize, column: &str, message: String) -> UserError {
    UserError::invalid(message, &["jobs", &row.to_string(), column])
}
