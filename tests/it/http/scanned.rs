//! What scanners for GraphQL look for: the twelve checks of graphql-cop 1.15, each by its own rule, as an anonymous caller.

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::{Answer, get, read, send, told};
use crate::support::{TestApp, app::TOKEN, database::Dialect};

/// The service with the settings of its defaults, besides those given.
async fn with(settings: &[(&str, &str)]) -> TestApp {
    let mut all = vec![("http.explore", "signed-in".to_owned())];
    all.extend(settings.iter().map(|(key, value)| (*key, (*value).to_owned())));
    TestApp::with_settings(Dialect::Sqlite, &all).await
}

/// The answer to a document by POST, whatever it is.
async fn asked(app: &TestApp, document: &str) -> Value {
    let body = json!({ "query": document, "operationName": "cop" }).to_string();
    read(&send(app, Method::POST, "/graphql", &[("content-type", "application/json")], body).await)
}

async fn got(app: &TestApp, document: &str) -> Answer {
    get(app, &format!("/graphql?query={}", document.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D")), &[]).await
}

fn answered(answer: &Answer) -> bool {
    serde_json::from_slice::<Value>(&answer.2).is_ok_and(|answer| answer["data"]["__typename"].is_string())
}

/// What the scanner would report.
async fn findings(app: &TestApp) -> Vec<&'static str> {
    let many = |count: usize, field: &dyn Fn(usize) -> String| (0..count).map(field).collect::<Vec<_>>().join(" ");
    let aliases = asked(app, &format!("query cop {{ {} }}", many(101, &|at| format!("alias{at}:__typename")))).await;
    let batch = vec![json!({ "query": "query cop { __typename }" }); 10];
    let json_type = [("content-type", "application/json")];
    let batch = read(&send(app, Method::POST, "/graphql", &json_type, Value::from(batch).to_string()).await);
    let directives = asked(app, &format!("query cop {{ __typename {} }}", "@aa".repeat(10))).await;
    let circle = format!("query cop {{ __schema {{ types {{ {} {{ name }} {} }} }} }}", "fields { type {".repeat(4), "} }".repeat(4));
    let circle = asked(app, &circle).await;
    let suggested = asked(app, "query cop { __schema { directive } }").await;
    let schema = asked(app, "query cop { __schema { types { name fields { name } } } }").await;
    let plain = asked(app, "query cop { __typename }").await;
    let broken = asked(app, "qwerty cop { abc }").await;
    let page = get(app, "/graphql", &[("accept", "text/html")]).await;
    let form_type = [("content-type", "application/x-www-form-urlencoded")];
    let form = send(app, Method::POST, "/graphql", &form_type, "query=query+cop+%7B+__typename+%7D").await;
    let (by_get, mutation) = (got(app, "query cop {__typename}").await, got(app, "mutation cop {__typename}").await);
    let names = ["graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground"];
    let extension = |answer: &Value, name: &str| answer["errors"][0]["extensions"].get(name).or(answer["extensions"].get(name)).is_some();
    let checks = [
        ("aliases", aliases["data"]["alias100"].is_string()),
        ("batches", batch.as_array().is_some_and(|answers| answers.len() >= 10)),
        ("directives", directives["errors"].as_array().is_some_and(|errors| errors.len() == 10)),
        ("circular introspection", circle["data"]["__schema"]["types"].as_array().is_some_and(|types| types.len() > 25)),
        ("suggestions", suggested["errors"][0]["message"].as_str().is_some_and(|message| message.contains("Did you mean"))),
        ("introspection", schema["data"]["__schema"]["types"].is_array()),
        ("tracing", extension(&plain, "tracing")),
        ("exceptions", extension(&broken, "exception")),
        ("a page to explore", names.iter().any(|name| String::from_utf8_lossy(&page.2).contains(name))),
        ("forms", answered(&form)),
        ("queries by GET", answered(&by_get)),
        ("mutations by GET", answered(&mutation)),
    ];
    checks.into_iter().filter(|(_, found)| *found).map(|(name, _)| name).collect()
}

/// GraphQL over HTTP has queries by GET, and caches need them. The scanner warns of requests that a foreign page makes in a
/// visitor's name; [`nothing_that_a_browser_sends_by_itself_is_a_credential`].
#[tokio::test]
async fn of_a_scanners_twelve_checks_one_finds_something_and_that_is_meant() {
    assert_eq!(findings(&with(&[]).await).await, ["queries by GET"]);
}

#[tokio::test]
async fn where_only_listed_documents_are_executed_a_scanner_finds_nothing() {
    assert_eq!(findings(&with(&[("documents.mode", "enforce")]).await).await, Vec::<&str>::new());
}

/// So that the checks above are known to find what is there.
#[tokio::test]
async fn where_everybody_explores_the_scanner_says_so() {
    let found = findings(&with(&[("http.explore", "everybody")]).await).await;
    assert_eq!(found, ["suggestions", "introspection", "queries by GET"]);
}

#[tokio::test]
async fn nothing_that_a_browser_sends_by_itself_is_a_credential() {
    let app = with(&[]).await;
    let scopes = "/graphql?query=%7Bviewer%7Bscopes%7D%7D";
    let none = json!({ "data": { "viewer": { "scopes": [] } } });
    for cookie in [format!("authorization=Bearer {TOKEN}"), format!("token={TOKEN}"), format!("session={TOKEN}")] {
        let answer = get(&app, scopes, &[("cookie", &cookie), ("origin", "https://elsewhere.example")]).await;
        assert_eq!(read(&answer), none, "{cookie}");
        assert_eq!((told(&answer, "set-cookie"), told(&answer, "access-control-allow-origin")), ("", ""));
    }
    let basic = get(&app, scopes, &[("authorization", "Basic YWRtaW46YWRtaW4=")]).await;
    assert!(read(&basic)["data"].is_null(), "{:?}", HeaderMap::len(&basic.1));
}
