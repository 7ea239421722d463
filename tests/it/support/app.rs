//! The service as a client sees it.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use rolegraph::{
    app::App,
    config::{Settings, Sources},
    http::AdminToken,
    service::Service,
    work::Worker,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    clock::TestClock,
    database::{Dialect, TestDatabase},
};

/// The platform admin's token.
pub(crate) const TOKEN: &str = "a-token-for-tests";

/// The real router over a database of its own, with a clock that the test moves.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) database: TestDatabase,
    pub(crate) dialect: Dialect,
    router: Router,
}

impl TestApp {
    /// Over an empty, migrated database.
    pub(crate) async fn on(dialect: Dialect) -> Self {
        let database = TestDatabase::new(dialect, true).await;
        let clock = Arc::new(TestClock::new());
        let (app, router) = start(&database, &clock).await;
        Self { app, clock, database, dialect, router }
    }

    /// Another process of the same service on the same database.
    pub(crate) async fn replica(&self) -> (App, Router) {
        start(&self.database, &self.clock).await
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        self.app.service()
    }

    /// With the demo's jobs.
    pub(crate) async fn with_demo(self) -> Self {
        assert!(self.service().load_demo().await.expect("the demo loads"), "it was not there before");
        self.drain().await;
        self
    }

    /// Does all queued work. Answers how many items that were.
    pub(crate) async fn drain(&self) -> usize {
        Worker::new(Arc::clone(self.service())).drain().await.expect("the work is done")
    }

    /// What an anonymous caller is answered: `data`, after making sure that there are no errors.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        data(self.post(query, variables, None).await)
    }

    /// What the platform admin is answered.
    pub(crate) async fn admin(&self, query: &str, variables: Value) -> Value {
        data(self.post(query, variables, Some(TOKEN)).await)
    }

    /// The whole body of an answer.
    pub(crate) async fn post(&self, query: &str, variables: Value, token: Option<&str>) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let (_, _, body) = self.send(request.body(Body::from(body)).expect("a request")).await;
        serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)))
    }

    /// Any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.expect("a body").to_vec())
    }
}

async fn start(database: &TestDatabase, clock: &Arc<TestClock>) -> (App, Router) {
    let flags = vec![("database_url".to_owned(), database.url.clone()), ("database.max_connections".to_owned(), "4".to_owned())];
    let settings = Settings::load(&Sources { flags, ..Sources::default() }).expect("the settings are good").settings;
    let app = App::start(settings, Arc::<TestClock>::clone(clock)).await.expect("the service starts");
    let router = app.router(AdminToken::new(TOKEN));
    (app, router)
}

#[track_caller]
fn data(answer: Value) -> Value {
    assert!(answer.get("errors").is_none(), "{}", answer["errors"]);
    answer["data"].clone()
}
