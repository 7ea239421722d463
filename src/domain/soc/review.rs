//! The review of a job's SOC code: which steps there are, and why each is refused where it makes no sense.
//!
//! ```text
//! UNASSIGNED ─propose→ PROPOSED ─open→ IN_REVIEW ─approve→ APPROVED ─reopen→ IN_REVIEW
//!                                      IN_REVIEW ─reject→ PROPOSED, or UNASSIGNED without a code
//! ```
//!
//! A job is `IN_REVIEW` while one of its reviews is `PENDING`. A code may be proposed or withdrawn meanwhile.

pub mod agreement;
pub mod recalibration;
pub mod rerank;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    access::Actor,
    coverage::in_words,
    job::{Job, JobKind, SocStatus, named},
    soc::{
        SocCode,
        evidence::{Evidence, EvidenceKind},
        ranker::Candidate,
    },
    user_error::{UserError, UserErrorCode},
};

named! {
    /// How far a review is.
    ReviewStatus {
        /// It waits for a person.
        Pending = "PENDING",
        /// A code was approved in it.
        Approved = "APPROVED",
        /// None of its candidates was good enough.
        Rejected = "REJECTED",
        /// Another review took its place, or the job is gone.
        Superseded = "SUPERSEDED",
    }
}

named! {
    /// Who ranked a candidate.
    RankedBy {
        /// The ranker that is built in.
        Offline = "OFFLINE",
        /// An assistant.
        Ai = "AI",
    }
}

/// A job's code, and how far it is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The code.
    pub code: Option<SocCode>,
    /// How far it is settled.
    pub status: SocStatus,
}

/// What may be done to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A company gives its role a code.
    Propose(SocCode),
    /// The code is taken away.
    Withdraw,
    /// An occupation is given its code, which settles it.
    Settle(SocCode),
    /// A review begins.
    Open,
    /// A code is approved in a review.
    Approve(SocCode),
    /// A review ends without a code.
    Reject,
    /// An approved code is put into question.
    Reopen,
}

/// A step that makes no sense where the job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IllegalStep {
    /// Where the job stands.
    pub standing: Standing,
    /// What was to be done.
    pub step: Step,
}

impl Standing {
    /// Where a job stands.
    pub fn of(job: &Job) -> Self {
        Self { code: job.soc_code, status: job.soc_status }
    }

    /// Where the job stands after a step.
    pub fn after(self, step: Step) -> Result<Self, IllegalStep> {
        use SocStatus::{Approved, InReview, Proposed, Unassigned};
        let with = |code, status| Ok(Self { code, status });
        match (step, self.status) {
            (Step::Propose(code), Unassigned | Proposed) => with(Some(code), Proposed),
            (Step::Propose(code), InReview) => with(Some(code), InReview),
            (Step::Withdraw, Unassigned | Proposed) => with(None, Unassigned),
            (Step::Withdraw, InReview) => with(None, InReview),
            (Step::Settle(code), Unassigned | Proposed | InReview) | (Step::Approve(code), InReview) => with(Some(code), Approved),
            (Step::Open, Unassigned | Proposed | InReview) | (Step::Reopen, Approved) => with(self.code, InReview),
            (Step::Reject, InReview) => with(self.code, if self.code.is_some() { Proposed } else { Unassigned }),
            _ => Err(IllegalStep { standing: self, step }),
        }
    }
}

impl IllegalStep {
    /// What the caller is told.
    pub fn told(self, path: &[&str]) -> UserError {
        let status = in_words(self.standing.status);
        let what = self.standing.code.map_or_else(|| "The job has no SOC code and".to_owned(), |code| format!("The SOC code {code}"));
        let (code, message) = match (self.step, self.standing.status) {
            (_, SocStatus::Approved) => (UserErrorCode::Locked, format!("{what} is {status}, and so locked: reopen it first (reopenSoc).")),
            (Step::Reopen, _) => (UserErrorCode::Invalid, format!("{what} is {status}, not approved: there is nothing to reopen.")),
            _ => (UserErrorCode::Invalid, format!("{what} is {status}: no review of it is pending; ask for one (requestSocReview).")),
        };
        UserError::new(code, message, path)
    }
}

/// True for a job that gets a review by itself: a role whose code is not approved. An occupation is approved by its code.
pub fn wants_review(job: &Job) -> bool {
    job.kind == JobKind::FeaturedRole && job.soc_status != SocStatus::Approved
}

/// A candidate as a review keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// O*NET-SOC code.
    pub code: SocCode,
    /// Calibrated chance that its SOC code is right, 0..1.
    pub confidence: f64,
    /// Who ranked it.
    pub ranker: RankedBy,
    /// What speaks for it, the strongest first.
    pub evidence: Vec<Evidence>,
    /// Why an assistant ranked it here.
    pub rationale: Option<String>,
}

impl From<Candidate> for Ranked {
    fn from(candidate: Candidate) -> Self {
        let Candidate { code, confidence, evidence } = candidate;
        Self { code, confidence, ranker: RankedBy::Offline, evidence, rationale: None }
    }
}

