//! The same over the API, and the skills that are given with jobs.

use rolegraph::{
    domain::{access::Principal, filter::JobFilter},
    service::ImportedJob,
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, path},
};

use super::{INDEX, SURE, checked};
use crate::support::{TestApp, app::TOKEN, database::Dialect, on_both_databases};

const MAP: &str = "query($names: [String!]!) { mapSkills(names: $names) {
    input element { key elementId name importance level rating { sampleSize } source } kind confidence generic sure otherName } }";

async fn mapped(app: &TestApp, names: &[&str]) -> Vec<Value> {
    app.ask(MAP, json!({ "names": names })).await["mapSkills"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn held_back_names_are_mapped_over_the_api_as_surely_as_was_measured() {
    let app = TestApp::on(Dialect::Sqlite).await;
    let list: Vec<_> = checked().into_iter().filter(|checked| checked.part == "held").collect();
    let names: Vec<_> = list.iter().map(|checked| checked.name).collect();
    let (mut sure, mut right) = (0, 0);
    for (checked, told) in list.iter().zip(mapped(&app, &names).await) {
        let own = INDEX.map_one(checked.name);
        assert_eq!(told["input"], checked.name);
        assert_eq!(told["element"]["name"].as_str(), own.element.as_ref().map(|element| element.name.as_str()), "{told}");
        assert_eq!((&told["confidence"], &told["generic"]), (&json!(own.confidence), &json!(own.generic)));
        let is_sure = !own.generic && own.element.is_some() && own.confidence >= SURE;
        assert_eq!(told["sure"], is_sure, "{told}");
        sure += usize::from(is_sure);
        right += usize::from(is_sure && checked.is_right(&own));
    }
    assert_eq!((sure, right), (94, 94));
}

#[tokio::test]
async fn every_kind_of_element_is_answered_with_its_key() {
    let app = TestApp::on(Dialect::Sqlite).await;
    let told = mapped(&app, &["Critical Thinking", "Plumbing", "MS Excel", "Communication", "Underwater basket weaving"]).await;
    let short: Vec<_> = told
        .iter()
        .map(|one| json!([one["kind"], one["element"]["key"], one["element"]["elementId"], one["generic"], one["sure"]]))
        .collect();
    let expected = json!([
        ["SKILL", "2.A.2.a", "2.A.2.a", false, true],
        ["KNOWLEDGE", "2.C.3.d", "2.C.3.d", false, true],
        ["TECHNOLOGY", "technology:43232110:microsoft-excel", null, false, true],
        ["KNOWLEDGE", "2.C.9.b", "2.C.9.b", true, false],
        [null, null, null, false, false],
    ]);
    assert_eq!(Value::from(short), expected);
    assert_eq!((&told[2]["element"]["importance"], &told[2]["element"]["source"]), (&Value::Null, &json!("ONET")));
    assert_eq!((&told[4]["confidence"], &told[4]["otherName"]), (&json!(0.0), &Value::Null));
}

#[tokio::test]
async fn names_that_are_none_are_refused_with_the_rule() {
    let app = TestApp::on(Dialect::Sqlite).await;
    let many = vec!["SQL"; 201];
    let long = "x".repeat(201);
    for (names, message) in [
        (json!([]), "Give 1 to 200 names of skills; these are 0."),
        (json!(many), "Give 1 to 200 names of skills; these are 201."),
        (json!(["SQL", "  "]), "A name of a skill has 1 to 200 characters; this one has 0 (number 1, counted from 0)."),
        (json!([long]), "A name of a skill has 1 to 200 characters; this one has 201 (number 0, counted from 0)."),
        (json!(["S\u{0}QL"]), "A name of a skill is one line, without control characters (number 0, counted from 0)."),
    ] {
        let answer = app.post(MAP, json!({ "names": names }), None).await;
        let error = &answer["errors"][0];
        assert_eq!((&answer["data"], &error["message"], &error["extensions"]["code"]), (&Value::Null, &json!(message), &json!("INVALID")));
    }
    assert_eq!(mapped(&app, &vec!["SQL"; 200]).await.len(), 200);
    assert_eq!(mapped(&app, &["x".repeat(200).as_str()]).await[0]["element"], Value::Null);
}

/// An app whose Lightcast is the stub.
async fn with_lightcast(stub: &str) -> TestApp {
    let settings = [
        ("providers.lightcast.base_url", stub.to_owned()),
        ("providers.lightcast.token_url", format!("{stub}/connect/token")),
        ("providers.lightcast.client_id", "id".to_owned()),
        ("providers.lightcast.client_secret", "secret".to_owned()),
    ];
    TestApp::with_settings(Dialect::Sqlite, &settings).await
}

fn mention(words: &str, name: &str, confidence: f64, kind: &str) -> Value {
    let skill = json!({ "id": format!("KS{name}"), "name": name, "type": { "id": kind, "name": "x" } });
    json!({ "surfaceForm": { "value": words, "sourceStart": 0, "sourceEnd": 1 }, "classificationData": { "skills": [{ "confidence": confidence, "skill": skill }] } })
}

const NAMES: [&str; 5] = ["MS Excel", "Zzyzx sheets", "Qwfpg gossip", "Vbkjh", "Communication"];

#[tokio::test]
async fn names_that_the_index_does_not_know_are_looked_up_under_lightcasts_names_in_one_call() {
    let stub = MockServer::start().await;
    let token = ResponseTemplate::new(200).set_body_json(json!({ "access_token": "t", "expires_in": 3600 }));
    Mock::given(path("/connect/token")).respond_with(token).expect(1).mount(&stub).await;
    let version = ResponseTemplate::new(200).set_body_json(json!({ "data": { "version": "9.1" } }));
    Mock::given(path("/skills/versions/latest")).respond_with(version).expect(1).mount(&stub).await;
    let trace = json!({ "data": { "trace": [
        mention("zzyzx sheets", "Microsoft Excel", 0.9, "ST1"),
        mention("zzyzx", "Microsoft Word", 1.0, "ST1"),
        mention("qwfpg gossip", "Gossip", 0.9, "ST2"),
        { "surfaceForm": 7 },
    ] } });
    let asked = json!({ "text": "Zzyzx sheets\nQwfpg gossip\nVbkjh", "confidenceThreshold": 0.5 });
    let traced = Mock::given(path("/skills/versions/9.1/extract/trace")).and(body_json(asked));
    traced.respond_with(ResponseTemplate::new(200).set_body_json(trace)).expect(1).mount(&stub).await;
    let app = with_lightcast(&stub.uri()).await;

    let alone: Vec<_> = mapped(&app, &NAMES).await;
    assert!(alone.iter().all(|one| one["otherName"] == Value::Null), "nobody is asked for callers who are not signed in");
    for _ in 0..2 {
        let told = app.admin(MAP, json!({ "names": NAMES })).await["mapSkills"].clone();
        let excel = INDEX.map_one("Microsoft Excel").confidence;
        assert_eq!((&told[1]["element"]["name"], &told[1]["otherName"]), (&json!("Microsoft Excel"), &json!("Microsoft Excel")));
        assert_eq!((&told[1]["confidence"], &told[1]["sure"]), (&json!((excel * 900.0).round() / 1_000.0), &json!(true)));
        assert_eq!((&told[2]["element"], &told[2]["generic"]), (&Value::Null, &json!(true)), "Lightcast calls it common");
        assert_eq!([&told[0], &told[3], &told[4]], [&alone[0], &alone[3], &alone[4]]);
    }
}

#[tokio::test]
async fn a_lightcast_that_fails_leaves_the_answer_of_the_index() {
    let stub = MockServer::start().await;
    Mock::given(path("/connect/token")).respond_with(ResponseTemplate::new(400)).mount(&stub).await;
    let app = with_lightcast(&stub.uri()).await;
    let (own, told) = (app.ask(MAP, json!({ "names": NAMES })).await, app.admin(MAP, json!({ "names": NAMES })).await);
    assert_eq!(told, own);
    assert_eq!(told["mapSkills"][0]["element"]["name"], "Microsoft Excel");
    let state = app.post("{ providers { name lastError } }", json!({}), Some(TOKEN)).await;
    let lightcast = state["data"]["providers"].as_array().expect("providers").iter().find(|one| one["name"] == "lightcast").expect("known");
    assert_eq!(lightcast["lastError"], "lightcast: token: the credentials were refused");
}

const GIVEN: &str = "query($slug: String!) { job(by: {slug: $slug}) {
    all: givenSkills { input element { name } generic sure } sure: givenSkills(sure: true) { input } skills { value { name } } } }";

