//! What belongs to jobs.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{LoadError, Reader};
use crate::domain::{
    event::Event,
    given_skills,
    history::{Change, Changeset},
    job::{Company, Job},
    profile::{Knowledge, PLATFORM, Profile},
    run::Run,
    soc::{SocCode, review::Review},
};

/// A company, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompanyKey(pub Uuid);

impl Loader<CompanyKey> for Reader {
    type Value = Arc<Company>;
    type Error = LoadError;

    async fn load(&self, keys: &[CompanyKey]) -> Result<HashMap<CompanyKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.companies(&ids).await?.into_iter().map(|(id, company)| (CompanyKey(id), Arc::new(company))).collect())
    }
}

/// A job that the audience may see, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JobKey(pub Uuid);

impl Loader<JobKey> for Reader {
    type Value = Arc<Job>;
    type Error = LoadError;

    async fn load(&self, keys: &[JobKey]) -> Result<HashMap<JobKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.jobs(self.audience, &ids).await?.into_iter().map(|job| (JobKey(job.id), Arc::new(job))).collect())
    }
}

/// A job that the audience may see, or might have seen before it was deleted, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EvenDeletedKey(pub Uuid);

impl Loader<EvenDeletedKey> for Reader {
    type Value = Arc<Job>;
    type Error = LoadError;

    async fn load(&self, keys: &[EvenDeletedKey]) -> Result<HashMap<EvenDeletedKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let jobs = self.store.jobs_even_deleted(self.audience, &ids).await?;
        Ok(jobs.into_iter().map(|job| (EvenDeletedKey(job.id), Arc::new(job))).collect())
    }
}

/// The names of skills that were given with a job that the audience may see, by the job's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GivenSkillsKey(pub Uuid);

impl Loader<GivenSkillsKey> for Reader {
    type Value = Vec<String>;
    type Error = LoadError;

    async fn load(&self, keys: &[GivenSkillsKey]) -> Result<HashMap<GivenSkillsKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let metadata = self.store.job_metadata(self.audience, &ids).await?;
        Ok(metadata.iter().map(|(id, metadata)| (GivenSkillsKey(*id), given_skills::read(metadata))).collect())
    }
}

/// The last run that asked about a job, by the job's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastRunKey(pub Uuid);

impl Loader<LastRunKey> for Reader {
    type Value = Run;
    type Error = LoadError;

    async fn load(&self, keys: &[LastRunKey]) -> Result<HashMap<LastRunKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.last_runs(&ids).await?.into_iter().map(|(id, run)| (LastRunKey(id), run)).collect())
    }
}

/// The last review of a job's SOC code that the audience may see, by the job's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastReviewKey(pub Uuid);

impl Loader<LastReviewKey> for Reader {
    type Value = Arc<Review>;
    type Error = LoadError;

    async fn load(&self, keys: &[LastReviewKey]) -> Result<HashMap<LastReviewKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.store.last_reviews(self.audience, &ids).await?;
        Ok(found.into_iter().map(|(id, review)| (LastReviewKey(id), Arc::new(review))).collect())
    }
}

/// An event with its place in the feed, by its id. Who may read it is the caller's to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventKey(pub Uuid);

impl Loader<EventKey> for Reader {
    type Value = (i64, Event);
    type Error = LoadError;

    async fn load(&self, keys: &[EventKey]) -> Result<HashMap<EventKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.events(&ids).await?.into_iter().map(|(id, event)| (EventKey(id), event)).collect())
    }
}

/// The changes of a job's overrides, by the job's id. Who may read them is the caller's to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OverrideChangesKey(pub Uuid);

impl Loader<OverrideChangesKey> for Reader {
    type Value = Arc<Vec<(Changeset, Change)>>;
    type Error = LoadError;

    async fn load(&self, keys: &[OverrideChangesKey]) -> Result<HashMap<OverrideChangesKey, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.store.override_changes(&ids).await?;
        Ok(found.into_iter().map(|(id, changes)| (OverrideChangesKey(id), Arc::new(changes))).collect())
    }
}

/// The profile of a job: what it inherits from, its own facts and its overrides laid over each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProfileKey {
    /// The job.
    pub job: Uuid,
    /// Its company.
    pub company: Option<Uuid>,
    /// The occupation that it inherits from.
    pub inherits_from: Option<SocCode>,
}

impl From<&Job> for ProfileKey {
    fn from(job: &Job) -> Self {
        Self { job: job.id, company: job.company_id, inherits_from: job.inherits_from() }
    }
}

impl Loader<ProfileKey> for Reader {
    type Value = Arc<Profile>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProfileKey]) -> Result<HashMap<ProfileKey, Self::Value>, LoadError> {
        let (known, _) = self.facts(&codes(keys)).await?;
        self.profiles(keys, &known).await
    }
}

/// The profile that a job would have if its code was that one, whether or not anybody has asked about the code yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PreviewKey(ProfileKey);

impl PreviewKey {
    /// The profile of that job under that code.
    pub fn new(job: &Job, code: SocCode) -> Self {
        Self(ProfileKey { inherits_from: Some(code), ..job.into() })
    }
}

impl Loader<PreviewKey> for Reader {
    type Value = Arc<Profile>;
    type Error = LoadError;

    async fn load(&self, keys: &[PreviewKey]) -> Result<HashMap<PreviewKey, Self::Value>, LoadError> {
        let keys: Vec<_> = keys.iter().map(|key| key.0).collect();
        let known = self.knowledge(&codes(&keys)).await?;
        Ok(self.profiles(&keys, &known).await?.into_iter().map(|(key, profile)| (PreviewKey(key), profile)).collect())
    }
}

fn codes(keys: &[ProfileKey]) -> Vec<SocCode> {
    keys.iter().filter_map(|key| key.inherits_from).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Reader {
    /// Lays what jobs have of their own over what is known of the occupations.
    async fn profiles(
        &self,
        keys: &[ProfileKey],
        known: &HashMap<SocCode, Arc<Knowledge>>,
    ) -> Result<HashMap<ProfileKey, Arc<Profile>>, LoadError> {
        let jobs: Vec<_> = keys.iter().map(|key| key.job).collect();
        let own = self.store.facts_of_jobs(&jobs).await?;
        let overrides = self.store.overrides_of_jobs(&jobs).await?;
        let owners: BTreeSet<_> = keys.iter().filter(|key| overrides.contains_key(&key.job)).filter_map(|key| key.company).collect();
        let owners = if owners.is_empty() { HashMap::new() } else { self.store.companies(&owners.into_iter().collect::<Vec<_>>()).await? };
        let platform: Arc<str> = PLATFORM.into();
        let lay = |key: &ProfileKey| {
            let inherited = key.inherits_from.and_then(|code| known.get(&code));
            let owner =
                key.company.and_then(|id| owners.get(&id)).map_or_else(|| Arc::clone(&platform), |company| company.name.as_str().into());
            let overrides = overrides.get(&key.job).map_or(&[][..], Vec::as_slice);
            (*key, Arc::new(Profile::lay(inherited.map(AsRef::as_ref), own.get(&key.job), overrides, &owner, self.store.precedence())))
        };
        Ok(keys.iter().map(lay).collect())
    }
}
