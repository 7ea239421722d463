//! How often an upstream is asked.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::{Instant, sleep_until};

use super::{failure::Failure, limits::Rate};

/// Tokio's time, so that tests can stop it.
#[derive(Debug, Clone)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Lets one try after the other through, in the order in which they came.
#[derive(Debug)]
pub(super) struct Pace {
    ticks: Ticks,
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>,
    queue: tokio::sync::Mutex<()>,
    held_until: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        let ticks = Ticks(Instant::now());
        let quota = Quota::with_period(rate.interval()).unwrap_or_else(|| Quota::per_second(rate.calls)).allow_burst(rate.burst);
        let limiter = RateLimiter::direct_with_clock(quota, ticks.clone());
        Self { ticks, limiter, queue: tokio::sync::Mutex::new(()), held_until: Mutex::new(None) }
    }

    /// Nobody goes through for that long: the upstream asked for it.
    pub(super) fn hold(&self, wait: Duration) {
        let mut held_until = self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        *held_until = (*held_until).max(Some(Instant::now() + wait));
    }

    /// Waits until it is time for one more try; fails at once when that is not before the deadline.
    pub(super) async fn turn(&self, deadline: Instant) -> Result<(), Failure> {
        let _first_in_line = tokio::time::timeout_at(deadline, self.queue.lock()).await.map_err(|_| Failure::TimedOut)?;
        loop {
            let held_until = *self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(until) = held_until.filter(|until| *until > Instant::now()) {
                if until >= deadline {
                    return Err(Failure::RateLimited { retry_after: Some(until - Instant::now()) });
                }
                sleep_until(until).await;
            }
            let Err(early) = self.limiter.check() else { return Ok(()) };
            let until = Instant::now() + early.wait_time_from(self.ticks.now());
            if until >= deadline {
                return Err(Failure::TimedOut);
            }
            sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_seconds(seconds: u64) -> Instant {
        Instant::now() + Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn tries_keep_their_distance() {
        let (pace, start) = (Pace::new(Rate::per_second(5)), Instant::now());
        for expected in [0, 200, 400, 600] {
            assert_eq!(pace.turn(in_seconds(30)).await, Ok(()));
            let late = start.elapsed().saturating_sub(Duration::from_millis(expected));
            assert!(late < Duration::from_millis(5), "{late:?} after {expected} ms");
        }
        assert_eq!(pace.turn(Instant::now() + Duration::from_millis(20)).await, Err(Failure::TimedOut), "not before the deadline");
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_upstream_asks_for_holds_for_everybody() {
        let (pace, start) = (Pace::new(Rate::per_second(100)), Instant::now());
        pace.hold(Duration::from_secs(10));
        pace.hold(Duration::from_secs(5));
        assert_eq!(pace.turn(in_seconds(9)).await, Err(Failure::RateLimited { retry_after: Some(Duration::from_secs(10)) }));
        assert_eq!(pace.turn(in_seconds(30)).await, Ok(()));
        assert_eq!(start.elapsed().as_secs(), 10);
    }
}
