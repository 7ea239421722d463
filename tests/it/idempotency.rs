//! Mutations that are done once, however often and wherever they are sent.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::TimeDelta;
use futures::future::join_all;
use rolegraph::{
    domain::{access::Principal, job::JobKind},
    service::{JobInput, RequestKey, ServiceError},
};
use serde_json::{Value, json};

use crate::support::{TestApp, app::TOKEN, on_both_databases};

const CREATE: &str = "mutation Create($input: CreateJobInput!) { createJob(input: $input) { job { id slug createdAt } changeset { id } errors { code message } } }";

fn nurses() -> Value {
    json!({ "input": { "kind": "OCCUPATION", "title": "Nurses" } })
}

/// Sends an operation with keys.
async fn send(app: &TestApp, keys: &[&str], query: &str, variables: Value) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
    for key in keys {
        request = request.header("Idempotency-Key", *key);
    }
    let body = json!({ "query": query, "variables": variables }).to_string();
    let (status, headers, body) = app.send(request.body(Body::from(body)).expect("a request")).await;
    (status, headers, String::from_utf8(body).expect("text"))
}

/// The code of the one error in an answer.
fn code(body: &str) -> String {
    let answer: Value = serde_json::from_str(body).expect("JSON");
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {body}")).to_owned()
}

async fn jobs(app: &TestApp) -> usize {
    app.trace().await["job"].0
}

