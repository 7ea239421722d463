//! Bulk operations: one change to many jobs, with a result for each.

mod kept;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use kept::KeptChange;

use crate::domain::{
    access::{Actor, Audience},
    fields::Field,
    job::named,
    run::RunStatus,
    user_error::{UserError, UserErrorCode},
};

/// Up to so many jobs are done while the caller waits; more are done in the background.
pub const AT_ONCE: usize = 100;

/// The most jobs of one operation.
pub const MOST: usize = 100_000;

/// How many jobs are done in one transaction in the background.
pub const CHUNK: usize = 100;

/// How many chunks of one operation may be under way at the same time.
pub const LANES: usize = 4;

/// The most results of one job, so that places of results can be told from the place of the job.
pub const RESULTS_PER_JOB: i32 = 100;

named! {
    /// What a bulk operation does.
    BulkKind {
        /// Overrides fields.
        Override = "OVERRIDE",
        /// Copies one job's overrides to others.
        Copy = "COPY",
        /// Restores fields.
        Restore = "RESTORE",
        /// Approves SOC codes.
        ApproveSoc = "APPROVE_SOC",
        /// Undoes a changeset.
        Revert = "REVERT",
    }
}

/// What was asked for, in the form in which it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BulkRequest {
    /// Override fields.
    Override {
        /// What they are to be.
        changes: Vec<KeptChange>,
    },
    /// Copy one job's overrides.
    Copy {
        /// The job.
        from: Uuid,
        /// Of these fields; all when empty.
        fields: Vec<Field>,
    },
    /// Restore fields.
    Restore {
        /// These; all when empty.
        fields: Vec<Field>,
    },
    /// Undo a changeset.
    Revert {
        /// The changeset.
        changeset: Uuid,
    },
    /// Approve the first candidates of SOC codes.
    ApproveSoc {
        /// The least confidence in them, 0 to 1.
        min_confidence: f64,
        /// How many of them were to be expected right, 0 to 1.
        expected_precision: f64,
    },
}

impl BulkRequest {
    /// Its kind.
    pub fn kind(&self) -> BulkKind {
        match self {
            Self::Override { .. } => BulkKind::Override,
            Self::Copy { .. } => BulkKind::Copy,
            Self::Restore { .. } => BulkKind::Restore,
            Self::Revert { .. } => BulkKind::Revert,
            Self::ApproveSoc { .. } => BulkKind::ApproveSoc,
        }
    }

    /// The changeset that it undoes.
    pub fn reverts(&self) -> Option<Uuid> {
        match self {
            Self::Revert { changeset } => Some(*changeset),
            Self::Override { .. } | Self::Copy { .. } | Self::Restore { .. } | Self::ApproveSoc { .. } => None,
        }
    }

    /// How many of the codes that it approves are to be expected right, 0 to 1.
    pub fn expected_precision(&self) -> Option<f64> {
        match self {
            Self::ApproveSoc { expected_precision, .. } => Some(*expected_precision),
            _ => None,
        }
    }

    /// The mutation that asks for it.
    pub fn action(&self) -> &'static str {
        match self.kind() {
            BulkKind::Override => "bulkOverride",
            BulkKind::Copy => "copyOverrides",
            BulkKind::Restore => "bulkRestore",
            BulkKind::ApproveSoc => "bulkApproveSoc",
            BulkKind::Revert => "revertChangeset",
        }
    }
}

/// A bulk operation.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// Its id, and that of its changeset.
    pub id: Uuid,
    /// What was asked for.
    pub request: BulkRequest,
    /// How far it is.
    pub status: RunStatus,
    /// True when nothing is written to the data.
    pub dry_run: bool,
    /// The company of whoever asked for it; none for the platform.
    pub company_id: Option<Uuid>,
    /// Who asked for it.
    pub actor: Actor,
    /// Why.
    pub note: Option<String>,
    /// How many jobs.
    pub total: i32,
    /// How many of them are done, failed ones among them.
    pub done: i32,
    /// How many of them have a result with an error.
    pub failed: i32,
    /// All that it changed; none as long as that is nothing.
    pub changeset_id: Option<Uuid>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl BulkOperation {
    /// Whose rows it may see and write: of the company of whoever asked for it, or all.
    pub fn tenant(&self) -> Audience {
        self.company_id.map_or(Audience::Platform, Audience::Company)
    }

    /// True when nothing more will come of it.
    pub fn is_over(&self) -> bool {
        !matches!(self.status, RunStatus::Queued | RunStatus::Running)
    }

    /// Counts jobs as done, some of them failed. It ends with the last of them.
    pub fn advance(&mut self, done: i32, failed: i32, at: DateTime<Utc>) {
        self.done += done;
        self.failed += failed;
        self.started_at = self.started_at.or(Some(at));
        if self.is_over() {
            return;
        }
        self.status = match self.failed {
            _ if self.done < self.total => RunStatus::Running,
            0 => RunStatus::Complete,
            failed if failed < self.total => RunStatus::Partial,
            _ => RunStatus::Failed,
        };
        self.finished_at = (self.done >= self.total).then_some(at);
    }
}

/// What an operation did to one job, or to one of its fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkResult {
    /// The job.
    pub job_id: Uuid,
    /// The field; none for the job itself.
    pub field: Option<Field>,
    /// True when something is another now, or would be.
    pub changed: bool,
    /// What it was.
    pub before: Option<serde_json::Value>,
    /// What it is, or would be.
    pub after: Option<serde_json::Value>,
    /// Why nothing was done.
    pub error: Option<UserError>,
}

impl BulkResult {
    /// A job to which nothing was done.
    pub fn refused(job_id: Uuid, error: UserError) -> Self {
        Self { job_id, error: Some(error), ..Self::default() }
    }

    /// A job that could not be done for a reason that is not its caller's to mend.
    pub fn broken(job_id: Uuid) -> Self {
        let message = "Something failed inside, again and again; the log tells what.";
        Self::refused(job_id, UserError::new(UserErrorCode::Internal, message, &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(total: i32) -> BulkOperation {
        BulkOperation {
            id: Uuid::nil(),
            request: BulkRequest::Revert { changeset: Uuid::nil() },
            status: RunStatus::Queued,
            dry_run: false,
            company_id: None,
            actor: Actor::system("test"),
            note: None,
            total,
            done: 0,
            failed: 0,
            changeset_id: None,
            created_at: DateTime::default(),
            started_at: None,
            finished_at: None,
        }
    }

    #[test]
    fn an_operation_ends_with_its_last_job_and_tells_how_many_failed() {
        for (failed, status) in [(0, RunStatus::Complete), (1, RunStatus::Partial), (3, RunStatus::Failed)] {
            let mut one = operation(3);
            one.advance(2, 0, DateTime::default());
            assert_eq!((one.status, one.finished_at), (RunStatus::Running, None));
            one.advance(1, failed, DateTime::default());
            assert_eq!((one.status, one.finished_at), (status, Some(DateTime::default())));
        }
    }

    #[test]
    fn what_was_called_off_stays_called_off() {
        let mut one = operation(3);
        one.status = RunStatus::Cancelled;
        one.advance(3, 0, DateTime::default());
        assert_eq!((one.status, one.done, one.finished_at), (RunStatus::Cancelled, 3, None));
    }
}
