//! What a role would inherit, and what it does.

use serde_json::{Value, json};

use super::{approved, review_of, role};
use crate::support::{
    TestApp,
    app::uuid_of,
    layers::{About, Known, Over, stored},
    on_both_databases,
};

const PREVIEW: &str =
    "query($id: ID!, $code: SocCode!) { node(id: $id) { ... on SocReview { preview(code: $code) { field before after changed } } } }";

async fn preview(app: &TestApp, review: &str, code: &str) -> Vec<Value> {
    let answer = app.admin(PREVIEW, json!({ "id": review, "code": code })).await;
    answer["node"]["preview"].as_array().expect("a preview").clone()
}

/// The values of all fields of a job.
async fn values(app: &TestApp, job: &str) -> Vec<(Value, Value)> {
    let answer = app.admin("query($id: ID!) { job(by: {id: $id}) { fields { field value } } }", json!({ "id": job })).await;
    let fields = answer["job"]["fields"].as_array().expect("fields").clone();
    fields.iter().map(|field| (field["field"].clone(), field["value"].clone())).collect()
}

on_both_databases! {
    async fn a_preview_is_what_the_role_answers_once_the_code_is_approved(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Night Nurse 80", None).await;
        let review = review_of(&app, &id).await;
        Over::new(uuid_of(&id), "RELATED_TITLES").company(uuid_of(&company)).value(&json!([{ "key": "k", "text": "Our nurse" }])).write(&app).await;
        let draft = stored("OUTLOOK", &json!({ "baseYear": 2024, "projectedYear": 2034, "employment": 1, "projectedEmployment": 2, "percentChange": 100.0, "annualOpenings": 1, "growth": "AVERAGE" }));
        let db = app.db().await;
        Known::new(About::Job(uuid_of(&id)), "OUTLOOK", "AI", "assistant").value(&draft).times(app.clock_now(), None, None).write_to(&app, &db).await;

        let (before, today) = (app.trace().await, values(&app, &id).await);
        let told = preview(&app, &review, "29-1141").await;
        assert_eq!(app.trace().await, before, "a preview writes nothing, although nobody has asked about that code yet");
        let of = |part: &str| told.iter().map(|field| (field["field"].clone(), field[part].clone())).collect::<Vec<_>>();
        assert_eq!(of("before"), today);
        let changed = |field: &str| told.iter().find(|one| one["field"] == field).expect(field)["changed"].clone();
        assert_eq!((changed("RELATED_TITLES"), changed("TASKS"), changed("OUTLOOK")), (json!(false), json!(true), json!(true)));

        approved(&app, &id, Some("29-1141")).await;
        app.drain().await;
        assert_eq!(values(&app, &id).await, of("after"), "overrides above, an assistant's draft below");
        let same = preview(&app, &review, "29-1141").await;
        assert!(same.iter().all(|field| field["changed"] == json!(false) && field["before"] == field["after"]), "nothing would change");
        let other = preview(&app, &review, "35-2014").await;
        let unchanged: Vec<_> = other.iter().filter(|field| field["changed"] == json!(false)).map(|field| &field["field"]).collect();
        assert_eq!(unchanged, ["RELATED_TITLES"]);
        let unknown = app.post(PREVIEW, json!({ "id": review, "code": "15-1259" }), Some(crate::support::app::TOKEN)).await;
        assert_eq!(unknown["errors"][0]["extensions"]["code"], "INVALID");
        assert!(unknown["errors"][0]["message"].as_str().is_some_and(|message| message.contains("15-1251.00, 15-1252.00")), "{unknown}");
    }

    async fn roles_of_one_code_share_its_facts(app: TestApp) {
        let company = app.company("acme").await;
        let first = role(&app, &company, "Nurse 80", None).await;
        approved(&app, &first, None).await;
        app.drain().await;
        let facts = app.trace().await["fact"];
        let second = role(&app, &company, "Nurse 90", None).await;
        approved(&app, &second, None).await;
        app.drain().await;
        assert_eq!(app.trace().await["fact"], facts, "nothing is copied");
        assert_eq!(values(&app, &first).await, values(&app, &second).await);
    }
}
