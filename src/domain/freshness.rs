//! How long a fact is good for.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::release::is_older;

/// How long facts of a provider are good for when the settings say nothing else.
pub const DEFAULT_TTL: TimeDelta = TimeDelta::days(90);

/// When a fact fetched now has to be fetched again.
pub fn expires_at(fetched_at: DateTime<Utc>, ttl: TimeDelta) -> DateTime<Utc> {
    fetched_at + ttl
}

/// True from the moment of expiry on; what has no expiry never is.
pub fn is_stale(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    expires_at.is_some_and(|at| at <= now)
}

/// True when a fact is of an older release than its provider has now.
pub fn is_outdated(release: Option<&str>, now: Option<&str>) -> bool {
    release.zip(now).is_some_and(|(release, now)| release != now && is_older(release, now))
}
