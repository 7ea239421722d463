//! What an upstream is granted, and what it is spared.

use std::{num::NonZeroU32, time::Duration};

/// How often an upstream is asked: `calls` in `period`, evenly, after a burst of at most `burst`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub calls: NonZeroU32,
    /// In what time.
    pub period: Duration,
    /// How many at once after a rest.
    pub burst: NonZeroU32,
}

impl Rate {
    /// So many a minute, without bursts. Zero counts as one.
    pub fn per_minute(calls: u32) -> Self {
        Self { calls: at_least_one(calls), period: Duration::from_mins(1), burst: NonZeroU32::MIN }
    }

    /// So many a second, without bursts. Zero counts as one.
    pub fn per_second(calls: u32) -> Self {
        Self { period: Duration::from_secs(1), ..Self::per_minute(calls) }
    }

    /// The time between two calls.
    pub(super) fn interval(self) -> Duration {
        (self.period / self.calls.get()).max(Duration::from_nanos(1))
    }
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

/// Times, sizes and numbers. All times are scaled down together in tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to be made.
    pub connect: Duration,
    /// For one try, from its first byte to its last.
    pub per_try: Duration,
    /// For a call with all its tries and the waits between them, from its turn on.
    pub total: Duration,
    /// How long a call waits for its turn.
    pub patience: Duration,
    /// How often a call is tried.
    pub tries: usize,
    /// The wait before the second try; it doubles from try to try. Up to as much again is added at random.
    pub backoff: Duration,
    /// The longest wait that an upstream can ask for.
    pub retry_after_most: Duration,
    /// How often the upstream is asked.
    pub rate: Rate,
    /// How many calls are under way at once.
    pub at_once: usize,
    /// The size of an answer, unpacked.
    pub body_bytes: usize,
    /// How many failed tries in a row open the circuit.
    pub failures_to_open: u32,
    /// How long the circuit stays open at first; it doubles with every probe that fails.
    pub open_for: Duration,
    /// How long it stays open at most.
    pub open_at_most: Duration,
    /// How long an upstream that refused the credentials is left alone.
    pub unauthorized_rest: Duration,
    /// How long an upstream without quota is left alone, when it does not say.
    pub quota_rest: Duration,
    /// How many tries are made in any 24 hours.
    pub daily: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(5),
            per_try: seconds(15),
            total: seconds(30),
            patience: seconds(600),
            tries: 3,
            backoff: Duration::from_millis(300),
            retry_after_most: seconds(60),
            rate: Rate::per_second(5),
            at_once: 4,
            body_bytes: 5 << 20,
            failures_to_open: 5,
            open_for: seconds(30),
            open_at_most: seconds(300),
            unauthorized_rest: seconds(900),
            quota_rest: Duration::from_hours(24),
            daily: None,
        }
    }
}
