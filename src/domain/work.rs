//! Durable work: what is done in the background, again and again until it is done or given up.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{fields::Field, job::named, soc::SocCode};

named! {
    /// What is to be done.
    WorkKind {
        /// Ask the providers about a job.
        EnrichJob = "ENRICH_JOB",
        /// Ask the providers about an occupation whose facts are stale.
        RefreshOccupation = "REFRESH_OCCUPATION",
        /// Do a bulk operation to its next jobs.
        BulkChunk = "BULK_CHUNK",
    }
}

impl WorkKind {
    /// The kinds that can be tried anew after they were given up. What a bulk operation gave up it has told of as failed, and
    /// went on.
    pub const REVIVABLE: [Self; 2] = [Self::EnrichJob, Self::RefreshOccupation];
}

/// Which jobs are asked about, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrichJob {
    /// The job.
    pub job: Uuid,
    /// The fields; all when empty.
    pub fields: Vec<Field>,
    /// Ask again though what is known is still fresh.
    pub force: bool,
}

/// Which occupation is asked about again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshOccupation {
    /// Its code.
    pub code: SocCode,
}

/// Which jobs of a bulk operation are done next: those from `first` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkChunk {
    /// The operation.
    pub operation: Uuid,
    /// The place of the first job, from 0.
    pub first: i32,
}

/// How urgent: what a person waits for goes before what nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody waits for it.
    Now = 0,
    /// Part of a large run.
    Bulk = 10,
    /// Nobody asked for it.
    Upkeep = 20,
}

/// Work to be queued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWork {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: WorkKind,
    /// With what.
    pub payload: serde_json::Value,
    /// Queued only when no living work has this key.
    pub dedupe_key: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// The company whose work it is; none for the platform's. Owners take turns.
    pub company: Option<Uuid>,
    /// The run that it belongs to.
    pub run: Option<Uuid>,
}

/// Work that somebody has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkItem {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: WorkKind,
    /// With what.
    pub payload: serde_json::Value,
    /// The run that it belongs to.
    pub run: Option<Uuid>,
    /// How often it was claimed, this time included.
    pub attempts: i32,
    /// Which claim this is: what an earlier one still writes does not count.
    pub epoch: i64,
    /// What went wrong last.
    pub error: Option<String>,
}

/// How often work is tried before it is given up.
pub const MAX_ATTEMPTS: i32 = 5;

/// The wait before the next try of work that is never given up, when it failed as often as other work may.
pub const REST: TimeDelta = TimeDelta::hours(1);

/// The wait before the next try: 2 s, 8 s, 32 s … up to an hour, each between half and the whole of it, so that those who
/// failed together do not come back together. `jitter` is from 0 to 1.
pub fn backoff(attempts: i32, jitter: f64) -> TimeDelta {
    let exponent = u32::try_from(attempts.max(1) - 1).unwrap_or(0).min(10);
    let seconds = 2_u64.saturating_mul(4_u64.saturating_pow(exponent)).min(3_600);
    let wait = Duration::from_secs(seconds).mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0));
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_fourfold_up_to_an_hour() {
        let whole = [1, 2, 3, 4, 5, 6, 7, 50].map(|attempts| backoff(attempts, 1.0).num_seconds());
        assert_eq!(whole, [2, 8, 32, 128, 512, 2_048, 3_600, 3_600]);
        assert_eq!(backoff(1, 0.0), TimeDelta::seconds(1));
    }
}
