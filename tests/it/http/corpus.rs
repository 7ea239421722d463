//! What is made to bring a GraphQL service down: each is refused at once and in few words, and the process lives.
//!
//! The CPU time is that of the whole process, so the corpus is one test, and nextest gives it a process of its own.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use futures::stream;
use serde_json::json;

use super::{app, get, post, read, refusal, send};
use crate::support::{
    TestApp,
    app::TOKEN,
    process::{Served, released},
};

/// The longest answer of a refusal, in bytes.
const FEW_WORDS: usize = 4_096;

/// How much CPU time a process has used.
fn cpu(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("user") + fields[12].parse::<u64>().expect("system");
    Duration::from_millis(ticks * 10)
}

/// How much memory this process holds, in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).expect("a number").parse::<u64>().expect("a number") * 1_024
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}{}", open.repeat(depth), close.repeat(depth))
}

/// Documents that are too much, each with what it is.
fn documents() -> Vec<(String, String)> {
    let mut all = vec![];
    let mut add = |name: String, document: String| all.push((name, document));
    for depth in [100, 1_000, 2_000, 10_000, 100_000] {
        add(format!("{depth} nested lists"), format!("{{ nodes(ids: {}) {{ id }} }}", nested("[", "]", depth)));
        add(format!("{depth} nested objects"), format!("{{ job(by: {}) {{ id }} }}", nested("{a:", "}", depth)));
        add(format!("{depth} nested selections"), nested("{a", "}", depth));
        add(format!("{depth} nested list types"), format!("query($a: {}) {{ viewer {{ scopes }} }}", nested("[", "]", depth)));
    }
    for k in 9..=40 {
        let chain: String = (0..k).map(|level| format!("fragment F{level} on Job{{...F{0} ...F{0}}}", level + 1)).collect();
        add(format!("fragments that double {k} times"), format!("{{jobs{{nodes{{...F0}}}}}}{chain}fragment F{k} on Job{{id}}"));
    }
    let missing: String = (0..30).map(|level| format!("fragment F{level} on Mutation{{...F{0} ...F{0}}}", level + 1)).collect();
    add("doubling fragments that put nothing in".to_owned(), format!("mutation{{...F0}}{missing}"));
    let fan: String = (0..3).map(|level| format!("fragment G{level} on Job{{{}}}", format!("...G{} ", level + 1).repeat(100))).collect();
    add("a fan of 100³".to_owned(), format!("{{jobs{{nodes{{...G0}}}}}}{fan}fragment G3 on Job{{id}}"));
    add("5,000 aliases".to_owned(), format!("{{{}}}", (0..5_000).map(|number| format!("a{number}:viewer{{scopes}}")).collect::<String>()));
    add("2,000 directives".to_owned(), format!("{{viewer{{scopes{}}}}}", "@skip(if:false)".repeat(2_000)));
    add("900 short directives".to_owned(), format!("{{viewer{{scopes{}}}}}", "@a".repeat(900)));
    add("200,000 tokens".to_owned(), format!("{{{}}}", "a ".repeat(100_000) + &"! ".repeat(100_000)));
    add("many operations".to_owned(), (0..300).map(|number| format!("query Q{number}{{viewer{{scopes}}}}")).collect());
    add("a long name".to_owned(), format!("{{{}}}", "a".repeat(200_000)));
    add("a long string".to_owned(), format!("{{job(by:{{id:\"{}\"}}){{id}}}}", "a".repeat(200_000)));
    all
}

async fn good(app: &TestApp) {
    assert_eq!(post(app, r#"{"query":"{viewer{scopes}}"}"#).await.0, StatusCode::OK, "the process lives");
}

#[tokio::test]
async fn the_corpus_is_refused_at_once_and_in_few_words() {
    let app = app().await;
    good(&app).await;
    let (documents, before, begin) = (documents(), memory(), cpu(std::process::id()));
    for round in 0..2 {
        for (name, document) in &documents {
            let body = json!({ "query": document }).to_string();
            let answer = post(&app, body).await;
            assert!(matches!(answer.0, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE), "{name}: {} in round {round}", answer.0);
            assert!(answer.2.len() < FEW_WORDS, "{name}: {} bytes", answer.2.len());
            assert!(read(&answer).get("data").is_none(), "{name}");
        }
    }
    // Documents of 200 KB are made, escaped and read as JSON here too, and this is a debug build: the bound is for the mean.
    let each = cpu(std::process::id()).saturating_sub(begin) / u32::try_from(documents.len() * 2).expect("few");
    assert!(each < Duration::from_millis(50), "{each:?} of CPU each");
    assert!(memory().saturating_sub(before) < 64 << 20, "{} bytes more", memory().saturating_sub(before));
    good(&app).await;
}

/// Each so often: CPU time is told in hundredths of a second.
const TIMES: u32 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "wants a release build: cargo build --release"]
async fn in_a_release_build_each_costs_less_than_five_milliseconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(released(folder.path()).env("ROLEGRAPH_RATES__ANONYMOUS", "0"));
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut costs = vec![];
    for (name, document) in documents() {
        let body = json!({ "query": document }).to_string();
        let begin = cpu(served.id());
        for _ in 0..TIMES {
            let request = client.post(format!("{}/graphql", served.url)).header("content-type", "application/json").body(body.clone());
            assert!(request.send().await.expect("an answer").status().is_client_error(), "{name}");
        }
        costs.push((cpu(served.id()).saturating_sub(begin) / TIMES, name));
    }
    costs.sort();
    costs.reverse();
    let dearest: String = costs.iter().take(5).map(|(cost, name)| format!("\n  {cost:?} {name}")).collect();
    println!("{} documents, the dearest:{dearest}", costs.len());
    assert!(costs[0].0 < Duration::from_millis(5), "the dearest:{dearest}");
}

