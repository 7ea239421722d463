//! What helps to run the service: load shedding, figures, and answers that a client has already.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
};
use futures::stream;
use rolegraph::{
    domain::{
        access::Scope,
        soc::{ranker::Candidate, review::Versions},
    },
    http::AdminToken,
    providers::soc::{RankError, Ranks},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use super::{app, get, post, read, refusal, send, told};
use crate::{
    access::key,
    live::Client,
    support::{TestApp, app::TOKEN, database::Dialect, ranker::TestRanker},
};

const VIEWER: &str = "/graphql?query=%7Bviewer%7Bscopes%7D%7D";

/// Ranks when it may.
#[derive(Debug, Default)]
struct Patient {
    ranker: TestRanker,
    begun: AtomicUsize,
    may: AtomicBool,
}

impl Ranks for Patient {
    fn rank(&self, title: &str, description: &str) -> Result<Vec<Candidate>, RankError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let start = Instant::now();
        while !self.may.load(Ordering::SeqCst) && start.elapsed().as_secs() < 10 {
            thread::sleep(Duration::from_millis(5));
        }
        self.ranker.rank(title, description)
    }

    fn versions(&self) -> Versions {
        self.ranker.versions()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_can_be_done_at_once_is_refused_and_health_stays_green() {
    let ranker = Arc::new(Patient::default());
    let first = TestApp::with_ranker(Dialect::Sqlite, Arc::<Patient>::clone(&ranker)).await;
    let app = Arc::new(first.replica_with(&[("limits.concurrent_requests", "2")]).await);
    // Two that are not done yet.
    let slow = ["Cook", "Nurse"].map(|title| {
        let (app, body) = (Arc::clone(&app), format!(r#"{{"query":"{{ suggestSoc(title: \"{title}\") {{ confidence }} }}"}}"#));
        tokio::spawn(async move { post(&app, body).await })
    });
    until_begun(&ranker, 2).await;
    for shed in [get(&app, VIEWER, &[]).await, get(&app, VIEWER, &[("accept", "text/event-stream")]).await] {
        assert_eq!((refusal(&shed), told(&shed, "retry-after")), ((503, "OVERLOADED".to_owned()), "1"));
    }
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(get(&app, path, &[]).await.0, StatusCode::OK, "{path}");
    }
    ranker.may.store(true, Ordering::SeqCst);
    for answer in slow {
        assert_eq!(read(&answer.await.expect("it ran"))["errors"], Value::Null, "those that were let in are answered");
    }
    assert_eq!(get(&app, VIEWER, &[]).await.0, StatusCode::OK);
}

/// Over a WebSocket as well, see `web/e2e/live.mjs`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_over_a_websocket_is_refused_too() {
    let ranker = Arc::new(Patient::default());
    let first = TestApp::with_ranker(Dialect::Sqlite, Arc::<Patient>::clone(&ranker)).await;
    let app = first.replica_with(&[("limits.concurrent_requests", "2")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = app.app.clone();
    let served = tokio::spawn(async move { serving.serve(listener, AdminToken::new(TOKEN), async move { drop(stopped.await) }).await });
    let mut client = Client::start("full", &url);
    until_begun(&ranker, 2).await;
    let told = tokio::task::spawn_blocking(move || {
        client.go_on();
        client.wait_for("refused");
        ranker.may.store(true, Ordering::SeqCst);
        client.wait_for("Live holds.");
    });
    told.await.expect("it holds");
    drop(stop);
    served.await.expect("it ends");
}

/// Nobody's body is read in a crowd: one that never ends is refused at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_crowd_a_request_is_refused_before_its_body_is_read() {
    let ranker = Arc::new(Patient::default());
    let first = TestApp::with_ranker(Dialect::Sqlite, Arc::<Patient>::clone(&ranker)).await;
    let app = Arc::new(first.replica_with(&[("limits.concurrent_requests", "2"), ("cache.answers_bytes", "0")]).await);
    let slow = ["Cook", "Nurse"].map(|title| {
        let (app, body) = (Arc::clone(&app), format!(r#"{{"query":"{{ suggestSoc(title: \"{title}\") {{ confidence }} }}"}}"#));
        tokio::spawn(async move { post(&app, body).await })
    });
    until_begun(&ranker, 2).await;
    let crowd = Arc::clone(&app);
    let crowd = tokio::spawn(async move {
        loop {
            let app = Arc::clone(&crowd);
            tokio::spawn(async move { get(&app, VIEWER, &[]).await });
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    // It is crowded after a moment, and as long as nothing else keeps the machine busy.
    let mut answer = None;
    for _ in 0..20 {
        let endless = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
        let sent = send(&app, Method::POST, "/graphql", &[("content-type", "application/json")], endless);
        answer = tokio::time::timeout(Duration::from_millis(300), sent).await.ok();
        if answer.is_some() {
            break;
        }
    }
    let answer = answer.expect("it is refused while its body is still to come");
    assert_eq!((refusal(&answer), told(&answer, "retry-after")), ((503, "OVERLOADED".to_owned()), "1"));
    crowd.abort();
    ranker.may.store(true, Ordering::SeqCst);
    for answer in slow {
        assert_eq!(read(&answer.await.expect("it ran"))["errors"], Value::Null);
    }
}

async fn until_begun(ranker: &Patient, count: usize) {
    let start = Instant::now();
    while ranker.begun.load(Ordering::SeqCst) < count {
        assert!(start.elapsed().as_secs() < 10, "they do not begin");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A burst of four times as many as are done at once, each a moment's work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_burst_waits_and_is_answered() {
    let app = Arc::new(TestApp::with_settings(Dialect::Sqlite, &[("limits.concurrent_requests", "2".to_owned())]).await);
    let burst: Vec<_> = (0..8)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { get(&app, VIEWER, &[]).await.0 })
        })
        .collect();
    for answer in burst {
        assert_eq!(answer.await.expect("it ran"), StatusCode::OK);
    }
}

/// Bodies that are long in coming take nobody's place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_slow_to_ask_keeps_nobody_out() {
    let app = Arc::new(TestApp::with_settings(Dialect::Sqlite, &[("limits.concurrent_requests", "2".to_owned())]).await);
    let (finish, finished) = tokio::sync::watch::channel(false);
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let (app, mut finished) = (Arc::clone(&app), finished.clone());
            tokio::spawn(async move {
                let rest = stream::once(async move {
                    drop(finished.wait_for(|finished| *finished).await);
                    Ok::<_, std::io::Error>(Bytes::from_static(br#"{"query":"{viewer{scopes}}"}"#))
                });
                send(&app, Method::POST, "/graphql", &[("content-type", "application/json")], Body::from_stream(rest)).await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(get(&app, VIEWER, &[]).await.0, StatusCode::OK);
    finish.send_replace(true);
    for answer in slow {
        assert_eq!(answer.await.expect("it ran").0, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_told_to_platform_admins_alone() {
    let app = app().await;
    rolegraph::metrics::start();
    app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
    post(&app, r#"{"query":"{ jobs { totalCount nodes { tasks { value { key } } } } }"}"#).await;
    post(&app, r#"{"query":"{ made_up_by_a_caller }"}"#).await;
    assert_eq!(refusal(&get(&app, "/metrics", &[]).await), (401, "UNAUTHENTICATED".to_owned()));
    let company = app.company("acme").await;
    let (secret, _) = key(&app, Some(&company), &[Scope::JobsRead]).await;
    assert_eq!(refusal(&get(&app, "/metrics", &[("authorization", &format!("Bearer {secret}"))]).await), (403, "FORBIDDEN".to_owned()));
    let answer = get(&app, "/metrics", &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    let text = String::from_utf8(answer.2.clone()).expect("text");
    assert_eq!((answer.0, told(&answer, "content-type")), (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        r#"rolegraph_graphql_requests_total{field="createJob",outcome="ok"} 1"#,
        r#"rolegraph_graphql_requests_total{field="jobs",outcome="ok"} 1"#,
        r#"rolegraph_graphql_requests_total{field="none",outcome="refused"} 1"#,
        r#"rolegraph_graphql_request_seconds_count{field="jobs"} 1"#,
        r#"rolegraph_load_seconds_count{what="Profile"} 1"#,
        r#"rolegraph_work_items{state="ready"} 1"#,
        r#"rolegraph_documents_total{known="no"}"#,
        "# TYPE rolegraph_graphql_request_seconds histogram",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("made_up_by_a_caller"), "no label is what a caller wrote");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_a_client_has_already_is_not_sent_again() {
    let app = app().await;
    let query = "/graphql?query=%7Bjobs%7Bnodes%7Btitle%7D%7D%7D";
    app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
    let first = get(&app, query, &[]).await;
    let tag = told(&first, "etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.len() == 36, "{tag}");
    assert_eq!((told(&first, "cache-control"), told(&first, "vary").contains("authorization")), ("public, no-cache", true));
    for known in [tag.clone(), format!("\"other\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()] {
        let again = get(&app, query, &[(header::IF_NONE_MATCH.as_str(), &known)]).await;
        assert_eq!((again.0, again.2.len(), told(&again, "etag")), (StatusCode::NOT_MODIFIED, 0, tag.as_str()), "{known}");
    }
    app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
    let changed = get(&app, query, &[("if-none-match", &tag)]).await;
    assert_eq!((changed.0, read(&changed)["data"]["jobs"]["nodes"].as_array().map(Vec::len)), (StatusCode::OK, Some(2)));
    let own = get(&app, query, &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    assert_eq!(told(&own, "cache-control"), "private, no-cache");
    let wrong = get(&app, "/graphql?query=%7Bnothing%7D", &[("accept", "application/graphql-response+json")]).await;
    assert_eq!((wrong.0, told(&wrong, "etag")), (StatusCode::BAD_REQUEST, ""));
    assert_eq!(told(&post(&app, r#"{"query":"{viewer{scopes}}"}"#).await, "etag"), "");
}
