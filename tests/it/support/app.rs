//! The service as a client sees it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rolegraph::{
    app::App,
    config::{Settings, Sources},
    http::AdminToken,
    providers::soc::Ranks,
    service::{Service, ServiceOptions},
    work::Worker,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    clock::TestClock,
    database::{Dialect, TestDatabase},
    ranker::TestRanker,
};

/// The platform admin's token.
pub(crate) const TOKEN: &str = "a-token-for-tests";

/// The real router over a database of its own, with a clock that the test moves.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) dialect: Dialect,
    ranker: Arc<dyn Ranks>,
    settings: Vec<(String, String)>,
    router: Router,
}

impl TestApp {
    /// Over an empty, migrated database, with a ranker that the test decides by its titles.
    pub(crate) async fn on(dialect: Dialect) -> Self {
        Self::with_ranker(dialect, Arc::new(TestRanker::default())).await
    }

    /// Over an empty, migrated database.
    pub(crate) async fn with_ranker(dialect: Dialect, ranker: Arc<dyn Ranks>) -> Self {
        Self::fresh(dialect, ranker, vec![]).await
    }

    /// Over an empty, migrated database, with settings of the test's own.
    pub(crate) async fn with_settings(dialect: Dialect, settings: &[(&str, String)]) -> Self {
        let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        Self::fresh(dialect, Arc::new(TestRanker::default()), settings).await
    }

    async fn fresh(dialect: Dialect, ranker: Arc<dyn Ranks>, settings: Vec<(String, String)>) -> Self {
        let database = Arc::new(TestDatabase::new(dialect, true).await);
        Self::start(database, Arc::new(TestClock::new()), dialect, ranker, settings).await
    }

    /// Over that database, whose schema is brought up to date at the start.
    pub(crate) async fn over(database: TestDatabase, dialect: Dialect) -> Self {
        Self::start(Arc::new(database), Arc::new(TestClock::new()), dialect, Arc::new(TestRanker::default()), vec![]).await
    }

    /// Another process of the same service on the same database, with the same clock.
    pub(crate) async fn replica(&self) -> Self {
        self.replica_with(&[]).await
    }

    /// Another process with settings of its own besides.
    pub(crate) async fn replica_with(&self, settings: &[(&str, &str)]) -> Self {
        let mut all = self.settings.clone();
        all.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        Self::start(Arc::clone(&self.database), Arc::clone(&self.clock), self.dialect, Arc::clone(&self.ranker), all).await
    }

    /// Another process that has another ranker.
    pub(crate) async fn replica_ranked(&self, ranker: Arc<dyn Ranks>) -> Self {
        Self::start(Arc::clone(&self.database), Arc::clone(&self.clock), self.dialect, ranker, self.settings.clone()).await
    }

    async fn start(
        database: Arc<TestDatabase>,
        clock: Arc<TestClock>,
        dialect: Dialect,
        ranker: Arc<dyn Ranks>,
        own: Vec<(String, String)>,
    ) -> Self {
        let mut flags = vec![
            ("database_url".to_owned(), database.url.clone()),
            ("database.max_connections".to_owned(), "4".to_owned()),
            ("limits.request_seconds".to_owned(), "60".to_owned()),
            ("limits.concurrent_requests".to_owned(), "10000".to_owned()),
            ("rates.anonymous".to_owned(), "0".to_owned()),
            ("rates.signed_in".to_owned(), "0".to_owned()),
            ("http.explore".to_owned(), "everybody".to_owned()),
            // The test's clock stands still, and statements are counted.
            ("cache.answers_bytes".to_owned(), "0".to_owned()),
        ];
        flags.extend(own.iter().cloned());
        let settings = Settings::load(&Sources { flags, ..Sources::default() }).expect("the settings are good").settings;
        let options = ServiceOptions { ranker: Arc::clone(&ranker), ..ServiceOptions::from(&settings) };
        let app = Box::pin(App::start_with(settings, Arc::<TestClock>::clone(&clock), options)).await.expect("the service starts");
        let router = app.router(AdminToken::new(TOKEN));
        Self { app, clock, database, dialect, ranker, settings: own, router }
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
    #[track_caller]
    pub(crate) fn ask(&self, query: &str, variables: Value) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move { data(&self.post(query, variables, None).await, caller) }
    }

    /// What the platform admin is answered.
    #[track_caller]
    pub(crate) fn admin(&self, query: &str, variables: Value) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move { data(&self.post(query, variables, Some(TOKEN)).await, caller) }
    }

    /// The code of the one error that a caller is answered.
    pub(crate) async fn refusal(&self, query: &str, variables: Value, token: Option<&str>) -> String {
        let answer = self.post(query, variables, token).await;
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
        answer["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
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

    /// How many SQL statements `work` costs, and what it answers.
    pub(crate) async fn counted<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.service().store().statements();
        let answer = work.await;
        (self.service().store().statements() - before, answer)
    }

    /// Creates an occupation or a role, and answers its id.
    pub(crate) async fn create(&self, input: Value) -> String {
        let answer = self
            .admin(
                "mutation($input: CreateJobInput!) { createJob(input: $input) { job { id } errors { message } } }",
                json!({ "input": input }),
            )
            .await;
        answer["createJob"]["job"]["id"].as_str().unwrap_or_else(|| panic!("not created: {answer}")).to_owned()
    }

    /// Creates a company, and answers its id.
    pub(crate) async fn company(&self, slug: &str) -> String {
        let create = "mutation($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } errors { message } } }";
        let answer = self.admin(create, json!({ "input": { "slug": slug, "name": format!("{slug}, Inc.") } })).await;
        answer["createCompany"]["company"]["id"].as_str().unwrap_or_else(|| panic!("not created: {answer}")).to_owned()
    }

    /// What the clock says.
    pub(crate) fn clock_now(&self) -> chrono::DateTime<chrono::Utc> {
        use rolegraph::domain::clock::Clock;
        self.clock.now()
    }

    /// Moves the clock on by days.
    pub(crate) fn days_pass(&self, days: u64) {
        self.clock.advance(chrono::TimeDelta::from_std(Duration::from_secs(days * 86_400)).expect("a span"));
    }
}

/// The opaque id of a thing.
pub(crate) fn node_id(kind: &str, key: impl std::fmt::Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{kind}:{key}"))
}

/// The key that an opaque id holds.
pub(crate) fn uuid_of(id: &str) -> Uuid {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).expect("an id")).expect("text");
    text.split_once(':').expect("kind and key").1.parse().expect("a UUID")
}

#[track_caller]
fn data(answer: &Value, caller: &std::panic::Location<'_>) -> Value {
    assert!(answer.get("errors").is_none(), "{caller}: {}", answer["errors"]);
    answer["data"].clone()
}
