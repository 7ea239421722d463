//! What the domain says, job by job.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use rolegraph::{
    domain::{
        access::Principal,
        fields::Field,
        filter::JobFilter,
        job::Job,
        profile::Profile,
        provenance::{Layer, Source},
    },
    loaders::ProfileKey,
    service::{CoverageReport, FieldCoverage},
};

use crate::support::TestApp;

/// All that a caller may see, and when.
pub(super) struct Seen {
    jobs: Vec<(Job, Arc<Profile>)>,
    now: DateTime<Utc>,
}

impl Seen {
    pub(super) async fn by(app: &TestApp, principal: &Principal) -> Self {
        let jobs = app.service().all_jobs(principal, &JobFilter::default()).await.expect("found");
        let profiles = app.service().loaders(principal).many(jobs.iter().map(ProfileKey::from)).await.expect("loaded");
        let with_profile = |job: Job| {
            let profile = Arc::clone(&profiles[&ProfileKey::from(&job)]);
            (job, profile)
        };
        Self { jobs: jobs.into_iter().map(with_profile).collect(), now: app.clock_now() }
    }

    pub(super) fn matching<'a>(&'a self, filter: &'a JobFilter) -> impl Iterator<Item = &'a (Job, Arc<Profile>)> {
        self.jobs.iter().filter(move |(job, profile)| of_job(job, filter) && self.of_profile(profile, filter))
    }

    fn of_profile(&self, profile: &Profile, filter: &JobFilter) -> bool {
        let winners = || Field::ALL.into_iter().filter_map(|field| profile.field(field).effective());
        filter.missing.iter().all(|field| profile.field(*field).effective().is_none())
            && filter.overridden.is_none_or(|field| profile.field(field).is_overridden())
            && filter.drifted.is_none_or(|field| profile.field(field).is_drifted())
            && filter.source.is_none_or(|source| winners().any(|layer| layer.source == source))
            && filter.stale.is_none_or(|stale| winners().any(|layer| layer.is_stale(self.now)) == stale)
    }

    pub(super) fn coverage(&self, filter: &JobFilter) -> CoverageReport {
        let jobs: Vec<_> = self.matching(filter).collect();
        let row = |field: Field| {
            let winners: Vec<&Layer> = jobs.iter().filter_map(|(_, profile)| profile.field(field).effective()).collect();
            let mut by_source = BTreeMap::<Source, usize>::new();
            for layer in &winners {
                *by_source.entry(layer.source).or_default() += 1;
            }
            let stale = winners.iter().filter(|layer| layer.is_stale(self.now)).count();
            FieldCoverage { field, total: jobs.len(), by_source, stale }
        };
        CoverageReport { jobs: jobs.len(), fields: Field::ALL.map(row).to_vec() }
    }
}

fn of_job(job: &Job, filter: &JobFilter) -> bool {
    let text = format!("{}\n{}", job.title, job.description.as_deref().unwrap_or_default()).to_lowercase();
    filter.ids.as_ref().is_none_or(|ids| ids.contains(&job.id))
        && filter.slugs.as_ref().is_none_or(|slugs| slugs.contains(&job.slug))
        && filter.kind.is_none_or(|kind| job.kind == kind)
        && filter.company.is_none_or(|company| job.company_id == Some(company))
        && filter.search.as_ref().is_none_or(|search| text.contains(&search.trim().to_lowercase()))
        && filter.soc_code.is_none_or(|code| job.soc_code == Some(code))
        && filter.soc_status.is_none_or(|status| job.soc_status == status)
}
