//! What operations cost: told, and limited.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, read, refusal, send, told};
use crate::support::{TestApp, app::TOKEN, database::Dialect};

const PAGE: &str = "query($first: Int) { jobs(first: $first) { nodes { title tasks { value(first: 2) { statement } } } } }";

async fn ask(app: &TestApp, query: &str, variables: Value, headers: &[(&str, &str)]) -> Answer {
    let headers: Vec<_> = [("content-type", "application/json")].iter().chain(headers).copied().collect();
    send(app, Method::POST, "/graphql", &headers, json!({ "query": query, "variables": variables }).to_string()).await
}

async fn limited_to(cost: u64) -> TestApp {
    let app = TestApp::with_settings(Dialect::Sqlite, &[("limits.cost", cost.to_string())]).await;
    for title in ["Cook", "Baker", "Nurse"] {
        app.create(json!({ "kind": "OCCUPATION", "title": title })).await;
    }
    app
}

#[tokio::test]
async fn what_an_operation_may_cost_and_did_is_told_in_a_header_and_to_who_asks_in_the_answer() {
    let app = limited_to(1_000).await;
    let plain = ask(&app, PAGE, json!({ "first": 50 }), &[]).await;
    // A statement, the page, and fifty times a job with its field and two tasks; there are three jobs, without tasks.
    assert_eq!(told(&plain, "rolegraph-cost"), format!("estimated={}, actual={}", 5 + 1 + 50 * 4, 5 + 1 + 3 * 2));
    assert_eq!(read(&plain)["extensions"], Value::Null, "nobody asked");
    let asked = ask(&app, PAGE, json!({ "first": 50 }), &[("rolegraph-cost", "1")]).await;
    assert_eq!(read(&asked)["extensions"], json!({ "cost": { "estimated": 206, "actual": 12, "limit": 1_000 } }));
    assert_eq!(read(&asked)["data"], read(&plain)["data"]);
    assert!(told(&asked, "vary").contains("rolegraph-cost"), "the answer is another one");
    let refused = ask(&app, "{ nothing }", json!({}), &[("rolegraph-cost", "1")]).await;
    assert_eq!((told(&refused, "rolegraph-cost"), &read(&refused)["extensions"]), ("", &Value::Null), "nothing was executed");
}

#[tokio::test]
async fn an_operation_that_may_cost_more_than_is_allowed_is_refused_before_anything_is_done() {
    let app = limited_to(100).await;
    let fits = ask(&app, PAGE, json!({ "first": 23 }), &[]).await;
    assert_eq!(told(&fits, "rolegraph-cost"), "estimated=98, actual=12");
    let (statements, dear) = app.counted(ask(&app, PAGE, json!({ "first": 24 }), &[])).await;
    assert_eq!((statements, refusal(&dear)), (0, (400, "TOO_COMPLEX".to_owned())));
    assert_eq!(
        read(&dear)["errors"][0]["message"],
        "The operation may cost 102; at most 100 is allowed. Ask for fewer entries at once, or for less of each."
    );
    let unsaid = ask(&app, PAGE, json!({}), &[]).await;
    assert_eq!((unsaid.0, told(&unsaid, "rolegraph-cost")), (StatusCode::OK, "estimated=86, actual=12"), "20 when nobody says how many");
    let before = app.trace().await;
    let bulk = "mutation { a: bulkRestore(filter: {}) { errors { code } } }";
    let refused = ask(&app, bulk, json!({}), &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    assert_eq!(refusal(&refused), (400, "TOO_COMPLEX".to_owned()));
    assert_eq!(app.trace().await, before);
}

#[tokio::test]
async fn no_limit_of_cost_is_set_by_nought() {
    let app = limited_to(0).await;
    let dear =
        "{ nodes(ids: [\"a\"]) { id } jobs(first: 100) { nodes { fields { layers { provenance { source } } } } } coverage { jobs } }";
    let answer = ask(&app, dear, json!({}), &[("rolegraph-cost", "1")]).await;
    assert_eq!(read(&answer)["extensions"]["cost"]["limit"], Value::Null);
}

/// Every list of the schema says how long it is taken to be, unless it is short; so does every page.
#[test]
fn every_page_of_the_schema_has_its_size() {
    let sdl = rolegraph::graphql::sdl();
    let pages: Vec<_> = sdl.lines().filter(|line| line.trim_end().contains("Connection!") && line.contains(": ")).collect();
    assert!(pages.len() >= 14, "{pages:?}");
    for page in pages {
        assert!(page.contains("sizedFields: [\"edges\", \"nodes\"]") && page.contains("@cost(weight: "), "{page}");
    }
    let mutation = sdl.split("type Mutation {").nth(1).and_then(|rest| rest.split("\n}").next()).expect("mutations");
    for change in mutation.lines().filter(|line| line.contains("Payload!")) {
        assert!(change.contains("@cost(weight: "), "{change}");
    }
}
