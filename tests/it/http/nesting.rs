//! Documents that are made to exhaust the stack of a parser that recurses.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::json;

use super::{app, post, read, refusal};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nesting_bombs_are_refused_quickly_and_the_process_lives() {
    let app = app().await;
    let open = |bracket: &str| bracket.repeat(20_000);
    let bombs = [
        format!("{{ nodes(ids: {} ) {{ id }} }}", open("[")),
        format!("{{ job(by: {}", open("{a:")),
        open("{a"),
        open("{a(b:"),
        // Brackets behind what looks like a string to who does not know comments, line ends, escapes or block strings.
        format!("{{ # \"\n nodes(ids: {}", open("[")),
        format!("{{ # \"\\\n nodes(ids: {}", open("[")),
        format!("{{ # \"\r nodes(ids: {}", open("[")),
        format!("{{ a(b: \"\\\\\", c: {}", open("[")),
        format!("{{ a(b: \"\\\"\", c: {}", open("[")),
        format!("{{ a(b: \"\"\" \" \"\"\", c: {}", open("[")),
        format!("{{ a(b: \"\"\" \\\"\"\" \"\"\", c: {}", open("[")),
        format!("{{ a(b: \"\"\"\n\"\n\"\"\", c: {}", open("[")),
        format!("{{ a(b: \"\", c: {}", open("[")),
        format!("query($a: {}Int", open("[")),
        format!("{{ viewer @skip(if: {}", open("[")),
    ];
    for bomb in bombs {
        let begin = Instant::now();
        let answer = post(&app, json!({ "query": bomb }).to_string()).await;
        let shown: String = bomb.chars().take(60).collect();
        assert_eq!(refusal(&answer), (400, "TOO_COMPLEX".to_owned()), "{shown}");
        assert!(begin.elapsed() < Duration::from_millis(500), "{shown} took {:?}", begin.elapsed());
        assert!(answer.2.len() < 4_096);
    }
    assert_eq!(post(&app, r#"{"query":"{viewer{scopes}}"}"#).await.0, StatusCode::OK);
}

#[tokio::test]
async fn brackets_in_texts_and_comments_are_no_nesting() {
    let app = app().await;
    let brackets = "[".repeat(300);
    for query in [
        format!("{{ # {brackets}\n viewer {{ scopes }} }}"),
        format!("{{ occupations(search: \"{brackets}\") {{ nodes {{ code }} }} }}"),
        format!("{{ occupations(search: \"\\\"{brackets}\") {{ nodes {{ code }} }} }}"),
        format!("{{ occupations(search: \"\"\"\n{brackets}\n \" {brackets} \\\"\"\" {brackets}\"\"\") {{ nodes {{ code }} }} }}"),
    ] {
        let answer = post(&app, json!({ "query": query }).to_string()).await;
        assert_eq!((answer.0, read(&answer).get("errors")), (StatusCode::OK, None), "{query}");
    }
}
