//! Approving codes: one, or all above a threshold.

use uuid::Uuid;

use super::{no_review, written};
use crate::{
    domain::{
        access::{Actor, Principal},
        event::EventKind,
        history::Changeset,
        job::Job,
        soc::{
            SocCode,
            review::{Review, Standing, Step, Verdict, agreement::Expected},
        },
        user_error::UserError,
    },
    service::{EnrichOptions, Result, Service, actor, changes::Draft, enrich::Answers, jobs::own_job, replay::replayed},
    store::{PendingReview, Unit},
};

/// A code to be approved in a review.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The review.
    pub review: Uuid,
    /// The code; the first candidate when absent.
    pub code: Option<SocCode>,
    /// Why.
    pub note: Option<String>,
    /// A person looked at just this review: agreement is measured by it.
    pub judged: bool,
}

/// What may be approved at a threshold.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// The pending reviews whose first candidate has at least that confidence, the oldest first.
    pub reviews: Vec<PendingReview>,
    /// How many of them are to be expected right.
    pub expected: Expected,
}

impl Service {
    /// Approves a code and locks it. The job inherits the occupation's data from then on: the bundled data at once, and what
    /// other providers know once they have been asked.
    pub async fn approve_soc(&self, principal: &Principal, approval: Approval) -> Result<(Review, Changeset)> {
        let actor = actor(principal)?;
        let note = written(approval.note.as_deref())?;
        let approval = Approval { note, ..approval };
        let asked = self.review_to_decide(principal, approval.review).await?;
        let code = self.code_to_approve(&asked, approval.code)?;
        let answers = self.ask_bundle(&[code]).await?;
        let done = replayed(|| self.write_approval(principal, actor, &approval, (asked.job_id, code), &answers)).await?;
        self.committed();
        Ok(done)
    }

    async fn write_approval(
        &self,
        principal: &Principal,
        actor: &Actor,
        approval: &Approval,
        (job, code): (Uuid, SocCode),
        answers: &Answers,
    ) -> Result<(Review, Changeset)> {
        let unit = self.begin(principal).await?;
        self.write_answers(&unit, &[code], answers).await?;
        let (review, after, draft) = self.approve_in(&unit, principal, actor, approval, (job, code)).await?;
        self.queue_run(&unit, actor, after.company_id, std::slice::from_ref(&after), &EnrichOptions::default()).await?;
        let set = self.record(&unit, actor, after.company_id, "approveSoc", approval.note.clone(), vec![draft]).await?;
        unit.commit().await?;
        Ok((review, set))
    }

    /// Approves a code of a job in a unit of work that is under way. Facts are locked before jobs: what the bundle says of the
    /// code is to be written before ([`Service::write_answers`]). The caller queues the enrichment, and records the change.
    pub(in crate::service) async fn approve_in(
        &self,
        unit: &Unit,
        principal: &Principal,
        actor: &Actor,
        approval: &Approval,
        (job, code): (Uuid, SocCode),
    ) -> Result<(Review, Job, Draft)> {
        let now = self.clock.now();
        let before = own_job(unit, principal, job, &["reviewId"]).await?;
        let review = unit.review(approval.review).await?.ok_or_else(|| no_review(&["reviewId"]))?;
        let review = review.decided(Verdict::Approve(code), actor, now, approval.note.clone(), approval.judged)?;
        let standing = Standing::of(&before).after(Step::Approve(code)).map_err(|illegal| illegal.told(&["reviewId"]))?;
        let after = Job {
            soc_code: standing.code,
            soc_status: standing.status,
            soc_approved_by: Some(actor.clone()),
            soc_approved_at: Some(now),
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        unit.end_review(&review).await?;
        unit.update_job(&after).await?;
        self.publish(unit, EventKind::SocApproved, [(after.id, after.company_id)]).await?;
        let draft = Draft::of_job("SOC_APPROVED", after.id, Some(&before), Some(&after));
        Ok((review, after, draft))
    }

    /// The code that an approval means: the given one, else the first candidate.
    pub(in crate::service) fn code_to_approve(&self, review: &Review, given: Option<SocCode>) -> Result<SocCode, UserError> {
        let first = review.candidates.first().map(|candidate| candidate.code);
        let nothing = || UserError::invalid("The review has no candidates: give a `code`.", &["code"]);
        self.known_code(given.or(first).ok_or_else(nothing)?, &["code"])
    }

    /// The pending reviews that the caller may see and whose first candidate has at least that confidence, with the
    /// precision to expect of approving them all.
    pub async fn reviews_at(&self, principal: &Principal, min_confidence: f64) -> Result<Threshold> {
        if !(0.0..=1.0).contains(&min_confidence) {
            return Err(UserError::invalid(format!("`minConfidence` is 0 to 1; this is {min_confidence}."), &["minConfidence"]).into());
        }
        let reviews = self.store_for(principal).pending_reviews(principal.audience(), min_confidence).await?;
        let confidences: Vec<_> = reviews.iter().map(|review| review.confidence).collect();
        let expected = Expected::at(min_confidence, &confidences, &self.store.decided_reviews().await?);
        Ok(Threshold { reviews, expected })
    }
}