/// What ranked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// The index of titles and texts.
    pub index: String,
    /// The weights, and the assistant's model if one ranked.
    pub model: String,
    /// The recalibration in force; none when confidence is as shipped.
    pub recalibration: Option<i32>,
}

/// What may be done about a job's code, and what was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Its id.
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// The job's company.
    pub company_id: Option<Uuid>,
    /// How far it is.
    pub status: ReviewStatus,
    /// The title that was ranked.
    pub title: String,
    /// The description that was ranked.
    pub description: Option<String>,
    /// The job's code at that time.
    pub current: Option<SocCode>,
    /// The candidates, the likeliest first; none for a title that says nothing.
    pub candidates: Vec<Ranked>,
    /// What ranked them.
    pub versions: Versions,
    /// The confidence in the first as shipped, before any recalibration, 0..1.
    pub raw_confidence: f64,
    /// The approved code.
    pub decision: Option<SocCode>,
    /// Who decided.
    pub decided_by: Option<Actor>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// A person looked at just this review; false for decisions by threshold.
    pub judged: bool,
    /// Why.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The end of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This code is right.
    Approve(SocCode),
    /// No code is.
    Reject,
}

/// The last place in the queue that a pending review can have; others come behind it.
const LAST_PENDING: i32 = 1_000;

impl Review {
    /// True when it was made for what the job says now.
    pub fn fits(&self, job: &Job) -> bool {
        (&self.title, &self.description, self.current) == (&job.title, &job.description, job.soc_code)
    }

    /// The place in the queue, the least first: half the confidence in the first candidate and half its lead over the
    /// second, in thousandths; a quarter of a thousand less when the job's own code is another. What is decided comes last.
    pub fn place(&self) -> i32 {
        if self.status != ReviewStatus::Pending {
            return LAST_PENDING + 1;
        }
        let disagrees = self.current.zip(self.candidates.first()).is_some_and(|(own, first)| own.soc() != first.code.soc());
        let ease = f64::midpoint(self.confidence(), self.margin()) - if disagrees { 0.25 } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 1,000")]
        let place = (ease.clamp(0.0, 1.0) * f64::from(LAST_PENDING)).round() as i32;
        place
    }

    /// The confidence in the first candidate, 0..1; 0 without one.
    pub fn confidence(&self) -> f64 {
        self.candidates.first().map_or(0.0, |first| first.confidence)
    }

    /// How far the first candidate leads, 0..1.
    pub fn margin(&self) -> f64 {
        self.confidence() - self.candidates.get(1).map_or(0.0, |second| second.confidence)
    }

    /// True when the first candidate stands in the SOC Direct Match Title File: its confidence is fixed.
    pub fn is_direct(&self) -> bool {
        self.candidates.first().is_some_and(|first| is_direct(&first.evidence))
    }

    /// The place of a code among the candidates by its six digits, from 1.
    pub fn rank_of(&self, code: SocCode) -> Option<i32> {
        let place = self.candidates.iter().position(|candidate| candidate.code.soc() == code.soc())?;
        i32::try_from(place + 1).ok()
    }

    /// The review with a verdict. Refused when it has one already.
    pub fn decided(self, verdict: Verdict, by: &Actor, at: DateTime<Utc>, note: Option<String>, judged: bool) -> Result<Self, UserError> {
        if self.status != ReviewStatus::Pending {
            return Err(UserError::new(UserErrorCode::Conflict, self.what_happened(), &["reviewId"]));
        }
        let (status, decision) = match verdict {
            Verdict::Approve(code) => (ReviewStatus::Approved, Some(code)),
            Verdict::Reject => (ReviewStatus::Rejected, None),
        };
        Ok(Self { status, decision, decided_by: Some(by.clone()), decided_at: Some(at), note, judged, ..self })
    }

    /// Why nothing more can be decided here.
    fn what_happened(&self) -> String {
        let who = self.decided_by.as_ref().map_or("Somebody", |by| by.name.as_str());
        let when = self.decided_at.map(|at| at.format(" on %Y-%m-%d at %H:%M UTC").to_string()).unwrap_or_default();
        match (self.status, self.decision) {
            (ReviewStatus::Approved, Some(code)) => {
                format!("The review is decided: {who} approved {code}{when}. To change that, reopen the code first (reopenSoc).")
            }
            (ReviewStatus::Rejected, _) => {
                format!("The review is decided: {who} rejected it{when}. To decide again, ask for another (requestSocReview).")
            }
            _ => "The review is superseded: the job has changed since, and another review took its place.".to_owned(),
        }
    }
}

/// True for the evidence of a title that stands in the SOC Direct Match Title File.
pub fn is_direct(evidence: &[Evidence]) -> bool {
    evidence.iter().any(|evidence| evidence.kind == EvidenceKind::DirectMatch)
}

#[cfg(test)]
mod tests;
