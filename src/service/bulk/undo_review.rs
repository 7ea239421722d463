//! Undoing the end of a review without a code, and the beginning of one that was asked for.

use super::revert::{changed, conflict, record, unchanged};
use crate::{
    domain::{
        bulk::BulkResult,
        event::EventKind,
        history::{Change, JobRecord},
        job::{Job, SocStatus},
        soc::review::{Standing, Step},
    },
    service::{Result, Service, changes::Draft},
    store::Unit,
};

impl Service {
    /// Puts the candidates that nobody liked before a person again.
    pub(super) async fn undo_rejection(
        &self,
        unit: &Unit,
        change: &Change,
        job: Job,
        deleted: bool,
    ) -> Result<(BulkResult, Option<Draft>)> {
        check(change, &job, deleted)?;
        if job.soc_status == SocStatus::InReview {
            return Ok((unchanged(&job, Some(&job)), None));
        }
        let back = self.after_step(&job, Step::Open, &[])?;
        self.pend_again(unit, &back).await?;
        self.write_standing(unit, "SOC_REVIEW_OPENED", &job, &back).await
    }

    /// Ends a review that was asked for: the code stands as it stood before.
    pub(super) async fn undo_opening(&self, unit: &Unit, change: &Change, job: Job, deleted: bool) -> Result<(BulkResult, Option<Draft>)> {
        check(change, &job, deleted)?;
        let before: JobRecord = record(change.before.as_ref())?;
        if job.soc_status != SocStatus::InReview || before.is_in_review() {
            return Ok((unchanged(&job, Some(&job)), None));
        }
        unit.supersede_review(job.id).await?;
        let back = self.after_step(&job, Step::Reject, &[])?;
        self.write_standing(unit, "SOC_REVIEW_CLOSED", &job, &back).await
    }

    async fn write_standing(&self, unit: &Unit, action: &'static str, job: &Job, back: &Job) -> Result<(BulkResult, Option<Draft>)> {
        unit.update_job(back).await?;
        self.publish(unit, EventKind::JobUpdated, [(job.id, job.company_id)]).await?;
        Ok((changed(job.id, Some(job), Some(back)), Some(Draft::of_job(action, job.id, Some(job), Some(back)))))
    }
}

/// Refuses what was settled, or is about another code, since.
fn check(change: &Change, job: &Job, deleted: bool) -> Result<()> {
    if deleted {
        return Err(conflict("The job was deleted since").into());
    }
    let after: JobRecord = record(change.after.as_ref())?;
    if job.soc_status == SocStatus::Approved {
        return Err(conflict("A code was approved since").into());
    }
    if !after.has_code(Standing::of(job).code) {
        return Err(conflict("Another code was proposed since").into());
    }
    Ok(())
}
