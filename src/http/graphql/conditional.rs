//! Queries by GET that a client has the answer of already: `ETag`, `If-None-Match`, and the status 304.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use sha2::{Digest, Sha256};

/// Names an answer to a GET, and leaves its body out where the client has it. What anybody may see may be kept by anybody, if it
/// is asked about before it is used again; what was told to a caller with a credential is that caller's.
pub(super) async fn conditional(asked: &HeaderMap, answer: Response) -> Response {
    if answer.status() != StatusCode::OK {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return Response::from_parts(parts, Body::empty()) };
    let digest: String = Sha256::digest(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Weak, since the body may be compressed on its way.
    let tag = format!("W/\"{digest}\"");
    let keep = if asked.contains_key(header::AUTHORIZATION) { "private, no-cache" } else { "public, no-cache" };
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let is_known = known.map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == &tag[2..]);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}
