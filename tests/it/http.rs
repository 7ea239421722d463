//! The edge: what comes in that is no good query, and what goes out besides answers.

mod audit;
mod corpus;
mod cost;
mod documents;
mod explore;
mod kept;
mod nesting;
mod origins;
mod rates;
mod running;
mod scanned;
mod serve;
mod validated;

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use rolegraph::{
    app::connect,
    config::{Settings, Sources},
    graphql::{self, Limits},
    http::{self, AdminToken, HttpOptions},
    service::{Service, ServiceOptions},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tower::ServiceExt;

use crate::support::{
    TestApp,
    app::TOKEN,
    clock::TestClock,
    database::{Dialect, TestDatabase},
    on_both_databases,
};

type Answer = (StatusCode, HeaderMap, Vec<u8>);

/// A request with headers and a body.
async fn send(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(body.into()).expect("a request")).await
}

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(app, Method::GET, path, headers, Body::empty()).await
}

async fn post(app: &TestApp, body: impl Into<Body>) -> Answer {
    send(app, Method::POST, "/graphql", &[("content-type", "application/json")], body).await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.2).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&answer.2)))
}

fn told<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.1.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The status and the error's code.
fn refusal(answer: &Answer) -> (u16, String) {
    (answer.0.as_u16(), read(answer)["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned())
}

async fn app() -> TestApp {
    TestApp::on(Dialect::Sqlite).await
}

#[tokio::test]
async fn a_query_may_come_by_get_and_a_mutation_may_not() {
    let app = app().await;
    let answer = get(&app, "/graphql?query=query($c:SocCode!){occupation(code:$c){code}}&variables=%7B%22c%22:%2215-1252%22%7D", &[]).await;
    assert_eq!((answer.0, read(&answer)), (StatusCode::OK, json!({ "data": { "occupation": { "code": "15-1252.00" } } })));
    assert_eq!(told(&answer, "content-type"), "application/json; charset=utf-8");
    let two = "query%20A{viewer{scopes}}%20mutation%20B{deleteJob(id:%22a%22){deletedId}}";
    let named = get(&app, &format!("/graphql?operationName=A&query={two}"), &[]).await;
    assert_eq!(read(&named), json!({ "data": { "viewer": { "scopes": [] } } }));

    app.create(json!({ "kind": "OCCUPATION", "title": "Cook" })).await;
    let before = app.trace().await;
    let token = format!("Bearer {TOKEN}");
    let create = "mutation{createJob(input:{kind:OCCUPATION,title:%22Cook%22}){job{id}}}";
    for query in
        [format!("query={create}"), format!("operationName=B&query={two}"), format!("query=fragment%20F%20on%20Job{{id}}%20{create}")]
    {
        let answer = get(&app, &format!("/graphql?{query}"), &[("authorization", &token)]).await;
        assert_eq!((refusal(&answer), told(&answer, "allow")), ((405, "METHOD_NOT_ALLOWED".to_owned()), "POST"), "{query}");
    }
    assert_eq!(app.trace().await, before);
    let two_open = get(&app, &format!("/graphql?operationName=&query={two}"), &[]).await;
    assert_eq!(refusal(&two_open), (200, "BAD_REQUEST".to_owned()), "nobody says which");
    for empty in [
        "/graphql",
        "/graphql?query=",
        "/graphql?query=%7Bviewer%7Bscopes%7D%7D&variables=%7B",
        "/graphql?query=%7Bviewer%7Bscopes%7D%7D&variables=[1]",
    ] {
        assert_eq!(refusal(&get(&app, empty, &[]).await), (400, "BAD_REQUEST".to_owned()), "{empty}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(send(&app, method, "/graphql", &[], "{}").await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
}

/// What urql sends.
#[tokio::test]
async fn who_takes_every_form_is_answered_in_one_piece_but_for_subscriptions() {
    let app = app().await;
    let all = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed";
    let query = get(&app, "/graphql?query=%7Bviewer%7Bscopes%7D%7D", &[("accept", all)]).await;
    assert_eq!((query.0, told(&query, "content-type")), (StatusCode::OK, "application/graphql-response+json; charset=utf-8"));
    let stream = get(&app, "/graphql?query=subscription%7Bnothing%7D", &[("accept", all)]).await;
    assert_eq!((stream.0, told(&stream, "content-type")), (StatusCode::OK, "text/event-stream"));
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused() {
    let app = app().await;
    let query = r#"{"query":"{viewer{scopes}}"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/graphql",
        "",
    ] {
        let answer = send(&app, Method::POST, "/graphql", &[("content-type", kind)], query).await;
        assert_eq!(refusal(&answer), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "{kind}");
    }
    assert_eq!(refusal(&send(&app, Method::POST, "/graphql", &[], query).await).0, 415);
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(send(&app, Method::POST, "/graphql", &[("content-type", kind)], query).await.0, StatusCode::OK, "{kind}");
    }
    for broken in ["", "{", "[]", "null", "42", r#"{"query": 1}"#, r#"{"query":"{viewer{scopes}}","variables":[1]}"#, "\u{0}"] {
        assert_eq!(refusal(&post(&app, broken).await), (400, "BAD_REQUEST".to_owned()), "{broken}");
    }
    let deep = format!(r#"{{"query":"{{viewer{{scopes}}}}","variables":{{"a":{}1{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refusal(&post(&app, deep).await), (400, "BAD_REQUEST".to_owned()));
    let large = format!(r#"{{"query":"{{viewer{{scopes}}}}","variables":{{"a":"{}"}}}}"#, "x".repeat(262_144));
    assert_eq!(post(&app, large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let fits = format!(r#"{{"query":"{{viewer{{scopes}}}}","variables":{{"a":"{}"}}}}"#, "x".repeat(262_000));
    assert_eq!(post(&app, fits).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_document_that_cannot_be_executed_is_told_so() {
    let app = app().await;
    let modern = [("content-type", "application/json"), ("accept", "application/graphql-response+json")];
    for query in [
        "{",
        "{ nothing }",
        "",
        "query A { viewer { scopes } } query B { viewer { scopes } }",
        "fragment F on Job { id }",
        "{ job { id } }",
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = post(&app, body.clone()).await;
        assert_eq!(
            (answer.0, &read(&answer)["data"], refusal(&answer).1),
            (StatusCode::OK, &Value::Null, "BAD_REQUEST".to_owned()),
            "{query}"
        );
        let answer = send(&app, Method::POST, "/graphql", &modern, body).await;
        assert_eq!(refusal(&answer), (400, "BAD_REQUEST".to_owned()), "{query}");
        assert_eq!(told(&answer, "content-type"), "application/graphql-response+json; charset=utf-8");
    }
    let deep = format!("{{ job(by: {{slug: \"a\"}}) {}{{ title }}{} }}", "{ company { jobs { nodes ".repeat(8), " } } }".repeat(8));
    assert_eq!(app.refusal(&deep, json!({}), None).await, "TOO_COMPLEX", "too deep");
    let wide = (0..1_100).map(|number| format!("a{number}: viewer {{ scopes }}")).collect::<Vec<_>>().join(" ");
    assert_eq!(app.refusal(&format!("{{ {wide} }}"), json!({}), None).await, "TOO_COMPLEX", "too much");
}

#[tokio::test]
async fn a_bad_token_is_refused_and_none_is_anonymous() {
    let app = app().await;
    let body = r#"{"query":"{viewer{actor{name}}}"}"#;
    let with = async |value: &str| {
        send(&app, Method::POST, "/graphql", &[("content-type", "application/json"), ("authorization", value)], body).await
    };
    for bad in ["Bearer wrong", "Bearer", "Bearer ", "Basic YTpi", TOKEN, ""] {
        let answer = with(bad).await;
        assert_eq!((refusal(&answer), told(&answer, "www-authenticate")), ((401, "UNAUTHENTICATED".to_owned()), "Bearer"), "{bad}");
    }
    assert_eq!(read(&with(&format!("bearer {TOKEN}")).await)["data"]["viewer"]["actor"]["name"], "Platform admin");
    assert_eq!(read(&post(&app, body).await)["data"]["viewer"]["actor"], Value::Null);
}

#[tokio::test]
async fn the_front_page_is_for_people_and_for_programs() {
    let app = app().await;
    let page = get(&app, "/", &[("accept", "text/html,application/xhtml+xml")]).await;
    let text = String::from_utf8_lossy(&page.2).into_owned();
    assert_eq!((page.0, told(&page, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for part in [
        env!("CARGO_PKG_VERSION"),
        "O*NET 30.0",
        "O*NET 29.3",
        "OEWS May 2025",
        "EP 2024-34",
        "/console",
        "/graphiql",
        "/graphql",
        "/health/ready",
        "CC BY 4.0",
    ] {
        assert!(text.contains(part), "the page does not tell {part}");
    }
    assert!(told(&page, "content-security-policy").starts_with("default-src 'none'"));
    let told_to_programs = read(&get(&app, "/", &[]).await);
    assert_eq!((&told_to_programs["name"], &told_to_programs["version"]), (&json!("rolegraph"), &json!(env!("CARGO_PKG_VERSION"))));
    assert!(told_to_programs["releases"].as_array().expect("releases").contains(&json!("O*NET 30.0")));
    assert_eq!(told_to_programs["links"].as_object().map(serde_json::Map::len), Some(5));
    for nowhere in ["/nothing", "/graphql/more", "/assets/nothing.js", "/assets/../Cargo.toml", "/assets/%2e%2e/%2e%2e/Cargo.toml", "/.env"]
    {
        assert_eq!(get(&app, nowhere, &[]).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn pages_are_served_from_the_binary_or_say_how_to_build_them() {
    let app = app().await;
    for address in ["/graphiql", "/console", "/console/", "/console/jobs/Sm9iOjE", "/console/no/such/page"] {
        let page = get(&app, address, &[("accept", "text/html")]).await;
        let text = String::from_utf8_lossy(&page.2).into_owned();
        let policy = told(&page, "content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"),
            "{policy}"
        );
        if page.0 == StatusCode::NOT_FOUND {
            assert!(text.contains("make web"), "{text}");
            return;
        }
        assert_eq!((page.0, told(&page, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"), "{address}");
        assert_eq!(told(&page, "cache-control"), "no-cache", "{address}");
        let script = text.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
        let file = get(&app, script, &[]).await;
        assert_eq!((file.0, told(&file, "content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"), "{script}");
        assert_eq!(told(&file, "cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn every_answer_carries_the_id_of_its_request() {
    let app = app().await;
    let own = get(&app, "/health/live", &[("x-request-id", "my-id-1")]).await;
    assert_eq!(told(&own, "x-request-id"), "my-id-1");
    let (first, second) = (get(&app, "/", &[]).await, get(&app, "/nothing", &[]).await);
    assert_eq!((told(&first, "x-request-id").len(), told(&second, "x-request-id").len()), (32, 32));
    assert_ne!(told(&first, "x-request-id"), told(&second, "x-request-id"));
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(told(&first, name), value);
    }
    let zipped = get(&app, "/graphql?query={__schema{types{name%20description}}}", &[("accept-encoding", "gzip")]).await;
    assert_eq!((told(&zipped, "content-encoding"), zipped.2.starts_with(&[0x1f, 0x8b])), ("gzip", true));
}

on_both_databases! {
    async fn what_fails_inside_is_told_without_its_cause(app: TestApp) {
        app.create(json!({ "kind": "OCCUPATION", "title": "Cook", "socCode": "35-2014" })).await;
        assert_eq!(get(&app, "/health/ready", &[]).await.0, StatusCode::OK);
        app.sql("DROP TABLE job_data_overrides").await;
        app.sql("ALTER TABLE companies RENAME TO hidden").await;
        for query in ["{ companies { nodes { name } } }", "{ jobs { nodes { tasks { value { key } } } } }", "{ coverage { jobs fields { filled } } }"] {
            let body = json!({ "query": query }).to_string();
            let answer = send(&app, Method::POST, "/graphql", &[("content-type", "application/json"), ("x-request-id", "find-me")], body).await;
            let (text, error) = (String::from_utf8_lossy(&answer.2).to_lowercase(), &read(&answer)["errors"][0]);
            assert_eq!(error["extensions"], json!({ "code": "INTERNAL", "requestId": "find-me" }), "{query}");
            assert_eq!(error["message"], "Something failed inside; the request id finds it in the log.");
            for secret in ["sql", "table", "relation", "hidden", "override", "column\":\""] {
                assert!(!text.contains(secret), "{secret} is in {text}");
            }
        }
        let create = app.post("mutation { createCompany(input: {slug: \"acme\", name: \"Acme\"}) { errors { code } } }", json!({}), Some(TOKEN)).await;
        assert_eq!((&create["data"], &create["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("INTERNAL")));
        let works = app.ask("{ jobs { nodes { title } } }", json!({})).await;
        assert_eq!(works["jobs"]["nodes"], json!([{ "title": "Cook" }]), "the rest works on");
    }
}

/// Whether a router over a database whose schema is that old says that it is ready.
async fn readiness(dialect: Dialect, undo: &str) -> (StatusCode, StatusCode, Value) {
    let database = TestDatabase::new(dialect, true).await;
    let flags = vec![("database_url".to_owned(), database.url.clone())];
    let settings = Settings::load(&Sources { flags, ..Sources::default() }).expect("good").settings;
    let store = connect(&settings).await.expect("connected");
    let service = Service::new(store, Arc::new(TestClock::new()), ServiceOptions::from(&settings)).await.expect("a service");
    let db = sea_orm::Database::connect(&database.url).await.expect("connected");
    sea_orm::ConnectionTrait::execute_unprepared(&db, undo).await.expect("undone");
    let service = Arc::new(service);
    let schema = graphql::schema(Arc::clone(&service), &Limits::default());
    let options = HttpOptions { concurrent: 16, body_bytes: 1_000, deadline: Duration::from_secs(1), ..HttpOptions::default() };
    let router = http::router(service, schema, AdminToken::new(TOKEN), options);
    let ask = async |path: &str| {
        let answer = router.clone().oneshot(Request::get(path).body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        (answer.status(), axum::body::to_bytes(answer.into_body(), 10_000).await.expect("a body"))
    };
    let (ready, reason) = ask("/health/ready").await;
    (ask("/health/live").await.0, ready, serde_json::from_slice(&reason).expect("JSON"))
}

async fn is_ready_only_with_its_schema(dialect: Dialect) {
    assert_eq!(readiness(dialect, "SELECT 1").await, (StatusCode::OK, StatusCode::OK, json!({ "status": "ready" })));
    let (live, ready, told) = readiness(dialect, "DELETE FROM seaql_migrations").await;
    assert_eq!((live, ready, &told["status"]), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE, &json!("not ready")));
    let (live, ready, _) = readiness(dialect, "DROP TABLE seaql_migrations").await;
    assert_eq!((live, ready), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
}

mod a_service_is_ready_only_when_its_schema_is_up_to_date {
    use super::*;

    #[tokio::test]
    async fn on_sqlite() {
        is_ready_only_with_its_schema(Dialect::Sqlite).await;
    }

    #[tokio::test]
    async fn on_postgres() {
        is_ready_only_with_its_schema(Dialect::Postgres).await;
    }
}
