//! Time and ids are passed in, so that tests decide them.

use std::fmt::Debug;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Where the service reads the time and takes fresh ids from.
pub trait Clock: Debug + Send + Sync {
    /// Now, in UTC, cut to microseconds: the precision that both databases keep.
    fn now(&self) -> DateTime<Utc>;

    /// A fresh id. Ids made later sort after ids made earlier (UUID version 7).
    fn new_id(&self) -> Uuid;
}

/// The machine's clock and random ids.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
