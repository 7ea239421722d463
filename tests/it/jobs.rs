//! Creating, changing and deleting jobs, through the API.

use serde_json::json;

use crate::support::{TestApp, on_both_databases};

const CREATE: &str = "mutation($input: CreateJobInput!) { createJob(input: $input) {
    job { id slug kind title published version soc { status occupation { code title } } coverage { filled total } }
    changeset { action changes { nodes { action } } } errors { code message path } } }";

on_both_databases! {
    /// The first walk through the whole house.
    async fn a_job_with_a_code_is_enriched_when_it_is_created(app: TestApp) {
        let answer = app.admin(CREATE, json!({ "input": { "kind": "OCCUPATION", "title": "Registered Nurses", "socCode": "29-1141" } })).await;
        assert_eq!(answer["createJob"]["errors"], json!([]));
        let job = &answer["createJob"]["job"];
        assert_eq!(job["slug"], "registered-nurses");
        assert_eq!(job["soc"]["occupation"], json!({ "code": "29-1141.00", "title": "Registered Nurses" }));
        assert_eq!(job["coverage"], json!({ "filled": 11, "total": 11 }));
        assert_eq!(job["version"], 1);
    }
}
