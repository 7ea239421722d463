//! History: what happened to a job, what it was at a moment, and that nobody altered what was written.

mod many;
mod past;
mod verify;

use serde_json::json;

use crate::support::{TestApp, app::TOKEN, on_both_databases};

on_both_databases! {
    async fn a_jobs_history_is_told_newest_first_to_those_who_may_read_it(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let other = app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
        let update = "mutation($id: ID!, $title: String) { updateJob(input: {id: $id, title: $title}) { changeset { id } } }";
        for title in ["Head Nurses", "Chief Nurses"] {
            app.days_pass(1);
            app.admin(update, json!({ "id": id, "title": title })).await;
        }
        let read = "query($id: ID!, $after: String, $field: JobField) { job(by: {id: $id}) { history(first: 2, after: $after, field: $field) { totalCount pageInfo { hasNextPage endCursor } nodes { action field job { id } changeset { action actor { id } } } } } }";
        let first = app.admin(read, json!({ "id": id })).await["job"]["history"].take();
        let updated = json!({ "action": "JOB_UPDATED", "field": null, "job": { "id": id }, "changeset": { "action": "updateJob", "actor": { "id": "admin" } } });
        assert_eq!((&first["totalCount"], &first["nodes"]), (&json!(3), &json!([updated, updated])));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let rest = app.admin(read, json!({ "id": id, "after": first["pageInfo"]["endCursor"] })).await["job"]["history"].take();
        assert_eq!((&rest["nodes"][0]["action"], rest["nodes"].as_array().map(Vec::len)), (&json!("JOB_CREATED"), Some(1)));
        let of_field = app.admin(read, json!({ "id": id, "field": "TASKS" })).await["job"]["history"].take();
        assert_eq!((&of_field["totalCount"], &of_field["nodes"]), (&json!(0), &json!([])));
        let untouched = app.admin(read, json!({ "id": other })).await["job"]["history"].take();
        assert_eq!(untouched["totalCount"], 1);
        let refused = app.post("query($id: ID!) { job(by: {id: $id}) { title history { totalCount } } }", json!({ "id": id }), None).await;
        assert_eq!((&refused["data"]["job"], &refused["errors"][0]["extensions"]["code"]), (&json!(null), &json!("UNAUTHENTICATED")));
        let wrong = app.refusal(read, json!({ "id": id, "after": "nonsense" }), Some(TOKEN)).await;
        assert_eq!(wrong, "INVALID");
    }
}
