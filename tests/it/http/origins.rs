//! The sites whose pages may ask.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use super::{Answer, send, told};
use crate::support::{TestApp, database::Dialect};

async fn open_to(origins: &str) -> TestApp {
    TestApp::with_settings(Dialect::Sqlite, &[("http.origins", origins.to_owned())]).await
}

/// What a browser asks before it lets a page ask.
async fn may_ask(app: &TestApp, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type,idempotency-key"),
    ];
    send(app, Method::OPTIONS, "/graphql", &headers, Body::empty()).await
}

async fn asked(app: &TestApp, origin: &str) -> Answer {
    let headers = [("origin", origin), ("content-type", "application/json")];
    send(app, Method::POST, "/graphql", &headers, r#"{"query":"{viewer{scopes}}"}"#).await
}

#[tokio::test]
async fn no_other_site_may_ask_unless_the_settings_say_so() {
    let app = super::app().await;
    let preflight = may_ask(&app, "https://evil.example").await;
    assert_eq!((preflight.0, told(&preflight, "access-control-allow-origin")), (StatusCode::METHOD_NOT_ALLOWED, ""));
    assert_eq!(told(&asked(&app, "https://evil.example").await, "access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_site_that_the_settings_name_may_ask_and_no_other() {
    let app = open_to("https://jobs.example.org, http://localhost:3000").await;
    for origin in ["https://jobs.example.org", "http://localhost:3000"] {
        let preflight = may_ask(&app, origin).await;
        assert_eq!((preflight.0, told(&preflight, "access-control-allow-origin")), (StatusCode::OK, origin));
        let allowed = told(&preflight, "access-control-allow-headers");
        assert!(["authorization", "content-type", "idempotency-key"].iter().all(|name| allowed.contains(name)), "{allowed}");
        assert_eq!(told(&preflight, "access-control-allow-credentials"), "", "cookies are nothing here");
        let answer = asked(&app, origin).await;
        assert_eq!(told(&answer, "access-control-allow-origin"), origin);
        assert!(told(&answer, "access-control-expose-headers").contains("rolegraph-cost"));
    }
    for origin in ["https://evil.example", "http://jobs.example.org", "https://jobs.example.org.evil.example", "null"] {
        assert_eq!(told(&may_ask(&app, origin).await, "access-control-allow-origin"), "", "{origin}");
        assert_eq!(told(&asked(&app, origin).await, "access-control-allow-origin"), "", "{origin}");
    }
    let all = open_to("*").await;
    assert_eq!(told(&asked(&all, "https://anybody.example").await, "access-control-allow-origin"), "*");
}
