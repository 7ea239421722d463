//! Reviews of SOC codes: how they begin, in which order they wait, how they end, and what a job inherits then.

mod bulk;
mod decisions;
mod figures;
mod inheritance;
mod queue;
mod races;
mod refusals;
mod rerank;

use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

/// What a review says.
const REVIEW: &str = "fragment R on SocReview { id status title margin note createdAt decidedAt decidedBy { name } current { code } decision { code }
    candidates { rank confidence ranker rationale occupation { code title } evidence { kind text weight } } rankedBy { index model recalibration } }";

/// A job's code, and its last review.
async fn soc(app: &TestApp, job: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ job(by: {{id: $id}}) {{ version soc {{ status occupation {{ code }} approvedBy {{ name }} approvedAt review {{ ...R }} }} }} }} {REVIEW}"
    );
    app.admin(&query, json!({ "id": job })).await["job"].clone()
}

/// A role of a company, whose review is done by itself.
async fn role(app: &TestApp, company: &str, title: &str, code: Option<&str>) -> String {
    let id = app.create(json!({ "kind": "FEATURED_ROLE", "title": title, "company": company, "socCode": code, "published": true })).await;
    app.drain().await;
    id
}

/// The id of a job's last review.
async fn review_of(app: &TestApp, job: &str) -> String {
    let query = "query($id: ID!) { job(by: {id: $id}) { soc { review { id } } } }";
    let answer = app.admin(query, json!({ "id": job })).await;
    answer["job"]["soc"]["review"]["id"].as_str().unwrap_or_else(|| panic!("no review: {answer}")).to_owned()
}

const PAYLOAD: &str = "{ review { id status decision { code } note decidedBy { name } job { id soc { status } } }
    changeset { action note actor { name } changes { nodes { action job { id } before after } } } errors { code message path } }";

/// Decides, or asks for a review, and answers the payload.
async fn act(app: &TestApp, mutation: &str, variables: Value) -> Value {
    let (types, call) = match mutation {
        "approveSoc" => ("$id: ID!, $code: SocCode, $note: String", "reviewId: $id, code: $code, note: $note"),
        "rejectSoc" => ("$id: ID!, $note: String", "reviewId: $id, note: $note"),
        "reopenSoc" => ("$id: ID!, $note: String!", "jobId: $id, note: $note"),
        _ => ("$id: ID!", "jobId: $id"),
    };
    app.admin(&format!("mutation({types}) {{ {mutation}({call}) {PAYLOAD} }}"), variables).await[mutation].clone()
}

/// Approves in the job's pending review, and makes sure that it is done.
#[track_caller]
fn approved(app: &TestApp, job: &str, code: Option<&str>) -> impl Future<Output = Value> {
    let caller = std::panic::Location::caller();
    async move {
        let review = review_of(app, job).await;
        let payload = act(app, "approveSoc", json!({ "id": review, "code": code })).await;
        assert_eq!(payload["errors"], json!([]), "{caller}");
        payload
    }
}

