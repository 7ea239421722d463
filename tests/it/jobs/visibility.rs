//! What is not published is not there for the public, whichever way it is asked for.

use serde_json::{Value, json};

use crate::support::{TestApp, app::TOKEN, on_both_databases};

/// Every way, in as many operations as the limit of root fields asks for.
const BY_NAME: &str = r#"query($hidden: ID!, $shown: ID!) {
    byId: job(by: {id: $hidden}) { id }
    bySlug: job(by: {slug: "hidden-nurse"}) { id }
    node(id: $hidden) { id }
    nodes(ids: [$hidden, $shown]) { id }
    all: jobs { totalCount nodes { slug } }
    searched: jobs(filter: {search: "hidden"}) { totalCount nodes { slug } }
    named: jobs(filter: {ids: [$hidden]}) { totalCount nodes { slug } }
}"#;

const BY_LISTS: &str = r#"query($company: ID!) {
    ofCompany: jobs(filter: {company: $company}) { totalCount nodes { slug } }
    ofCode: jobs(filter: {socCode: "29-1141"}) { totalCount nodes { slug } }
    missing: jobs(filter: {missing: [TASKS]}) { totalCount nodes { slug } }
    fresh: jobs(filter: {stale: false}) { totalCount nodes { slug } }
    coverage { jobs fields { total } }
    gaps: coverage(filter: {search: "hidden"}) { jobs }
    occupation(code: "29-1141") { jobs { totalCount nodes { slug } } }
    companies { totalCount nodes { jobs { totalCount nodes { slug } } } }
}"#;

/// What a caller is answered whichever way it asks.
async fn every_way(app: &TestApp, token: Option<&str>, variables: &Value) -> Value {
    let mut all = json!({});
    for query in [BY_NAME, BY_LISTS] {
        let answer = app.post(query, variables.clone(), token).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        all.as_object_mut().expect("an object").extend(answer["data"].as_object().expect("data").clone());
    }
    all
}

on_both_databases! {
    async fn an_unpublished_role_is_invisible_to_the_public(app: TestApp) {
        let company = app.company("acme").await;
        let role = |title: &str, published: bool| json!({ "kind": "FEATURED_ROLE", "title": title, "company": company, "socCode": "29-1141", "published": published });
        let hidden = app.create(role("Hidden Nurse", false)).await;
        let shown = app.create(role("Night Nurse", true)).await;
        let variables = json!({ "hidden": hidden, "shown": shown, "company": company });

        let only_shown = json!({ "totalCount": 1, "nodes": [{ "slug": "night-nurse" }] });
        let none = json!({ "totalCount": 0, "nodes": [] });
        let seen = every_way(&app, None, &variables).await;
        for direct in ["byId", "bySlug", "node"] {
            assert_eq!(seen[direct], json!(null), "{direct}");
        }
        assert_eq!(seen["nodes"], json!([null, { "id": shown }]));
        for list in ["all", "ofCompany", "ofCode", "missing", "fresh"] {
            assert_eq!(seen[list], only_shown, "{list}");
        }
        assert_eq!((&seen["searched"], &seen["named"]), (&none, &none));
        assert_eq!((&seen["coverage"]["jobs"], &seen["coverage"]["fields"][0]["total"], &seen["gaps"]["jobs"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(seen["occupation"]["jobs"], only_shown);
        assert_eq!(seen["companies"], json!({ "totalCount": 1, "nodes": [{ "jobs": only_shown }] }));

        let seen = every_way(&app, Some(TOKEN), &variables).await;
        let both = json!({ "totalCount": 2, "nodes": [{ "slug": "hidden-nurse" }, { "slug": "night-nurse" }] });
        let only_hidden = json!({ "totalCount": 1, "nodes": [{ "slug": "hidden-nurse" }] });
        assert_eq!((&seen["byId"]["id"], &seen["bySlug"]["id"], &seen["node"]["id"]), (&json!(hidden), &json!(hidden), &json!(hidden)));
        for list in ["all", "ofCompany", "ofCode", "missing", "fresh"] {
            assert_eq!(seen[list], both, "{list}");
        }
        assert_eq!((&seen["searched"], &seen["named"]), (&only_hidden, &only_hidden));
        assert_eq!((&seen["coverage"]["jobs"], &seen["gaps"]["jobs"]), (&json!(2), &json!(1)));

        app.admin("mutation($id: ID!) { updateJob(input: {id: $id, published: true}) { errors { code } } }", json!({ "id": hidden })).await;
        let seen = every_way(&app, None, &variables).await;
        assert_eq!((&seen["all"], &seen["byId"]["id"]), (&both, &json!(hidden)), "published, it is there at once");
    }
}
