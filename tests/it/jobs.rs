//! Creating, changing and deleting jobs, through the API.

mod races;
mod refusals;
mod visibility;

use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const CREATE: &str = "mutation($input: CreateJobInput!) { createJob(input: $input) {
    job { id slug kind title description published version company { slug } soc { status occupation { code title } approvedBy { name } } coverage { filled total } }
    changeset { action actor { name kind } changes { nodes { action field before after } } } errors { code message path } } }";

const UPDATE: &str = "mutation($input: UpdateJobInput!) { updateJob(input: $input) {
    job { id slug title description published version updatedAt soc { status occupation { code } } coverage { filled } }
    changeset { action changes { nodes { action before after } } } errors { code message path } } }";

const DELETE: &str = "mutation($id: ID!) { deleteJob(id: $id) { deletedId errors { code message path } } }";

/// Changes a job, which is not refused.
#[track_caller]
fn updated(answer: &Value) -> &Value {
    assert_eq!(answer["updateJob"]["errors"], json!([]));
    &answer["updateJob"]["job"]
}

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
        insta::assert_json_snapshot!("created", answer, { ".**.id" => "[id]", ".**.company" => "[company]" });
    }

    async fn a_role_takes_its_code_as_a_proposal_and_inherits_nothing(app: TestApp) {
        let company = app.company("acme").await;
        let role = json!({ "kind": "FEATURED_ROLE", "title": "Night Nurse", "company": company, "socCode": "29-1141.00", "description": " At night.\n" });
        let answer = app.admin(CREATE, json!({ "input": role })).await;
        let job = &answer["createJob"]["job"];
        assert_eq!(job["soc"], json!({ "status": "PROPOSED", "occupation": { "code": "29-1141.00", "title": "Registered Nurses" }, "approvedBy": null }));
        assert_eq!(job["coverage"], json!({ "filled": 0, "total": 11 }));
        assert_eq!((&job["published"], &job["company"]["slug"], &job["description"]), (&json!(false), &json!("acme"), &json!("At night.")));
        assert_eq!(app.trace().await["fact"].0, 0);
    }

    async fn slugs_are_made_from_titles_and_never_twice(app: TestApp) {
        let mut slugs = vec![];
        let long = "An exceedingly long title that does not end before the eightieth character came";
        for title in ["Cook", "cook!", "Cook", "Koch für alle", "看護師", "看護師", long, long] {
            let answer = app.admin(CREATE, json!({ "input": { "kind": "OCCUPATION", "title": title } })).await;
            slugs.push(answer["createJob"]["job"]["slug"].as_str().expect("a slug").to_owned());
        }
        let stem = "an-exceedingly-long-title-that-does-not-end-before-the-eightieth-character-came";
        assert_eq!(slugs, ["cook", "cook-2", "cook-3", "koch-f-r-alle", "job", "job-2", stem, &format!("{}-2", &stem[..78])]);
        let answer = app.admin(CREATE, json!({ "input": { "kind": "OCCUPATION", "title": "Cook", "slug": "chef" } })).await;
        assert_eq!(answer["createJob"]["job"]["slug"], "chef");
    }

    async fn what_is_absent_stays_and_what_is_null_goes(app: TestApp) {
        let company = app.company("acme").await;
        let role = json!({ "kind": "FEATURED_ROLE", "title": "Nurse", "company": company, "socCode": "29-1141", "description": "Ours.", "published": true });
        let id = app.create(role).await;
        let change = async |input: Value| {
            app.days_pass(1);
            let mut input = input;
            input["id"] = json!(id);
            app.admin(UPDATE, json!({ "input": input })).await
        };

        let same = change(json!({})).await;
        assert_eq!((&updated(&same)["version"], &same["updateJob"]["changeset"]), (&json!(1), &Value::Null), "nothing changed");
        let same = change(json!({ "title": "Nurse ", "socCode": "29-1141.00", "published": true })).await;
        assert_eq!((&updated(&same)["version"], &same["updateJob"]["changeset"]), (&json!(1), &Value::Null), "nothing changed");

        let titled = change(json!({ "title": "Head Nurse" })).await;
        let job = updated(&titled);
        assert_eq!((&job["title"], &job["slug"], &job["version"]), (&json!("Head Nurse"), &json!("nurse"), &json!(2)), "a slug stays");
        assert_eq!((&job["description"], &job["published"]), (&json!("Ours."), &json!(true)));
        assert_eq!(job["soc"], json!({ "status": "PROPOSED", "occupation": { "code": "29-1141.00" } }));
        assert_eq!(job["updatedAt"], "2026-11-26T08:00:00+00:00");
        insta::assert_json_snapshot!("updated", titled, { ".**.id" => "[id]", ".**.company" => "[company]" });

        let emptied = change(json!({ "description": null, "socCode": null, "published": false })).await;
        let job = updated(&emptied);
        assert_eq!((&job["description"], &job["published"], &job["version"]), (&Value::Null, &json!(false), &json!(3)));
        assert_eq!(job["soc"], json!({ "status": "UNASSIGNED", "occupation": null }));
        let blank = change(json!({ "description": " \n\t" })).await;
        assert_eq!(updated(&blank)["version"], 3, "nothing but space is no description");
    }

    async fn an_occupation_without_a_code_can_be_given_one_later(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let answer = app.admin(UPDATE, json!({ "input": { "id": id, "socCode": "29-1141", "expectedVersion": 1 } })).await;
        let job = updated(&answer);
        assert_eq!((&job["soc"]["status"], &job["coverage"]["filled"], &job["version"]), (&json!("APPROVED"), &json!(11), &json!(2)));
    }

    async fn a_deleted_job_is_gone_but_not_from_history(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let answer = app.admin(DELETE, json!({ "id": id })).await;
        assert_eq!(answer["deleteJob"], json!({ "deletedId": id, "errors": [] }));
        let seen = app
            .admin("query($id: ID!) { job(by: {id: $id}) { id } by: job(by: {slug: \"nurses\"}) { id } node(id: $id) { id } jobs { totalCount nodes { id } } coverage { jobs } }", json!({ "id": id }))
            .await;
        assert_eq!(seen, json!({ "job": null, "by": null, "node": null, "jobs": { "totalCount": 0, "nodes": [] }, "coverage": { "jobs": 0 } }));
        let again = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let by = app.ask("{ job(by: {slug: \"nurses\"}) { id } }", json!({})).await;
        assert_eq!(by["job"]["id"], again, "the slug is free again");
    }

    async fn a_changeset_is_read_back_by_its_id(app: TestApp) {
        let create = "mutation { createJob(input: {kind: OCCUPATION, title: \"Nurses\"}) { job { id } changeset { id } } }";
        let answer = app.admin(create, json!({})).await;
        let read = "query($id: ID!) { changeset(id: $id) { action note revertedBy { id } changes(first: 1) { totalCount nodes { action job { id } field before changeset { id } } } } node(id: $id) { __typename } }";
        let id = &answer["createJob"]["changeset"]["id"];
        let seen = app.admin(read, json!({ "id": id })).await;
        let change = json!({ "action": "JOB_CREATED", "job": answer["createJob"]["job"], "field": null, "before": null, "changeset": { "id": id } });
        assert_eq!(seen["changeset"], json!({ "action": "createJob", "note": null, "revertedBy": null, "changes": { "totalCount": 1, "nodes": [change] } }));
        assert_eq!(seen["node"], json!({ "__typename": "Changeset" }));
    }
}
