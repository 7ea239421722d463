//! Approving all that is sure enough, and undoing that.

use uuid::Uuid;

use super::Approval;
use crate::{
    domain::{
        access::Principal,
        bulk::{BulkOperation, BulkRequest, BulkResult},
        job::Job,
        soc::review::{Review, ReviewStatus},
        user_error::{UserError, UserErrorCode},
    },
    service::{BulkOptions, EnrichOptions, Result, Service, actor, bulk::Effect},
    store::Unit,
};

impl Service {
    /// Approves the first candidate in all pending reviews in which its confidence is at least `min_confidence`, 0 to 1. The
    /// operation tells the precision to expect.
    pub async fn bulk_approve_soc(&self, principal: &Principal, min_confidence: f64, options: BulkOptions) -> Result<BulkOperation> {
        actor(principal)?;
        let at = self.reviews_at(principal, min_confidence).await?;
        let Some(expected_precision) = at.expected.precision() else {
            let message = format!("No pending review has a first candidate with a confidence of {min_confidence} or more.");
            return Err(UserError::new(UserErrorCode::NotFound, message, &["minConfidence"]).into());
        };
        let jobs: Vec<Uuid> = at.reviews.iter().map(|review| review.job_id).collect();
        self.start_bulk(principal, BulkRequest::ApproveSoc { min_confidence, expected_precision }, &jobs, options).await
    }

    /// Approves the first candidate of one job in a bulk operation that is under way.
    pub(in crate::service) async fn approve_pending(
        &self,
        unit: &Unit,
        principal: &Principal,
        operation: &BulkOperation,
        min_confidence: f64,
        job: Uuid,
    ) -> Result<Effect> {
        let actor = actor(principal)?;
        let pending = unit.pending_review(job).await?;
        let review = pending.filter(|review| review.confidence() >= min_confidence).ok_or_else(no_longer)?;
        let code = self.code_to_approve(&review, None)?;
        self.write_answers(unit, &[code], &self.bundle_says(&[code]).await).await?;
        let approval = Approval { review: review.id, code: None, note: operation.note.clone(), judged: false };
        let (_, after, draft) = self.approve_in(unit, principal, actor, &approval, (job, code)).await?;
        self.queue_run(unit, actor, after.company_id, std::slice::from_ref(&after), &EnrichOptions::default()).await?;
        let (before, now) = (draft.before.clone(), draft.after.clone());
        let result = BulkResult { job_id: job, changed: true, before, after: now, ..BulkResult::default() };
        Ok(Effect { company: after.company_id, results: vec![result], changes: vec![draft] })
    }

    /// Puts the last review of a job before a person again, as it was: for an approval that was undone.
    pub(in crate::service) async fn pend_again(&self, unit: &Unit, job: &Job) -> Result<()> {
        let Some(last) = unit.last_review(job.id).await? else { return Ok(()) };
        let again = Review {
            id: self.clock.new_id(),
            status: ReviewStatus::Pending,
            current: job.soc_code,
            decision: None,
            decided_by: None,
            decided_at: None,
            judged: false,
            note: None,
            created_at: self.clock.now(),
            ..last
        };
        Ok(unit.insert_review(&again).await?)
    }
}

fn no_longer() -> UserError {
    UserError::new(UserErrorCode::Conflict, "The job has no pending review any more that is so sure.", &[])
}
