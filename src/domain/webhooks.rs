//! Webhooks as Standard Webhooks 1.0.0 has them: what is sent, how it is signed, and when it is tried again.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::{
    access::Actor,
    api_id::api_id,
    event::{Event, EventKind},
    job::named,
};

named! {
    /// How far a delivery is.
    DeliveryStatus {
        /// It is to be sent, or to be sent again.
        Pending = "PENDING",
        /// It was taken.
        Delivered = "DELIVERED",
        /// It was given up, after its last try.
        Failed = "FAILED",
    }
}

/// What a secret begins with.
const MARK: &str = "whsec_";

/// How many bytes a secret has.
pub const SECRET_BYTES: usize = 32;

/// How long an old secret signs beside the new one.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// After so long of nothing but failures an endpoint is paused.
pub const PATIENCE: TimeDelta = TimeDelta::days(5);

/// The waits between tries, in seconds: over three days in all.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// An address that is told of what happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// The company whose events it is told; none for the platform's, which are all.
    pub company_id: Option<Uuid>,
    /// Where to.
    pub url: String,
    /// The kinds of events; never none.
    pub events: BTreeSet<EventKind>,
    /// The keys that sign.
    pub keys: Keys,
    /// False while nothing is sent.
    pub active: bool,
    /// The place in the feed up to which deliveries were written.
    pub cursor: i64,
    /// Since when every delivery has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// A delivery, and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// Who is told.
    pub endpoint_id: Uuid,
    /// What happened.
    pub event_id: Uuid,
    /// The event's place in the feed.
    pub place: i64,
    /// The job that it is about.
    pub job_id: Option<Uuid>,
    /// How far it is.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i32,
    /// The HTTP status of the last answer.
    pub response_status: Option<i32>,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was tried last.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When it is tried next.
    pub next_attempt_at: DateTime<Utc>,
}

/// The keys of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The key.
    pub current: Secret,
    /// The one before, and until when it signs too.
    pub old: Option<(Secret, DateTime<Utc>)>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// A key that signs, as partners are told it: `whsec_` and its bytes in base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// Of these random bytes.
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(format!("{MARK}{}", STANDARD.encode(bytes)))
    }

    /// The secret that a text is; none for a text that is none, or one that is too short to sign with.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(MARK)?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The signature of a message: `v1,` and HMAC-SHA256 over its id, the time in seconds since 1970, and the body, in base64.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = STANDARD.decode(&self.0[MARK.len()..]).unwrap_or_default();
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Keys {
    /// The header `webhook-signature`: by the key, and by the one before as long as it signs too.
    pub fn signatures(&self, id: &str, now: DateTime<Utc>, body: &str) -> String {
        let old = self.old.iter().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let signed: Vec<_> = [&self.current].into_iter().chain(old).map(|secret| secret.sign(id, now.timestamp(), body)).collect();
        signed.join(" ")
    }
}

/// The name of an event, wherever it is told: the same on every try, and in the feed.
pub fn name_of(event: Uuid) -> String {
    format!("evt_{}", event.simple())
}

/// The type of a message.
pub const fn type_of(kind: EventKind) -> &'static str {
    match kind {
        EventKind::JobCreated => "job.created",
        EventKind::JobUpdated => "job.updated",
        EventKind::JobDeleted => "job.deleted",
        EventKind::JobEnriched => "job.enriched",
        EventKind::FieldChanged => "job.field_changed",
        EventKind::SocApproved => "job.soc_approved",
        EventKind::SocReopened => "job.soc_reopened",
        EventKind::BulkFinished => "bulk.finished",
    }
}

/// What an event is about: ids of the API, and its place in the feed, which grows. Whoever wants more asks for it.
pub fn data(event: &Event, place: i64) -> Value {
    let mut data = json!({ "place": place });
    for (name, kind, id) in
        [("job", "Job", event.job), ("company", "Company", event.company), ("operation", "BulkOperation", event.operation)]
    {
        if let Some(id) = id {
            data[name] = json!(api_id(kind, id));
        }
    }
    data
}

/// The body of a message.
pub fn body(event: &Event, place: i64) -> String {
    json!({ "type": type_of(event.kind), "timestamp": event.at, "data": data(event, place) }).to_string()
}

/// When a delivery that failed so many times is tried again; none after the last try. `chance` is 0 to 1: a tenth of the wait is
/// left to it, so that not all come back at once. What the receiver asked for with `Retry-After` is waited for at least.
pub fn next_try(attempts: i32, chance: f64, retry_after: Option<TimeDelta>) -> Option<TimeDelta> {
    let wait = WAITS.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    let wait = TimeDelta::seconds(*wait);
    let jitter = TimeDelta::milliseconds((wait.num_milliseconds() / 10).min(i64::MAX / 2));
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a part of a day in milliseconds")]
    let jitter = TimeDelta::milliseconds((jitter.num_milliseconds() as f64 * chance.clamp(0.0, 1.0)) as i64);
    Some((wait + jitter).max(retry_after.unwrap_or_default().min(TimeDelta::days(1))))
}

/// True for an address of the public internet: what is not one may be something that only this machine can reach.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let reserved =
        a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (b == 18 || b == 19)) || (a == 192 && b == 88 && c == 99);
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || shared
        || reserved)
}

/// Global unicast (`2000::/3`), without what is made of IPv4 addresses and what documents use.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let made_of_v4 = a == 0x2002 || (a == 0x2001 && b == 0);
    let documentation = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
    (0x2000..0x4000).contains(&a) && !made_of_v4 && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").expect("a secret");
        let signed =
            secret.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, r#"{"email":"test@example.com","username":"test_user"}"#);
        assert_eq!(signed, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
        for wrong in ["", "whsec_", "whsec_AAAA", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_!"] {
            assert_eq!(Secret::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn two_keys_sign_while_they_overlap() {
        let now = DateTime::from_timestamp(1_000, 0).expect("a time");
        let (new, old) = (Secret::new([1; SECRET_BYTES]), Secret::new([2; SECRET_BYTES]));
        let keys = Keys { current: new.clone(), old: Some((old.clone(), now + TimeDelta::seconds(1))) };
        assert_eq!(keys.signatures("a", now, "{}"), format!("{} {}", new.sign("a", 1_000, "{}"), old.sign("a", 1_000, "{}")));
        let later = now + TimeDelta::seconds(1);
        assert_eq!(keys.signatures("a", later, "{}"), new.sign("a", 1_001, "{}"));
    }

    #[test]
    fn a_delivery_is_tried_ten_times_over_three_days() {
        let waits: Vec<_> = (1..=10).map(|attempts| next_try(attempts, 0.0, None)).collect();
        assert_eq!((waits[0], waits[1], waits[9]), (Some(TimeDelta::seconds(5)), Some(TimeDelta::minutes(5)), None));
        let all: TimeDelta = waits.iter().flatten().sum();
        assert_eq!(all, TimeDelta::seconds(272_105), "75 hours and 35 minutes");
        assert_eq!(next_try(2, 1.0, None), Some(TimeDelta::seconds(330)), "with all of the jitter");
        assert_eq!(next_try(1, 0.0, Some(TimeDelta::seconds(60))), Some(TimeDelta::seconds(60)));
        assert_eq!(next_try(1, 0.0, Some(TimeDelta::days(400))), Some(TimeDelta::days(1)));
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for other in [
            "127.0.0.1",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "198.18.0.1",
            "240.0.0.1",
            "192.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::a00:1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(other.parse().expect("an address")), "{other}");
        }
    }
}
