//! An upstream with all that stands between it and its callers.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout, timeout_at},
};
use tracing::Instrument;
use url::Url;

use super::{
    call::{Answer, Call},
    circuit::{Circuit, CircuitState},
    coalesce::InFlight,
    failure::{CallError, Failure},
    gates::Gates,
    limits::Limits,
    pace::Pace,
    quota::Quota,
    record::{Health, Record},
    scrub::Scrubber,
    transport::{ClientError, Transport, Try},
};
use crate::metrics;

/// The time by the wall clock, for dates in headers and in [`Health`].
pub type WallClock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A quota that comes back within this time is waited for; without one that comes later the route is not asked.
const WORTH_WAITING: Duration = Duration::from_mins(1);

/// What an upstream is made of.
pub struct UpstreamOptions {
    /// Its name in errors, logs and statuses.
    pub name: &'static str,
    /// Where it is. Paths are added to it, with or without a slash at its end.
    pub base: Url,
    /// What it is granted.
    pub limits: Limits,
    /// What must be shown nowhere.
    pub secrets: Vec<SecretString>,
    /// The time.
    pub wall_clock: WallClock,
}

impl fmt::Debug for UpstreamOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamOptions").field("name", &self.name).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// An upstream. Clones are the same one: they share limits, circuit and calls in flight.
#[derive(Clone)]
pub struct Upstream(Arc<Inner>);

struct Inner {
    name: &'static str,
    limits: Limits,
    transport: Transport,
    scrubber: Scrubber,
    in_flight: InFlight<Result<Answer, CallError>>,
    gates: Gates,
    quota: OnceLock<Arc<dyn Quota>>,
    turns: Semaphore,
    pace: Pace,
    circuit: Circuit,
    record: Record,
    wall_clock: WallClock,
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("name", &self.0.name).field("circuit", &self.0.circuit.state()).finish_non_exhaustive()
    }
}

impl Upstream {
    /// Makes the client; nothing is asked yet.
    pub fn new(options: UpstreamOptions) -> Result<Self, ClientError> {
        let UpstreamOptions { name, base, limits, secrets, wall_clock } = options;
        let scrubber = Scrubber::new(secrets);
        Ok(Self(Arc::new(Inner {
            name,
            transport: Transport::new(name, base, &limits, scrubber.clone())?,
            scrubber,
            in_flight: InFlight::new(),
            gates: Gates::new(limits.daily),
            quota: OnceLock::new(),
            turns: Semaphore::new(limits.at_once.max(1)),
            pace: Pace::new(limits.rate),
            circuit: Circuit::new(limits.failures_to_open, limits.open_for, limits.open_at_most),
            record: Record::default(),
            wall_clock,
            limits,
        })))
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// How many calls are worth making at once.
    pub fn at_once(&self) -> usize {
        self.0.limits.at_once
    }

    /// From now on the tries of the day are counted there, for all processes; without it each process counts its own.
    pub fn count_with(&self, quota: Arc<dyn Quota>) {
        // Who counts is decided once, when the upstream is made.
        let _first = self.0.quota.set(quota);
    }

    /// How many tries are made in any 24 hours.
    pub fn daily(&self) -> Option<u32> {
        self.0.limits.daily
    }

    /// Makes a call, or waits for the same one that is in flight.
    pub async fn call(&self, call: Call) -> Result<Answer, CallError> {
        let inner = Arc::clone(&self.0);
        let span = tracing::info_span!("upstream", name = self.0.name, route = call.route());
        self.0.in_flight.join(call.key(), move || async move { inner.run(&call).await }).instrument(span).await
    }

    /// A failure of a call of this upstream that only its provider can see.
    pub fn error(&self, route: &'static str, failure: Failure) -> CallError {
        CallError { upstream: self.0.name, route, failure }
    }

    /// Fails when a call of that route would not be made just now.
    pub fn look(&self, route: &'static str) -> Result<(), CallError> {
        let held = self.0.gates.look(route).and_then(|()| self.0.circuit.look());
        held.map_err(|failure| self.error(route, failure))
    }

    /// An answer that looked well was none: it counts as a failure.
    pub fn was_wrong(&self, route: &'static str, failure: Failure) {
        self.0.record.was_wrong((self.0.wall_clock)(), &self.error(route, failure));
    }

    /// A text without the secrets of this upstream.
    pub fn scrub(&self, text: &str) -> String {
        self.0.scrubber.scrub(text)
    }

    /// From now on this is a secret too.
    pub fn hide(&self, secret: SecretString) {
        self.0.scrubber.add(secret);
    }

    /// A route refused our credentials though the others may take them: it is not asked for a while.
    pub fn close_route(&self, route: &'static str) -> CallError {
        let error = self.error(route, Failure::Unauthorized);
        self.0.gates.close(Some(route), Failure::Unauthorized, self.0.limits.unauthorized_rest);
        self.0.record.was_wrong((self.0.wall_clock)(), &error);
        error
    }

    /// How the upstream is.
    pub fn health(&self) -> Health {
        let (entries, circuit) = (self.0.record.entries(), self.0.circuit.state());
        Health {
            healthy: !entries.failing && circuit == CircuitState::Closed && self.0.gates.closed().is_none(),
            circuit,
            last_success_at: entries.last_success_at,
            last_failure_at: entries.last_failure_at,
            last_error: entries.last_error,
            requests: entries.requests,
            failures: entries.failures,
            quota_remaining: self.0.gates.left(),
        }
    }
}

impl Inner {
    async fn run(&self, call: &Call) -> Result<Answer, CallError> {
        let served = self.serve(call).await;
        served.map_err(|failure| self.error(call, failure))
    }

