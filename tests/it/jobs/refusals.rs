//! What is refused, why, and that a refusal leaves no trace.

use serde_json::{Value, json};

use super::{CREATE, DELETE, UPDATE};
use crate::support::{
    TestApp,
    app::{TOKEN, node_id},
    on_both_databases,
};

const COMPANY: &str =
    "mutation($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } errors { code message path } } }";
const ENRICH: &str = "mutation($id: ID!) { enrichJob(id: $id) { run { id } errors { code message path } } }";
const ENRICH_ALL: &str = "mutation($filter: JobFilter!) { enrichJobs(filter: $filter) { run { id } errors { code message path } } }";

/// A job that there never was.
fn nobody() -> String {
    node_id("Job", "00000000-0000-7000-8000-000000000000")
}

/// The errors of a mutation that did nothing.
async fn errors(app: &TestApp, mutation: &str, variables: Value) -> Value {
    let answer = app.admin(mutation, variables).await;
    let payload = answer.as_object().and_then(|data| data.values().next()).expect("a payload").as_object().expect("an object");
    for (field, value) in payload {
        assert!(field == "errors" || value.is_null(), "{field} of a refused mutation is {value}");
    }
    payload["errors"].clone()
}

on_both_databases! {
    async fn a_refused_creation_says_what_is_wrong_and_changes_nothing(app: TestApp) {
        let company = app.company("acme").await;
        app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let before = app.trace().await;
        let occupation = json!({ "kind": "OCCUPATION", "title": "Cook" });
        let role = json!({ "kind": "FEATURED_ROLE", "title": "Cook" });
        let cases = [
            ("an unknown code with near ones", &occupation, json!({ "socCode": "15-1259" })),
            ("an unknown code without near ones", &occupation, json!({ "socCode": "15-9999.00" })),
            ("a role without a company", &role, json!({})),
            ("an occupation with a company", &occupation, json!({ "company": company })),
            ("an unknown company", &role, json!({ "company": node_id("Company", "00000000-0000-7000-8000-000000000000") })),
            ("an id that is no company's", &role, json!({ "company": nobody() })),
            ("an id that is none", &role, json!({ "company": "acme" })),
            ("a slug that is none", &occupation, json!({ "slug": "Head Cook" })),
            ("an empty slug", &occupation, json!({ "slug": "" })),
            ("a slug with two hyphens", &occupation, json!({ "slug": "head--cook" })),
            ("a long slug", &occupation, json!({ "slug": "c".repeat(81) })),
            ("a slug that is taken", &occupation, json!({ "slug": "nurses" })),
            ("no title", &occupation, json!({ "title": " " })),
            ("a long title", &occupation, json!({ "title": "ö".repeat(201) })),
            ("a title of two lines", &occupation, json!({ "title": "Cook\nChef" })),
            ("a long description", &occupation, json!({ "description": "ö".repeat(20_001) })),
            ("a description with a control character", &occupation, json!({ "description": "bell \u{7}" })),
        ];
        let mut told = serde_json::Map::new();
        for (name, base, change) in cases {
            let mut input = base.clone();
            input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            told.insert(name.to_owned(), errors(&app, CREATE, json!({ "input": input })).await);
        }
        assert_eq!(app.trace().await, before);
        insta::assert_json_snapshot!("refused_creations", told);
    }

    async fn a_refused_change_says_what_is_wrong_and_changes_nothing(app: TestApp) {
        let company = app.company("acme").await;
        let locked = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let role = app.create(json!({ "kind": "FEATURED_ROLE", "title": "Cook", "company": company })).await;
        let before = app.trace().await;
        let cases = [
            ("a job that there is not", json!({ "id": nobody(), "title": "Cook" })),
            ("an id of something else", json!({ "id": company, "title": "Cook" })),
            ("an id that is none", json!({ "id": "nurses", "title": "Cook" })),
            ("another code where one is approved", json!({ "id": locked, "socCode": "15-1252" })),
            ("no code where one is approved", json!({ "id": locked, "socCode": null })),
            ("an unknown code", json!({ "id": role, "socCode": "29-1149" })),
            ("an older version", json!({ "id": role, "title": "Chef", "expectedVersion": 0 })),
            ("a version to come", json!({ "id": role, "title": "Chef", "expectedVersion": 2 })),
            ("no title", json!({ "id": role, "title": null })),
            ("an empty title", json!({ "id": role, "title": "" })),
            ("neither published nor not", json!({ "id": role, "published": null })),
            ("a long description", json!({ "id": role, "description": "x".repeat(20_001) })),
            ("a good change beside a bad one", json!({ "id": role, "published": true, "title": "\u{0}" })),
        ];
        let mut told = serde_json::Map::new();
        for (name, input) in cases {
            told.insert(name.to_owned(), errors(&app, UPDATE, json!({ "input": input })).await);
        }
        assert_eq!(app.trace().await, before);
        insta::assert_json_snapshot!("refused_changes", told);
    }

    async fn what_is_not_there_is_neither_deleted_nor_enriched(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        app.admin(DELETE, json!({ "id": id })).await;
        let before = app.trace().await;
        let not_found = json!([{ "code": "NOT_FOUND", "message": "There is no such job.", "path": ["id"] }]);
        for id in [&id, &nobody(), &"nurses".to_owned()] {
            assert_eq!(errors(&app, DELETE, json!({ "id": id })).await, not_found);
            assert_eq!(errors(&app, ENRICH, json!({ "id": id })).await, not_found);
        }
        let nothing = json!([{ "code": "NOT_FOUND", "message": "The filter lets no job through.", "path": ["filter"] }]);
        assert_eq!(errors(&app, ENRICH_ALL, json!({ "filter": {} })).await, nothing);
        assert_eq!(errors(&app, UPDATE, json!({ "input": { "id": id, "title": "Cook" } })).await[0]["code"], "NOT_FOUND");
        assert_eq!(app.trace().await, before);
    }

    async fn a_company_has_a_slug_of_its_own_and_a_name(app: TestApp) {
        app.company("acme").await;
        let before = app.trace().await;
        let refused = async |slug: &str, name: &str| errors(&app, COMPANY, json!({ "input": { "slug": slug, "name": name } })).await;
        let taken = json!([{ "code": "CONFLICT", "message": "Another company has the slug `acme`.", "path": ["input", "slug"] }]);
        assert_eq!(refused("acme", "Acme").await, taken);
        assert_eq!(refused("Acme", "Acme").await[0]["path"], json!(["input", "slug"]));
        assert_eq!(refused("other", "").await[0]["path"], json!(["input", "name"]));
        assert_eq!(app.trace().await, before);
    }

    async fn who_is_not_signed_in_changes_nothing(app: TestApp) {
        let company = app.company("acme").await;
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        app.days_pass(100); // so that enriching would write
        let before = app.trace().await;
        let mutations = [
            (COMPANY, json!({ "input": { "slug": "other", "name": "Other" } })),
            (CREATE, json!({ "input": { "kind": "OCCUPATION", "title": "Cook" } })),
            (CREATE, json!({ "input": { "kind": "FEATURED_ROLE", "title": "Cook", "company": company } })),
            (UPDATE, json!({ "input": { "id": id, "title": "Cook" } })),
            (DELETE, json!({ "id": id })),
            (ENRICH, json!({ "id": id })),
            (ENRICH_ALL, json!({ "filter": {} })),
        ];
        for (mutation, variables) in mutations {
            let answer = app.post(mutation, variables.clone(), None).await;
            assert_eq!((&answer["data"], &answer["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("UNAUTHENTICATED")), "{mutation}");
            for token in ["", "a-token-for-test", "a-token-for-testss", "A-TOKEN-FOR-TESTS"] {
                let answer = app.post(mutation, variables.clone(), Some(token)).await;
                assert_eq!((&answer["data"], &answer["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("UNAUTHENTICATED")));
            }
        }
        assert_eq!(app.trace().await, before);
    }

    async fn history_and_runs_are_not_for_everybody(app: TestApp) {
        let answer = app.admin("mutation { createJob(input: {kind: OCCUPATION, title: \"Nurses\", socCode: \"29-1141\"}) { job { id enrichment { lastRun { id } } } changeset { id } } }", json!({})).await;
        let (run, set) = (&answer["createJob"]["job"]["enrichment"]["lastRun"]["id"], &answer["createJob"]["changeset"]["id"]);
        assert_eq!(app.refusal("query($id: ID!) { enrichmentRun(id: $id) { id } }", json!({ "id": run }), None).await, "UNAUTHENTICATED");
        assert_eq!(app.refusal("query($id: ID!) { changeset(id: $id) { id } }", json!({ "id": set }), None).await, "UNAUTHENTICATED");
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } job(by: {slug: \"nurses\"}) { soc { approvedBy { name } approvedAt } } }";
        let seen = app.ask(nodes, json!({ "ids": [run, set] })).await;
        assert_eq!(seen["nodes"], json!([null, null]));
        assert_eq!(seen["job"]["soc"], json!({ "approvedBy": null, "approvedAt": "2026-11-23T08:00:00+00:00" }));
        let seen = app.admin(nodes, json!({ "ids": [run, set] })).await;
        assert_eq!(seen["nodes"], json!([{ "__typename": "EnrichmentRun", "id": run }, { "__typename": "Changeset", "id": set }]));
        assert_eq!(seen["job"]["soc"]["approvedBy"], json!({ "name": "Platform admin" }));
        let viewer = "{ viewer { actor { name kind } company { id } scopes } }";
        assert_eq!(app.ask(viewer, json!({})).await["viewer"], json!({ "actor": null, "company": null, "scopes": [] }));
        let admin = app.post(viewer, json!({}), Some(TOKEN)).await;
        assert_eq!(admin["data"]["viewer"]["actor"], json!({ "name": "Platform admin", "kind": "USER" }));
    }
}
