//! Creating, changing and deleting jobs.

use uuid::Uuid;

use super::{EnrichOptions, Result, Service, ServiceError, actor, changes::Draft, enrich::Answers, input, replay::replayed};
use crate::{
    domain::{
        access::{Actor, Audience, Principal},
        event::EventKind,
        history::Changeset,
        job::{Job, JobKind, SocStatus, slug_of},
        soc::{
            SocCode,
            review::{Standing, Step},
        },
        user_error::{UserError, UserErrorCode},
    },
    store::{NewJob, StoreError, Unit},
};

/// A job to be created.
#[derive(Debug, Clone)]
pub struct JobInput {
    /// What kind of job.
    pub kind: JobKind,
    /// Its title.
    pub title: String,
    /// Its slug; made from the title when not given.
    pub slug: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The company that offers it: given for a featured role, and only for one.
    pub company: Option<Uuid>,
    /// Its SOC code.
    pub soc_code: Option<SocCode>,
    /// Whether it is public; occupations are from the start, featured roles are not.
    pub published: Option<bool>,
    /// What the import that it was read from said besides.
    pub metadata: serde_json::Value,
}

/// A value that is left alone, taken away, or set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Update<T> {
    /// Left alone.
    #[default]
    Keep,
    /// Taken away.
    Clear,
    /// Set.
    Set(T),
}

/// What is to be changed of a job.
#[derive(Debug, Clone, Default)]
pub struct JobUpdate {
    /// The title.
    pub title: Update<String>,
    /// The description.
    pub description: Update<String>,
    /// The SOC code, as long as it is not approved.
    pub soc_code: Update<SocCode>,
    /// Whether it is public.
    pub published: Update<bool>,
    /// Refuse when the job has another version than this.
    pub expected_version: Option<i32>,
}

impl Service {
    /// Creates a job. With an approved SOC code it answers the bundled data at once, and its enrichment from all other
    /// providers is queued.
    pub async fn create_job(&self, principal: &Principal, new: JobInput) -> Result<(Job, Changeset)> {
        let actor = actor(principal)?;
        if principal.company().is_some() && new.kind == JobKind::Occupation {
            let message = "Occupations are the platform's: a company adds featured roles.";
            return Err(UserError::new(UserErrorCode::Forbidden, message, &["input", "kind"]).into());
        }
        let new = JobInput { company: new.company.or(principal.company()), ..new };
        if new.company.is_some() && !principal.owns(new.company) {
            return Err(UserError::not_found("company", &["input", "company"]).into());
        }
        let (job, slug) = self.draft(actor, &new)?;
        let answers = self.ask_bundle(job.inherits_from().as_slice()).await?;
        let created = replayed(|| self.write_new(principal, job.clone(), slug.as_ref(), &new.metadata, &answers)).await?;
        self.committed();
        Ok(created)
    }

    async fn write_new(
        &self,
        principal: &Principal,
        mut job: Job,
        slug: Option<&String>,
        metadata: &serde_json::Value,
        answers: &Answers,
    ) -> Result<(Job, Changeset)> {
        let actor = actor(principal)?;
        let unit = self.begin(principal).await?;
        if let Some(company) = job.company_id {
            unit.company(company).await?.ok_or_else(|| UserError::not_found("company", &["input", "company"]))?;
        }
        job.slug = match slug {
            Some(slug) => slug.clone(),
            None => unit.free_slug(&stem(&job)).await?,
        };
        self.write_answers(&unit, job.inherits_from().as_slice(), answers).await?;
        match unit.insert_job(&NewJob { job: job.clone(), metadata: metadata.clone() }).await {
            Err(StoreError::Taken(_)) => return Err(slug_taken(&job.slug).into()),
            other => other?,
        }
        if job.inherits_from().is_some() {
            self.queue_run(&unit, actor, job.company_id, std::slice::from_ref(&job), &EnrichOptions::default()).await?;
        }
        self.queue_reviews(&unit, std::slice::from_ref(&job)).await?;
        self.publish(&unit, EventKind::JobCreated, [(job.id, job.company_id)]).await?;
        let draft = Draft::of_job("JOB_CREATED", job.id, None, Some(&job));
        let set = self.record(&unit, actor, job.company_id, "createJob", None, vec![draft]).await?;
        unit.commit().await?;
        Ok((job, set))
    }

