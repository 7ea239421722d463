//! Overriding, copying and restoring fields of many jobs, and undoing that.

use std::time::Instant;

use rolegraph::{
    domain::{
        access::Principal,
        filter::JobFilter,
        job::{JobKind, SocStatus},
    },
    service::{EnrichOptions, ImportedJob},
};
use serde_json::{Value, json};

use super::{OPERATION, revert};
use crate::support::{TestApp, app::TOKEN, database::Dialect, on_both_databases};

/// Published roles that inherit from an occupation.
async fn roles(app: &TestApp, slug: &str, code: &str, count: usize) {
    let role = |number: usize| ImportedJob {
        slug: Some(format!("{slug}-{number}")),
        kind: JobKind::FeaturedRole,
        title: format!("{slug} {number}"),
        description: None,
        company: Some("acme".to_owned()),
        company_name: Some("Acme, Inc.".to_owned()),
        soc_code: Some(code.parse().expect("a code")),
        soc_status: Some(SocStatus::Approved),
        published: Some(true),
        metadata: Value::Null,
        skills: vec![],
    };
    let (roles, principal): (Vec<_>, _) = ((0..count).map(role).collect(), Principal::system("test"));
    app.service().import_jobs(&principal, &roles, "importTest").await.expect("imported");
    let one = JobFilter { slugs: Some(vec![format!("{slug}-0")]), ..JobFilter::default() };
    app.service().enrich_jobs(&principal, &one, &EnrichOptions::default()).await.expect("queued");
    app.drain().await;
}

async fn id_of(app: &TestApp, slug: &str) -> String {
    let answer = app.ask("query($slug: String!) { job(by: {slug: $slug}) { id } }", json!({ "slug": slug })).await;
    answer["job"]["id"].as_str().expect("an id").to_owned()
}

async fn act(app: &TestApp, mutation: &str, variables: Value) -> Value {
    let (types, call) = match mutation {
        "bulkOverride" => ("$filter: JobFilter!, $values: [FieldValueInput!]!", "filter: $filter, values: $values"),
        "bulkRestore" => ("$filter: JobFilter!, $fields: [JobField!]", "filter: $filter, fields: $fields"),
        _ => ("$from: ID!, $to: [ID!]!, $fields: [JobField!]", "from: $from, to: $to, fields: $fields"),
    };
    let query = format!("mutation({types}, $dry: Boolean) {{ {mutation}({call}, dryRun: $dry, note: \"Ours.\") {{ {OPERATION} }} }}");
    app.admin(&query, variables).await[mutation].take()
}

/// What the related titles of some jobs are, and whether they are overridden.
async fn titles(app: &TestApp, slug: &str) -> Vec<Value> {
    let query = "query($search: String) { jobs(first: 100, filter: {search: $search}) { nodes { relatedTitles { overridden value provenance { override { mode note by { id } } } } } } }";
    let answer = app.admin(query, json!({ "search": format!("{slug} ") })).await;
    answer["jobs"]["nodes"].as_array().expect("jobs").iter().map(|job| job["relatedTitles"].clone()).collect()
}

