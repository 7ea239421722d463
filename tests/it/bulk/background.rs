//! Operations that are too large to be waited for.

use std::sync::Arc;

use futures::{StreamExt, future::join_all};
use rolegraph::{
    domain::{access::Principal, run::RunStatus, work::MAX_ATTEMPTS},
    work::Worker,
};
use serde_json::{Value, json};

use super::{count, import, revert};
use crate::{
    support::{TestApp, app::uuid_of, on_both_databases},
    work::lease_runs_out,
};

const CANCEL: &str =
    "mutation($id: ID!) { cancelBulkOperation(id: $id) { operation { status done finishedAt } errors { code message path } } }";
const READ: &str = "query($id: ID!, $after: String) { bulkOperation(id: $id) { status total done failed finishedAt changeset { revertedBy { id } changes { totalCount } }
    results(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { job { slug } changed error { code message } } } } node(id: $id) { __typename } }";

pub(super) async fn read(app: &TestApp, id: &Value) -> Value {
    app.admin(READ, json!({ "id": id })).await["bulkOperation"].take()
}

/// The slugs of all results, page by page.
pub(super) async fn slugs(app: &TestApp, id: &Value) -> Vec<String> {
    let (mut slugs, mut after) = (vec![], Value::Null);
    loop {
        let page = app.admin(READ, json!({ "id": id, "after": after })).await["bulkOperation"]["results"].take();
        slugs.extend(page["nodes"].as_array().expect("nodes").iter().map(|node| node["job"]["slug"].as_str().expect("a slug").to_owned()));
        if page["pageInfo"]["hasNextPage"] == false {
            return slugs;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

pub(super) fn all(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("job-{number:04}")).collect()
}

/// Begins to undo an import of so many jobs, and answers the id of the operation.
pub(super) async fn begun(app: &TestApp, jobs: usize, dry_run: bool) -> Value {
    let set = import(app, jobs).await;
    let begun = revert(app, &set, dry_run).await;
    assert_eq!((&begun["errors"], &begun["operation"]["status"], &begun["operation"]["done"]), (&json!([]), &json!("QUEUED"), &json!(0)));
    begun["operation"]["id"].clone()
}

on_both_databases! {
    async fn two_replicas_do_an_operation_on_a_thousand_jobs_once(app: TestApp) {
        let id = begun(&app, 1_050, false).await;
        let other = app.replica().await;
        let (uuid, admin) = (uuid_of(id.as_str().expect("an id")), Principal::platform_admin());
        let heard = tokio::spawn(other.service().bulk_progress(admin.clone(), uuid).collect::<Vec<_>>());
        let work = [Arc::clone(app.service()), Arc::clone(other.service())].map(|service| {
            let admin = admin.clone();
            async move {
                let (worker, mut chunks) = (Worker::new(Arc::clone(&service)), 0);
                while !service.bulk_operation(&admin, uuid).await.expect("readable").expect("there").is_over() {
                    chunks += worker.work_once().await.expect("the work is done");
                }
                chunks
            }
        });
        let chunks: Vec<usize> = join_all(work).await;
        assert_eq!(chunks.iter().sum::<usize>(), 11, "{chunks:?}");
        let told: Vec<_> = heard.await.expect("heard").into_iter().map(|one| one.expect("an operation")).collect();
        assert!(told.is_sorted_by_key(|one| one.done), "it goes forwards");
        assert_eq!(told.last().map(|one| (one.status, one.done)), Some((RunStatus::Complete, 1_050)));

        let over = read(&app, &id).await;
        assert_eq!((&over["status"], &over["total"], &over["done"], &over["failed"]), (&json!("COMPLETE"), &json!(1_050), &json!(1_050), &json!(0)));
        assert_eq!((&over["changeset"]["changes"]["totalCount"], &over["results"]["totalCount"]), (&json!(1_050), &json!(1_050)));
        assert_eq!(slugs(&app, &id).await, all(1_050), "every job once, in their order");
        assert_eq!(count(&app).await, 0);
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.leased, counts.dead), (0, 0, 0));
        let finished = app.service().store().events_since(app.clock_now(), None, 5_000).await.expect("events");
        let finished: Vec<_> = finished.iter().filter_map(|event| event.operation).collect();
        assert_eq!(finished, [uuid], "one BULK_FINISHED");
    }

    async fn a_dry_run_in_the_background_tells_the_same_as_the_real_one(app: TestApp) {
        let set = import(&app, 250).await;
        let change = "mutation($id: ID!) { updateJob(input: {id: $id, title: \"Another\"}) { errors { code } } }";
        let changed = app.admin("{ job(by: {slug: \"job-0123\"}) { id } }", json!({})).await["job"]["id"].clone();
        app.admin(change, json!({ "id": changed })).await;
        let dry = revert(&app, &set, true).await["operation"]["id"].clone();
        app.drain().await;
        assert_eq!(count(&app).await, 250);
        let real = revert(&app, &set, false).await["operation"]["id"].clone();
        app.drain().await;
        assert_eq!(count(&app).await, 1);
        let results = async |id: &Value| {
            let query = "query($id: ID!, $after: String) { bulkOperation(id: $id) { status total done failed results(first: 100, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes { job { slug } field changed before after error { code message path } } } } }";
            let (mut told, mut after) = (vec![], Value::Null);
            for _ in 0..3 {
                let mut page = app.admin(query, json!({ "id": id, "after": after })).await["bulkOperation"].take();
                after = page["results"]["pageInfo"]["endCursor"].take();
                told.push(page);
            }
            told
        };
        let (dry, real) = (results(&dry).await, results(&real).await);
        assert_eq!(dry, real);
        assert_eq!((&dry[0]["status"], &dry[0]["done"], &dry[0]["failed"]), (&json!("PARTIAL"), &json!(250), &json!(1)));
        assert_eq!(dry[1]["results"]["nodes"][23]["error"]["code"], "CONFLICT");
    }

    async fn an_operation_whose_worker_was_killed_is_gone_on_with(app: TestApp) {
        let id = begun(&app, 250, false).await;
        let killed = app.service().claim_work(100).await.expect("a claim");
        assert_eq!(killed.len(), 3, "three chunks");
        app.service().process(&killed[..1]).await.expect("one is done");
        assert_eq!(read(&app, &id).await["done"], 100);
        assert_eq!(app.drain().await, 0, "the others are taken");
        lease_runs_out(&app);
        assert_eq!(app.drain().await, 2);
        let over = read(&app, &id).await;
        assert_eq!((&over["status"], &over["done"], &over["results"]["totalCount"]), (&json!("COMPLETE"), &json!(250), &json!(250)));
        let before = app.trace().await;
        app.service().process(&killed).await.expect("whoever wakes up late has nothing to do");
        assert_eq!(app.trace().await, before);
        assert_eq!(slugs(&app, &id).await, all(250));
    }

    async fn a_chunk_that_always_kills_its_worker_fails_and_the_rest_is_done(app: TestApp) {
        let id = begun(&app, 550, false).await;
        for _ in 0..MAX_ATTEMPTS {
            let claimed = app.service().claim_work(1).await.expect("a claim");
            assert_eq!(claimed[0].payload["first"], 0);
            lease_runs_out(&app);
        }
        app.drain().await;
        let over = read(&app, &id).await;
        assert_eq!((&over["status"], &over["done"], &over["failed"], &over["results"]["totalCount"]), (&json!("PARTIAL"), &json!(550), &json!(100), &json!(550)));
        assert_eq!(over["results"]["nodes"][0]["error"], json!({ "code": "INTERNAL", "message": "Something failed inside, again and again; the log tells what." }));
        assert_eq!(count(&app).await, 100);
    }

    async fn what_was_called_off_stops_and_can_be_undone(app: TestApp) {
        let id = begun(&app, 950, false).await;
        let worker = Worker::new(Arc::clone(app.service()));
        assert_eq!(worker.work_once().await.expect("the work is done"), 4);
        let off = app.admin(CANCEL, json!({ "id": id })).await["cancelBulkOperation"].take();
        assert_eq!((&off["errors"], &off["operation"]["status"], &off["operation"]["done"]), (&json!([]), &json!("CANCELLED"), &json!(400)));
        assert_eq!((app.drain().await, count(&app).await), (0, json!(550)));
        let again = app.admin(CANCEL, json!({ "id": id })).await["cancelBulkOperation"]["errors"].take();
        assert_eq!(again, json!([{ "code": "ALREADY_DONE", "message": "The operation is over already: CANCELLED.", "path": ["id"] }]));

        let done = app.admin("query($id: ID!) { bulkOperation(id: $id) { changeset { id } } }", json!({ "id": id })).await;
        let back = revert(&app, done["bulkOperation"]["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!(back["operation"]["total"], 400);
        app.drain().await;
        assert_eq!(count(&app).await, 950);
        let over = read(&app, &back["operation"]["id"]).await;
        assert_eq!((&over["status"], &over["done"]), (&json!("COMPLETE"), &json!(400)));
    }

    async fn what_is_called_off_while_a_chunk_is_claimed_goes_no_further(app: TestApp) {
        let id = begun(&app, 950, false).await;
        let claimed = app.service().claim_work(2).await.expect("a claim");
        app.admin(CANCEL, json!({ "id": id })).await;
        app.service().process(&claimed).await.expect("nothing to do");
        assert_eq!((app.drain().await, count(&app).await), (0, json!(950)));
        let over = read(&app, &id).await;
        assert_eq!((&over["status"], &over["done"], &over["changeset"]), (&json!("CANCELLED"), &json!(0), &Value::Null));
    }
}