on_both_databases! {
    async fn the_same_key_and_operation_have_the_same_answer(app: TestApp) {
        let (status, headers, first) = send(&app, &["one"], CREATE, nurses()).await;
        assert_eq!((status, headers.get("idempotency-replayed")), (StatusCode::OK, None));
        assert!(first.contains("\"slug\":\"nurses\""), "{first}");
        app.days_pass(1);
        let before = app.trace().await;
        let (status, headers, again) = send(&app, &["one"], CREATE, json!({ "input": { "title": "Nurses", "kind": "OCCUPATION" } })).await;
        assert_eq!((status, &again, app.trace().await), (StatusCode::OK, &first, before.clone()));
        assert_eq!(headers.get("idempotency-replayed").map(axum::http::HeaderValue::as_bytes), Some(&b"true"[..]));
        assert_eq!(headers[header::CONTENT_TYPE], "application/json; charset=utf-8");
        for (query, variables) in [
            (CREATE, json!({ "input": { "kind": "OCCUPATION", "title": "Cooks" } })),
            ("mutation { deleteJob(id: \"x\") { errors { code } } }", json!({})),
        ] {
            let (status, _, refused) = send(&app, &["one"], query, variables).await;
            assert_eq!((status, code(&refused).as_str()), (StatusCode::CONFLICT, "IDEMPOTENCY_KEY_REUSED"));
        }
        assert_eq!(app.trace().await, before);
        let (_, _, other) = send(&app, &["two"], CREATE, nurses()).await;
        assert!(other.contains("\"slug\":\"nurses-2\""), "another key is another request: {other}");
    }

    async fn a_hundred_at_once_on_two_replicas_have_one_effect(app: TestApp) {
        let replica = app.replica().await;
        let answers = join_all((0..100).map(|number| send(if number % 2 == 0 { &app } else { &replica }, &["one"], CREATE, nurses()))).await;
        let first = &answers[0].2;
        assert!(first.contains("\"slug\":\"nurses\""), "{first}");
        assert!(answers.iter().all(|(status, _, body)| (*status, body) == (StatusCode::OK, first)));
        assert_eq!(answers.iter().filter(|(_, headers, _)| !headers.contains_key("idempotency-replayed")).count(), 1);
        assert_eq!((jobs(&app).await, app.trace().await["changeset"].0), (1, 1));
    }

    async fn what_the_caller_can_mend_is_kept_too_and_what_failed_inside_is_not(app: TestApp) {
        let taken = json!({ "input": { "kind": "OCCUPATION", "title": "Nurses", "slug": "nurses" } });
        let id = app.create(taken["input"].clone()).await;
        let (_, _, refused) = send(&app, &["one"], CREATE, taken.clone()).await;
        assert!(refused.contains("CONFLICT"), "{refused}");
        app.admin("mutation($id: ID!) { deleteJob(id: $id) { deletedId } }", json!({ "id": id })).await;
        assert_eq!(send(&app, &["one"], CREATE, taken.clone()).await.2, refused);

        app.sql("ALTER TABLE changes RENAME TO hidden").await;
        let (_, _, failed) = send(&app, &["two"], CREATE, taken.clone()).await;
        assert_eq!(code(&failed), "INTERNAL");
        app.sql("ALTER TABLE hidden RENAME TO changes").await;
        let (_, headers, done) = send(&app, &["two"], CREATE, taken).await;
        assert!(done.contains("\"slug\":\"nurses\"") && !headers.contains_key("idempotency-replayed"), "{done}");
        assert_eq!(jobs(&app).await, 2);
    }

    async fn an_answer_is_kept_for_a_day(app: TestApp) {
        send(&app, &["one"], CREATE, nurses()).await;
        app.service().store().move_work_time(TimeDelta::hours(24) - TimeDelta::minutes(1));
        assert!(send(&app, &["one"], CREATE, nurses()).await.1.contains_key("idempotency-replayed"));
        assert_eq!(app.service().forget_keys().await.expect("forgotten"), 0);
        app.service().store().move_work_time(TimeDelta::minutes(2));
        assert!(send(&app, &["one"], CREATE, nurses()).await.2.contains("nurses-2"), "it is another request now");
        app.service().store().move_work_time(TimeDelta::hours(25));
        assert_eq!(app.service().forget_keys().await.expect("forgotten"), 1);
        assert_eq!(app.trace().await["idempotency_key"].0, 0);
    }

    /// What a process leaves behind that is killed: before its transaction was committed, and between that and the answer.
    async fn a_process_that_dies_doubles_nothing(app: TestApp) {
        send(&app, &["one"], CREATE, nurses()).await;
        app.sql("UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = 0").await;
        let before = app.trace().await;
        let (status, _, lost) = send(&app, &["one"], CREATE, nurses()).await;
        assert_eq!((status, code(&lost).as_str()), (StatusCode::CONFLICT, "IDEMPOTENCY_ANSWER_LOST"));
        assert_eq!(app.trace().await, before, "its effect is there, and is not had again");

        app.sql("UPDATE idempotency_keys SET effect = (1 = 0)").await;
        let (_, _, done) = send(&app, &["one"], CREATE, nurses()).await;
        assert!(done.contains("nurses-2"), "there was no effect, so it is done: {done}");
        assert_eq!(send(&app, &["one"], CREATE, nurses()).await.2, done);
        assert_eq!(jobs(&app).await, 2);
    }

    async fn who_was_taken_to_be_dead_and_wakes_up_commits_nothing(app: TestApp) {
        let key = RequestKey { caller: "USER:admin".into(), key: "one".into(), fingerprint: "a".into() };
        let lease = Duration::from_secs(30);
        let asleep = app.service().claim_key(&key, lease).await.expect("readable").expect("a claim");
        assert_eq!(app.service().claim_key(&key, lease).await.expect("readable"), None, "it is taken");
        app.service().store().move_work_time(TimeDelta::seconds(31));
        let awake = app.service().claim_key(&key, lease).await.expect("readable").expect("it is taken over");
        let create = async |claim| {
            let input = JobInput { kind: JobKind::Occupation, title: "Nurses".into(), slug: None, description: None, company: None, soc_code: None, published: None, metadata: Value::Null };
            let service = Arc::clone(app.service());
            app.service().under_claim(claim, async move { service.create_job(&Principal::platform_admin(), input).await }).await
        };
        let before = app.trace().await;
        let late = create(asleep).await.expect_err("it was taken over");
        assert!(matches!(late, ServiceError::Store(_)), "{late}");
        assert_eq!(app.trace().await, before);
        create(awake).await.expect("it is done");
        assert_eq!(jobs(&app).await, 1);
    }

    async fn keys_are_for_mutations_of_callers_with_a_name(app: TestApp) {
        let before = app.trace().await;
        for keys in [&[""][..], &["a", "b"], &[&"k".repeat(256)]] {
            let (status, _, refused) = send(&app, keys, CREATE, nurses()).await;
            assert_eq!((status, code(&refused).as_str()), (StatusCode::BAD_REQUEST, "INVALID"));
        }
        let (status, headers, body) = send(&app, &["one"], "{ jobs { totalCount } }", json!({})).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "{\"data\":{\"jobs\":{\"totalCount\":0}}}"));
        assert!(!headers.contains_key("idempotency-replayed"));
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").header("Idempotency-Key", "one");
        let body = json!({ "query": CREATE, "variables": nurses() }).to_string();
        let (_, _, anonymous) = app.send(request.body(Body::from(body.clone())).expect("a request")).await;
        assert_eq!(code(&String::from_utf8(anonymous).expect("text")), "UNAUTHENTICATED");
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").header("Idempotency-Key", "one");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}")).header(header::ACCEPT, "text/event-stream");
        let (status, _, _) = app.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!((status, app.trace().await), (StatusCode::NOT_ACCEPTABLE, before));
    }
}
