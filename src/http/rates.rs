//! How much one caller may ask for in a minute, by what its operations may cost: a bucket for each caller, which fills evenly.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::{caller::Who, refusal::Refusal};
use crate::metrics;

/// How many callers are told apart. With more, those that were quiet the longest begin anew.
const CALLERS: u64 = 100_000;
/// A bucket that nobody took from for so long is full.
const FULL_AFTER: Duration = Duration::from_mins(1);

/// The headers of the draft of the IETF: the quota, and what is left of it.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What a credential that is not good takes from its address: guessing is paid for.
pub(super) const GUESS: u64 = 100;

type Bucket = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// The buckets of all callers.
#[derive(Clone)]
pub(super) struct Rates {
    buckets: Cache<Who, Arc<Bucket>>,
    anonymous: Option<NonZeroU32>,
    signed_in: Option<NonZeroU32>,
}

impl Rates {
    /// In a minute, by cost; 0 for no limit.
    pub(super) fn new(anonymous: u32, signed_in: u32) -> Self {
        let buckets = Cache::builder().max_capacity(CALLERS).eviction_policy(EvictionPolicy::lru()).time_to_idle(FULL_AFTER).build();
        Self { buckets, anonymous: NonZeroU32::new(anonymous), signed_in: NonZeroU32::new(signed_in) }
    }

    /// Takes what an operation may cost from the bucket of who asks; answers the headers that tell what is left. One that may
    /// cost more than the whole bucket needs it full.
    pub(super) fn take(&self, who: &Who, cost: u64) -> Result<Told, Refusal> {
        let (name, quota) = if who.is_signed_in() { ("signed-in", self.signed_in) } else { ("anonymous", self.anonymous) };
        let Some(quota) = quota else { return Ok(Told::default()) };
        let cost = u32::try_from(cost).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN.saturating_add(u32::MAX - 1)).min(quota);
        let bucket = self.buckets.get_with_by_ref(who, || {
            let quota = Quota::per_minute(quota);
            Arc::new(RateLimiter::direct(quota).with_middleware())
        });
        match bucket.check_n(cost) {
            Ok(Ok(left)) => Ok(told(name, quota, left.remaining_burst_capacity())),
            Ok(Err(early)) => {
                metrics::limited(name);
                let wait = early.wait_time_from(DefaultClock::default().now());
                Err(too_fast(name, quota, wait))
            }
            // It cannot be: no operation costs more than its bucket holds.
            Err(_) => Ok(Told::default()),
        }
    }
}

/// Headers of an answer.
pub(super) type Told = Vec<(HeaderName, HeaderValue)>;

fn told(name: &str, quota: NonZeroU32, left: u32) -> Told {
    let full_in = (f64::from(quota.get() - left.min(quota.get())) * 60.0 / f64::from(quota.get())).ceil();
    let texts = [(POLICY, format!("\"{name}\";q={quota};w=60")), (LEFT, format!("\"{name}\";r={left};t={full_in}"))];
    texts.into_iter().filter_map(|(header, text)| Some((header, HeaderValue::from_str(&text).ok()?))).collect()
}

fn too_fast(name: &str, quota: NonZeroU32, wait: Duration) -> Refusal {
    let seconds = wait.as_secs_f64().ceil().max(1.0);
    let message = format!(
        "That is more than one caller may ask for in a minute, {quota} by what operations may cost: try again in {seconds} s. The \
         header `rolegraph-cost` of an answer tells what it cost."
    );
    let mut refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
    for (header, value) in told(name, quota, 0) {
        refusal = refusal.with(header, value);
    }
    match HeaderValue::from_str(&format!("{seconds}")) {
        Ok(value) => refusal.with(header::RETRY_AFTER, value),
        Err(_) => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(name: &str) -> Who {
        Who::Credential(name.to_owned())
    }

    #[test]
    fn a_bucket_holds_a_minutes_worth_and_callers_have_their_own() {
        let rates = Rates::new(10, 100);
        let first = rates.take(&who("a"), 60).expect("let in");
        assert_eq!(first[0].1, "\"signed-in\";q=100;w=60");
        assert_eq!(first[1].1, "\"signed-in\";r=40;t=36");
        assert!(rates.take(&who("a"), 60).is_err());
        assert!(rates.take(&who("a"), 30).is_ok(), "what was refused was not taken");
        assert!(rates.take(&who("b"), 60).is_ok());
        assert!(rates.take(&Who::Nameless, 10).is_ok() && rates.take(&Who::Nameless, 1).is_err());
    }

    #[test]
    fn what_costs_more_than_a_bucket_holds_empties_it() {
        let rates = Rates::new(10, 100);
        assert!(rates.take(&who("a"), 1_000_000_000_000).is_ok() && rates.take(&who("a"), 10).is_err());
    }

    #[test]
    fn nought_sets_no_limit() {
        let rates = Rates::new(0, 0);
        assert!((0..1_000).all(|_| rates.take(&Who::Nameless, 1_000_000).is_ok_and(|told| told.is_empty())));
    }
}
