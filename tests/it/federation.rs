//! The service as a subgraph of Apollo Federation 2.

use std::{path::Path, process::Command};

use rolegraph::domain::access::Scope;
use serde_json::{Value, json};

use crate::{
    access::{COMPANY_ADMIN, key},
    support::{
        TestApp,
        app::node_id,
        on_both_databases,
        process::{printed, rolegraph},
    },
};

const ENTITIES: &str = "query($of: [_Any!]!) { _entities(representations: $of) { __typename
    ... on Job { slug title skills { value { name } provenance { source } } company { slug } }
    ... on Occupation { title code } } }";

async fn entities(app: &TestApp, of: &[Value], token: Option<&str>) -> Value {
    app.post(ENTITIES, json!({ "of": of }), token).await
}

fn job(id: impl Into<Value>) -> Value {
    json!({ "__typename": "Job", "id": id.into() })
}

#[test]
fn the_subgraph_is_composed_with_one_that_refers_to_its_entities() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    assert!(web.join("node_modules/@theguild/federation-composition").exists(), "it is not installed: run `make web` first");
    let folder = tempfile::tempdir().expect("a folder");
    let (file, sdl) = (folder.path().join("subgraph.graphql"), printed(rolegraph(folder.path()).args(["schema", "--federation"])));
    std::fs::write(&file, sdl).expect("written");
    let composed = Command::new("node").current_dir(web).arg("e2e/compose.mjs").arg(&file).output().expect("node runs");
    let told = String::from_utf8_lossy(&composed.stdout);
    assert!(composed.status.success(), "{told}{}", String::from_utf8_lossy(&composed.stderr));
    let fields = |of: &str| told.lines().find_map(|line| line.strip_prefix(of)).unwrap_or_else(|| panic!("no {of} in {told}")).to_owned();
    for (of, ours, theirs) in [("Job: ", " wages", "advertisements"), ("Occupation: ", " jobZone", " courses")] {
        assert!(fields(of).contains(ours) && fields(of).contains(theirs), "{told}");
    }
}

on_both_databases! {
    async fn entities_are_answered_in_the_order_of_their_representations(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Software Developers", "socCode": "15-1252.00" })).await;
        app.drain().await;
        let unknown = node_id("Job", uuid::Uuid::from_u128(7));
        let code = |code: &str| json!({ "__typename": "Occupation", "code": code, "title": "what another subgraph says" });
        let of = [code("15-1252.00"), job(unknown), job(id.as_str()), job("no id"), code("99-9999.99"), code("no code"), job(id.as_str())];
        let told = entities(&app, &of, None).await["data"]["_entities"].clone();
        assert_eq!(told[0], json!({ "__typename": "Occupation", "title": "Software Developers", "code": "15-1252.00" }));
        assert_eq!((&told[2]["slug"], &told[2]["skills"]["provenance"]["source"]), (&json!("software-developers"), &json!("ONET")));
        assert_eq!(told[2], told[6]);
        for place in [1, 3, 4, 5] {
            assert_eq!(told[place], Value::Null, "{place}");
        }
    }

    async fn a_hundred_entities_cost_the_statements_of_one(app: TestApp) {
        let mut of = vec![];
        let codes: Vec<_> = app.service().reference().catalogue.occupations().take(10).map(|found| found.code.to_string()).collect();
        for code in &codes {
            of.push(job(app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {code}"), "socCode": code })).await));
        }
        app.drain().await;
        of.extend((0..90).map(|number| job(node_id("Job", uuid::Uuid::from_u128(number)))));
        entities(&app, &of, None).await;
        let (one, _) = app.counted(entities(&app, &of[..1], None)).await;
        let (hundred, told) = app.counted(entities(&app, &of, None)).await;
        let found = told["data"]["_entities"].as_array().expect("a list").iter().filter(|one| one["title"].is_string()).count();
        assert_eq!((found, hundred), (10, one), "statements for 100 and for 1");
        of.push(of[0].clone());
        let refused = entities(&app, &of, None).await;
        assert_eq!(refused["errors"][0]["message"], "`representations` holds at most 100; these are 101.");
    }

    async fn an_entity_of_another_company_is_as_one_that_does_not_exist(app: TestApp) {
        let (a, b) = (app.company("acme").await, app.company("other").await);
        let role = json!({ "kind": "FEATURED_ROLE", "title": "Night Nurse", "company": a });
        let id = app.create(role).await;
        let (own, other) = (key(&app, Some(&a), &COMPANY_ADMIN).await.0, key(&app, Some(&b), &[Scope::JobsRead]).await.0);
        let ask = async |token| entities(&app, &[job(id.as_str())], token).await["data"]["_entities"][0].clone();
        assert_eq!(ask(Some(own.as_str())).await["company"]["slug"], "acme");
        assert_eq!((ask(Some(&other)).await, ask(None).await), (Value::Null, Value::Null));
    }

    async fn a_representation_of_nothing_is_refused_with_its_place(app: TestApp) {
        for (wrong, told) in [
            (json!({ "__typename": "Company", "id": "a" }), "`representations[1]` is of a type that is no entity here: Job and Occupation are."),
            (json!({ "id": "a" }), "`representations[1]` has no `__typename`."),
            (json!({ "__typename": "Job" }), "`representations[1]` is a Job without its key, a text in `id`."),
            (json!("Job"), "`representations[1]` is no object."),
        ] {
            let answer = entities(&app, &[job("a"), wrong], None).await;
            assert_eq!((&answer["errors"][0]["message"], &answer["errors"][0]["extensions"]["code"]), (&json!(told), &json!("INVALID")));
        }
    }

    async fn the_service_tells_the_subgraph_that_the_command_prints(app: TestApp) {
        let told = app.ask("{ _service { sdl } }", json!({})).await;
        assert_eq!(told["_service"]["sdl"], rolegraph::graphql::subgraph_sdl());
    }
}
