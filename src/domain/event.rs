//! What happened: ordered, written in the transaction that did it, for whoever listens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::job::named;

named! {
    /// The kinds of events.
    EventKind {
        /// A job was created.
        JobCreated = "JOB_CREATED",
        /// A job itself was changed.
        JobUpdated = "JOB_UPDATED",
        /// A job was deleted.
        JobDeleted = "JOB_DELETED",
        /// The official or drafted values of a job changed.
        JobEnriched = "JOB_ENRICHED",
        /// A bulk operation is over.
        BulkFinished = "BULK_FINISHED",
        /// The SOC code of a job was approved.
        SocApproved = "SOC_APPROVED",
        /// The approval of a job's SOC code was taken back.
        SocReopened = "SOC_REOPENED",
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// The company whose data it is about; none for the platform's.
    pub company: Option<Uuid>,
    /// The job that it is about.
    pub job: Option<Uuid>,
    /// The bulk operation that it is about.
    pub operation: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}
