//! Lightcast.

use std::sync::Arc;

use rolegraph::providers::lightcast::{SkillKind, SkillSource};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, body_string, header, method, path, query_param},
};

use super::{LIGHTCAST, answer, fixture, paths, recorded, registry, state};

const NAME: &str = "lightcast";
const TOKEN: &str = "/connect/token";
const LATEST: &str = "/skills/versions/latest";
const EXTRACT: &str = "/skills/versions/7.17/extract";

/// Gives tokens and knows its latest version.
async fn stub() -> MockServer {
    let stub = MockServer::start().await;
    let form = "client_id=id-canary&client_secret=secret+canary&grant_type=client_credentials&scope=lightcast_open_free";
    let asked = Mock::given(method("POST")).and(path(TOKEN)).and(header("content-type", "application/x-www-form-urlencoded"));
    asked.and(body_string(form)).respond_with(recorded("lightcast/token")).mount(&stub).await;
    let authorized = Mock::given(path(LATEST)).and(header("authorization", "Bearer TEST-ACCESS-TOKEN"));
    authorized.respond_with(recorded("lightcast/version_meta")).mount(&stub).await;
    stub
}

fn skills(stub: &MockServer) -> Arc<dyn SkillSource> {
    Arc::clone(registry(&stub.uri(), &[LIGHTCAST]).skills().expect("configured"))
}

#[tokio::test]
async fn skills_are_extracted_with_one_token_and_one_version() {
    let stub = stub().await;
    let body = json!({ "text": "We use React.", "confidenceThreshold": 0.6 });
    let asked =
        Mock::given(method("POST")).and(path(EXTRACT)).and(body_json(body)).and(header("authorization", "Bearer TEST-ACCESS-TOKEN"));
    asked.respond_with(recorded("lightcast/skills_extract")).mount(&stub).await;
    let skills = skills(&stub);
    let found = skills.extract("We use React.", 0.6).await.expect("skills");
    assert_eq!(found.version, "7.17");
    let names: Vec<_> = found.skills.iter().map(|(skill, confidence)| (skill.id.as_str(), skill.name.as_str(), *confidence)).collect();
    let expected = [
        ("KSDJCA4E89LB98JAZ7LZ", "React.js", 1.0),
        ("KS120FG6YP8PQYYNQY9B", "Amazon Web Services", 1.0),
        ("KS121F45VPV8C9W3QFYH", "Cascading Style Sheets (CSS)", 1.0),
        ("KS1200771D9CR9LB4MWW", "JavaScript (Programming Language)", 0.999_420_940_876_007_1),
    ];
    assert_eq!(names, expected);
    assert_eq!(found.skills[0].0.kind, Some(SkillKind::Specialized));
    assert!(found.attributions[0].starts_with("Wikipedia extracts are distributed under the CC BY-SA license"));
    skills.extract("We use React.", 0.6).await.expect("skills");
    assert_eq!(paths(&stub).await, [TOKEN, LATEST, EXTRACT, EXTRACT]);
}

