//! Load shedding: more requests at once than the machine can do are refused at once, so that those that are let in are
//! answered as fast as ever.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use super::refusal::Refusal;
use crate::metrics;

/// How many requests may still begin.
pub(super) type Gate = Arc<Semaphore>;

/// Lets a request through when there is room for it. A stream counts until it begins.
pub(super) async fn shed(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let Ok(_held) = gate.try_acquire() else {
        metrics::shed();
        return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", "Too many requests are under way: try again.").into_response();
    };
    next.run(request).await
}
