//! Routes and layers on one screen.

mod about;
mod auth;
mod caller;
mod cors;
mod export;
mod graphql;
mod health;
mod idempotency;
mod live;
mod metrics;
mod pages;
mod rates;
mod refusal;
mod serve;
mod shed;
mod written;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, Request, Response, StatusCode, header},
    routing::get,
};
use shed::Gate;
use tower_http::{
    catch_panic::CatchPanicLayer,
    classify::ServerErrorsFailureClass,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate, SizeAbove},
    },
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};

pub use auth::AdminToken;
pub use serve::{ConnectionLimits, serve};

use crate::{
    config::{DocumentsMode, Explore},
    domain::access::{Principal, Scope},
    graphql::{ApiSchema, Limits},
    service::Service,
    telemetry,
};
use export::Exports;
pub use graphql::trusted::TrustedDocuments;
use graphql::{documents::Documents, kept::Answers, library::Library};
use rates::Rates;

/// What handlers share.
#[derive(Clone)]
struct Shared {
    service: Arc<Service>,
    schema: ApiSchema,
    /// For what was validated before; made when something comes again.
    trusting: Arc<Trusting>,
    admin: AdminToken,
    options: HttpOptions,
    documents: Documents,
    library: Library,
    rates: Rates,
    gate: Gate,
    answers: Answers,
    exports: Exports,
}

/// A schema that is made when it is needed.
type Trusting = LazyLock<ApiSchema, Box<dyn FnOnce() -> ApiSchema + Send>>;

impl Shared {
    /// True for who may look at the schema.
    fn may_explore(&self, principal: &Principal) -> bool {
        match self.options.explore {
            Explore::Everybody => true,
            Explore::SignedIn => principal.actor().is_some(),
            Explore::Admins => principal.may(Scope::PlatformAdmin),
        }
    }
}

/// What a request may be, and who may send it.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// How much one operation may ask for.
    pub operation: Limits,
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// The longest time.
    pub deadline: Duration,
    /// The most operations at once; streams count until they begin.
    pub concurrent: usize,
    /// What one address without a credential may ask for in a minute, by cost; 0 for no limit.
    pub anonymous_rate: u32,
    /// What one credential may ask for in a minute, by cost; 0 for no limit.
    pub signed_in_rate: u32,
    /// How many proxies tell the address of the caller.
    pub trusted_proxies: usize,
    /// The sites whose pages may ask; one `*` for all.
    pub origins: Vec<String>,
    /// Who may look at the schema.
    pub explore: Explore,
    /// How many bytes of answers are kept; 0 keeps none.
    pub answers_bytes: u64,
    /// The most exports at once.
    pub exports: usize,
    /// The documents that are known beforehand.
    pub trusted: Arc<TrustedDocuments>,
    /// What is done about other documents.
    pub mode: DocumentsMode,
    /// How many bytes of documents that clients send with their hashes are kept; 0 for none.
    pub persisted_bytes: u64,
    /// The schema tells spans.
    pub traced: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            operation: Limits::default(),
            body_bytes: 256 << 10,
            deadline: Duration::from_secs(10),
            concurrent: 256,
            anonymous_rate: 0,
            signed_in_rate: 0,
            trusted_proxies: 0,
            origins: vec![],
            explore: Explore::SignedIn,
            answers_bytes: 0,
            exports: 2,
            trusted: Arc::default(),
            mode: DocumentsMode::Off,
            persisted_bytes: 0,
            traced: false,
        }
    }
}

/// The routes.
pub fn router(service: Arc<Service>, schema: ApiSchema, admin: AdminToken, options: HttpOptions) -> Router {
    let (documents, rates) = (Documents::new(options.operation), Rates::new(options.anonymous_rate, options.signed_in_rate));
    let library = Library::new(Arc::clone(&options.trusted), options.mode, options.persisted_bytes);
    let (behind, limits, traced) = (Arc::clone(&service), options.operation, options.traced);
    let trusting: Arc<Trusting> = Arc::new(LazyLock::new(Box::new(move || crate::graphql::trusting_schema(behind, &limits, traced))));
    let (gate, origins, answers) = (Gate::new(options.concurrent), options.origins.clone(), Answers::new(options.answers_bytes));
    let exports = Exports::new(&service, options.exports);
    let shared =
        Shared { service: Arc::clone(&service), schema, trusting, admin, options, documents, library, rates, gate, answers, exports };
    let router = Router::new()
        .route("/graphql", get(graphql::by_get).post(graphql::by_post))
        .route("/", get(about::about))
        .route("/graphql/ws", get(live::socket))
        .route("/console", get(pages::console))
        .route("/console/", get(pages::console))
        .route("/console/{*path}", get(pages::console))
        .route("/graphiql", get(pages::graphiql))
        .route("/assets/{*path}", get(pages::asset))
        .route("/export/jobs.jsonl", get(export::jobs))
        .route("/metrics", get(metrics::metrics))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(WORTH_PACKING))))
        .layer(CatchPanicLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(answered).on_failure(failed))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, Ids(service)))
        .with_state(shared);
    if origins.is_empty() { router } else { router.layer(cors::layer(&origins)) }
}

/// Smaller answers are sent as they are, in bytes: to pack one takes more time than it saves.
const WORTH_PACKING: u64 = 1 << 10;

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

fn answered<B>(response: &Response<B>, took: Duration, span: &tracing::Span) {
    telemetry::answered(span, response.status().as_u16());
    tracing::debug!(status = response.status().as_u16(), ?took, "answered");
}

/// A request that came to nothing. That there is no room is no news for each: it is counted.
fn failed(class: ServerErrorsFailureClass, took: Duration, _: &tracing::Span) {
    match class {
        ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) => {}
        class => tracing::error!(?took, "a request failed: {class}"),
    }
}

fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = graphql::request_id(request.headers());
    let span = tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id);
    telemetry::continue_trace(&span, request, id);
    span
}