    fn error(&self, call: &Call, failure: Failure) -> CallError {
        CallError { upstream: self.name, route: call.route, failure }
    }

    async fn serve(&self, call: &Call) -> Result<Answer, Failure> {
        self.look(call)?;
        let turn = timeout(self.limits.patience, self.turns.acquire()).await;
        let _turn = turn.ok().and_then(Result::ok).ok_or(Failure::TimedOut)?;
        self.tries(call, Instant::now() + self.limits.total).await
    }

    /// Fails when there is no use in waiting.
    fn look(&self, call: &Call) -> Result<(), Failure> {
        self.gates.look(call.route)?;
        self.circuit.look()
    }

    async fn tries(&self, call: &Call, deadline: Instant) -> Result<Answer, Failure> {
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(self.limits.backoff)
            .with_max_times(self.limits.tries.saturating_sub(1))
            .with_jitter()
            .build();
        let mut failed = self.attempt(call, deadline).await;
        while let Err(failure) = &failed
            && failure.is_retryable()
            && let Some(wait) = waits.next()
            && Instant::now() + wait < deadline
        {
            sleep(wait).await;
            if self.look(call).is_err() {
                break;
            }
            failed = self.attempt(call, deadline).await;
        }
        failed
    }

    async fn attempt(&self, call: &Call, deadline: Instant) -> Result<Answer, Failure> {
        self.look(call)?;
        self.pace.turn(deadline).await?;
        let ticket = self.circuit.admit()?;
        self.count().await?;
        let begin = Instant::now();
        let ends = deadline.min(begin + self.limits.per_try);
        let sent = timeout_at(ends, self.transport.send(call, (self.wall_clock)())).await;
        let tried = sent.unwrap_or_else(|_| Failure::TimedOut.into());
        metrics::provider_call(self.name, tried.result.as_ref().map_or_else(Failure::name, |_| "ok"), begin.elapsed());
        ticket.tell(!tried.result.as_ref().is_err_and(Failure::is_trouble));
        self.heed(call, &tried);
        self.note(call, &tried);
        let (status, body) = tried.result?;
        Ok(Answer { upstream: self.name, route: call.route, status, body })
    }

    /// Counts a try, unless the day's are used up.
    async fn count(&self) -> Result<(), Failure> {
        let Some((daily, quota)) = self.limits.daily.zip(self.quota.get()) else { return self.gates.count() };
        let left = quota.take(self.name, daily).await.map_err(|reason| Failure::Unavailable { reason })?;
        left.map(drop).ok_or(Failure::QuotaSpent)
    }

    /// Does what the upstream asks for.
    fn heed(&self, call: &Call, tried: &Try) {
        let limits = &self.limits;
        match &tried.result {
            Err(Failure::Unauthorized) => self.gates.close(None, Failure::Unauthorized, limits.unauthorized_rest),
            Err(Failure::QuotaSpent) => self.gates.close(None, Failure::QuotaSpent, limits.quota_rest),
            Err(_) => {
                if let Some(wait) = tried.retry_after {
                    self.pace.hold(wait.min(limits.retry_after_most));
                }
            }
            Ok(_) => {}
        }
        match tried.allowance {
            Some(allowance) if allowance.left == 0 && allowance.more_in.is_some_and(|wait| wait <= WORTH_WAITING) => {
                self.pace.hold(allowance.more_in.unwrap_or_default());
            }
            Some(allowance) => self.gates.note(call.route, allowance, limits.quota_rest),
            None => {}
        }
    }

    fn note(&self, call: &Call, tried: &Try) {
        let at = (self.wall_clock)();
        match &tried.result {
            // An upstream that says "there is no such thing" is well.
            Ok(_) | Err(Failure::NotFound) => self.record.went_well(at),
            Err(failure) => {
                let error = self.error(call, failure.clone());
                tracing::warn!(upstream = self.name, route = call.route, outcome = failure.name(), "{failure}");
                self.record.went_wrong(at, &error);
            }
        }
    }
}
