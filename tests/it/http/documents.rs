//! Documents that have a name: in a manifest, or by the hash that a client sent.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Answer, get, read, send, told};
use crate::support::{TestApp, app::TOKEN, database::Dialect};

const LISTED: &str = "query Titles { jobs { nodes { title } } }";
const OTHER: &str = "{ jobs { nodes { title slug } } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// With a manifest of one document.
async fn with_manifest(mode: &str) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    let operations = json!([{ "id": "titles-1", "name": "Titles", "type": "query", "body": LISTED }]);
    let manifest = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations });
    std::fs::write(&path, manifest.to_string()).expect("written");
    let settings = [("documents.mode", mode.to_owned()), ("documents.manifest", path.display().to_string())];
    let app = TestApp::with_settings(Dialect::Sqlite, &settings).await;
    app.create(json!({ "kind": "OCCUPATION", "title": "Cook" })).await;
    (app, folder)
}

async fn ask(app: &TestApp, request: &Value, token: Option<&str>) -> Answer {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    send(app, Method::POST, "/graphql", &headers, request.to_string()).await
}

/// The code of an error, or the titles of jobs.
async fn outcome(app: &TestApp, request: Value, token: Option<&str>) -> Value {
    let answer = read(&ask(app, &request, token).await);
    match &answer["errors"][0]["extensions"]["code"] {
        Value::Null => answer["data"]["jobs"]["nodes"][0]["title"].clone(),
        code => code.clone(),
    }
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn where_the_list_is_enforced_callers_without_a_credential_have_what_is_listed_and_nothing_else() {
    let (app, _folder) = with_manifest("enforce").await;
    for listed in [json!({ "query": LISTED }), json!({ "documentId": "titles-1" }), json!({ "extensions": persisted(&hash(LISTED)) })] {
        assert_eq!(outcome(&app, listed.clone(), None).await, "Cook", "{listed}");
        assert_eq!(outcome(&app, listed, Some(TOKEN)).await, "Cook");
    }
    let others = [
        json!({ "query": OTHER }),
        json!({ "query": format!("{LISTED} ") }),
        json!({ "query": OTHER, "extensions": persisted(&hash(OTHER)) }),
    ];
    for other in &others {
        let (statements, refused) = app.counted(outcome(&app, other.clone(), None)).await;
        assert_eq!((statements, refused), (0, json!("DOCUMENT_NOT_LISTED")), "{other}");
        assert_eq!(outcome(&app, other.clone(), Some(TOKEN)).await, "Cook", "who signs in may ask for anything");
    }
    let kept_by_another = json!({ "extensions": persisted(&hash(OTHER)) });
    assert_eq!(outcome(&app, kept_by_another.clone(), None).await, "DOCUMENT_NOT_LISTED");
    assert_eq!(outcome(&app, kept_by_another, Some(TOKEN)).await, "Cook");
    assert_eq!(outcome(&app, json!({ "documentId": "titles-2" }), None).await, "DOCUMENT_NOT_FOUND");
    assert_eq!(outcome(&app, json!({ "documentId": "titles-1", "query": LISTED }), None).await, "BAD_REQUEST");
    let by_get = get(&app, "/graphql?documentId=titles-1", &[]).await;
    assert_eq!((by_get.0, &read(&by_get)["data"]["jobs"]["nodes"][0]["title"]), (StatusCode::OK, &json!("Cook")));
}

#[tokio::test]
async fn where_it_is_reported_everything_is_executed_and_what_is_not_listed_is_counted() {
    let (app, _folder) = with_manifest("report").await;
    let authorization = format!("Bearer {TOKEN}");
    let counted = async || {
        let page = get(&app, "/metrics", &[("authorization", &authorization)]).await;
        let text = String::from_utf8_lossy(&page.2).into_owned();
        let lines = text.lines().filter(|line| line.starts_with("rolegraph_documents_unlisted_total{signed_in=\"no\"}"));
        lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum::<u64>()
    };
    let before = counted().await;
    assert_eq!(outcome(&app, json!({ "query": LISTED }), None).await, "Cook");
    assert_eq!(counted().await, before);
    for _ in 0..2 {
        assert_eq!(outcome(&app, json!({ "query": OTHER }), None).await, "Cook");
    }
    assert_eq!(counted().await, before + 2);
}

#[tokio::test]
async fn a_client_may_send_a_hash_and_the_text_only_when_it_is_asked_for_it() {
    let app = super::app().await;
    app.create(json!({ "kind": "OCCUPATION", "title": "Cook" })).await;
    let by_hash = json!({ "extensions": persisted(&hash(OTHER)) });
    let unknown = ask(&app, &by_hash, None).await;
    let error = &read(&unknown)["errors"][0];
    assert_eq!(unknown.0, StatusCode::OK, "Apollo's clients look at the error");
    assert_eq!((&error["message"], &error["extensions"]["code"]), (&json!("PersistedQueryNotFound"), &json!("PERSISTED_QUERY_NOT_FOUND")));
    let with_text = json!({ "query": OTHER, "extensions": persisted(&hash(OTHER)) });
    assert_eq!(outcome(&app, with_text, None).await, "Cook");
    assert_eq!(outcome(&app, by_hash, None).await, "Cook");
    let address = format!("/graphql?extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{}%22%7D%7D", hash(OTHER));
    let by_get = get(&app, &address, &[]).await;
    assert_eq!((&read(&by_get)["data"]["jobs"]["nodes"][0]["title"], told(&by_get, "etag").is_empty()), (&json!("Cook"), false));

    let wrong = json!({ "query": LISTED, "extensions": persisted(&hash(OTHER)) });
    assert_eq!(outcome(&app, wrong, None).await, "PERSISTED_QUERY_HASH_MISMATCH");
    let no_document = json!({ "query": "{", "extensions": persisted(&hash("{")) });
    assert_eq!(outcome(&app, no_document, None).await, "BAD_REQUEST");
    let not_kept = json!({ "extensions": persisted(&hash("{")) });
    assert_eq!(outcome(&app, not_kept, None).await, "PERSISTED_QUERY_NOT_FOUND", "what is no document is not kept");
}

#[tokio::test]
async fn hashes_are_not_supported_where_nothing_is_kept_for_them() {
    let app = TestApp::with_settings(Dialect::Sqlite, &[("documents.persisted_bytes", "0".to_owned())]).await;
    let answer = read(&ask(&app, &json!({ "extensions": persisted(&hash(OTHER)) }), None).await);
    assert_eq!(answer["errors"][0]["message"], "PersistedQueryNotSupported");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_SUPPORTED");
}
