//! What was valid before is not validated again, and what is not valid is refused as ever.

use serde_json::{Value, json};

use super::get;
use crate::support::{TestApp, app::TOKEN, database::Dialect};

const QUERY: &str = "query($first: Int, $ids: [ID!], $code: SocCode, $field: JobOrderField!, $by: JobBy!, $yes: Boolean!) {
    jobs(first: $first, filter: {ids: $ids, socCode: $code}, orderBy: {field: $field}) { nodes { title } }
    job(by: $by) { title @include(if: $yes) slug }
}";

const CHANGE: &str = "mutation($title: String!, $kind: JobKind!, $published: Boolean) {
    one: createJob(input: {title: $title, kind: $kind}) { errors { code } }
    two: createJob(input: {title: \"Second\", kind: OCCUPATION, published: $published}) { errors { code } }
}";

fn good() -> Value {
    json!({ "first": 5, "ids": ["a"], "code": "35-2014", "field": "TITLE", "by": { "slug": "cook" }, "yes": true })
}

/// The good variables with one in another form.
fn bad() -> Vec<Value> {
    let with = |name: &str, value: Value| {
        let mut variables = good();
        variables[name] = value;
        variables
    };
    let mut all = vec![
        with("first", json!("5")),
        with("first", json!(1.5)),
        with("first", json!(3_000_000_000_u64)),
        with("first", json!([5])),
        with("first", json!(101)),
        with("ids", json!([1.5])),
        with("ids", json!([null])),
        with("ids", json!([["a"]])),
        with("ids", json!([{}])),
        with("code", json!("no code")),
        with("code", json!(35)),
        with("field", json!("NOTHING")),
        with("field", json!(null)),
        with("by", json!({ "slug": "a", "id": "b" })),
        with("by", json!({})),
        with("by", json!({ "name": "a" })),
        with("by", json!("cook")),
        with("yes", json!("true")),
        with("yes", json!(null)),
    ];
    for name in ["field", "by", "yes"] {
        let mut without = good();
        without.as_object_mut().expect("an object").remove(name);
        all.push(without);
    }
    all
}

async fn app() -> TestApp {
    let app = TestApp::on(Dialect::Sqlite).await;
    app.create(json!({ "kind": "OCCUPATION", "title": "Cook", "socCode": "35-2014" })).await;
    app
}

/// How many operations of this process were known to be valid.
async fn known(app: &TestApp) -> u64 {
    let page = get(app, "/metrics", &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    let text = String::from_utf8_lossy(&page.2).into_owned();
    let line = text.lines().find(|line| line.starts_with("rolegraph_documents_validated_total{known=\"yes\"}"));
    line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn what_comes_again_is_known_to_be_valid_and_answered_alike() {
    let app = app().await;
    let before = known(&app).await;
    let first = app.post(QUERY, good(), None).await;
    assert_eq!((first.get("errors"), known(&app).await), (None, before));
    let mut others = good();
    others["first"] = json!(7);
    others["ids"] = json!(["b", "a"]);
    for variables in [good(), others] {
        assert_eq!(app.post(QUERY, variables, None).await, first);
    }
    assert_eq!(known(&app).await, before + 2, "other numbers and ids are as good");
    let mut another = good();
    another["field"] = json!("CREATED_AT");
    assert_eq!(app.post(QUERY, another, None).await.get("errors"), None);
    assert_eq!(known(&app).await, before + 2, "of an enum the value itself counts");
}

#[tokio::test]
async fn wrong_variables_of_a_known_document_are_refused_as_those_of_a_new_one() {
    let (warm, fresh, mut refused) = (app().await, app().await, 0);
    for variables in bad() {
        let expected = fresh.post(&format!("{QUERY} # {variables}"), variables.clone(), None).await;
        refused += usize::from(expected["errors"].is_array());
        for _ in 0..2 {
            assert_eq!(warm.post(QUERY, good(), None).await.get("errors"), None);
            assert_eq!(warm.post(QUERY, variables.clone(), None).await, expected, "{variables}");
        }
    }
    assert!(refused > 15, "most are refused: {refused}");
}

#[tokio::test]
async fn no_change_is_done_by_a_known_mutation_whose_variables_are_wrong() {
    let app = app().await;
    for _ in 0..2 {
        let done = app.post(CHANGE, json!({ "title": "First", "kind": "OCCUPATION", "published": true }), Some(TOKEN)).await;
        assert_eq!(done.get("errors"), None, "{done}");
    }
    let before = app.trace().await;
    for wrong in [
        json!({ "title": "First", "kind": "OCCUPATION", "published": "yes" }),
        json!({ "title": "First", "kind": "NOTHING", "published": true }),
        json!({ "title": 5, "kind": "OCCUPATION", "published": true }),
    ] {
        let refused = app.post(CHANGE, wrong.clone(), Some(TOKEN)).await;
        assert_eq!((refused.get("data"), &refused["errors"][0]["extensions"]["code"]), (None, &json!("BAD_REQUEST")), "{wrong}: {refused}");
        assert_eq!(app.trace().await, before, "{wrong}");
    }
}
