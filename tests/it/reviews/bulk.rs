//! Approving all that is sure enough, and undoing that.

use serde_json::{Value, json};

use super::{act, review_of, role, soc};
use crate::support::{TestApp, app::TOKEN, on_both_databases};

const APPROVE: &str =
    "mutation($least: Float!, $dryRun: Boolean) { done: bulkApproveSoc(minConfidence: $least, dryRun: $dryRun, note: \"Sure enough.\") {
    operation { kind status dryRun total done failed expectedPrecision changeset { id action note }
        results { nodes { job { title } changed before after error { code message } } } } errors { code message path } } }";

const REVERT: &str =
    "mutation($id: ID!) { done: revertChangeset(id: $id) { operation { status total failed expectedPrecision } errors { message } } }";

async fn approve(app: &TestApp, least: f64, dry_run: bool) -> Value {
    app.admin(APPROVE, json!({ "least": least, "dryRun": dry_run })).await["done"].clone()
}

/// How far the codes of these jobs are settled, and how many fields have a value.
async fn standing(app: &TestApp, jobs: &[String]) -> Vec<(Value, Value)> {
    let mut told = vec![];
    for job in jobs {
        let query = "query($id: ID!) { job(by: {id: $id}) { soc { status } coverage { filled } } }";
        let answer = app.admin(query, json!({ "id": job })).await["job"].clone();
        told.push((answer["soc"]["status"].clone(), answer["coverage"]["filled"].clone()));
    }
    told
}

on_both_databases! {
    async fn what_is_sure_enough_is_approved_at_once_and_undone_at_once(app: TestApp) {
        let company = app.company("acme").await;
        let mut jobs = vec![];
        for title in ["Nurse 95", "Cook 99", "Developer 60", "?"] {
            jobs.push(role(&app, &company, title, Some("29-1171")).await);
        }
        let open = [("IN_REVIEW", 0); 4].map(|(status, filled)| (json!(status), json!(filled)));
        let dry = approve(&app, 0.9, true).await;
        assert_eq!(dry["errors"], json!([]));
        let operation = &dry["operation"];
        assert_eq!((&operation["kind"], &operation["status"], &operation["total"], &operation["failed"]), (&json!("APPROVE_SOC"), &json!("COMPLETE"), &json!(2), &json!(0)));
        assert_eq!((&operation["dryRun"], &operation["changeset"]), (&json!(true), &Value::Null));
        assert!(operation["expectedPrecision"].as_f64().is_some_and(|expected| (expected - 0.97).abs() < 1e-9), "{operation}");
        let result = &operation["results"]["nodes"][0];
        assert_eq!((&result["job"]["title"], &result["changed"], &result["error"]), (&json!("Nurse 95"), &json!(true), &Value::Null));
        assert_eq!((&result["before"]["socStatus"], &result["after"]["socStatus"], &result["after"]["socCode"]), (&json!("IN_REVIEW"), &json!("APPROVED"), &json!("29-1141.00")));
        assert_eq!((standing(&app, &jobs).await, app.drain().await), (open.to_vec(), 0), "nothing was written, nothing queued");

        let done = approve(&app, 0.9, false).await;
        assert_eq!(done["operation"]["results"], operation["results"], "as it was told before, but for the time of approval");
        let set = &done["operation"]["changeset"];
        assert_eq!((&set["action"], &set["note"]), (&json!("bulkApproveSoc"), &json!("Sure enough.")));
        let approved = [("APPROVED", 11), ("APPROVED", 11), ("IN_REVIEW", 0), ("IN_REVIEW", 0)].map(|(status, filled)| (json!(status), json!(filled)));
        assert_eq!(standing(&app, &jobs).await, approved);
        assert_eq!(app.drain().await, 2, "what the occupations lack is asked for");
        let told = soc(&app, &jobs[0]).await;
        assert_eq!((&told["soc"]["review"]["status"], &told["soc"]["review"]["note"]), (&json!("APPROVED"), &json!("Sure enough.")));
        let agreement = app.service().soc_agreement().await.expect("measured");
        assert_eq!((agreement.all.decisions, agreement.by_threshold), (0, 2));

        let undone = app.admin(REVERT, json!({ "id": set["id"] })).await["done"].clone();
        assert_eq!(undone, json!({ "operation": { "status": "COMPLETE", "total": 2, "failed": 0, "expectedPrecision": null }, "errors": [] }));
        assert_eq!(standing(&app, &jobs).await, open);
        let again = soc(&app, &jobs[0]).await["soc"].clone();
        assert_eq!((&again["review"]["status"], &again["review"]["candidates"]), (&json!("PENDING"), &told["soc"]["review"]["candidates"]));
        assert_eq!((&again["occupation"]["code"], &again["approvedBy"]), (&json!("29-1171.00"), &Value::Null));
        app.drain().await;
        assert_eq!(review_of(&app, &jobs[0]).await, again["review"]["id"], "and it waits");
    }

    async fn one_that_was_decided_meanwhile_is_told_and_takes_nothing_from_the_others(app: TestApp) {
        let company = app.company("acme").await;
        let first = role(&app, &company, "Nurse 95", None).await;
        let second = role(&app, &company, "Cook 95", None).await;
        let at = app.service().reviews_at(&rolegraph::domain::access::Principal::system("test"), 0.9).await.expect("told");
        assert_eq!(at.reviews.len(), 2);
        act(&app, "rejectSoc", json!({ "id": review_of(&app, &first).await })).await;
        let done = approve(&app, 0.9, false).await;
        assert_eq!((&done["operation"]["total"], &done["operation"]["status"]), (&json!(1), &json!("COMPLETE")));
        assert_eq!(standing(&app, &[first, second]).await, [(json!("UNASSIGNED"), json!(0)), (json!("APPROVED"), json!(11))]);
        let none = approve(&app, 0.9, false).await;
        let message = "No pending review has a first candidate with a confidence of 0.9 or more.";
        assert_eq!(none, json!({ "operation": null, "errors": [{ "code": "NOT_FOUND", "message": message, "path": ["minConfidence"] }] }));
        let wrong = approve(&app, 90.0, false).await;
        assert_eq!(wrong["errors"], json!([{ "code": "INVALID", "message": "`minConfidence` is 0 to 1; this is 90.", "path": ["minConfidence"] }]));
        assert_eq!(app.refusal(APPROVE, json!({ "least": 0.9 }), None).await, "UNAUTHENTICATED");
        assert!(app.post(APPROVE, json!({ "least": 0.9 }), Some(TOKEN)).await.get("errors").is_none());
    }

    async fn the_creation_of_a_role_that_is_in_review_can_be_undone(app: TestApp) {
        let company = app.company("acme").await;
        let create = "mutation($company: ID!) { createJob(input: {kind: FEATURED_ROLE, title: \"Nurse 95\", company: $company, socCode: \"29-1171\"}) { job { id } changeset { id } } }";
        let created = app.admin(create, json!({ "company": company })).await["createJob"].clone();
        app.drain().await;
        let undone = app.admin(REVERT, json!({ "id": created["changeset"]["id"] })).await["done"].clone();
        assert_eq!((&undone["operation"]["status"], &undone["operation"]["failed"]), (&json!("COMPLETE"), &json!(0)));
        let seen = app.admin("{ socReviews(status: PENDING) { totalCount } jobs { totalCount } }", json!({})).await;
        assert_eq!(seen, json!({ "socReviews": { "totalCount": 0 }, "jobs": { "totalCount": 0 } }));
    }
}
