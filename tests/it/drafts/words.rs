//! What people say of drafts: approved, rejected, drafted anew.

use std::collections::BTreeSet;

use futures::future::join_all;
use rolegraph::{
    domain::{
        access::{Actor, ActorKind, Principal, Scope},
        fields::Field,
    },
    service::{ServiceError, Word},
};
use serde_json::{Value, json};

use super::{changes, enrich, field, layers, occupation, role};
use crate::support::{
    TestApp,
    app::{TOKEN, uuid_of},
    on_both_databases,
};

const PAYLOAD: &str =
    "job { version } changeset { action note actor { id } changes(first: 5) { nodes { action field } } } errors { code message path }";

pub(super) async fn approve(app: &TestApp, id: &str, field: &str, note: Option<&str>) -> Value {
    let mutation = format!(
        "mutation($id: ID!, $field: JobField!, $note: String) {{ approveAiValue(jobId: $id, field: $field, note: $note) {{ {PAYLOAD} }} }}"
    );
    app.admin(&mutation, json!({ "id": id, "field": field, "note": note })).await["approveAiValue"].clone()
}

pub(super) async fn reject(app: &TestApp, id: &str, field: &str, regenerate: bool) -> Value {
    let mutation = format!(
        "mutation($id: ID!, $field: JobField!, $again: Boolean) {{ rejectAiValue(jobId: $id, field: $field, regenerate: $again, note: \"No.\") {{ {PAYLOAD} }} }}"
    );
    app.admin(&mutation, json!({ "id": id, "field": field, "again": regenerate })).await["rejectAiValue"].clone()
}

fn refused(payload: &Value) -> (Value, Value) {
    assert_eq!((&payload["job"], &payload["changeset"]), (&Value::Null, &Value::Null), "{payload}");
    (payload["errors"][0]["code"].clone(), payload["errors"][0]["message"].clone())
}

fn keys(told: &Value) -> BTreeSet<String> {
    let items = told["fields"][0]["value"].as_array().expect("items");
    items.iter().map(|item| item["key"].as_str().expect("a key").to_owned()).collect()
}

fn gap(told: &Value, field: &str) -> Value {
    let gaps = told["coverage"]["gaps"].as_array().expect("gaps");
    gaps.iter().find(|gap| gap["field"] == field).cloned().unwrap_or_default()
}

