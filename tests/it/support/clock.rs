//! A clock that stands still until it is moved, and ids that count.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use rolegraph::domain::clock::Clock;
use uuid::{Builder, Uuid};

/// 2026-11-23T08:00:00Z, in microseconds.
const START: i64 = 1_795_420_800_000_000;

#[derive(Debug)]
pub(crate) struct TestClock {
    micros: AtomicI64,
    ids: AtomicU64,
}

impl TestClock {
    pub(crate) fn new() -> Self {
        Self { micros: AtomicI64::new(START), ids: AtomicU64::new(0) }
    }

    /// Moves the time on.
    pub(crate) fn advance(&self, by: TimeDelta) {
        self.micros.fetch_add(by.num_microseconds().expect("a span in microseconds"), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).expect("a time")
    }

    fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.micros.load(Ordering::SeqCst) / 1_000).expect("after 1970");
        let mut tail = [0; 10];
        tail[2..].copy_from_slice(&self.ids.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}