#[tokio::test]
async fn other_bodies_are_refused_too() {
    let app = app().await;
    let before = app.trace().await;
    let json = [("content-type", "application/json")];
    for body in [
        &b"{\"query\":\"{viewer{scopes}}\xff\"}"[..],
        br#"{"query":"{viewer{scopes \ud800}}"}"#,
        b"{\"query\":\"{viewer{\x00scopes}}\"}",
        b"\xef\xbb\xbf{\"query\":\"{viewer{scopes}}\"}",
        b"\x1f\x8b\x08\x00",
        br#"{"query":"{viewer{scopes}}","variables":{"a":1e999}}"#,
        br#"[{"query":"{viewer{scopes}}"}]"#,
    ] {
        let answer = send(&app, axum::http::Method::POST, "/graphql", &json, body.to_vec()).await;
        assert_eq!(refusal(&answer), (400, "BAD_REQUEST".to_owned()), "{}", String::from_utf8_lossy(body));
        assert!(answer.2.len() < FEW_WORDS);
    }
    let deep = format!(r#"{{"query":"{{viewer{{scopes}}}}","variables":{{"a":{}}}}}"#, nested("[", "]", 100_000));
    assert_eq!(refusal(&post(&app, deep).await), (400, "BAD_REQUEST".to_owned()));

    let large = vec![b' '; 30 << 20];
    assert_eq!(refusal(&post(&app, large).await), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    // Endless, in chunks, without a length: as much is read as is allowed, and no more.
    let read_so_far = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&read_so_far);
    let endless = stream::repeat_with(move || {
        counted.fetch_add(4_096, std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 4_096]))
    });
    assert_eq!(refusal(&post(&app, Body::from_stream(endless)).await), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    assert!(read_so_far.load(std::sync::atomic::Ordering::Relaxed) <= 512 << 10);
    let gzip = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let bomb = send(&app, axum::http::Method::POST, "/graphql", &gzip, vec![0; 1_000]).await;
    assert_eq!(refusal(&bomb), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));

    for accept in ["text/html", "application/xml, image/*", "application/json;q=0"] {
        let answer = get(&app, "/graphql?query=%7Bviewer%7Bscopes%7D%7D", &[("accept", accept)]).await;
        assert_eq!(refusal(&answer), (406, "NOT_ACCEPTABLE".to_owned()), "{accept}");
    }
    for number in ["99999999999", "-99999999999", "1.5", "1e400", "\"2\"", "[2]"] {
        let answer = post(&app, json!({ "query": format!("{{ jobs(first: {number}) {{ totalCount }} }}") }).to_string()).await;
        assert_eq!((refusal(&answer).1, answer.2.len() < FEW_WORDS), ("BAD_REQUEST".to_owned(), true), "{number}");
    }
    assert_eq!(app.trace().await, before);
    good(&app).await;
}

#[tokio::test]
async fn a_mutation_that_asks_for_the_same_twice_is_not_done() {
    let app = app().await;
    let before = app.trace().await;
    let create = "createCompany(input: {slug: \"a\", name: \"A\"}) { errors { code } }";
    for document in
        [format!("mutation {{ {create} {create} }}"), format!("mutation {{ ...F {create} }} fragment F on Mutation {{ {create} }}")]
    {
        let answer = app.post(&document, json!({}), Some(TOKEN)).await;
        let message = "The mutation asks for `createCompany` twice: give one of them another name, as in `again: createCompany`.";
        assert_eq!((&answer["errors"][0]["message"], &answer["errors"][0]["extensions"]["code"]), (&json!(message), &json!("BAD_REQUEST")));
    }
    assert_eq!(app.trace().await, before);
}