on_both_databases! {
    async fn many_roles_are_overridden_restored_and_undone_as_one(app: TestApp) {
        roles(&app, "nurse", "29-1141", 3).await;
        roles(&app, "cook", "35-2014", 1).await;
        let inherited = titles(&app, "nurse").await;
        assert_eq!(inherited.iter().filter(|titles| titles["overridden"] == false).count(), 3);
        let values = json!([{ "relatedTitles": { "replace": ["Our Nurse"] } }, { "wages": { "blank": true } }]);
        let variables = json!({ "filter": { "search": "nurse " }, "values": values });
        let mut dry = variables.clone();
        dry["dry"] = json!(true);
        let before = app.trace().await;
        let dry = act(&app, "bulkOverride", dry).await["operation"].take();
        let after = app.trace().await;
        assert!(before.iter().all(|(table, rows)| ["bulk_operation", "bulk_result", "event"].contains(table) || after[table] == *rows));
        let done = act(&app, "bulkOverride", variables.clone()).await;
        let operation = &done["operation"];
        assert_eq!((&done["errors"], &operation["kind"], &operation["status"], &operation["total"]), (&json!([]), &json!("OVERRIDE"), &json!("COMPLETE"), &json!(3)));
        assert_eq!((&operation["results"], &operation["status"]), (&dry["results"], &dry["status"]));
        let result = &operation["results"]["nodes"][0];
        assert_eq!((&result["field"], &result["changed"], &result["after"][0]["text"], &operation["results"]["totalCount"]), (&json!("RELATED_TITLES"), &json!(true), &json!("Our Nurse"), &json!(6)));
        assert_eq!((&operation["changeset"]["action"], &operation["changeset"]["changes"]["totalCount"]), (&json!("bulkOverride"), &json!(6)));
        let overridden = titles(&app, "nurse").await;
        let ours = json!({ "overridden": true, "value": ["Our Nurse"], "provenance": { "override": { "mode": "REPLACE", "note": "Ours.", "by": { "id": "admin" } } } });
        assert_eq!(overridden, [ours.clone(), ours.clone(), ours]);
        let again = act(&app, "bulkOverride", variables).await["operation"].take();
        assert_eq!((&again["results"]["nodes"][0]["changed"], &again["changeset"]), (&json!(false), &Value::Null), "twice is once");

        let undone = revert(&app, operation["changeset"]["id"].as_str().expect("an id"), false).await["operation"].take();
        assert_eq!((&undone["status"], &undone["results"]["totalCount"]), (&json!("COMPLETE"), &json!(6)));
        assert_eq!(titles(&app, "nurse").await, inherited);
        let redone = revert(&app, undone["changeset"]["id"].as_str().expect("an id"), false).await["operation"].take();
        assert_eq!((&redone["status"], titles(&app, "nurse").await), (&json!("COMPLETE"), overridden.clone()), "by the same person, with the same note");

        let restored = act(&app, "bulkRestore", json!({ "filter": { "search": "nurse " }, "fields": ["RELATED_TITLES"] })).await["operation"].take();
        assert_eq!((&restored["kind"], &restored["status"], &restored["results"]["totalCount"]), (&json!("RESTORE"), &json!("COMPLETE"), &json!(3)));
        assert_eq!(titles(&app, "nurse").await, inherited);
        let wages = app.ask("{ jobs(filter: {overridden: WAGES}) { totalCount } }", json!({})).await;
        assert_eq!(wages["jobs"]["totalCount"], 3, "fields that are not named are left alone");
        let back = revert(&app, restored["changeset"]["id"].as_str().expect("an id"), false).await["operation"].take();
        assert_eq!((&back["status"], titles(&app, "nurse").await), (&json!("COMPLETE"), overridden));
    }

    async fn what_was_overridden_again_since_is_left_and_the_others_are_undone(app: TestApp) {
        roles(&app, "nurse", "29-1141", 3).await;
        let change = |title: &str| json!([{ "relatedTitles": { "replace": [title] } }]);
        let done = act(&app, "bulkOverride", json!({ "filter": {}, "values": change("Ours") })).await["operation"].take();
        let one = id_of(&app, "nurse-1").await;
        act(&app, "bulkOverride", json!({ "filter": { "ids": [one] }, "values": change("Mine") })).await;
        let undone = revert(&app, done["changeset"]["id"].as_str().expect("an id"), false).await["operation"].take();
        assert_eq!((&undone["status"], &undone["failed"]), (&json!("PARTIAL"), &json!(1)));
        let conflict = &undone["results"]["nodes"][1];
        assert_eq!((&conflict["field"], &conflict["error"]["code"]), (&json!("RELATED_TITLES"), &json!("CONFLICT")));
        let now: Vec<_> = titles(&app, "nurse").await.iter().map(|titles| titles["overridden"].clone()).collect();
        assert_eq!(now, [json!(false), json!(true), json!(false)]);
    }

    async fn operations_are_copied_not_results_and_what_does_not_fit_is_told(app: TestApp) {
        roles(&app, "nurse", "29-1141", 2).await;
        roles(&app, "cook", "35-2014", 1).await;
        let (from, sister, cook) = (id_of(&app, "nurse-0").await, id_of(&app, "nurse-1").await, id_of(&app, "cook-0").await);
        let nothing = act(&app, "copyOverrides", json!({ "from": from, "to": [sister] })).await;
        assert_eq!(nothing["errors"], json!([{ "code": "INVALID", "message": "The job has no such override to copy.", "path": ["from"] }]));
        let keys = app.ask("query($id: ID!) { job(by: {id: $id}) { relatedTitles { items { key } } } }", json!({ "id": from })).await;
        let hidden = &keys["job"]["relatedTitles"]["items"][0]["key"];
        let patch = json!([{ "relatedTitles": { "patch": { "add": ["Night Owl"], "hide": [hidden] } } }]);
        act(&app, "bulkOverride", json!({ "filter": { "ids": [from] }, "values": patch })).await;
        let copied = act(&app, "copyOverrides", json!({ "from": from, "to": [sister, cook] })).await["operation"].take();
        assert_eq!((&copied["kind"], &copied["status"], &copied["failed"]), (&json!("COPY"), &json!("PARTIAL"), &json!(1)));
        let (whole, partly) = (&copied["results"]["nodes"][0], &copied["results"]["nodes"][1]);
        assert_eq!((&whole["changed"], &whole["error"]), (&json!(true), &Value::Null));
        let left_out = format!("Left out, because the job's official list does not have these items: hide `{}`.", hidden.as_str().expect("a key"));
        assert_eq!((&partly["changed"], &partly["error"]["message"]), (&json!(true), &json!(left_out)));
        let nurses = titles(&app, "nurse").await;
        assert_eq!(nurses[0]["value"], nurses[1]["value"]);
        let wrong = act(&app, "copyOverrides", json!({ "from": from, "to": [from, "x"] })).await["errors"].take();
        assert_eq!(wrong, json!([
            { "code": "INVALID", "message": "A job's overrides are not copied to itself.", "path": ["to", "0"] },
            { "code": "NOT_FOUND", "message": "There is no such job.", "path": ["to", "1"] },
        ]));
    }

    async fn what_cannot_be_begun_says_why_and_changes_nothing(app: TestApp) {
        roles(&app, "nurse", "29-1141", 1).await;
        let before = app.trace().await;
        let blank = json!([{ "wages": { "blank": true } }]);
        let none = act(&app, "bulkOverride", json!({ "filter": { "search": "nobody" }, "values": blank })).await;
        assert_eq!(none, json!({ "operation": null, "errors": [{ "code": "NOT_FOUND", "message": "The filter lets no job through.", "path": ["filter"] }] }));
        let nothing = act(&app, "bulkOverride", json!({ "filter": {}, "values": [] })).await;
        assert_eq!((&nothing["errors"][0]["code"], &nothing["errors"][0]["path"]), (&json!("INVALID"), &json!(["values"])));
        let fields = act(&app, "bulkRestore", json!({ "filter": {}, "fields": [] })).await;
        assert_eq!((&fields["errors"][0]["code"], &fields["errors"][0]["path"]), (&json!("INVALID"), &json!(["fields"])));
        let mutation = "mutation { bulkRestore(filter: {}) { errors { code } } }";
        assert_eq!(app.refusal(mutation, json!({}), None).await, "UNAUTHENTICATED");
        assert_eq!(app.trace().await, before);
        assert_eq!(app.post(mutation, json!({}), Some(TOKEN)).await["data"]["bulkRestore"]["errors"], json!([]));
    }

    async fn more_jobs_than_are_allowed_at_once_are_refused(app: TestApp) {
        let columns = "slug, kind, title, title_key, search_text, soc_status, published, version, data_source_metadata, created_at, updated_at";
        let values = "'OCCUPATION', 'Job', 'job', 'job', 'UNASSIGNED', (1 = 1), 1, '{}', '2026-11-23T08:00:00+00:00', '2026-11-23T08:00:00+00:00'";
        let insert = match app.dialect {
            Dialect::Sqlite => format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) INSERT INTO jobs (id, {columns}) SELECT randomblob(16), 'job-' || i, {values} FROM n"),
            Dialect::Postgres => format!("INSERT INTO jobs (id, {columns}) SELECT gen_random_uuid(), 'job-' || i, {} FROM generate_series(1, 100001) n(i)", values.replace("'{}'", "'{}'::jsonb").replace("+00:00'", "+00:00'::timestamptz")),
        };
        app.sql(&insert).await;
        let refused = act(&app, "bulkOverride", json!({ "filter": {}, "values": [{ "wages": { "blank": true } }] })).await;
        let message = "These are more than 100000 jobs, the most of one operation.";
        assert_eq!(refused, json!({ "operation": null, "errors": [{ "code": "LIMIT_EXCEEDED", "message": message, "path": ["filter"] }] }));
        assert_eq!((app.trace().await["bulk_operation"].0, app.trace().await["work_item"].0), (0, 0));
    }
}

/// `cargo nextest run --release --run-ignored only -E 'test(ten_thousand_roles)' --no-capture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures: run it in a release build"]
async fn ten_thousand_roles_are_overridden_within_ten_seconds() {
    let app = TestApp::on(Dialect::Sqlite).await;
    roles(&app, "nurse", "29-1141", 10_000).await;
    let begin = Instant::now();
    let values = json!([{ "relatedTitles": { "patch": { "add": ["Night Owl"] } } }]);
    let id = act(&app, "bulkOverride", json!({ "filter": { "search": "nurse " }, "values": values })).await["operation"]["id"].take();
    app.drain().await;
    let took = begin.elapsed();
    let read = "query($id: ID!) { bulkOperation(id: $id) { status done failed } }";
    assert_eq!(app.admin(read, json!({ "id": id })).await["bulkOperation"], json!({ "status": "COMPLETE", "done": 10_000, "failed": 0 }));
    println!("10,000 roles, one override each: {took:.2?}");
    assert!(took.as_secs() < 10, "{took:?}");
}
