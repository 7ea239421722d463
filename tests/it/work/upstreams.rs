//! What upstreams see of many readers and of their own failures, and what readers see of them.
//!
//! `cargo test --test it -- --ignored five_thousand` runs what takes longer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use futures::future::join_all;
use rolegraph::{
    domain::{
        access::Principal,
        filter::JobFilter,
        run::{OutcomeKind, RunStatus},
    },
    service::EnrichOptions,
    work::{self, Worker},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::{occupations, reload};
use crate::support::{TestApp, database::Dialect, on_both_databases};

const READ: &str = "{ job(by: {slug: \"engineers\"}) { tasks { value(first: 1) { key } provenance { stale } } } }";

/// CareerOneStop at an address, asked as fast as it answers.
fn careeronestop(address: &str) -> Vec<(&str, &str)> {
    vec![
        ("providers.careeronestop.base_url", address),
        ("providers.careeronestop.user_id", "user"),
        ("providers.careeronestop.token", "token"),
        ("providers.careeronestop.requests_per_minute", "60000"),
        ("database.busy_timeout_seconds", "120"),
        ("limits.request_seconds", "120"),
    ]
}

/// How often the stub was asked for an occupation.
async fn calls(stub: &MockServer) -> usize {
    let requests = stub.received_requests().await.expect("recorded");
    requests.iter().filter(|request| request.url.path().contains("/occupation/")).count()
}

/// An upstream that takes every connection and drops it, and how many came.
async fn dead() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (address, attempts)
}

/// So many readers at once, over two replicas, of one occupation whose facts are stale: the upstream is called once.
async fn read_by(app: &TestApp, readers: usize) {
    let details = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/careeronestop/occupation_detail_17-2141.00_US.json");
    let answer = ResponseTemplate::new(200).set_body_raw(std::fs::read(details).expect("a fixture"), "application/json");
    let stub = MockServer::start().await;
    Mock::given(any()).respond_with(answer.set_delay(Duration::from_millis(200))).mount(&stub).await;
    let address = stub.uri();
    let both = [app.replica_with(&careeronestop(&address)).await, app.replica_with(&careeronestop(&address)).await];
    both[0].create(json!({ "kind": "OCCUPATION", "title": "Engineers", "socCode": "17-2141" })).await;
    both[0].drain().await;
    let before = calls(&stub).await;
    assert_eq!(before, 1);
    app.days_pass(91);
    let background: Vec<_> = both
        .iter()
        .flat_map(|app| {
            let (seen, worker) = (Arc::clone(app.service()), Worker::new(Arc::clone(app.service())));
            [tokio::spawn(work::refresh_seen_stale(seen)), tokio::spawn(async move { worker.run(std::future::pending()).await })]
        })
        .collect();
    let answers: Vec<Value> = join_all((0..readers).map(|reader| both[reader % 2].ask(READ, json!({})))).await;
    assert!(answers.iter().all(|answer| answer["job"]["tasks"]["value"][0]["key"].is_string()));
    assert!(answers.iter().any(|answer| answer["job"]["tasks"]["provenance"]["stale"] == true), "nobody waited");
    for _ in 0..600 {
        if app.ask(READ, json!({})).await["job"]["tasks"]["provenance"]["stale"] == false {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    join_all((0..100).map(|reader| both[reader % 2].ask(READ, json!({})))).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(calls(&stub).await - before, 1);
    background.iter().for_each(tokio::task::JoinHandle::abort);
}

on_both_databases! {
    async fn a_thousand_readers_of_one_stale_occupation_cost_one_call(app: TestApp) {
        Box::pin(read_by(&app, 1_000)).await;
    }

    async fn a_dead_upstream_sees_few_of_a_thousand_questions_and_takes_nothing_with_it(app: TestApp) {
        let (address, attempts) = dead().await;
        let app = app.replica_with(&careeronestop(&address)).await;
        let jobs = occupations(&app, 200);
        let principal = Principal::system("test");
        app.service().import_jobs(&principal, &jobs, "importJobs").await.expect("imported");
        app.create(json!({ "kind": "OCCUPATION", "title": "Data Scientists", "socCode": "15-2051" })).await;
        app.drain().await;
        // The upstream is away from here on: what is known so far is the bundle's.
        let run = app.service().enrich_jobs(&principal, &JobFilter::default(), &EnrichOptions::default()).await.expect("queued");
        let page = "{ jobs(first: 100) { nodes { slug tasks { provenance { source } } coverage { filled } } } }";
        for _ in 0..5 {
            let (_, pages) = tokio::join!(app.drain(), join_all((0..5).map(|_| app.ask(page, json!({})))));
            assert!(pages.iter().all(|page| page["jobs"]["nodes"].as_array().map(Vec::len) == Some(100)), "every read is answered");
            app.service().store().move_work_time(TimeDelta::hours(1));
        }
        let over = reload(app.service(), run.id).await;
        assert_eq!((over.status, over.total, over.done), (RunStatus::Partial, 201, 201));
        let seen = attempts.load(Ordering::SeqCst);
        assert!((1..=25).contains(&seen), "201 jobs were tried five times each; {seen} attempts were seen");
        let told = app.service().run_summary(run.id).await.expect("a summary");
        assert_eq!(told.values().sum::<u64>(), 201 * 11, "{told:?}");
        assert!(told[&OutcomeKind::Filled] > 1_500 && told[&OutcomeKind::Failed] > 0, "what the first try filled is told as filled: {told:?}");
        let scientists = "{ job(by: {slug: \"data-scientists\"}) { tasks { value(first: 1) { key } } coverage { gaps { field reason remedy } } } }";
        let scientists = app.ask(scientists, json!({})).await;
        assert!(scientists["job"]["tasks"]["value"][0]["key"].is_string(), "other fields are filled: {scientists}");
        let gaps = scientists["job"]["coverage"]["gaps"].as_array().expect("gaps");
        let skills = gaps.iter().find(|gap| gap["field"] == "SKILLS").unwrap_or_else(|| panic!("{gaps:?}"));
        let reason = "onet-database has no skills for 15-2051.00. careeronestop may have it, but did not answer when it was last asked.";
        assert_eq!(skills["reason"], reason);
        let remedy = skills["remedy"].as_str().expect("a remedy");
        assert!(remedy.starts_with("Enrich the job again when careeronestop answers (`rolegraph providers` tells), "), "{remedy}");
        assert!(!remedy.contains("careeronestop)") && remedy.contains("configure a provider that may have it (onet-web-services)"), "{remedy}");
        let failed = "{ job(by: {slug: \"data-scientists\"}) { enrichment { lastRun { outcomes(first: 100, results: [FAILED]) { nodes { job { slug } field provider message } } } } } }";
        let failed = app.admin(failed, json!({})).await;
        let nodes = failed["job"]["enrichment"]["lastRun"]["outcomes"]["nodes"].as_array().expect("outcomes").clone();
        assert!(!nodes.is_empty() && nodes.iter().all(|node| node["provider"] == "careeronestop" && node["message"].as_str().is_some_and(|message| message.starts_with("careeronestop: "))), "{nodes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute"]
async fn five_thousand_readers_of_one_stale_occupation_cost_one_call_on_sqlite() {
    Box::pin(read_by(&TestApp::on(Dialect::Sqlite).await, 5_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute"]
async fn five_thousand_readers_of_one_stale_occupation_cost_one_call_on_postgres() {
    Box::pin(read_by(&TestApp::on(Dialect::Postgres).await, 5_000)).await;
}
