//! Reviews of SOC codes: who is asked, who decides, and what follows.

mod approve;
mod automatic;
mod bulk;
mod figures;
mod refine;
mod rerank;

use uuid::Uuid;

use super::Suggestion;
use crate::{
    domain::{
        access::{Actor, Principal, Scope},
        event::EventKind,
        history::Changeset,
        job::Job,
        page::{Page, PageRequest},
        soc::{
            ranker::InputError,
            review::{Review, ReviewStatus, Standing, Step, Verdict},
        },
        user_error::{UserError, UserErrorCode},
    },
    service::{Result, Service, actor, changes::Draft, input, jobs::own_job, replay::replayed},
};

pub use approve::{Approval, Threshold};
pub use figures::Recalibrated;
pub use refine::Refined;

/// How often a job may change while it is ranked before its caller has to try again.
const TRIES: usize = 3;

/// How a review is begun.
#[derive(Debug, Clone)]
struct Opening {
    step: Step,
    mutation: &'static str,
    change: &'static str,
    event: EventKind,
    note: Option<String>,
}

impl Service {
    /// The review of that id, when the caller may see it.
    pub async fn soc_review(&self, principal: &Principal, id: Uuid) -> Result<Option<Review>> {
        if !principal.may(Scope::SocReview) {
            return Ok(None);
        }
        Ok(self.store_for(principal).review(principal.audience(), id).await?)
    }

    /// A page of reviews, what deserves a person first; each with its place, see [`Review::place`].
    pub async fn soc_reviews(
        &self,
        principal: &Principal,
        status: Option<ReviewStatus>,
        request: &PageRequest<i32>,
    ) -> Result<Page<(i32, Review)>> {
        Ok(self.store_for(principal).reviews_page(principal.audience(), status, request).await?)
    }

    /// How many reviews there are.
    pub async fn soc_reviews_count(&self, principal: &Principal, status: Option<ReviewStatus>) -> Result<u64> {
        Ok(self.store_for(principal).reviews_count(principal.audience(), status).await?)
    }

    /// Ranks codes for a job anew and puts them before a person.
    pub async fn request_soc_review(&self, principal: &Principal, job: Uuid) -> Result<(Review, Changeset)> {
        let opening = Opening {
            step: Step::Open,
            mutation: "requestSocReview",
            change: "SOC_REVIEW_OPENED",
            event: EventKind::JobUpdated,
            note: None,
        };
        self.open_review(principal, job, opening).await
    }

    /// Puts an approved code into question: the job inherits nothing any more, and a new review is pending. What a company
    /// has set in place of inherited values stays.
    pub async fn reopen_soc(&self, principal: &Principal, job: Uuid, note: &str) -> Result<(Review, Changeset)> {
        let note = input::note(note, &["note"])?;
        if note.is_none() {
            return Err(UserError::invalid("Say why the code is put into question: `note` is empty.", &["note"]).into());
        }
        let opening = Opening { step: Step::Reopen, mutation: "reopenSoc", change: "SOC_REOPENED", event: EventKind::SocReopened, note };
        self.open_review(principal, job, opening).await
    }

    /// Ends a review without a code: none of the candidates is good enough.
    pub async fn reject_soc(&self, principal: &Principal, id: Uuid, note: Option<&str>) -> Result<(Review, Changeset)> {
        let actor = actor(principal)?;
        let note = written(note)?;
        let asked = self.review_to_decide(principal, id).await?;
        let done = replayed(|| self.write_rejection(principal, actor, &asked, note.clone())).await?;
        self.committed();
        Ok(done)
    }

    async fn write_rejection(
        &self,
        principal: &Principal,
        actor: &Actor,
        asked: &Review,
        note: Option<String>,
    ) -> Result<(Review, Changeset)> {
        let unit = self.begin(principal).await?;
        let before = own_job(&unit, principal, asked.job_id, &["reviewId"]).await?;
        let review = unit.review(asked.id).await?.ok_or_else(|| no_review(&["reviewId"]))?;
        let review = review.decided(Verdict::Reject, actor, self.clock.now(), note.clone(), true)?;
        let after = self.after_step(&before, Step::Reject, &["reviewId"])?;
        unit.end_review(&review).await?;
        unit.update_job(&after).await?;
        self.publish(&unit, EventKind::JobUpdated, [(after.id, after.company_id)]).await?;
        let draft = Draft::of_job("SOC_REJECTED", after.id, Some(&before), Some(&after));
        let set = self.record(&unit, actor, after.company_id, "rejectSoc", note, vec![draft]).await?;
        unit.commit().await?;
        Ok((review, set))
    }