on_both_databases! {
    async fn skills_that_were_given_with_a_role_are_answered_mapped_and_the_others_left_out(app: TestApp) {
        let app = app.with_demo().await;
        let roles = app.ask("{ jobs(first: 100) { nodes { kind slug givenSkills { input generic sure } sure: givenSkills(sure: true) { sure } } } }", json!({})).await;
        let (mut given, mut sure, mut generic) = (0, 0, 0);
        for job in roles["jobs"]["nodes"].as_array().expect("jobs") {
            let all = job["givenSkills"].as_array().expect("skills");
            assert_eq!(all.is_empty(), job["kind"] == "OCCUPATION", "{job}");
            let taken = job["sure"].as_array().expect("skills");
            assert_eq!(all.iter().filter(|one| one["sure"] == true).count(), taken.len(), "{job}");
            given += all.len();
            sure += taken.len();
            generic += all.iter().filter(|one| one["generic"] == true).count();
        }
        assert_eq!((given, sure, generic), GIVEN_IN_THE_DEMO);
        let told = app.ask(GIVEN, json!({ "slug": "cloud-security-engineer" })).await["job"].clone();
        insta::assert_json_snapshot!("given_skills_of_a_role", told);
    }

    async fn given_skills_are_exported_again_and_kept_apart_from_other_metadata(app: TestApp) {
        let jobs = json!([
            { "kind": "FEATURED_ROLE", "title": "Fitter", "company": "acme", "published": true, "skills": ["HVAC", "a;b", "Communication"], "metadata": { "rank": 1 } },
            { "kind": "FEATURED_ROLE", "title": "Cook", "company": "acme", "published": true, "skills": ["Knife skills"] },
            { "kind": "FEATURED_ROLE", "title": "Odd", "company": "acme", "published": true, "metadata": { "skills": "none in particular" } },
        ]);
        let me = Principal::system("test");
        let read = ImportedJob::from_json(jobs.to_string().as_bytes()).expect("readable");
        app.service().import_jobs(&me, &read, "importTest").await.expect("imported");
        let exported = app.service().export_jobs(&me, &JobFilter::default()).await.expect("exported");
        let short: Vec<_> = exported.iter().map(|job| (job.skills.join("|"), job.metadata.clone())).collect();
        let expected = [
            ("HVAC|a;b|Communication".to_owned(), json!({ "rank": 1 })),
            ("Knife skills".to_owned(), Value::Null),
            (String::new(), json!({ "skills": "none in particular" })),
        ];
        assert_eq!(short, expected);
        let mut csv = vec![];
        ImportedJob::to_csv(&exported, &mut csv).expect("written");
        assert_eq!(ImportedJob::from_csv(csv.as_slice()).expect("readable"), exported);
        let told = app.ask(GIVEN, json!({ "slug": "odd" })).await;
        assert_eq!(told["job"]["all"], json!([]));

        let before = app.trace().await;
        let wrong = json!([
            { "kind": "OCCUPATION", "title": "A", "skills": ["x"], "metadata": "only a text" },
            { "kind": "OCCUPATION", "title": "B", "skills": ["x"], "metadata": { "skills": 1 } },
            { "kind": "OCCUPATION", "title": "C", "skills": ["x", ""] },
            { "kind": "OCCUPATION", "title": "D", "skills": vec!["x"; 201] },
        ]);
        let read = ImportedJob::from_json(wrong.to_string().as_bytes()).expect("readable");
        let Err(rolegraph::service::ServiceError::User(errors)) = app.service().import_jobs(&me, &read, "importTest").await else { panic!("it is refused") };
        let told: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.path.join("."), error.message)).collect();
        assert_eq!(told, [
            "jobs.0.metadata: With `skills`, `metadata` is a JSON object or left out.",
            "jobs.1.metadata: `metadata` has an entry `skills` of its own: name it otherwise.",
            "jobs.2.skills.1: A name of a skill has 1 to 200 characters; this one has 0 (number 1, counted from 0).",
            "jobs.3.skills: Give 1 to 200 names of skills; these are 201.",
        ]);
        assert_eq!(app.trace().await, before);
    }
}

/// How many names the demo's roles have, how many of them are sure, and how many generic.
const GIVEN_IN_THE_DEMO: (usize, usize, usize) = (104, 54, 17);
