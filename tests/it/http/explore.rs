//! Who may look at the schema.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{get, read, told};
use crate::{
    access::key,
    support::{TestApp, app::TOKEN, database::Dialect},
};

const SCHEMA: [&str; 4] = [
    "{ __schema { queryType { name } } }",
    "{ __type(name: \"Job\") { name } }",
    "{ viewer { scopes } ...F } fragment F on Query { s: __schema { queryType { name } } }",
    "{ ... { ... on Query { __type(name: \"Job\") { name } } } }",
];

async fn open_to(whom: &str) -> TestApp {
    TestApp::with_settings(Dialect::Sqlite, &[("http.explore", whom.to_owned())]).await
}

/// The codes that a caller is refused the schema with; empty where it is told.
async fn codes(app: &TestApp, token: Option<&str>) -> Vec<Value> {
    let mut codes = vec![];
    for query in SCHEMA {
        let answer = app.post(query, json!({}), token).await;
        match &answer["errors"][0]["extensions"]["code"] {
            Value::Null => assert!(answer["data"].is_object(), "{answer}"),
            code => codes.push(code.clone()),
        }
    }
    codes
}

/// What a caller is told of a field that is not there.
async fn misspelt(app: &TestApp, token: Option<&str>) -> String {
    let answer = app.post("{ jobs { nodes { titl } } }", json!({}), token).await;
    answer["errors"][0]["message"].as_str().expect("a message").to_owned()
}

const SUGGESTED: &str = "Did you mean \"title\"";

#[tokio::test]
async fn in_the_demo_everybody_looks_at_the_schema() {
    let app = open_to("everybody").await;
    assert_eq!(codes(&app, None).await, Vec::<Value>::new());
    assert!(misspelt(&app, None).await.contains(SUGGESTED));
}

#[tokio::test]
async fn else_only_who_is_signed_in() {
    let app = open_to("signed-in").await;
    assert_eq!(codes(&app, None).await, vec!["UNAUTHENTICATED"; 4]);
    assert_eq!(misspelt(&app, None).await, "Unknown field \"titl\" on type \"Job\".");
    let company = app.company("acme").await;
    let key = key(&app, Some(&company), &[]).await.0;
    for token in [TOKEN, &key] {
        assert_eq!(codes(&app, Some(token)).await, Vec::<Value>::new());
        assert!(misspelt(&app, Some(token)).await.contains(SUGGESTED));
    }
    let typenames = app.ask("{ __typename viewer { __typename } }", json!({})).await;
    assert_eq!(typenames, json!({ "__typename": "Query", "viewer": { "__typename": "Viewer" } }), "names of types are part of answers");
}

#[tokio::test]
async fn or_only_admins() {
    let app = open_to("admins").await;
    let company = app.company("acme").await;
    let key = key(&app, Some(&company), &[]).await.0;
    assert_eq!(codes(&app, None).await, vec!["UNAUTHENTICATED"; 4]);
    assert_eq!(codes(&app, Some(&key)).await, vec!["FORBIDDEN"; 4]);
    assert!(!misspelt(&app, Some(&key)).await.contains("Did you mean"));
    assert_eq!(codes(&app, Some(TOKEN)).await, Vec::<Value>::new());
}

#[tokio::test]
async fn graphiql_is_there_for_everybody_or_not_at_all() {
    for (whom, links) in [("everybody", 5), ("signed-in", 4), ("admins", 4)] {
        let app = open_to(whom).await;
        let front = read(&get(&app, "/", &[]).await);
        assert_eq!(front["links"].as_object().map(serde_json::Map::len), Some(links), "{whom}: {front}");
        if links == 4 {
            let page = get(&app, "/graphiql", &[("accept", "text/html")]).await;
            assert_eq!((page.0, page.2.len(), told(&page, "content-type")), (StatusCode::NOT_FOUND, 0, ""));
            let front = get(&app, "/", &[("accept", "text/html")]).await;
            assert!(!String::from_utf8_lossy(&front.2).contains("/graphiql"));
        }
    }
}

#[test]
fn without_a_setting_the_demo_is_open_and_nothing_else() {
    use rolegraph::config::{Explore, Settings, Sources};
    let explore = |flags: &[(&str, &str)]| {
        let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Settings::load(&Sources { flags, ..Sources::default() }).expect("the settings are good").settings.explore()
    };
    assert_eq!((explore(&[]), explore(&[("demo", "true")])), (Explore::SignedIn, Explore::Everybody));
    assert_eq!(explore(&[("demo", "true"), ("http.explore", "admins")]), Explore::Admins);
}
