//! The HTTP client, against servers on loopback that behave badly. All times are a twentieth of the real ones.

mod fake;
mod limits;
mod secrets;
mod toxics;

use std::{sync::Arc, time::Duration};

use rolegraph::{
    domain::clock::{Clock, SystemClock},
    net::{Call, CallError, Failure, Limits, Rate, Upstream, UpstreamOptions},
};

/// How much shorter all times are.
pub(crate) const SCALE: u32 = 20;

/// The limits as they are, but for the time that they take.
pub(crate) fn scaled(limits: &Limits) -> Limits {
    Limits {
        connect: limits.connect / SCALE,
        per_try: limits.per_try / SCALE,
        total: limits.total / SCALE,
        backoff: limits.backoff / SCALE,
        retry_after_most: limits.retry_after_most / SCALE,
        open_for: limits.open_for / SCALE,
        open_at_most: limits.open_at_most / SCALE,
        rate: Rate { period: Duration::from_millis(1), ..limits.rate },
        ..limits.clone()
    }
}

/// An upstream at an address.
fn upstream(base: &str, limits: Limits) -> Upstream {
    let base = base.parse().expect("a URL");
    let wall_clock = Arc::new(|| SystemClock.now());
    Upstream::new(UpstreamOptions { name: "stub", base, limits, secrets: vec![], wall_clock }).expect("a client")
}

async fn ask(upstream: &Upstream, what: &str) -> Result<serde_json::Value, Failure> {
    let told: Result<_, CallError> = upstream.call(Call::get("thing", ["things", what])).await;
    told.and_then(|answer| answer.read()).map_err(|error| error.failure)
}
