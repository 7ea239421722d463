//! A company sees nothing of another one, however it asks.

use rolegraph::domain::access::Scope;
use serde_json::{Value, json};

use super::{COMPANY_ADMIN, calls::Api, create, key};
use crate::support::{
    TestApp,
    app::{TOKEN, node_id},
    on_both_databases,
};

/// A company with one of everything.
pub(super) struct Tenant {
    pub(super) key: String,
    /// The ids of things that only it may see, each with its kind.
    ids: Vec<(&'static str, String)>,
}

pub(super) async fn tenant(app: &TestApp, slug: &str) -> Tenant {
    let company = app.company(slug).await;
    let (secret, key_id) = key(app, Some(&company), &COMPANY_ADMIN).await;
    let act = async |mutation: &str, variables: Value| {
        let answer = app.post(mutation, variables, Some(&secret)).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    };
    let role = json!({ "kind": "FEATURED_ROLE", "title": format!("Night Nurse {slug}"), "published": false });
    let made = act(
        "mutation($input: CreateJobInput!) { createJob(input: $input) { job { id } changeset { id } errors { message } } }",
        json!({ "input": role }),
    )
    .await;
    assert_eq!(made["createJob"]["errors"], json!([]));
    let job = made["createJob"]["job"]["id"].as_str().expect("an id").to_owned();
    app.drain().await;
    let review = act("query($id: ID!) { job(by: {id: $id}) { soc { review { id } } } }", json!({ "id": job })).await;
    let run = act("mutation($id: ID!) { enrichJob(id: $id) { run { id } errors { message } } }", json!({ "id": job })).await;
    app.drain().await;
    let bulk = "mutation { bulkOverride(filter: {}, values: [{wages: {blank: true}}]) { operation { id total } errors { message } } }";
    let bulk = act(bulk, json!({})).await;
    assert_eq!(bulk["bulkOverride"]["operation"]["total"], 1, "its own one");
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned();
    let ids = vec![
        ("Job", job),
        ("SocReview", text(&review["job"]["soc"]["review"]["id"])),
        ("EnrichmentRun", text(&run["enrichJob"]["run"]["id"])),
        ("BulkOperation", text(&bulk["bulkOverride"]["operation"]["id"])),
        ("Changeset", text(&made["createJob"]["changeset"]["id"])),
        ("ApiKey", key_id),
    ];
    Tenant { key: secret, ids }
}

on_both_databases! {
    async fn an_id_of_another_company_is_answered_as_one_that_nobody_has(app: TestApp) {
        let (a, b) = (tenant(&app, "acme").await, tenant(&app, "other").await);
        let (api, mut compared) = (Api::new(), 0);
        let before = app.trace().await;
        for root in api.roots().iter().filter(|root| root.operation != "subscription") {
            for (kind, id) in &b.ids {
                let nobodys = node_id(kind, uuid::Uuid::from_u128(7));
                let (Some(theirs), Some(unknown)) = (api.call(root, id, true), api.call(root, &nobodys, true)) else { continue };
                let (theirs, unknown) = (app.post(&theirs, json!({}), Some(&a.key)).await, app.post(&unknown, json!({}), Some(&a.key)).await);
                assert_eq!(theirs, unknown, "{} with the {kind} of another company", root.name);
                compared += 1;
            }
        }
        assert!(compared > 100, "{compared} compared");
        assert_eq!(app.trace().await, before, "nothing was changed");
        for (kind, id) in &a.ids {
            let own = app.post("query($id: ID!) { node(id: $id) { __typename } }", json!({ "id": id }), Some(&a.key)).await;
            assert_eq!(own["data"]["node"]["__typename"], *kind, "its own it sees");
            assert_eq!(app.ask("query($id: ID!) { node(id: $id) { __typename } }", json!({ "id": id })).await["node"], Value::Null, "the public sees no {kind}");
        }
    }

    async fn lists_counts_and_cursors_tell_nothing_of_another_company(app: TestApp) {
        let (a, b) = (tenant(&app, "acme").await, tenant(&app, "other").await);
        let lists = "{ jobs { totalCount nodes { id } } socReviews { totalCount nodes { id } } bulkOperations { totalCount nodes { id } } apiKeys { totalCount nodes { id } }
            coverage { jobs } drifted: jobs(filter: {overridden: WAGES}) { totalCount } search: jobs(filter: {search: \"other\"}) { totalCount } }";
        let told = app.post(lists, json!({}), Some(&a.key)).await["data"].take();
        let of = |tenant: &Tenant, kind: &str| json!(tenant.ids.iter().find(|(of, _)| *of == kind).expect("one").1);
        for (list, kind) in [("jobs", "Job"), ("socReviews", "SocReview"), ("bulkOperations", "BulkOperation"), ("apiKeys", "ApiKey")] {
            assert_eq!(told[list], json!({ "totalCount": 1, "nodes": [{ "id": of(&a, kind) }] }), "{list}");
        }
        assert_eq!((&told["coverage"]["jobs"], &told["drifted"]["totalCount"], &told["search"]["totalCount"]), (&json!(1), &json!(1), &json!(0)));

        let newest = "{ enrichmentRuns { totalCount nodes { id createdAt } } changesets { totalCount nodes { id createdAt: at } } }";
        let told = app.post(newest, json!({}), Some(&a.key)).await["data"].take();
        for (list, kind) in [("enrichmentRuns", "EnrichmentRun"), ("changesets", "Changeset")] {
            let nodes = told[list]["nodes"].as_array().expect("a list");
            assert!(nodes.iter().any(|node| node["id"] == of(&a, kind)) && nodes.iter().all(|node| node["id"] != of(&b, kind)), "{list}: {nodes:?}");
            assert!(nodes.is_sorted_by_key(|node| std::cmp::Reverse(node["createdAt"].as_str())), "the newest first: {nodes:?}");
            assert_eq!(told[list]["totalCount"], nodes.len(), "{list}");
        }

        let cursors = app.post("{ jobs { pageInfo { endCursor } } apiKeys { pageInfo { endCursor } } }", json!({}), Some(&b.key)).await;
        for list in ["jobs", "apiKeys"] {
            let after = &cursors["data"][list]["pageInfo"]["endCursor"];
            let page = app.post(&format!("query($after: String!) {{ {list}(after: $after) {{ nodes {{ id }} }} }}"), json!({ "after": after }), Some(&a.key)).await;
            assert_eq!(page["data"][list]["nodes"], json!([]), "behind the other's there is nothing of its own");
        }
        let theirs = of(&b, "Job");
        let copy = "mutation($from: ID!, $to: [ID!]!) { copyOverrides(from: $from, to: $to) { operation { id } errors { code path } } }";
        let mixed = app.post(copy, json!({ "from": of(&a, "Job"), "to": [theirs] }), Some(&a.key)).await;
        assert_eq!(mixed["data"]["copyOverrides"], json!({ "operation": null, "errors": [{ "code": "NOT_FOUND", "path": ["to", "0"] }] }));
        let bulk = "mutation($ids: [ID!]) { bulkRestore(filter: {ids: $ids}) { operation { id } errors { code path } } }";
        let before = app.trace().await;
        let mixed = app.post(bulk, json!({ "ids": [of(&a, "Job"), theirs] }), Some(&a.key)).await;
        assert_eq!(mixed["data"]["bulkRestore"], json!({ "operation": null, "errors": [{ "code": "NOT_FOUND", "path": ["filter", "ids", "1"] }] }), "all of it is refused");
        assert_eq!(app.trace().await, before);
    }

    async fn a_company_adds_roles_of_its_own_and_nothing_else(app: TestApp) {
        let (a, b) = (app.company("acme").await, app.company("other").await);
        let (secret, _) = key(&app, Some(&a), &COMPANY_ADMIN).await;
        let create_job = "mutation($input: CreateJobInput!) { createJob(input: $input) { job { company { slug } } errors { code path } } }";
        let job = async |input: Value| app.post(create_job, json!({ "input": input }), Some(&secret)).await["data"]["createJob"].take();
        assert_eq!(job(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await["errors"], json!([{ "code": "FORBIDDEN", "path": ["input", "kind"] }]));
        assert_eq!(job(json!({ "kind": "FEATURED_ROLE", "title": "Nurse", "company": b })).await["errors"], json!([{ "code": "NOT_FOUND", "path": ["input", "company"] }]));
        assert_eq!(job(json!({ "kind": "FEATURED_ROLE", "title": "Nurse" })).await["job"], json!({ "company": { "slug": "acme" } }), "its own when it says nothing");
        let public = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        for mutation in [
            "updateJob(input: {id: $id, title: \"Ours\"}) { errors { code } }",
            "deleteJob(id: $id) { errors { code } }",
            "enrichJob(id: $id) { errors { code } }",
            "overrideFields(input: {jobId: $id, values: [{wages: {blank: true}}]}) { errors { code } }",
            "reopenSoc(jobId: $id, note: \"No.\") { errors { code } }",
        ] {
            let answer = app.post(&format!("mutation($id: ID!) {{ answer: {mutation} }}"), json!({ "id": public }), Some(&secret)).await;
            assert_eq!(answer["data"]["answer"]["errors"], json!([{ "code": "NOT_FOUND" }]), "{mutation}");
        }
        let other = create(&app, &secret, json!({ "name": "Theirs", "scopes": [], "company": b })).await;
        assert_eq!(other["errors"][0]["code"], "NOT_FOUND");
        let all = app.post("mutation { enrichJobs(filter: {}) { run { total } errors { code } } }", json!({}), Some(&secret)).await;
        assert_eq!(all["data"]["enrichJobs"]["run"]["total"], 1, "what is public is not its to ask about");
    }

    async fn names_of_people_layers_and_notes_are_for_those_who_may_read_history(app: TestApp) {
        let company = app.company("acme").await;
        let other = app.company("other").await;
        let role = json!({ "kind": "FEATURED_ROLE", "title": "Nurse", "company": company, "published": true });
        let id = app.create(role).await;
        let over = "mutation($id: ID!) { overrideFields(input: {jobId: $id, note: \"Secret.\", values: [{relatedTitles: {replace: [\"Ours\"]}}]}) { errors { message } } }";
        app.admin(over, json!({ "id": id })).await;
        let query = "query($id: ID!) { job(by: {id: $id}) { relatedTitles { value provenance { override { mode by { id name } note } } } fields(names: [RELATED_TITLES]) { diff { added } layers { effective } blame { key } } } }";
        let (insider, _) = key(&app, Some(&company), &COMPANY_ADMIN).await;
        let (reader, _) = key(&app, Some(&company), &[Scope::JobsRead]).await;
        let (outsider, _) = key(&app, Some(&other), &COMPANY_ADMIN).await;
        for (token, names, inside) in [(Some(TOKEN), true, true), (Some(&*insider), true, true), (Some(&*reader), false, true), (Some(&*outsider), false, false), (None, false, false)] {
            let job = app.post(query, json!({ "id": id }), token).await["data"]["job"].take();
            let over = if names { json!({ "mode": "REPLACE", "by": { "id": "admin", "name": "Platform admin" }, "note": "Secret." }) } else { json!({ "mode": "REPLACE", "by": { "id": "unnamed", "name": "acme, Inc." }, "note": null }) };
            assert_eq!((&job["relatedTitles"]["value"], &job["relatedTitles"]["provenance"]["override"]), (&json!(["Ours"]), &over), "{token:?}");
            assert_eq!(job["fields"][0]["diff"].is_object(), inside, "{token:?}");
            assert_eq!(job["fields"][0]["blame"].is_array(), names, "{token:?}");
        }
    }
}
