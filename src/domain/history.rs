//! History: changesets and their changes.

mod blame;
mod chain;
mod record;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use blame::blame;
pub use chain::{LinkText, SetText, chain_of};
pub use record::{JobRecord, undone};

use crate::domain::{access::Actor, fields::Field};

/// All that one mutation changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changeset {
    /// Its id.
    pub id: Uuid,
    /// The company whose data it changed; none for the platform's.
    pub company_id: Option<Uuid>,
    /// Who.
    pub actor: Actor,
    /// What was done: the mutation's name.
    pub action: String,
    /// Why.
    pub note: Option<String>,
    /// The changeset that undid it.
    pub reverted_by: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// One thing that a changeset changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its id.
    pub id: Uuid,
    /// Its changeset.
    pub changeset_id: Uuid,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The field; none for a change of the job itself.
    pub field: Option<Field>,
    /// What was done.
    pub action: String,
    /// What it was.
    pub before: Option<serde_json::Value>,
    /// What it is.
    pub after: Option<serde_json::Value>,
}
