//! Routes and layers on one screen.

mod about;
mod auth;
mod graphql;
mod health;
mod idempotency;
mod live;
mod metrics;
mod pages;
mod refusal;
mod shed;
mod written;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, Request, header},
    middleware::from_fn_with_state,
    routing::get,
};
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

pub use auth::AdminToken;

use crate::{
    graphql::{ApiSchema, Limits},
    service::Service,
};
use graphql::documents::Documents;

/// What handlers share.
#[derive(Clone)]
struct Shared {
    service: Arc<Service>,
    schema: ApiSchema,
    admin: AdminToken,
    options: HttpOptions,
    documents: Documents,
}

/// Limits of a request.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// How much one operation may ask for.
    pub operation: Limits,
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// The longest time.
    pub deadline: Duration,
    /// The most operations at once; streams count until they begin.
    pub concurrent: usize,
}

/// The routes.
pub fn router(service: Arc<Service>, schema: ApiSchema, admin: AdminToken, options: HttpOptions) -> Router {
    let documents = Documents::new(options.operation);
    let shared = Shared { service: Arc::clone(&service), schema, admin, options, documents };
    Router::new()
        .route("/graphql", get(graphql::by_get).post(graphql::by_post))
        .route_layer(from_fn_with_state(Arc::new(Semaphore::new(options.concurrent)), shed::shed))
        .route("/", get(about::about))
        .route("/graphql/ws", get(live::socket))
        .route("/graphiql", get(pages::graphiql))
        .route("/assets/{*path}", get(pages::asset))
        .route("/metrics", get(metrics::metrics))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, Ids(service)))
        .with_state(shared)
}

/// The header that carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Ids for requests that come without one.
#[derive(Clone)]
struct Ids(Arc<Service>);

impl MakeRequestId for Ids {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id = self.0.clock().new_id().simple().to_string();
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

fn span<B>(request: &Request<B>) -> tracing::Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id = graphql::request_id(request.headers()))
}
