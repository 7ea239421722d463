//! The sites whose pages may ask: none but the service's own, unless the settings name them. Credentials come in a header that a
//! page has to set itself, never from the browser.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember what it was told.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a page may send, besides what every page may.
const SENT: [HeaderName; 7] = [
    header::CONTENT_TYPE,
    header::AUTHORIZATION,
    header::ACCEPT,
    header::IF_NONE_MATCH,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("rolegraph-cost"),
    HeaderName::from_static("x-request-id"),
];

/// What a page may read, besides what every page may.
const READ: [HeaderName; 7] = [
    header::ETAG,
    header::RETRY_AFTER,
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("rolegraph-cost"),
    HeaderName::from_static("x-request-id"),
];

/// For the pages of these sites; one `*` means all.
pub(super) fn layer(origins: &[String]) -> CorsLayer {
    let named = || origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let allowed = if origins == ["*"] { AllowOrigin::any() } else { AllowOrigin::list(named()) };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(SENT)
        .expose_headers(READ)
        .max_age(REMEMBERED)
}