    /// The review that a caller names, before anything is locked.
    async fn review_to_decide(&self, principal: &Principal, id: Uuid) -> Result<Review> {
        Ok(self.store_for(principal).review(principal.audience(), id).await?.ok_or_else(|| no_review(&["reviewId"]))?)
    }

    async fn open_review(&self, principal: &Principal, id: Uuid, opening: Opening) -> Result<(Review, Changeset)> {
        let actor = actor(principal)?;
        for _ in 0..TRIES {
            let job =
                self.store_for(principal).job(principal.audience(), id).await?.ok_or_else(|| UserError::not_found("job", &["jobId"]))?;
            Standing::of(&job).after(opening.step).map_err(|illegal| illegal.told(&["jobId"]))?;
            let suggestion = self.suggestion_for(&job).await?;
            if let Some(opened) = replayed(|| self.write_opening(principal, actor, &job, suggestion.clone(), &opening)).await? {
                self.committed();
                return Ok(opened);
            }
        }
        let message = "The job was changed again and again while its title was ranked: try again.";
        Err(UserError::new(UserErrorCode::Conflict, message, &["jobId"]).into())
    }

    /// Writes a review that was asked for. None when the job says something else now than what was ranked.
    async fn write_opening(
        &self,
        principal: &Principal,
        actor: &Actor,
        ranked: &Job,
        suggestion: Suggestion,
        opening: &Opening,
    ) -> Result<Option<(Review, Changeset)>> {
        let unit = self.begin(principal).await?;
        let before = own_job(&unit, principal, ranked.id, &["jobId"]).await?;
        if !says_the_same(&before, ranked) {
            return Ok(None);
        }
        let after = self.after_step(&before, opening.step, &["jobId"])?;
        let review = self.new_review(&after, suggestion);
        unit.supersede_review(after.id).await?;
        unit.insert_review(&review).await?;
        unit.update_job(&after).await?;
        self.publish(&unit, opening.event, [(after.id, after.company_id)]).await?;
        let draft = Draft::of_job(opening.change, after.id, Some(&before), Some(&after));
        let set = self.record(&unit, actor, after.company_id, opening.mutation, opening.note.clone(), vec![draft]).await?;
        unit.commit().await?;
        Ok(Some((review, set)))
    }

    /// A job after a step that approves nothing.
    pub(in crate::service) fn after_step(&self, before: &Job, step: Step, path: &[&str]) -> Result<Job> {
        let standing = Standing::of(before).after(step).map_err(|illegal| illegal.told(path))?;
        Ok(Job {
            soc_code: standing.code,
            soc_status: standing.status,
            soc_approved_by: None,
            soc_approved_at: None,
            version: before.version + 1,
            updated_at: self.clock.now(),
            ..before.clone()
        })
    }

    /// What a job's title may mean; nothing when it says nothing.
    async fn suggestion_for(&self, job: &Job) -> Result<Suggestion> {
        let suggested = self.suggestions(vec![title_of(job)]).await?;
        Ok(suggested.into_iter().next().map(|one| self.or_none(one)).unwrap_or_default())
    }

    fn or_none(&self, suggested: Result<Suggestion, InputError>) -> Suggestion {
        suggested.unwrap_or_else(|_| Suggestion { versions: self.options.ranker.versions(), ..Suggestion::default() })
    }

    fn new_review(&self, job: &Job, suggestion: Suggestion) -> Review {
        Review {
            id: self.clock.new_id(),
            job_id: job.id,
            company_id: job.company_id,
            status: ReviewStatus::Pending,
            title: job.title.clone(),
            description: job.description.clone(),
            current: job.soc_code,
            raw_confidence: suggestion.raw_confidence,
            versions: suggestion.ranked_by(),
            candidates: suggestion.ranked(),
            decision: None,
            decided_by: None,
            decided_at: None,
            judged: false,
            note: None,
            created_at: self.clock.now(),
        }
    }
}

fn title_of(job: &Job) -> (String, String) {
    (job.title.clone(), job.description.clone().unwrap_or_default())
}

fn says_the_same(a: &Job, b: &Job) -> bool {
    (&a.title, &a.description) == (&b.title, &b.description)
}

/// A note, as far as one is given.
fn written(note: Option<&str>) -> Result<Option<String>, UserError> {
    Ok(note.map(|note| input::note(note, &["note"])).transpose()?.flatten())
}

fn no_review(path: &[&str]) -> UserError {
    UserError::not_found("SOC review", path)
}
