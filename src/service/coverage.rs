//! The coverage report.

use std::collections::BTreeMap;

use super::{Result, Service};
use crate::{
    domain::{
        access::Principal,
        coverage::{Gap, percent},
        fields::Field,
        filter::JobFilter,
        provenance::Source,
    },
    loaders::ProfileKey,
    store::FieldCount,
};

/// How much of many jobs has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageReport {
    /// How many jobs.
    pub jobs: usize,
    /// A row per field, in the order of the table.
    pub fields: Vec<FieldCoverage>,
}

/// How much of one field has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldCoverage {
    /// The field.
    pub field: Field,
    /// How many jobs.
    pub total: usize,
    /// How many of them have a value, by its source.
    pub by_source: BTreeMap<Source, usize>,
    /// How many of these values are stale.
    pub stale: usize,
}

impl FieldCoverage {
    /// How many jobs have a value.
    pub fn filled(&self) -> usize {
        self.by_source.values().sum()
    }

    /// How many have a value that no assistant drafted.
    pub fn sourced(&self) -> usize {
        self.by_source.iter().filter(|(source, _)| **source != Source::Ai).map(|(_, count)| count).sum()
    }

    /// In percent, 0 to 100.
    pub fn percent(&self) -> f64 {
        percent(self.filled(), self.total)
    }

    /// In percent, 0 to 100.
    pub fn sourced_percent(&self) -> f64 {
        percent(self.sourced(), self.total)
    }
}

impl CoverageReport {
    /// In percent, 0 to 100.
    pub fn percent(&self) -> f64 {
        self.share(FieldCoverage::filled)
    }

    /// In percent, 0 to 100.
    pub fn sourced_percent(&self) -> f64 {
        self.share(FieldCoverage::sourced)
    }

    fn share(&self, part: impl Fn(&FieldCoverage) -> usize) -> f64 {
        percent(self.fields.iter().map(part).sum(), self.fields.iter().map(|field| field.total).sum())
    }
}

/// A gap of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapOfJob {
    /// The job's slug.
    pub slug: String,
    /// The gap.
    pub gap: Gap,
}

impl Service {
    /// Counts what the caller may see, in the database.
    pub async fn coverage(&self, principal: &Principal, filter: &JobFilter) -> Result<CoverageReport> {
        let now = self.clock.now();
        let jobs = usize::try_from(self.store_for(principal).jobs_count(principal.audience(), filter, now).await?).unwrap_or(usize::MAX);
        let counts = self.store_for(principal).field_counts(principal.audience(), filter, now).await?;
        let fields = Field::ALL.into_iter().map(|field| row(field, jobs, &counts)).collect();
        Ok(CoverageReport { jobs, fields })
    }

    /// The gaps of the jobs that the caller may see, with their reasons.
    pub async fn gaps(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<GapOfJob>> {
        let jobs = self.all_jobs(principal, filter).await?;
        self.look_for_failing().await?;
        let standing = self.standing();
        let profiles = self.loaders(principal).many(jobs.iter().map(ProfileKey::from)).await?;
        let gaps = |job: &crate::domain::job::Job| {
            let profile = profiles.get(&ProfileKey::from(job));
            profile.map(|profile| profile.coverage(job, &standing).gaps).unwrap_or_default()
        };
        Ok(jobs.iter().flat_map(|job| gaps(job).into_iter().map(|gap| GapOfJob { slug: job.slug.clone(), gap })).collect())
    }
}

fn row(field: Field, total: usize, counts: &[FieldCount]) -> FieldCoverage {
    let (mut by_source, mut stale) = (BTreeMap::new(), 0);
    for count in counts.iter().filter(|count| count.field == field) {
        *by_source.entry(count.source).or_default() += usize::try_from(count.jobs).unwrap_or(usize::MAX);
        stale += usize::try_from(count.stale).unwrap_or(usize::MAX);
    }
    FieldCoverage { field, total, by_source, stale }
}
