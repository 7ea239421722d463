//! Traces, as a collector receives them.

use std::time::Duration;

use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::process::{Served, rolegraph};

const TOKEN: &str = "a-token-that-nobody-may-see";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Asks a service one question, as somebody who traces.
async fn ask(served: &Served) -> u16 {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{}/graphql?secret=in-the-address", served.url))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .header("x-request-id", "an-id-of-mine")
        .body(r#"{"query":"query OfMine($text: String) { jobs(filter: {search: $text}) { totalCount } }","variables":{"text":"a-secret-search"}}"#);
    request.send().await.expect("an answer").status().as_u16()
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_gets_the_spans_of_a_request_in_its_callers_trace_and_no_secret() {
    let collector = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&collector).await;
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(
        rolegraph(folder.path())
            .env("ROLEGRAPH_ADMIN_TOKEN", TOKEN)
            .env("ROLEGRAPH_TELEMETRY__OTLP_ENDPOINT", collector.uri())
            .env("ROLEGRAPH_TELEMETRY__OTLP_AUTHORIZATION", "Bearer of-the-collector"),
    );
    assert_eq!(ask(&served).await, 200);
    let (status, _) = tokio::task::spawn_blocking(|| served.terminate()).await.expect("it ends");
    assert!(status.success(), "what is left is sent at the end");
    let sent = collector.received_requests().await.expect("recorded");
    assert!(!sent.is_empty(), "nothing was sent");
    for request in &sent {
        assert_eq!(
            (request.url.path(), &request.headers["content-type"]),
            ("/v1/traces", &"application/x-protobuf".parse().expect("a type"))
        );
        assert_eq!(request.headers["authorization"], "Bearer of-the-collector");
    }
    let all: Vec<u8> = sent.iter().flat_map(|request| request.body.clone()).collect();
    let trace: Vec<u8> = (0..TRACE.len()).step_by(2).map(|at| u8::from_str_radix(&TRACE[at..at + 2], 16).expect("hex")).collect();
    assert!(holds(&all, &trace), "the caller's trace goes on");
    for told in [
        "service.name",
        "rolegraph",
        "request",
        "resolve",
        "jobs",
        "request.id",
        "an-id-of-mine",
        "url.path",
        "/graphql",
        "http.response.status_code",
    ] {
        assert!(holds(&all, told.as_bytes()), "{told} is not told");
    }
    for secret in [TOKEN, "of-the-collector", "a-secret-search", "in-the-address", "OfMine"] {
        assert!(!holds(&all, secret.as_bytes()), "{secret} is told");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_does_not_answer_holds_up_nobody() {
    let collector = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_delay(Duration::from_mins(1))).mount(&collector).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = rolegraph(folder.path());
    command.env("ROLEGRAPH_ADMIN_TOKEN", TOKEN).env("ROLEGRAPH_TELEMETRY__OTLP_ENDPOINT", collector.uri());
    let served = Served::start(&mut command);
    for _ in 0..20 {
        assert_eq!(ask(&served).await, 200);
    }
    let (status, took) = tokio::task::spawn_blocking(|| served.terminate()).await.expect("it ends");
    assert!(status.success() && took < Duration::from_secs(8), "{status} after {took:?}");
}
