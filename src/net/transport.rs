//! One try: a request goes out, an answer is read. Nothing else names reqwest.

use std::{error::Error as _, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{
    Client, Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};
use secrecy::ExposeSecret;
use serde::de::IgnoredAny;
use thiserror::Error;
use url::Url;

use super::{
    call::{Call, place},
    failure::Failure,
    gates::Allowance,
    limits::Limits,
    scrub::Scrubber,
};

/// What upstreams are told of who calls; O*NET asks programs to say that they are one.
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"), " (bot)");

/// From this number on a reset is a moment, in seconds since 1970, and before it a span.
const MOMENTS: u64 = 1_000_000_000;

/// Why there is no HTTP client: the machine's certificates cannot be read, as a rule.
#[derive(Debug, Error)]
#[error("no HTTP client for {upstream}: {reason}")]
pub struct ClientError {
    /// Whose.
    pub upstream: &'static str,
    /// Why.
    pub reason: String,
}

/// The way to an upstream.
#[derive(Debug)]
pub(super) struct Transport {
    client: Client,
    base: Url,
    body_bytes: usize,
    scrubber: Scrubber,
}

/// How one try went, and what the headers said about the next ones.
#[derive(Debug)]
pub(super) struct Try {
    pub(super) result: Result<(u16, Arc<[u8]>), Failure>,
    pub(super) retry_after: Option<Duration>,
    pub(super) allowance: Option<Allowance>,
}

impl From<Failure> for Try {
    fn from(failure: Failure) -> Self {
        Self { result: Err(failure), retry_after: None, allowance: None }
    }
}

impl Transport {
    pub(super) fn new(upstream: &'static str, base: Url, limits: &Limits, scrubber: Scrubber) -> Result<Self, ClientError> {
        // Fails when there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(limits.connect)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_secs(30));
        let builder = if is_local(&base) { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| ClientError { upstream, reason: cause(&error) })?;
        Ok(Self { client, base, body_bytes: limits.body_bytes, scrubber })
    }

    /// Makes the call once. `now` is the time by the wall clock, for dates in headers.
    pub(super) async fn send(&self, call: &Call, now: DateTime<Utc>) -> Try {
        let request = match self.request(call) {
            Ok(request) => request,
            Err(failure) => return failure.into(),
        };
        match self.client.execute(request).await {
            Ok(response) => {
                let retry_after = retry_after(response.headers(), now);
                let allowance = allowance(response.headers(), now);
                Try { result: self.read(call, response, retry_after).await, retry_after, allowance }
            }
            Err(error) => self.failure(&error).into(),
        }
    }

    fn request(&self, call: &Call) -> Result<reqwest::Request, Failure> {
        let url = call.url(&self.base);
        let mut request = match &call.body {
            None => self.client.get(url),
            Some((content_type, body)) => self.client.post(url).header(CONTENT_TYPE, *content_type).body(body.expose_secret().to_owned()),
        };
        request = request.header(ACCEPT, "application/json");
        for (name, value) in &call.headers {
            let (name, mut value) = header(name, value.expose_secret())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request.build().map_err(|error| self.failure(&error))
    }

    async fn read(&self, call: &Call, response: Response, retry_after: Option<Duration>) -> Result<(u16, Arc<[u8]>), Failure> {
        let status = response.status().as_u16();
        if call.answers.contains(&status) {
            return Ok((status, Arc::default()));
        }
        if call.told.contains(&status) {
            return Ok((status, self.body(response).await?.into()));
        }
        if let Some(failure) = refusal(status, retry_after) {
            return Err(self.explained(call, status, failure, response).await);
        }
        let other = other_type(response.headers());
        let body = self.body(response).await?;
        if let Some(content_type) = other {
            return Err(Failure::malformed(format!("it is {}, not JSON", self.scrubber.scrub(&content_type))));
        }
        serde_json::from_slice::<IgnoredAny>(&body).map_err(|error| Failure::malformed(place(&error)))?;
        call.judge.map_or(Ok(()), |judge| judge(&body))?;
        Ok((status, body.into()))
    }

    /// What a refusal means, where its body tells it.
    async fn explained(&self, call: &Call, status: u16, failure: Failure, response: Response) -> Failure {
        match call.explain {
            Some(explain) if (400..500).contains(&status) => {
                let body = self.body(response).await.unwrap_or_default();
                explain(status, &body).unwrap_or(failure)
            }
            _ => failure,
        }
    }

    /// The body, unpacked, as long as it is not too large.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let most = self.body_bytes;
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > most) {
            return Err(Failure::TooLarge { most });
        }
        let mut body = Vec::with_capacity(announced.unwrap_or(0));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if body.len() + chunk.len() > most {
                return Err(Failure::TooLarge { most });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        let reason = || self.scrubber.scrub(&cause(error));
        if error.is_timeout() {
            Failure::TimedOut
        } else if error.is_connect() {
            Failure::Unavailable { reason: format!("no connection ({})", reason()) }
        } else if error.is_decode() || error.is_builder() {
            Failure::malformed(reason())
        } else {
            Failure::Unavailable { reason: format!("the connection broke ({})", reason()) }
        }
    }
}

/// What runs on this machine is never behind a proxy.
pub(super) fn is_local(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host == "localhost" || host == "[::1]" || host.starts_with("127."))
}