    fn draft(&self, actor: &Actor, new: &JobInput) -> Result<(Job, Option<String>)> {
        let company = match (new.kind, new.company) {
            (JobKind::FeaturedRole, None) => {
                Err(UserError::invalid("A featured role belongs to a company: give `company`.", &["input", "company"]))
            }
            (JobKind::Occupation, Some(_)) => {
                Err(UserError::invalid("An occupation belongs to no company: leave `company` out.", &["input", "company"]))
            }
            (_, company) => Ok(company),
        }?;
        let slug = new.slug.as_deref().map(|slug| input::slug(slug, &["input", "slug"])).transpose()?;
        let description = new.description.as_deref().map(|text| input::description(text, &["input", "description"])).transpose()?.flatten();
        let now = self.clock.now();
        let mut job = Job {
            id: self.clock.new_id(),
            slug: String::new(),
            kind: new.kind,
            title: input::title(&new.title, &["input", "title"])?,
            description,
            company_id: company,
            soc_code: None,
            soc_status: SocStatus::Unassigned,
            soc_approved_by: None,
            soc_approved_at: None,
            published: new.published.unwrap_or(new.kind == JobKind::Occupation),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        if let Some(code) = new.soc_code {
            self.assign(&mut job, code, actor)?;
        }
        Ok((job, slug))
    }

    /// Gives a job a code: settled for an occupation, a proposal for a featured role.
    fn assign(&self, job: &mut Job, code: SocCode, actor: &Actor) -> Result<(), UserError> {
        let code = self.known_code(code, &["input", "socCode"])?;
        if job.kind == JobKind::Occupation {
            step(job, Step::Settle(code))?;
            job.soc_approved_by = Some(actor.clone());
            job.soc_approved_at = Some(self.clock.now());
            return Ok(());
        }
        step(job, Step::Propose(code))
    }

    /// The canonical form of a code, or an error that names near ones.
    pub fn known_code(&self, code: SocCode, path: &[&str]) -> Result<SocCode, UserError> {
        let reference = self.reference();
        reference.catalogue.canonical(code).ok_or_else(|| {
            let near: Vec<_> = reference.catalogue.near(code).iter().map(ToString::to_string).collect();
            let hint = if near.is_empty() { String::new() } else { format!(" Codes of the same group are {}.", near.join(", ")) };
            UserError::invalid(format!("There is no occupation {code} in O*NET-SOC 2019.{hint}"), path)
        })
    }

    /// Changes a job. A changed SOC code is enriched at once.
    pub async fn update_job(&self, principal: &Principal, id: Uuid, update: JobUpdate) -> Result<(Job, Option<Changeset>)> {
        let actor = actor(principal)?;
        let wanted = match &update.soc_code {
            Update::Set(code) => Some(self.known_code(*code, &["input", "socCode"])?),
            _ => None,
        };
        let updated = replayed(|| self.write_update(principal, actor, id, &update, wanted)).await?;
        self.committed();
        Ok(updated)
    }

    async fn write_update(
        &self,
        principal: &Principal,
        actor: &Actor,
        id: Uuid,
        update: &JobUpdate,
        wanted: Option<SocCode>,
    ) -> Result<(Job, Option<Changeset>)> {
        let anew = self.would_inherit(id, wanted).await?;
        let answers = self.ask_bundle(anew.as_slice()).await?;
        let unit = self.begin(principal).await?;
        self.write_answers(&unit, anew.as_slice(), &answers).await?;
        let before = own_job(&unit, principal, id, &["input", "id"]).await?;
        check_version(&before, update.expected_version, &["input", "expectedVersion"])?;
        let mut after = before.clone();
        self.apply(&mut after, update.clone(), actor)?;
        if after == before {
            return Ok((before, None));
        }
        after.version += 1;
        after.updated_at = self.clock.now();
        let inherits_anew = after.inherits_from().is_some() && after.inherits_from() != before.inherits_from();
        if inherits_anew && anew.is_none() {
            return Err(StoreError::overtaken().into());
        }
        unit.update_job(&after).await?;
        self.follow_up(&unit, &before, &after).await?;
        if inherits_anew {
            self.queue_run(&unit, actor, after.company_id, std::slice::from_ref(&after), &EnrichOptions::default()).await?;
        }
        self.publish(&unit, EventKind::JobUpdated, [(id, after.company_id)]).await?;
        let draft = Draft::of_job("JOB_UPDATED", id, Some(&before), Some(&after));
        let set = self.record(&unit, actor, after.company_id, "updateJob", None, vec![draft]).await?;
        unit.commit().await?;
        Ok((after, Some(set)))
    }

    /// The code whose facts the job will inherit, and does not yet, when it is given that code. Facts are written before the
    /// job is locked, so this is looked at before, and again under the lock.
    async fn would_inherit(&self, id: Uuid, wanted: Option<SocCode>) -> Result<Option<SocCode>> {
        let Some(code) = wanted else { return Ok(None) };
        let job = self.store.job(Audience::Platform, id).await?;
        Ok(job.filter(|job| job.kind == JobKind::Occupation && job.inherits_from() != Some(code)).map(|_| code))
    }

    fn apply(&self, job: &mut Job, update: JobUpdate, actor: &Actor) -> Result<()> {
        match update.title {
            Update::Keep => {}
            Update::Clear => return Err(UserError::invalid("A job has a title: it cannot be taken away.", &["input", "title"]).into()),
            Update::Set(text) => job.title = input::title(&text, &["input", "title"])?,
        }
        match update.description {
            Update::Keep => {}
            Update::Clear => job.description = None,
            Update::Set(text) => job.description = input::description(&text, &["input", "description"])?,
        }
        match update.published {
            Update::Keep => {}
            Update::Clear => return Err(UserError::invalid("`published` is true or false.", &["input", "published"]).into()),
            Update::Set(published) => job.published = published,
        }
        self.apply_code(job, update.soc_code, actor)
    }

    fn apply_code(&self, job: &mut Job, code: Update<SocCode>, actor: &Actor) -> Result<()> {
        let locked = job.soc_status == SocStatus::Approved;
        match code {
            Update::Keep => Ok(()),
            Update::Set(code) if locked && self.reference().catalogue.canonical(code) == job.soc_code => Ok(()),
            Update::Clear => Ok(step(job, Step::Withdraw)?),
            Update::Set(code) => Ok(self.assign(job, code, actor)?),
        }
    }

    /// What a changed job means for its review: what says something else now is reviewed anew, what is settled no longer.
    pub(super) async fn follow_up(&self, unit: &Unit, before: &Job, after: &Job) -> Result<()> {
        if after.soc_status == SocStatus::Approved && before.soc_status != SocStatus::Approved {
            return Ok(unit.supersede_review(after.id).await?);
        }
        let said = |job: &Job| (job.title.clone(), job.description.clone(), job.soc_code);
        if said(before) == said(after) {
            return Ok(());
        }
        self.queue_reviews(unit, std::slice::from_ref(after)).await
    }

    /// Deletes a job; history keeps what it was.
    pub async fn delete_job(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let actor = actor(principal)?;
        replayed(|| self.write_deletion(principal, actor, id)).await?;
        self.committed();
        Ok(())
    }

    async fn write_deletion(&self, principal: &Principal, actor: &Actor, id: Uuid) -> Result<()> {
        let unit = self.begin(principal).await?;
        let job = own_job(&unit, principal, id, &["id"]).await?;
        unit.delete_job(id, self.clock.now()).await?;
        self.publish(&unit, EventKind::JobDeleted, [(id, job.company_id)]).await?;
        let draft = Draft::of_job("JOB_DELETED", id, Some(&job), None);
        self.record(&unit, actor, job.company_id, "deleteJob", None, vec![draft]).await?;
        Ok(unit.commit().await?)
    }
}

/// The job that a caller wants to change: of its own company, or anybody's for the platform.
pub(super) async fn own_job(unit: &Unit, principal: &Principal, id: Uuid, path: &[&str]) -> Result<Job> {
    let job = unit.job(principal.audience(), id).await?;
    job.filter(|job| principal.owns(job.company_id)).ok_or_else(|| ServiceError::from(UserError::not_found("job", path)))
}

/// Takes a step with a job's code.
fn step(job: &mut Job, step: Step) -> Result<(), UserError> {
    let standing = Standing::of(job).after(step).map_err(|illegal| illegal.told(&["input", "socCode"]))?;
    (job.soc_code, job.soc_status) = (standing.code, standing.status);
    Ok(())
}

/// Refuses a change of a job that somebody else changed meanwhile. The message tells the version that it has.
pub(super) fn check_version(job: &Job, expected: Option<i32>, path: &[&str]) -> Result<(), UserError> {
    match expected {
        Some(expected) if expected != job.version => {
            let message = format!("The job was changed meanwhile: it has version {}, not {expected}.", job.version);
            Err(UserError::new(UserErrorCode::Conflict, message, path))
        }
        _ => Ok(()),
    }
}

/// What a job's slug begins with.
fn stem(job: &Job) -> String {
    Some(slug_of(&job.title)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "job".to_owned())
}

fn slug_taken(slug: &str) -> UserError {
    UserError::new(UserErrorCode::Conflict, format!("Another job has the slug `{slug}`."), &["input", "slug"])
}
