//! Runs over the API: calling one off, and jobs that were deleted since.

use serde_json::{Value, json};

use crate::support::{TestApp, app::TOKEN, on_both_databases};

const ENRICH: &str = "mutation { enrichJobs(filter: {}, force: true) { run { id } errors { code } } }";
const CANCEL: &str =
    "mutation($id: ID!) { cancelEnrichmentRun(id: $id) { run { id status done total finishedAt } errors { code message path } } }";

async fn enrich(app: &TestApp) -> Value {
    app.admin(ENRICH, json!({})).await["enrichJobs"]["run"]["id"].clone()
}

on_both_databases! {
    async fn a_run_is_called_off_once(app: TestApp) {
        let job = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        app.drain().await;
        let id = enrich(&app).await;
        let before = app.trace().await;
        assert_eq!(app.refusal(CANCEL, json!({ "id": id }), None).await, "UNAUTHENTICATED");
        for nothing in [json!("nothing"), json!(job)] {
            let refused = app.admin(CANCEL, json!({ "id": nothing })).await;
            let error = json!([{ "code": "NOT_FOUND", "message": "There is no such enrichment run.", "path": ["id"] }]);
            assert_eq!(refused["cancelEnrichmentRun"], json!({ "run": null, "errors": error }));
        }
        assert_eq!(app.trace().await, before);
        let told = app.admin(CANCEL, json!({ "id": id })).await;
        let run = json!({ "id": id, "status": "CANCELLED", "done": 0, "total": 1, "finishedAt": "2026-11-23T08:00:00+00:00" });
        assert_eq!(told["cancelEnrichmentRun"], json!({ "run": run, "errors": [] }));
        let off = app.trace().await;
        let again = app.admin(CANCEL, json!({ "id": id })).await;
        let error = json!([{ "code": "ALREADY_DONE", "message": "The run is over already.", "path": ["id"] }]);
        assert_eq!(again["cancelEnrichmentRun"], json!({ "run": null, "errors": error }));
        assert_eq!((app.trace().await, app.drain().await), (off, 0));
    }

    async fn what_came_of_a_job_is_told_after_it_was_deleted(app: TestApp) {
        let job = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        app.create(json!({ "kind": "OCCUPATION", "title": "Developers", "socCode": "15-1252" })).await;
        app.drain().await;
        let id = enrich(&app).await;
        app.drain().await;
        let outcomes = "query($id: ID!) { enrichmentRun(id: $id) { outcomes(first: 100) { totalCount nodes { job { id slug title tasks { value(first: 1) { key } } } field result } } } }";
        let before = app.admin(outcomes, json!({ "id": id })).await;
        assert_eq!(before["enrichmentRun"]["outcomes"]["totalCount"], 22);
        app.admin("mutation($id: ID!) { deleteJob(id: $id) { deletedId } }", json!({ "id": job })).await;
        assert_eq!(app.admin(outcomes, json!({ "id": id })).await, before, "as it was");
        let gone = app.admin("query($id: ID!) { node(id: $id) { id } job(by: {id: $id}) { id } jobs { totalCount } }", json!({ "id": job })).await;
        assert_eq!(gone, json!({ "node": null, "job": null, "jobs": { "totalCount": 1 } }));
    }

    async fn history_names_a_company_as_the_api_does(app: TestApp) {
        let company = app.company("acme").await;
        let create = "mutation($input: CreateJobInput!) { createJob(input: $input) { job { id } changeset { changes(first: 1) { nodes { before after } } } } }";
        let input = json!({ "kind": "FEATURED_ROLE", "title": "Night Nurse", "company": company });
        let created = app.admin(create, json!({ "input": input })).await["createJob"].clone();
        let change = &created["changeset"]["changes"]["nodes"][0];
        assert_eq!((&change["before"], &change["after"]["company"], &change["after"]["slug"]), (&Value::Null, &json!(company), &json!("night-nurse")));
        let name = app.post("query($id: ID!) { node(id: $id) { ... on Company { slug } } }", json!({ "id": change["after"]["company"] }), Some(TOKEN)).await;
        assert_eq!(name["data"]["node"]["slug"], "acme");
        let update = "mutation($id: ID!) { updateJob(input: {id: $id, title: \"Nurse\"}) { changeset { changes(first: 1) { nodes { before after } } } } }";
        let updated = app.admin(update, json!({ "id": created["job"]["id"] })).await;
        let change = &updated["updateJob"]["changeset"]["changes"]["nodes"][0];
        assert_eq!((&change["before"]["company"], &change["after"]["company"]), (&json!(company), &json!(company)));
    }
}