#[tokio::test]
async fn skills_are_found_by_name_and_the_same_name_first() {
    let stub = stub().await;
    let asked = Mock::given(path("/skills/versions/7.17/skills")).and(query_param("q", ".net framework")).and(query_param("limit", "5"));
    asked.respond_with(recorded("lightcast/skills_list_q_net")).mount(&stub).await;
    let found = skills(&stub).find(".net framework", 5).await.expect("skills");
    let names: Vec<_> = found.skills.iter().map(|(skill, confidence)| (skill.name.as_str(), skill.kind, *confidence)).collect();
    let expected = [
        (".NET Framework", Some(SkillKind::Specialized), 1.0),
        ("(American Society For Quality) ASQ Certified", Some(SkillKind::Certification), 0.5),
        (".NET Assemblies", Some(SkillKind::Specialized), 0.5),
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn titles_are_normalised() {
    let stub = stub().await;
    let asked =
        Mock::given(path("/titles/versions/latest/normalize/inspect")).and(body_json(json!({ "term": "data scientist", "limit": 2 })));
    asked.respond_with(recorded("lightcast/titles_normalize_inspect")).mount(&stub).await;
    let titles = skills(&stub).titles("data scientist", 2).await.expect("titles");
    let names: Vec<_> = titles.iter().map(|title| (title.id.as_str(), title.name.as_str(), title.confidence)).collect();
    let expected =
        [("ET3B93055220D592C8", "Data Scientist", 1.0), ("ET66EFA7BC3A32BB32", "Manager/Data Scientist", 0.858_478_665_351_867_7)];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_token_that_has_run_out_is_renewed_once_while_all_wait() {
    let stub = MockServer::start().await;
    let token = |value: &str| answer(200, &json!({ "access_token": value, "expires_in": 3600, "token_type": "Bearer" }));
    Mock::given(path(TOKEN)).respond_with(token("old")).up_to_n_times(1).mount(&stub).await;
    Mock::given(path(TOKEN)).respond_with(token("new")).mount(&stub).await;
    let with = |value: &str| Mock::given(header("authorization", format!("Bearer {value}").as_str()));
    with("old").respond_with(ResponseTemplate::new(401)).mount(&stub).await;
    with("new").and(path(LATEST)).respond_with(recorded("lightcast/version_meta")).mount(&stub).await;
    with("new").respond_with(recorded("lightcast/skills_extract")).mount(&stub).await;
    let skills = skills(&stub);
    let texts = ["a", "b", "c", "d"];
    let found = futures::future::join_all(texts.map(|text| skills.extract(text, 0.5))).await;
    assert!(found.iter().all(Result::is_ok), "{found:?}");
    assert_eq!(paths(&stub).await.iter().filter(|path| *path == TOKEN).count(), 2);
}

#[tokio::test]
async fn a_route_without_permission_is_closed_and_the_others_stay_open() {
    let stub = stub().await;
    let refused = answer(401, &fixture("lightcast/error_401_titles_normalize"));
    Mock::given(path("/titles/versions/latest/normalize/inspect")).respond_with(refused).mount(&stub).await;
    Mock::given(path(EXTRACT)).respond_with(recorded("lightcast/skills_extract")).mount(&stub).await;
    let skills = skills(&stub);
    for _ in 0..3 {
        let error = skills.titles("data scientist", 2).await.expect_err("refused");
        assert_eq!(error.to_string(), "lightcast: titles normalize: the credentials were refused");
    }
    assert!(skills.extract("x", 0.5).await.is_ok());
    let asked = paths(&stub).await.into_iter().filter(|path| path.starts_with("/titles")).count();
    assert_eq!(asked, 2, "once, and once more with a new token");
}

#[tokio::test]
async fn wrong_credentials_are_told_without_them() {
    let stub = MockServer::start().await;
    let refused = json!({ "error": "invalid_client", "error_description": "id-canary secret canary" });
    Mock::given(path(TOKEN)).respond_with(answer(400, &refused)).mount(&stub).await;
    let registry = registry(&stub.uri(), &[LIGHTCAST]);
    let skills = registry.skills().expect("configured");
    for _ in 0..2 {
        let error = skills.extract("x", 0.5).await.expect_err("refused");
        assert_eq!(error.to_string(), "lightcast: token: the credentials were refused");
    }
    let state = state(&registry, NAME);
    assert_eq!((paths(&stub).await.len(), state.healthy), (1, false));
    assert_eq!(state.last_error.as_deref(), Some("lightcast: token: the credentials were refused"));
    assert!(!format!("{skills:?} {registry:?} {state:?}").contains("canary"));
}

#[tokio::test]
async fn a_spent_quota_is_not_asked_live() {
    let stub = stub().await;
    let last = recorded("lightcast/skills_extract").insert_header("ratelimit-remaining", "0").insert_header("ratelimit-reset", "1000000");
    Mock::given(path(EXTRACT)).respond_with(last).mount(&stub).await;
    let registry = registry(&stub.uri(), &[LIGHTCAST]);
    let skills = registry.skills().expect("configured");
    skills.extract("a", 0.5).await.expect("the last one");
    let error = skills.extract("b", 0.5).await.expect_err("spent");
    assert_eq!(error.to_string(), "lightcast: skills extract: the quota is spent");
    assert_eq!((paths(&stub).await.len(), state(&registry, NAME).quota_remaining), (3, Some(0)));
}

#[tokio::test]
async fn unknown_parts_are_ignored_and_missing_ones_are_unknown() {
    let stub = stub().await;
    let odd = json!({ "brand_new": 1, "data": [
        { "skill": { "id": "KS1", "name": "A", "type": "none", "more": {} } },
        { "confidence": "0.7", "skill": { "id": "KS2", "name": "B", "type": { "id": "ST2" } } },
        { "confidence": 1, "skill": { "id": "KS3" } },
    ]});
    Mock::given(path(EXTRACT)).respond_with(answer(200, &odd)).mount(&stub).await;
    let found = skills(&stub).extract("x", 0.5).await.expect("skills");
    let read: Vec<_> = found.skills.iter().map(|(skill, confidence)| (skill.name.as_str(), skill.kind, *confidence)).collect();
    assert_eq!((read, found.attributions.len()), (vec![("B", Some(SkillKind::Common), 0.7), ("A", None, 0.0)], 0));
    stub.reset().await;
    let error = {
        let bare = self::stub().await;
        Mock::given(path(EXTRACT)).respond_with(answer(200, &Value::Object(serde_json::Map::new()))).mount(&bare).await;
        skills(&bare).extract("x", 0.5).await.expect_err("unreadable")
    };
    assert_eq!(error.to_string(), "lightcast: skills extract: the answer cannot be read: no list of skills");
}
