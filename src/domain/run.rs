//! Enrichment runs and what comes of them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{fields::Field, job::named};

named! {
    /// How far a run, or a bulk operation, is.
    RunStatus {
        /// Waiting.
        Queued = "QUEUED",
        /// Under way.
        Running = "RUNNING",
        /// Done, every field has an answer.
        Complete = "COMPLETE",
        /// Done, some fields could not be asked for.
        Partial = "PARTIAL",
        /// Done, nothing could be asked for.
        Failed = "FAILED",
        /// Called off.
        Cancelled = "CANCELLED",
    }
}

named! {
    /// What came of asking for one field of one job.
    OutcomeKind {
        /// The field was a gap, and has an official value now.
        Filled = "FILLED",
        /// Asked again, and the value is what it was; or fresh, and not asked again.
        Unchanged = "UNCHANGED",
        /// Asked again, and the value is another.
        Refreshed = "REFRESHED",
        /// An assistant drafted a value.
        Supplemented = "SUPPLEMENTED",
        /// Every configured provider answered, and none has it.
        NotAvailable = "NOT_AVAILABLE",
        /// A provider that might have it could not be asked.
        Failed = "FAILED",
    }
}

/// An enrichment run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// How far it is.
    pub status: RunStatus,
    /// How many jobs.
    pub total: i32,
    /// How many of them are done, failed ones among them.
    pub done: i32,
    /// How many of them have a field that could not be asked for.
    pub failed: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Run {
    /// The status of a run all of whose jobs are done.
    pub fn ended(&self) -> RunStatus {
        match self.failed {
            0 => RunStatus::Complete,
            failed if failed < self.total => RunStatus::Partial,
            _ => RunStatus::Failed,
        }
    }

    /// True when nothing more will come of it.
    pub fn is_over(&self) -> bool {
        !matches!(self.status, RunStatus::Queued | RunStatus::Running)
    }
}

/// What came of one field of one job in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The job.
    pub job_id: Uuid,
    /// The field.
    pub field: Field,
    /// What came of it.
    pub result: OutcomeKind,
    /// The provider that answered.
    pub provider: Option<String>,
    /// For a person to read.
    pub message: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
}
