//! Many callers at once: no decision is lost, none is made twice.

use std::collections::HashMap;

use futures::future::join_all;
use rolegraph::{domain::access::Principal, service::ImportedJob};
use rolegraph_entity::{change, job, soc_review};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, app::node_id, on_both_databases};

/// So many on each database, unless `ROLEGRAPH_TEST_RACES` says otherwise: a thousand take some minutes.
const RACES: usize = 100;

fn races() -> usize {
    std::env::var_os("ROLEGRAPH_TEST_RACES").and_then(|text| text.to_str()?.parse().ok()).unwrap_or(RACES)
}

/// How many jobs are raced for at the same time.
const AT_ONCE: usize = 5;

const APPROVE: &str = "mutation($id: ID!, $code: SocCode) { done: approveSoc(reviewId: $id, code: $code) { review { decision { code } } changeset { id } errors { code message } } }";
const UPDATE: &str = "mutation($id: ID!) { done: updateJob(input: {id: $id, socCode: \"29-1151\"}) { job { version soc { status occupation { code } } } changeset { id } errors { code message } } }";

/// Roles with a pending review each: job and review.
async fn roles(app: &TestApp, count: usize) -> Vec<(Uuid, Uuid)> {
    let role = |number: usize| json!({ "kind": "FEATURED_ROLE", "title": format!("Nurse {number} of many 80"), "company": "acme", "slug": format!("nurse-{number}") });
    let text = Value::Array((0..count).map(role).collect()).to_string();
    let jobs = ImportedJob::from_json(text.as_bytes()).expect("readable");
    app.service().import_jobs(&Principal::system("test"), &jobs, "importTest").await.expect("imported");
    assert_eq!(app.drain().await, count);
    let db = app.db().await;
    let reviews = soc_review::Entity::find().all(&db).await.expect("readable");
    reviews.into_iter().map(|review| (review.job_id, review.id)).collect()
}

/// Two admins on two replicas approve different codes while somebody gives the job a third one. Answers the winner's code,
/// and whether the third came before it.
async fn race(app: &TestApp, other: &TestApp, (job, review): (Uuid, Uuid)) -> (Uuid, String, bool) {
    let (review, id) = (node_id("SocReview", review), node_id("Job", job));
    let first = app.admin(APPROVE, json!({ "id": review, "code": "29-1141" }));
    let second = other.admin(APPROVE, json!({ "id": review, "code": "29-1171" }));
    let update = app.admin(UPDATE, json!({ "id": id }));
    let (first, second, update) = tokio::join!(first, second, update);
    let (won, lost): (Vec<_>, Vec<_>) = [&first["done"], &second["done"]].into_iter().partition(|payload| payload["errors"] == json!([]));
    assert_eq!((won.len(), lost.len()), (1, 1), "{first} {second}");
    let code = won[0]["review"]["decision"]["code"].as_str().expect("a code").to_owned();
    let conflict = format!(
        "The review is decided: Platform admin approved {code} on 2026-11-23 at 08:00 UTC. To change that, reopen the code first (reopenSoc)."
    );
    assert_eq!(*lost[0], json!({ "review": null, "changeset": null, "errors": [{ "code": "CONFLICT", "message": conflict }] }));
    let update = &update["done"];
    let updated = update["errors"] == json!([]);
    if updated {
        assert_eq!(update["job"], json!({ "version": 2, "soc": { "status": "IN_REVIEW", "occupation": { "code": "29-1151.00" } } }));
    } else {
        let locked = format!("The SOC code {code} is approved, and so locked: reopen it first (reopenSoc).");
        assert_eq!(*update, json!({ "job": null, "changeset": null, "errors": [{ "code": "LOCKED", "message": locked }] }));
    }
    (job, code, updated)
}

on_both_databases! {
    async fn of_many_races_each_has_one_winner(app: TestApp) {
        let reviews = roles(&app, races()).await;
        let other = app.replica().await;
        let mut raced = vec![];
        for chunk in reviews.chunks(AT_ONCE) {
            raced.extend(join_all(chunk.iter().map(|one| race(&app, &other, *one))).await);
        }
        app.drain().await;
        let db = app.db().await;
        let jobs: HashMap<_, _> = job::Entity::find().all(&db).await.expect("readable").into_iter().map(|job| (job.id, job)).collect();
        let mut actions: HashMap<Uuid, Vec<String>> = HashMap::new();
        for change in change::Entity::find().filter(change::Column::JobId.is_not_null()).order_by_asc(change::Column::Id).all(&db).await.expect("readable") {
            actions.entry(change.job_id.expect("a job")).or_default().push(change.action);
        }
        let decided = soc_review::Entity::find().all(&db).await.expect("readable");
        assert_eq!(decided.len(), races(), "a job that is settled gets no further review");
        let decided: HashMap<_, _> = decided.into_iter().map(|review| (review.job_id, review)).collect();
        for (id, code, updated) in &raced {
            let (job, review) = (&jobs[id], &decided[id]);
            assert_eq!((job.soc_code.as_ref(), job.soc_status.as_str()), (Some(code), "APPROVED"));
            assert_eq!((review.decision.as_ref(), review.status.as_str()), (Some(code), "APPROVED"));
            assert_eq!(job.version, 2 + i32::from(*updated));
            let mut expected = vec!["JOB_CREATED", "SOC_REVIEW_OPENED", "SOC_APPROVED"];
            if *updated {
                expected.insert(2, "JOB_UPDATED");
            }
            assert_eq!(actions[id], expected);
        }
    }
}
