//! `/metrics`: what is counted and timed, for who runs the service.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Shared, auth, refusal::Refusal};
use crate::{domain::access::Scope, metrics};

/// The media type of Prometheus' text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Told to platform admins: names of fields and figures of traffic are nobody else's concern.
pub(super) async fn metrics(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let principal = match auth::principal(&shared, &headers).await {
        Ok(principal) => principal,
        Err(refused) => return Refusal::from(refused).into_response(),
    };
    if principal.actor().is_none() {
        return Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Send the credential of a platform admin.").into_response();
    }
    if !principal.may(Scope::PlatformAdmin) {
        return Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", "This needs the scope platform:admin.").into_response();
    }
    if let Err(error) = shared.service.measure().await {
        tracing::warn!("cannot measure what is in the database: {error:#}");
    }
    ([(header::CONTENT_TYPE, TEXT)], metrics::text()).into_response()
}
