//! Pages of every list: nothing twice, nothing left out, whichever way one walks.

use rolegraph::{
    domain::{
        access::Principal,
        job::{JobKind, slug_of},
    },
    service::ImportedJob,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const JOBS: &str = "query($first: Int, $after: String, $last: Int, $before: String, $orderBy: JobOrder) {
    jobs(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
        nodes { id title createdAt updatedAt } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

fn imported(title: &str) -> ImportedJob {
    ImportedJob {
        slug: None,
        kind: JobKind::Occupation,
        title: title.to_owned(),
        description: None,
        company: None,
        company_name: None,
        soc_code: None,
        soc_status: None,
        published: None,
        skills: vec![],
        metadata: Value::Null,
    }
}

/// Adds jobs of these titles, all at the same moment.
async fn add(app: &TestApp, titles: &[&str]) {
    let number = app.trace().await["job"].0;
    let jobs: Vec<_> = titles
        .iter()
        .enumerate()
        .map(|(place, title)| ImportedJob {
            slug: Some(format!("job-{}-{}", slug_of(title), number + place).replace("--", "-")),
            ..imported(title)
        })
        .collect();
    app.service().import_jobs(&Principal::system("test"), &jobs, "importTest").await.expect("imported");
}

/// Walks a list forwards and answers its nodes. `at` is where the connection is in the answer.
async fn walk(app: &TestApp, query: &str, variables: &Value, at: &str, size: usize) -> Vec<Value> {
    let (mut nodes, mut after) = (vec![], Value::Null);
    for page_number in 0.. {
        let mut variables = variables.clone();
        variables["first"] = json!(size);
        variables["after"] = after;
        let answer = app.admin(query, variables).await;
        let page = answer.pointer(at).expect("a connection").clone();
        let found = page["nodes"].as_array().expect("nodes").clone();
        assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(page_number > 0));
        nodes.extend(found.clone());
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
        assert_eq!(found.len(), size);
        after = page["pageInfo"]["endCursor"].clone();
    }
    nodes
}

/// Walks the jobs backwards and answers them in the order of the list.
async fn walk_back(app: &TestApp, order: &Value, size: usize) -> Vec<Value> {
    let (mut nodes, mut before) = (vec![], Value::Null);
    for page_number in 0.. {
        let answer = app.ask(JOBS, json!({ "last": size, "before": before, "orderBy": order })).await;
        let page = &answer["jobs"];
        let found = page["nodes"].as_array().expect("nodes").clone();
        let edges = page["edges"].as_array().expect("edges");
        let ends = (&page["pageInfo"]["startCursor"], &page["pageInfo"]["endCursor"]);
        assert_eq!(ends, (&edges[0]["cursor"], &edges[edges.len() - 1]["cursor"]));
        assert_eq!(page["pageInfo"]["hasNextPage"], json!(page_number > 0));
        nodes.splice(0..0, found);
        if page["pageInfo"]["hasPreviousPage"] == json!(false) {
            break;
        }
        before = page["pageInfo"]["startCursor"].clone();
    }
    nodes
}

/// What a job is sorted by: the key, then the time-ordered id.
fn key(node: &Value, field: &str) -> (String, uuid::Uuid) {
    let text = node[match field {
        "TITLE" => "title",
        "CREATED_AT" => "createdAt",
        _ => "updatedAt",
    }]
    .as_str()
    .expect("text");
    let text = if field == "TITLE" { text.to_lowercase() } else { text.to_owned() };
    (text, crate::support::app::uuid_of(node["id"].as_str().expect("an id")))
}

on_both_databases! {
    async fn jobs_are_paged_in_every_order_both_ways_with_ties(app: TestApp) {
        add(&app, &["cook", "Cook", "a cook", "Ähre", "_x", "zoo", "Zoo", "cook 10", "cook-9"]).await;
        app.days_pass(1);
        add(&app, &["cook", "COOK", "100 %", "éclair"]).await;
        app.days_pass(1);
        let all = app.ask(JOBS, json!({ "first": 100 })).await;
        for place in [1, 4, 11] {
            let change = "mutation($id: ID!) { updateJob(input: {id: $id, description: \"changed\"}) { errors { code } } }";
            app.admin(change, json!({ "id": all["jobs"]["nodes"][place]["id"] })).await;
        }
        for field in ["TITLE", "CREATED_AT", "UPDATED_AT"] {
            for direction in ["ASC", "DESC"] {
                let order = json!({ "field": field, "direction": direction });
                let mut expected = app.ask(JOBS, json!({ "first": 100 })).await["jobs"]["nodes"].as_array().expect("nodes").clone();
                assert_eq!(expected.len(), 13);
                expected.sort_by_key(|node| key(node, field));
                if direction == "DESC" {
                    expected.reverse();
                }
                for size in [1, 5, 13, 100] {
                    assert_eq!(walk(&app, JOBS, &json!({ "orderBy": order }), "/jobs", size).await, expected, "{order} by {size}");
                    assert_eq!(walk_back(&app, &order, size).await, expected, "{order} backwards by {size}");
                }
            }
        }
        let plain = app.ask(JOBS, json!({ "first": 100 })).await;
        let by_creation = app.ask(JOBS, json!({ "first": 100, "orderBy": { "field": "CREATED_AT", "direction": "ASC" } })).await;
        assert_eq!(plain, by_creation, "the default order");
        let between = json!({ "after": plain["jobs"]["edges"][2]["cursor"], "before": plain["jobs"]["edges"][8]["cursor"], "first": 3 });
        let page = &app.ask(JOBS, between).await["jobs"];
        assert_eq!(page["nodes"], json!(plain["jobs"]["nodes"].as_array().expect("nodes")[3..6]));
        assert_eq!(page["pageInfo"]["hasNextPage"], json!(true));
    }

    async fn a_page_begins_where_the_last_ended_whatever_came_between(app: TestApp) {
        add(&app, &["b", "d", "f", "h"]).await;
        let order = json!({ "field": "TITLE" });
        let titles = |page: &Value| page["jobs"]["nodes"].as_array().expect("nodes").iter().map(|node| node["title"].clone()).collect::<Vec<_>>();
        let first = app.ask(JOBS, json!({ "first": 2, "orderBy": order })).await;
        assert_eq!(titles(&first), ["b", "d"]);
        add(&app, &["a", "e", "d"]).await;
        let id = first["jobs"]["nodes"][1]["id"].clone();
        app.admin("mutation($id: ID!) { deleteJob(id: $id) { errors { code } } }", json!({ "id": id })).await;
        let rest = app.ask(JOBS, json!({ "after": first["jobs"]["pageInfo"]["endCursor"], "orderBy": order })).await;
        assert_eq!(titles(&rest), ["d", "e", "f", "h"], "the cursor's own job may be gone");
        assert_eq!(rest["jobs"]["pageInfo"]["hasPreviousPage"], json!(true));
        let back = app.ask(JOBS, json!({ "last": 5, "before": first["jobs"]["pageInfo"]["endCursor"], "orderBy": order })).await;
        assert_eq!(titles(&back), ["a", "b"]);
    }

    async fn a_page_holds_1_to_100_and_begins_at_a_cursor_of_its_own_list(app: TestApp) {
        add(&app, &["a", "b"]).await;
        app.company("acme").await;
        let refused = async |variables: Value| {
            let answer = app.post(JOBS, variables.clone(), None).await;
            assert_eq!((&answer["data"], &answer["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("INVALID")), "{variables}");
            answer["errors"][0]["message"].as_str().expect("a message").to_owned()
        };
        assert_eq!(refused(json!({ "first": 0 })).await, "`first` is 1 to 100; this is 0.");
        assert_eq!(refused(json!({ "first": 101 })).await, "`first` is 1 to 100; this is 101.");
        assert_eq!(refused(json!({ "first": -1 })).await, "`first` is 1 to 100; this is -1.");
        assert_eq!(refused(json!({ "last": 101 })).await, "`last` is 1 to 100; this is 101.");
        assert_eq!(refused(json!({ "first": 1, "last": 1 })).await, "Give `first` or `last`, not both.");
        let cursors = "{ jobs { edges { cursor } } byTitle: jobs(orderBy: {field: TITLE}) { edges { cursor } } byUpdate: jobs(orderBy: {field: UPDATED_AT}) { edges { cursor } }
            companies { edges { cursor } } occupations(first: 1) { edges { cursor } } }";
        let cursors = app.ask(cursors, json!({})).await;
        let own = cursors["jobs"]["edges"][0]["cursor"].clone();
        let foreign = ["byTitle", "byUpdate", "companies", "occupations"].map(|list| cursors[list]["edges"][0]["cursor"].clone());
        for cursor in foreign.iter().cloned().chain([json!("nonsense"), json!(""), json!("💥"), json!("MQ")]) {
            let told = "is not a cursor of this list: take one from its `pageInfo` or `edges`, with the same `orderBy`.";
            assert_eq!(refused(json!({ "after": cursor })).await, format!("`after` {told}"));
            assert_eq!(refused(json!({ "last": 1, "before": cursor })).await, format!("`before` {told}"));
        }
        assert_eq!(app.ask(JOBS, json!({ "after": own })).await["jobs"]["nodes"][0]["title"], "b");
        for (query, cursor) in [
            ("query($after: String) { companies(after: $after) { nodes { id } } }", &own),
            ("query($after: String) { occupations(after: $after) { nodes { id } } }", &cursors["companies"]["edges"][0]["cursor"]),
            ("query($after: String) { jobs(orderBy: {field: TITLE}, after: $after) { nodes { id } } }", &own),
        ] {
            assert_eq!(app.refusal(query, json!({ "after": cursor }), None).await, "INVALID", "{query}");
        }
        let few = app.ask("{ jobs { nodes { id } } occupations { nodes { code } } }", json!({})).await;
        assert_eq!(few["occupations"]["nodes"].as_array().map(Vec::len), Some(20), "a page holds 20 unless asked for otherwise");
    }

    async fn every_connection_is_walked_to_its_end(app: TestApp) {
        let mut companies = vec![];
        for slug in ["acme", "beta", "core"] {
            companies.push(app.company(slug).await);
        }
        let mut roles = vec![];
        for title in ["One", "Two", "Three", "Four", "Five"] {
            roles.push(json!({ "id": app.create(json!({ "kind": "FEATURED_ROLE", "title": title, "company": companies[1], "socCode": "29-1141" })).await }));
        }
        app.create(json!({ "kind": "FEATURED_ROLE", "title": "Six", "company": companies[0] })).await;
        let none = json!({});
        let info = "pageInfo { hasNextPage hasPreviousPage endCursor }";
        let found = walk(&app, &format!("query($first: Int, $after: String) {{ companies(first: $first, after: $after) {{ nodes {{ id }} {info} }} }}"), &none, "/companies", 2).await;
        assert_eq!(found, companies.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>());

        let of_company = format!("query($id: ID!, $first: Int, $after: String) {{ node(id: $id) {{ ... on Company {{ jobs(first: $first, after: $after) {{ totalCount nodes {{ id }} {info} }} }} }} }}");
        assert_eq!(walk(&app, &of_company, &json!({ "id": companies[1] }), "/node/jobs", 2).await, roles);
        let of_code = format!("query($first: Int, $after: String) {{ occupation(code: \"29-1141\") {{ jobs(first: $first, after: $after) {{ nodes {{ id }} {info} }} }} }}");
        assert_eq!(walk(&app, &of_code, &none, "/occupation/jobs", 3).await, roles);

        let run = app.admin("mutation { enrichJobs(filter: {kind: FEATURED_ROLE}) { run { id } } }", json!({})).await;
        app.drain().await;
        let done = "query($id: ID!) { enrichmentRun(id: $id) { id total done failed status } }";
        let run = app.admin(done, json!({ "id": run["enrichJobs"]["run"]["id"] })).await;
        let run = &run["enrichmentRun"];
        assert_eq!((&run["total"], &run["done"], &run["failed"], &run["status"]), (&json!(6), &json!(6), &json!(0), &json!("COMPLETE")));
        let outcomes = format!("query($id: ID!, $first: Int, $after: String, $results: [OutcomeKind!]) {{ enrichmentRun(id: $id) {{ outcomes(first: $first, after: $after, results: $results) {{ totalCount nodes {{ field result attempts provider message job {{ title }} }} {info} }} }} }}");
        let found = walk(&app, &outcomes, &json!({ "id": run["id"] }), "/enrichmentRun/outcomes", 7).await;
        assert_eq!(found.len(), 66);
        let told = json!({ "field": "TASKS", "result": "NOT_AVAILABLE", "attempts": 1, "provider": null, "job": { "title": "One" },
            "message": "The SOC code 29-1141.00 is proposed, not approved: the job inherits nothing yet. offline-assistant has no draft either." });
        assert_eq!(found[1], told);
        let distinct: std::collections::BTreeSet<_> = found.iter().map(|one| format!("{} {}", one["job"]["title"], one["field"])).collect();
        assert_eq!(distinct.len(), 66);
        let filled = app.admin(&outcomes, json!({ "id": run["id"], "results": ["FILLED", "UNCHANGED"] })).await;
        assert_eq!(filled["enrichmentRun"]["outcomes"]["totalCount"], 0);

        add(&app, &["a", "b", "c", "d", "e"]).await;
        let db = app.db().await;
        let set = rolegraph_entity::changeset::Entity::find().filter(rolegraph_entity::changeset::Column::Action.eq("importTest")).one(&db).await;
        let set = crate::support::app::node_id("Changeset", set.expect("read").expect("a changeset").id);
        let changes = format!("query($id: ID!, $first: Int, $after: String) {{ changeset(id: $id) {{ changes(first: $first, after: $after) {{ totalCount nodes {{ job {{ title }} action }} {info} }} }} }}");
        let found = walk(&app, &changes, &json!({ "id": set }), "/changeset/changes", 2).await;
        assert_eq!(found, ["a", "b", "c", "d", "e"].map(|title| json!({ "job": { "title": title }, "action": "JOB_CREATED" })));
    }

    async fn counting_costs_a_statement_only_when_it_is_asked_for(app: TestApp) {
        add(&app, &["a", "b"]).await;
        let (plain, _) = app.counted(app.ask("{ jobs { nodes { title } } }", json!({}))).await;
        let (counted, answer) = app.counted(app.ask("{ jobs { totalCount nodes { title } } }", json!({}))).await;
        assert_eq!((plain, counted, &answer["jobs"]["totalCount"]), (1, 2, &json!(2)));
        let (plain, _) = app.counted(app.ask("{ companies { nodes { name } } }", json!({}))).await;
        let (counted, _) = app.counted(app.ask("{ companies { totalCount nodes { name } } }", json!({}))).await;
        assert_eq!((plain, counted), (1, 2));
    }
}
