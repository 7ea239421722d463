//! Load shedding: more operations at once than the machine can do are refused soon, so that those that are let in are answered
//! about as fast as ever.
//!
//! A burst may wait a moment for room. When there was no room for a while, waiting only makes everybody slow: then nobody waits
//! longer than a timer can tell. After "controlled delay" as Facebook's servers have it (Maurer, *Fail at Scale*, ACM Queue 13(8),
//! 2015).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::refusal::Refusal;
use crate::metrics;

/// How long an operation waits for room.
const CALM: Duration = Duration::from_millis(20);
/// How long it waits when there was none for a [`WHILE`].
const CROWDED: Duration = Duration::from_millis(1);
/// How long a burst may be.
const WHILE: Duration = Duration::from_millis(100);

/// Lets so many operations be done at once.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    room: Arc<Semaphore>,
    /// When somebody last found room without waiting, in milliseconds after `began`.
    calm: Arc<AtomicU64>,
    began: Instant,
}

/// Room that is taken.
pub(super) type Held = OwnedSemaphorePermit;

impl Gate {
    pub(super) fn new(at_once: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(at_once)), calm: Arc::default(), began: Instant::now() }
    }

    /// Room for an operation, until it is dropped.
    pub(super) async fn enter(&self) -> Result<Held, Refusal> {
        if let Ok(held) = Arc::clone(&self.room).try_acquire_owned() {
            self.calm.store(self.now(), Ordering::Relaxed);
            return Ok(held);
        }
        let found = timeout(self.patience(), Arc::clone(&self.room).acquire_owned()).await;
        found.ok().and_then(Result::ok).ok_or_else(|| {
            metrics::shed();
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", "Too many requests are under way: try again.")
        })
    }

    fn patience(&self) -> Duration {
        let crowded_for = self.now().saturating_sub(self.calm.load(Ordering::Relaxed));
        if u128::from(crowded_for) < WHILE.as_millis() { CALM } else { CROWDED }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