on_both_databases! {
    async fn an_approved_draft_stays_ai_and_is_not_drafted_anew(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let draft = field(&app, "data-scientists", "SKILLS").await;
        let approved = approve(&app, &id, "SKILLS", Some(" Looks right. ")).await;
        assert_eq!(approved["errors"], json!([]));
        assert_eq!(approved["job"]["version"], 3);
        let change = json!({ "action": "AI_APPROVED", "field": "SKILLS" });
        assert_eq!(approved["changeset"], json!({ "action": "approveAiValue", "note": "Looks right.", "actor": { "id": "admin" }, "changes": { "nodes": [change] } }));
        let told = field(&app, "data-scientists", "SKILLS").await;
        let provenance = &told["fields"][0]["provenance"];
        assert_eq!((&provenance["source"], &told["fields"][0]["value"]), (&json!("AI"), &draft["fields"][0]["value"]));
        assert_eq!(provenance["approval"], json!({ "by": { "id": "admin" }, "note": "Looks right." }));
        assert_eq!(provenance["expiresAt"], Value::Null);
        assert_eq!(provenance["explanation"], "No official source has a value, so offline-neighbours drafted one; a person approved it.");

        let before = app.trace().await;
        let (code, message) = refused(&approve(&app, &id, "SKILLS", None).await);
        assert_eq!(code, "ALREADY_DONE");
        assert!(message.as_str().is_some_and(|text| text.starts_with("SKILLS of this job was approved already, by Platform admin at 2026-11-23")), "{message}");
        assert_eq!(app.trace().await, before);
        app.days_pass(400);
        assert_eq!(enrich(&app, &id, &["SKILLS"], true).await[0].1, "UNCHANGED");
        assert_eq!(field(&app, "data-scientists", "SKILLS").await["fields"], told["fields"]);
    }

    async fn what_cannot_be_approved_says_why_and_changes_nothing(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let empty = app.create(json!({ "kind": "OCCUPATION", "title": "Nobody" })).await;
        let before = app.trace().await;
        assert_eq!(refused(&approve(&app, &id, "WAGES", None).await), (json!("INVALID"), json!("WAGES of this job has no AI draft: its source is BLS (bls-oews).")));
        assert_eq!(refused(&reject(&app, &id, "TASKS", false).await), (json!("INVALID"), json!("TASKS of this job has no AI draft: its source is ONET (onet-database).")));
        assert_eq!(refused(&approve(&app, &empty, "TASKS", None).await).1, "TASKS of this job has no AI draft, and no other value either.");
        assert_eq!(refused(&approve(&app, "Sm9iOjE", "SKILLS", None).await), (json!("NOT_FOUND"), json!("There is no such job.")));
        assert_eq!(refused(&approve(&app, &id, "SKILLS", Some(&"x".repeat(2_001))).await).1, "A note has at most 2000 characters; this one has 2001.");
        let mutation = "mutation($id: ID!) { rejectAiValue(jobId: $id, field: SKILLS) { errors { code } } }";
        assert_eq!(app.refusal(mutation, json!({ "id": id }), None).await, "UNAUTHENTICATED");
        let off = app.replica_with(&[("assistant.kind", "off")]).await;
        assert_eq!(refused(&reject(&off, &id, "SKILLS", true).await).1, "There is nobody to draft another value: `assistant.kind` is off.");
        assert_eq!(app.trace().await, before);
        assert_eq!(app.post("mutation { approveAiValue(jobId: \"x\", field: SKILLS) { errors { path } } }", json!({}), Some(TOKEN)).await["data"]["approveAiValue"]["errors"][0]["path"], json!(["jobId"]));
    }

    async fn of_two_who_approve_at_once_one_wins(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let other = app.replica().await;
        let both = join_all([&app, &other].map(|app| approve(app, &id, "SKILLS", None))).await;
        let errors: Vec<_> = both.iter().filter_map(|payload| payload["errors"][0]["code"].as_str()).collect();
        assert_eq!(errors, ["ALREADY_DONE"], "{both:?}");
        assert_eq!(changes(&app, "AI_APPROVED").await.len(), 1);
        let approved = changes(&app, "AI_APPROVED").await.remove(0);
        assert_eq!((&approved["before"]["approval"], &approved["after"]["approval"]["by"]["id"]), (&Value::Null, &json!("admin")));
        assert_eq!(approved["before"]["digest"], approved["after"]["digest"]);
    }

    async fn a_rejected_draft_is_gone_and_comes_back_neither_by_itself_nor_by_force(app: TestApp) {
        let id = occupation(&app, "Data Scientists", "15-2051").await;
        let rejected = reject(&app, &id, "SKILLS", false).await;
        assert_eq!((&rejected["errors"], &rejected["changeset"]["action"]), (&json!([]), &json!("rejectAiValue")));
        let told = field(&app, "data-scientists", "SKILLS").await;
        assert_eq!((layers(&told), &told["version"]), (vec![], &json!(3)));
        let expected = json!({ "field": "SKILLS", "reason": "onet-database has no skills for 15-2051.00. The draft of an assistant was rejected.",
            "remedy": "Let the assistant draft another value (enrichJob with `force`), configure a provider that may have it (onet-web-services, careeronestop), or override the field." });
        assert_eq!(gap(&told, "SKILLS"), expected);
        app.days_pass(400);
        let outcome = enrich(&app, &id, &["SKILLS"], false).await.remove(0);
        assert_eq!((outcome.1.as_str(), &outcome.2[1]), ("NOT_AVAILABLE", &expected["reason"]));
        let outcome = enrich(&app, &id, &["SKILLS"], true).await.remove(0);
        let none = "onet-database has no skills for 15-2051.00. offline-assistant has no draft either.";
        assert_eq!((outcome.1.as_str(), &outcome.2[1]), ("NOT_AVAILABLE", &json!(none)), "all elements were rejected");
        assert_eq!(changes(&app, "AI_REJECTED").await.remove(0)["after"], Value::Null);
    }

    async fn another_draft_shares_nothing_with_the_rejected_one(app: TestApp) {
        let id = role(&app, "Cloud Security Engineer", "Secure cloud infrastructure; respond to incidents; manage vulnerabilities.").await;
        enrich(&app, &id, &["TOOLS_AND_TECHNOLOGY", "EDUCATION"], false).await;
        let first = keys(&field(&app, "cloud-security-engineer", "TOOLS_AND_TECHNOLOGY").await);
        assert_eq!(reject(&app, &id, "TOOLS_AND_TECHNOLOGY", true).await["errors"], json!([]));
        assert_eq!(app.drain().await, 1);
        let second = keys(&field(&app, "cloud-security-engineer", "TOOLS_AND_TECHNOLOGY").await);
        assert!(!second.is_empty() && first.is_disjoint(&second), "{first:?} {second:?}");
        assert_eq!(reject(&app, &id, "EDUCATION", true).await["errors"], json!([]));
        app.drain().await;
        let told = field(&app, "cloud-security-engineer", "EDUCATION").await;
        let reason = gap(&told, "EDUCATION")["reason"].clone();
        assert_eq!(reason, "The job has no SOC code, so there is no occupation to inherit from. offline-assistant has no draft either.");
    }

    async fn a_company_speaks_of_its_own_drafts_alone(app: TestApp) {
        let shared = occupation(&app, "Data Scientists", "15-2051").await;
        let id = role(&app, "Cloud Security Engineer", "Secure cloud infrastructure.").await;
        enrich(&app, &id, &["EDUCATION"], false).await;
        let company = app.ask("{ jobs(filter: {kind: FEATURED_ROLE}) { nodes { company { id } } } }", json!({})).await;
        let company = uuid_of(company["jobs"]["nodes"][0]["company"]["id"].as_str().expect("an id"));
        let actor = |id: &str| Actor { id: id.to_owned(), name: id.to_owned(), kind: ActorKind::User };
        let member = |company| Principal::member(actor("ann"), company, [Scope::JobsRead, Scope::OverridesWrite]);
        let word = |id: &str, field| Word { job: uuid_of(id), field, note: None };
        let other = app.company("other").await;
        let error = app.service().approve_ai_value(&member(uuid_of(&other)), &word(&id, Field::Education)).await.expect_err("not theirs");
        assert_eq!(error.to_string(), "There is no such job.");
        let (job, set) = app.service().approve_ai_value(&member(company), &word(&id, Field::Education)).await.expect("theirs");
        assert_eq!((job.version, set.company_id, set.actor.id.as_str()), (3, Some(company), "ann"));
        let before = app.trace().await;
        let error = app.service().approve_ai_value(&member(company), &word(&shared, Field::Skills)).await.expect_err("not a company's");
        assert!(matches!(error, ServiceError::User(_)));
        assert_eq!(app.trace().await, before);
        app.sql("UPDATE jobs SET soc_code = '15-2051.00', soc_status = 'APPROVED' WHERE kind = 'FEATURED_ROLE'").await;
        let error = app.service().reject_ai_value(&member(company), &word(&id, Field::Skills), false).await.expect_err("the occupation's");
        assert!(error.to_string().starts_with("The draft of SKILLS is that of the occupation 15-2051.00: it is the same for every job"), "{error}");
    }
}
