//! Undoing changesets, and undoing that.

use serde_json::{Value, json};

use super::{changeset_of, count, import, revert};
use crate::support::{TestApp, app::TOKEN, on_both_databases};

const UPDATE: &str = "mutation($input: UpdateJobInput!) { updateJob(input: $input) { changeset { id } errors { message } } }";
const JOB: &str = "query($id: ID!) { job(by: {id: $id}) { slug title description published version soc { status occupation { code } approvedBy { id } } } }";
const DELETE: &str = "mutation($id: ID!) { deleteJob(id: $id) { deletedId } }";

async fn update(app: &TestApp, input: Value) -> String {
    let answer = app.admin(UPDATE, json!({ "input": input })).await;
    answer["updateJob"]["changeset"]["id"].as_str().unwrap_or_else(|| panic!("not changed: {answer}")).to_owned()
}

async fn job(app: &TestApp, id: &str) -> Value {
    app.admin(JOB, json!({ "id": id })).await["job"].take()
}

async fn reverted_by(app: &TestApp, changeset: &str) -> Value {
    let read = "query($id: ID!) { changeset(id: $id) { revertedBy { id } } }";
    app.admin(read, json!({ "id": changeset })).await["changeset"]["revertedBy"]["id"].take()
}

on_both_databases! {
    async fn an_update_is_undone_and_the_undoing_is_undone(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "description": "Ours." })).await;
        let before = job(&app, &id).await;
        let set = update(&app, json!({ "id": id, "title": "Head Nurses", "description": null, "socCode": "29-1141" })).await;
        let changed = job(&app, &id).await;
        assert_eq!(changed["soc"]["approvedBy"]["id"], "admin");

        let undone = revert(&app, &set, false).await;
        let operation = &undone["operation"];
        assert_eq!(undone["errors"], json!([]));
        assert_eq!((&operation["kind"], &operation["status"], &operation["total"], &operation["failed"]), (&json!("REVERT"), &json!("COMPLETE"), &json!(1), &json!(0)));
        let back = &operation["changeset"];
        assert_eq!((&back["action"], &back["note"], &back["changes"]["totalCount"]), (&json!("revertChangeset"), &json!("As it was."), &json!(1)));
        assert_eq!(back["changes"]["nodes"][0]["after"], operation["results"]["nodes"][0]["after"]);
        assert_eq!(reverted_by(&app, &set).await, back["id"]);
        let mut same = job(&app, &id).await;
        assert_eq!(same["version"], 3);
        same["version"] = before["version"].clone();
        assert_eq!(same, before);

        let again = revert(&app, &set, false).await;
        assert_eq!((&again["operation"], &again["errors"][0]["code"]), (&Value::Null, &json!("ALREADY_DONE")));

        let back = back["id"].as_str().expect("an id");
        let redone = revert(&app, back, false).await;
        assert_eq!(redone["operation"]["status"], "COMPLETE");
        let mut same = job(&app, &id).await;
        same["version"] = changed["version"].clone();
        assert_eq!(same, changed, "the code is approved again, by the same person");
        assert_eq!(reverted_by(&app, &set).await, Value::Null, "it is in effect again");
        assert_eq!(reverted_by(&app, back).await, redone["operation"]["changeset"]["id"]);
        assert_eq!(revert(&app, &set, false).await["operation"]["status"], "COMPLETE", "and can be undone again");
    }

    async fn what_was_changed_again_since_is_a_conflict_and_left(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let set = update(&app, json!({ "id": id, "title": "Head Nurses", "published": false })).await;
        update(&app, json!({ "id": id, "title": "Chief Nurses" })).await;
        let before = job(&app, &id).await;
        let left = revert(&app, &set, false).await;
        let operation = &left["operation"];
        assert_eq!((&operation["status"], &operation["done"], &operation["failed"], &operation["changeset"]), (&json!("FAILED"), &json!(1), &json!(1), &Value::Null));
        let error = json!({ "code": "CONFLICT", "message": "It was changed again since (title), so it was left as it is.", "path": [] });
        assert_eq!(operation["results"]["nodes"], json!([{ "job": { "slug": "nurses" }, "field": null, "changed": false, "before": null, "after": null, "error": error }]));
        assert_eq!((job(&app, &id).await, reverted_by(&app, &set).await), (before, Value::Null));
        update(&app, json!({ "id": id, "title": "Head Nurses" })).await;
        assert_eq!(revert(&app, &set, false).await["operation"]["status"], "COMPLETE", "once it is as the change left it");
        assert_eq!(job(&app, &id).await["title"], "Nurses");
    }

    async fn a_deleted_job_comes_back_and_a_created_one_goes(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let before = job(&app, &id).await;
        app.admin(DELETE, json!({ "id": id })).await;
        let other = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let delete = changeset_of(&app, "deleteJob").await;
        let taken = revert(&app, &delete, false).await;
        assert_eq!(taken["operation"]["results"]["nodes"][0]["error"]["message"], "Another job has the slug `nurses` now, so it was left as it is.");
        assert_eq!(taken["operation"]["results"]["nodes"][0]["job"]["slug"], "nurses", "it is deleted, and still told");
        app.admin(DELETE, json!({ "id": other })).await;

        let back = revert(&app, &delete, false).await;
        assert_eq!(back["operation"]["status"], "COMPLETE");
        let mut same = job(&app, &id).await;
        assert_eq!(same["version"], 2);
        same["version"] = before["version"].clone();
        assert_eq!(same, before);
        let gone = revert(&app, back["operation"]["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!((&gone["operation"]["status"], job(&app, &id).await), (&json!("COMPLETE"), Value::Null));
    }

    async fn a_dry_run_tells_what_the_real_run_does_and_writes_nothing(app: TestApp) {
        let set = import(&app, 5).await;
        let changed = app.admin("{ job(by: {slug: \"job-0002\"}) { id } }", json!({})).await["job"]["id"].clone();
        update(&app, json!({ "id": changed, "title": "Another" })).await;
        let before = app.trace().await;
        let dry = revert(&app, &set, true).await;
        let after = app.trace().await;
        for (table, rows) in &before {
            let told = ["bulk_operation", "bulk_result", "event"].contains(table);
            assert!(told || after[table] == *rows, "{table} was changed");
        }
        assert_eq!((&dry["operation"]["dryRun"], &dry["operation"]["changeset"]), (&json!(true), &Value::Null));
        let real = revert(&app, &set, false).await;
        for same in ["kind", "status", "total", "done", "failed", "results"] {
            assert_eq!(dry["operation"][same], real["operation"][same], "{same}");
        }
        assert_eq!((&real["operation"]["status"], &real["operation"]["failed"]), (&json!("PARTIAL"), &json!(1)));
        let failed = "query($id: ID!) { bulkOperation(id: $id) { results(onlyFailed: true) { totalCount nodes { job { slug } error { code } } } } }";
        let failed = app.admin(failed, json!({ "id": real["operation"]["id"] })).await;
        assert_eq!(failed["bulkOperation"]["results"], json!({ "totalCount": 1, "nodes": [{ "job": { "slug": "job-0002" }, "error": { "code": "CONFLICT" } }] }));
        assert_eq!(count(&app).await, 1, "the one that was changed since is left");
        let listed = app.admin("{ bulkOperations { totalCount nodes { id dryRun } } }", json!({})).await;
        assert_eq!(listed["bulkOperations"]["totalCount"], 2);
    }

    async fn what_cannot_be_undone_says_why(app: TestApp) {
        app.company("acme").await;
        app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        app.sql("INSERT INTO changesets (id, actor, action, created_at) VALUES ('00000000-0000-7000-8000-000000000001', '{\"id\":\"a\",\"name\":\"a\",\"kind\":\"SYSTEM\"}', 'enrich', '2026-11-23T08:00:00+00:00')".replace("'00000000-0000-7000-8000-000000000001'", if app.dialect == Dialect::Sqlite { "x'00000000000070008000000000000001'" } else { "'00000000-0000-7000-8000-000000000001'" }).as_str()).await;
        let before = app.trace().await;
        for (action, why) in [
            ("createCompany", "A changeset of `createCompany` cannot be undone: it changed no job."),
            ("enrich", "A changeset of `enrich` cannot be undone: providers would only be asked again; override the field instead."),
        ] {
            let refused = revert(&app, &changeset_of(&app, action).await, false).await;
            assert_eq!(refused, json!({ "operation": null, "errors": [{ "code": "INVALID", "message": why, "path": ["id"] }] }));
        }
        let unknown = revert(&app, &crate::support::app::node_id("Changeset", uuid::Uuid::nil()), false).await;
        assert_eq!(unknown["errors"], json!([{ "code": "NOT_FOUND", "message": "There is no such changeset.", "path": ["id"] }]));
        let long = app.admin("mutation($id: ID!, $note: String) { revertChangeset(id: $id, note: $note) { errors { code path } } }", json!({ "id": changeset_of(&app, "createJob").await, "note": "n".repeat(2_001) })).await;
        assert_eq!(long["revertChangeset"]["errors"], json!([{ "code": "INVALID", "path": ["note"] }]));
        let mutation = "mutation { revertChangeset(id: \"x\") { errors { code } } }";
        assert_eq!(app.refusal(mutation, json!({}), None).await, "UNAUTHENTICATED");
        assert_eq!(app.refusal("{ bulkOperations { totalCount } }", json!({}), None).await, "UNAUTHENTICATED");
        assert_eq!(app.post(mutation, json!({}), Some(TOKEN)).await["data"]["revertChangeset"]["errors"][0]["code"], "NOT_FOUND");
        assert_eq!(app.trace().await, before);
    }
}