on_both_databases! {
    async fn a_new_role_gets_a_review_by_itself(app: TestApp) {
        let company = app.company("acme").await;
        let id = app.create(json!({ "kind": "FEATURED_ROLE", "title": "Night Nurse 80", "company": company, "socCode": "29-1171" })).await;
        let before = soc(&app, &id).await;
        assert_eq!((&before["soc"]["status"], &before["soc"]["review"]), (&json!("PROPOSED"), &Value::Null), "it is queued, durably");
        app.days_pass(1);
        assert_eq!(app.drain().await, 1);
        let told = soc(&app, &id).await;
        assert_eq!((&told["version"], &told["soc"]["status"]), (&json!(1), &json!("IN_REVIEW")), "no expectedVersion fails for it");
        insta::assert_json_snapshot!("a_review", told["soc"], { ".review.id" => "[id]" });
        assert_eq!(app.drain().await, 0);

        let trace = app.trace().await;
        assert_eq!((trace["soc_review"].0, trace["changeset"].0), (1, 3), "createCompany, createJob and the review write one each");
        let retitle = async |title: &str| {
            app.admin("mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }", json!({ "input": { "id": id, "title": title } })).await;
            app.drain().await
        };
        assert_eq!(retitle("Night Cook 80").await, 1);
        let anew = soc(&app, &id).await;
        assert_eq!(anew["soc"]["review"]["candidates"][0]["occupation"]["code"], "35-2014.00");
        let old = app.admin("query($id: ID!) { node(id: $id) { __typename ... on SocReview { status } } }", json!({ "id": told["soc"]["review"]["id"] })).await;
        assert_eq!(old["node"], json!({ "__typename": "SocReview", "status": "SUPERSEDED" }));
        assert_eq!(retitle("Night Cook 80").await, 0, "nothing has changed");
    }

    async fn only_roles_whose_code_is_open_are_reviewed_by_themselves(app: TestApp) {
        let company = app.company("acme").await;
        let coded = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let uncoded = app.create(json!({ "kind": "OCCUPATION", "title": "Cooks" })).await;
        app.drain().await;
        for id in [&coded, &uncoded] {
            assert_eq!(soc(&app, id).await["soc"]["review"], Value::Null);
        }
        let id = role(&app, &company, "Nurse 90", None).await;
        approved(&app, &id, None).await;
        app.drain().await;
        let reviews = app.trace().await["soc_review"];
        let update = "mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { message } } }";
        app.admin(update, json!({ "input": { "id": id, "title": "Cook 90", "published": false } })).await;
        app.admin(update, json!({ "input": { "id": uncoded, "title": "Chefs" } })).await;
        assert_eq!((app.drain().await, app.trace().await["soc_review"]), (0, reviews), "an approved code stays approved");
    }

    async fn a_title_that_says_nothing_waits_for_a_person_too(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "?", None).await;
        let told = soc(&app, &id).await;
        assert_eq!((&told["soc"]["status"], &told["soc"]["review"]["candidates"], &told["soc"]["review"]["margin"]), (&json!("IN_REVIEW"), &json!([]), &json!(0.0)));
        let review = review_of(&app, &id).await;
        let refused = act(&app, "approveSoc", json!({ "id": review })).await;
        assert_eq!(refused["errors"], json!([{ "code": "INVALID", "message": "The review has no candidates: give a `code`.", "path": ["code"] }]));
        assert_eq!(approved(&app, &id, Some("29-1141")).await["review"]["decision"], json!({ "code": "29-1141.00" }));
    }

    async fn what_is_changed_while_it_is_ranked_is_reviewed_as_it_is_then(app: TestApp) {
        let company = app.company("acme").await;
        let id = app.create(json!({ "kind": "FEATURED_ROLE", "title": "Nurse 90", "company": company })).await;
        let claimed = app.service().claim_work(10).await.expect("a claim");
        app.admin("mutation($id: ID!) { updateJob(input: {id: $id, title: \"Cook 90\"}) { errors { message } } }", json!({ "id": id })).await;
        app.service().process(&claimed).await.expect("done");
        app.drain().await;
        let told = soc(&app, &id).await;
        assert_eq!((&told["soc"]["review"]["title"], &told["version"]), (&json!("Cook 90"), &json!(2)));
        assert_eq!(app.trace().await["soc_review"].0, 1, "made by the older work; the newer found it fit");
    }

    async fn reviews_are_for_those_who_may_review(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Nurse 90", None).await;
        let review = review_of(&app, &id).await;
        assert_eq!(app.refusal("{ socReviews { totalCount } }", json!({}), None).await, "UNAUTHENTICATED");
        let seen = app.ask("query($id: ID!, $job: ID!) { node(id: $id) { id } job(by: {id: $job}) { soc { status review { id } } } }", json!({ "id": review, "job": id })).await;
        assert_eq!(seen, json!({ "node": null, "job": { "soc": { "status": "IN_REVIEW", "review": null } } }));
    }

    async fn the_review_of_a_deleted_job_waits_no_longer(app: TestApp) {
        let company = app.company("acme").await;
        let id = role(&app, &company, "Nurse 90", None).await;
        let review = review_of(&app, &id).await;
        app.admin("mutation($id: ID!) { deleteJob(id: $id) { deletedId } }", json!({ "id": id })).await;
        let seen = app.admin("query($id: ID!) { socReviews { totalCount nodes { id } } node(id: $id) { id } }", json!({ "id": review })).await;
        assert_eq!(seen, json!({ "socReviews": { "totalCount": 0, "nodes": [] }, "node": null }));
        let refused = act(&app, "approveSoc", json!({ "id": review })).await;
        assert_eq!(refused["errors"], json!([{ "code": "NOT_FOUND", "message": "There is no such SOC review.", "path": ["reviewId"] }]));
    }
}