fn header(name: &'static str, value: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let unusable = || Failure::malformed("a header cannot carry the credentials");
    Ok((HeaderName::from_static(name), HeaderValue::from_str(value).map_err(|_| unusable())?))
}

/// The innermost cause: the outer ones name the URL.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(inner) = innermost.and_then(std::error::Error::source) {
        innermost = Some(inner);
    }
    innermost.map_or_else(|| "unknown".to_owned(), |cause| cause.to_string().chars().take(200).collect())
}

/// What a status says by itself.
fn refusal(status: u16, retry_after: Option<Duration>) -> Option<Failure> {
    Some(match status {
        200..=299 => return None,
        300..=399 => Failure::Redirected { status },
        401 | 403 => Failure::Unauthorized,
        404 => Failure::NotFound,
        408 | 500.. => Failure::Unavailable { reason: format!("status {status}") },
        429 => Failure::RateLimited { retry_after },
        _ => Failure::Refused { status },
    })
}

/// The content type when it is another than JSON; a missing one may be JSON all the same.
fn other_type(headers: &HeaderMap) -> Option<String> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().unwrap_or("nothing readable");
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = essence == "application/json" || essence == "text/json" || essence.ends_with("+json");
    (!json).then(|| essence.chars().take(60).collect())
}

/// `Retry-After` in seconds or as a date, or `retry-after-ms`.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(|text| text.parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = text(RETRY_AFTER.as_str())?;
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        let until = DateTime::<Utc>::from(httpdate::parse_http_date(text).ok()?);
        Some((until - now).to_std().unwrap_or_default())
    })
}

fn allowance(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Allowance> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let left = u32::try_from(number("ratelimit-remaining")?).unwrap_or(u32::MAX);
    let since_1970 = u64::try_from(now.timestamp()).unwrap_or_default();
    let more_in = number("ratelimit-reset").map(|at| if at >= MOMENTS { at.saturating_sub(since_1970) } else { at });
    Some(Allowance { left, more_in: more_in.map(Duration::from_secs) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date() {
        let now = "2026-07-01T12:00:00Z".parse().expect("a time");
        let wait = |name, value| retry_after(&headers(&[(name, value)]), now);
        assert_eq!(wait("retry-after", " 7 "), Some(Duration::from_secs(7)));
        assert_eq!(wait("retry-after", "Wed, 01 Jul 2026 12:00:09 GMT"), Some(Duration::from_secs(9)));
        assert_eq!(wait("retry-after", "Wed, 01 Jul 2026 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!((wait("retry-after", "soon"), wait("retry-after", "-1"), wait("x", "1")), (None, None, None));
    }

    #[test]
    fn a_reset_is_a_span_or_a_moment() {
        let now = "2026-07-01T12:00:00Z".parse().expect("a time");
        let read = |reset| allowance(&headers(&[("ratelimit-remaining", "3"), ("ratelimit-reset", reset)]), now);
        let in_a_minute = Some(Allowance { left: 3, more_in: Some(Duration::from_mins(1)) });
        assert_eq!((read("60"), read("1782907260")), (in_a_minute, in_a_minute));
        assert_eq!((read("later"), allowance(&headers(&[]), now)), (Some(Allowance { left: 3, more_in: None }), None));
    }

    #[test]
    fn json_is_known_by_its_type() {
        let other = |value| other_type(&headers(&[("content-type", value)]));
        assert_eq!((other("application/json; charset=utf-8"), other("application/problem+json")), (None, None));
        assert_eq!(other("Text/HTML; charset=utf-8").as_deref(), Some("text/html"));
        assert_eq!(other_type(&headers(&[])), None);
    }
}
