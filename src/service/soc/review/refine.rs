//! The batch form of a review: suggestions for every job without an approved code.

use super::{Approval, title_of};
use crate::{
    domain::{
        access::Principal,
        filter::JobFilter,
        job::{Job, SocStatus},
        soc::review::{Ranked, Review, ReviewStatus},
    },
    service::{Result, Service, ServiceError, soc::SUGGESTIONS},
};

/// A job without an approved code, and what its title may mean.
#[derive(Debug, Clone)]
pub struct Refined {
    /// The job as it was.
    pub job: Job,
    /// The candidates, the likeliest first.
    pub candidates: Vec<Ranked>,
    /// Its first candidate was approved.
    pub approved: bool,
    /// Why it was not, although it is sure enough.
    pub problem: Option<String>,
}

impl Service {
    /// Suggests codes for the jobs that a filter lets through and whose code is not approved. First candidates with at least
    /// the confidence `approve_from` are approved; without one nothing is written.
    pub async fn refine_soc(&self, principal: &Principal, filter: &JobFilter, approve_from: Option<f64>) -> Result<Vec<Refined>> {
        let jobs = self.all_jobs(principal, filter).await?;
        let jobs: Vec<_> = jobs.into_iter().filter(|job| job.soc_status != SocStatus::Approved).collect();
        let suggested = self.suggestions(jobs.iter().map(title_of).collect()).await?;
        let mut refined = Vec::with_capacity(jobs.len());
        for (job, suggestion) in jobs.into_iter().zip(suggested) {
            let candidates: Vec<Ranked> = self.or_none(suggestion).candidates.into_iter().take(SUGGESTIONS).map(Into::into).collect();
            let sure = approve_from.zip(candidates.first()).is_some_and(|(from, first)| first.confidence >= from);
            let (approved, problem) = match approve_from.filter(|_| sure) {
                Some(from) => self.approve_first(principal, &job, from).await?,
                None => (false, None),
            };
            refined.push(Refined { job, candidates, approved, problem });
        }
        Ok(refined)
    }

    /// Approves a job's first candidate, in its pending review or in a new one. What somebody else did meanwhile is told.
    async fn approve_first(&self, principal: &Principal, job: &Job, from: f64) -> Result<(bool, Option<String>)> {
        let decide = async || {
            let review = match self.pending_review_of(principal, job).await? {
                Some(review) => review,
                None => self.request_soc_review(principal, job.id).await?.0,
            };
            let note = Some(format!("Confidence of at least {from}."));
            self.approve_soc(principal, Approval { review: review.id, code: None, note, judged: false }).await
        };
        match decide().await {
            Ok(_) => Ok((true, None)),
            Err(error @ ServiceError::User(_)) => Ok((false, Some(error.to_string()))),
            Err(error) => Err(error),
        }
    }

    /// The pending review of what a job says now.
    async fn pending_review_of(&self, principal: &Principal, job: &Job) -> Result<Option<Review>> {
        let last = self.store_for(principal).last_reviews(principal.audience(), &[job.id]).await?.remove(&job.id);
        Ok(last.filter(|review| review.status == ReviewStatus::Pending && review.fits(job)))
    }
}
