//! What a request costs, and that nobody is shown what belongs to another.

use rolegraph::{
    domain::{access::Principal, filter::JobFilter, job::JobKind},
    service::{EnrichOptions, ImportedJob},
};
use serde_json::{Value, json};

use crate::support::{TestApp, app::uuid_of, on_both_databases};

/// Everything that a job answers. Three requests, since one selects at most a thousand fields.
fn everything(first: usize) -> String {
    let provenance = "provenance { source provider release fetchedAt expiresAt stale attribution explanation inheritedFrom { code title } ai { model } override { mode } approval { at } } overridden drifted field";
    let element = "value { key elementId name importance level source rating { sampleSize standardError lower95 upper95 suppress collected domainSource } }";
    let wage = "{ amount atLeast }";
    format!(
        "{{ jobs(first: {first}) {{ pageInfo {{ endCursor }} nodes {{ id slug kind title description published version createdAt updatedAt
            company {{ id slug name }} soc {{ status occupation {{ code title }} approvedBy {{ name }} approvedAt }}
            coreResponsibilities {{ value items {{ key text source }} {provenance} }} tasks {{ value {{ key statement type importance source }} {provenance} }}
            toolsAndTechnology {{ value {{ key name kind category commodityCode hotTechnology inDemand source }} {provenance} }}
            skills {{ {element} {provenance} }} knowledge {{ {element} {provenance} }} abilities {{ {element} {provenance} }}
            relatedTitles {{ value {provenance} }} education {{ value {{ typicalLevel jobZone distribution {{ level percent }} }} {provenance} }}
            workExperience {{ value {{ typical onTheJobTraining jobZone }} {provenance} }}
            outlook {{ value {{ baseYear projectedYear employment projectedEmployment percentChange annualOpenings growth }} {provenance} }}
            wages {{ value {{ area year annualMean {wage} annualMedian {wage} }} {provenance} }}
            coverage {{ total filled percent sourcedPercent gaps {{ field reason remedy }} }} enrichment {{ status freshUntil lastRun {{ id status }} }} }} }} }}"
    )
}

/// A hundred jobs, each with a code of its own; every fifth is a role of one of four companies.
async fn hundred(app: &TestApp) {
    let codes: Vec<_> = app.service().reference().catalogue.occupations().map(|occupation| occupation.code).take(100).collect();
    let jobs: Vec<_> = codes
        .into_iter()
        .enumerate()
        .map(|(number, code)| {
            let role = number % 5 == 0;
            ImportedJob {
                slug: Some(format!("job-{number}")),
                kind: if role { JobKind::FeaturedRole } else { JobKind::Occupation },
                title: format!("Job {number}"),
                description: None,
                company: role.then(|| format!("company-{}", number % 4)),
                company_name: None,
                soc_code: Some(code),
                soc_status: Some(rolegraph::domain::job::SocStatus::Approved),
                published: Some(true),
                skills: vec![],
                metadata: Value::Null,
            }
        })
        .collect();
    let principal = Principal::system("test");
    app.service().import_jobs(&principal, &jobs, "importTest").await.expect("imported");
    let options = EnrichOptions { fields: vec![], force: false };
    app.service().enrich_jobs(&principal, &JobFilter::default(), &options).await.expect("enriched");
    app.drain().await;
}

on_both_databases! {
    async fn a_page_of_a_hundred_jobs_costs_as_few_statements_as_one_job(app: TestApp) {
        hundred(&app).await;
        let one = app.replica().await;
        let (cold_one, answer) = one.counted(one.ask(&everything(1), json!({}))).await;
        assert_eq!(answer["jobs"]["nodes"].as_array().map(Vec::len), Some(1));
        let many = app.replica().await;
        let (cold_many, answer) = many.counted(many.ask(&everything(100), json!({}))).await;
        let nodes = answer["jobs"]["nodes"].as_array().expect("nodes");
        assert_eq!(nodes.len(), 100);
        assert!(nodes.iter().filter(|job| job["coverage"]["filled"].as_u64() > Some(5)).count() > 80, "they are enriched");
        assert_eq!(cold_many, cold_one);
        assert!(cold_many <= 8, "{cold_many} statements");
        let (warm, again) = many.counted(many.ask(&everything(100), json!({}))).await;
        assert_eq!((again == answer, warm), (true, cold_many - 1), "what is known of occupations is in memory");
        let (warm_one, _) = one.counted(one.ask(&everything(1), json!({}))).await;
        assert_eq!(warm_one, warm);
    }

    async fn what_another_process_writes_is_seen_at_once(app: TestApp) {
        let replica = app.replica().await;
        let first = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let query = "query($id: ID!) { job(by: {id: $id}) { title version tasks { provenance { fetchedAt } } } }";
        for process in [&app, &replica] {
            let told = process.ask(query, json!({ "id": first })).await;
            assert_eq!(told["job"], json!({ "title": "Nurses", "version": 1, "tasks": { "provenance": { "fetchedAt": "2026-11-23T08:00:00+00:00" } } }));
        }
        app.days_pass(1);
        replica.admin("mutation($id: ID!) { enrichJob(id: $id, force: true) { errors { code } } }", json!({ "id": first })).await;
        replica.drain().await;
        replica.admin("mutation($id: ID!) { updateJob(input: {id: $id, title: \"All Nurses\"}) { errors { code } } }", json!({ "id": first })).await;
        for process in [&app, &replica] {
            let told = process.ask(query, json!({ "id": first })).await;
            assert_eq!(told["job"], json!({ "title": "All Nurses", "version": 2, "tasks": { "provenance": { "fetchedAt": "2026-11-24T08:00:00+00:00" } } }));
        }
        let known = "{ occupation(code: \"15-1252\") { fields(names: [TASKS]) { provenance { fetchedAt } } } }";
        assert_eq!(app.ask(known, json!({})).await["occupation"]["fields"][0]["provenance"]["fetchedAt"], Value::Null);
        replica.create(json!({ "kind": "OCCUPATION", "title": "Developers", "socCode": "15-1252" })).await;
        assert_eq!(app.ask(known, json!({})).await["occupation"]["fields"][0]["provenance"]["fetchedAt"], "2026-11-24T08:00:00+00:00");
    }

    async fn an_override_is_its_own_jobs_alone(app: TestApp) {
        let company = app.company("acme").await;
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        let other = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses", "socCode": "29-1141" })).await;
        app.ask("query($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { tasks { overridden } } } }", json!({ "ids": [id, other] })).await;
        crate::support::layers::Over::new(uuid_of(&id), "RELATED_TITLES")
            .company(uuid_of(&company))
            .value(&json!([{ "key": "k", "text": "Our nurse" }]))
            .write(&app)
            .await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { relatedTitles { value overridden provenance { source override { mode by { name } note } } } } } }";
        for _ in 0..2 {
            let told = app.admin(query, json!({ "ids": [id, other] })).await;
            let own = json!({ "source": "CUSTOM", "override": { "mode": "REPLACE", "by": { "name": "test" }, "note": null } });
            assert_eq!(told["nodes"][0]["relatedTitles"], json!({ "value": ["Our nurse"], "overridden": true, "provenance": own }));
            let inherited = &told["nodes"][1]["relatedTitles"];
            assert_eq!((&inherited["overridden"], &inherited["provenance"]), (&json!(false), &json!({ "source": "ONET", "override": null })));
            assert!(!inherited["value"].as_array().expect("titles").contains(&json!("Our nurse")));
        }
    }
}
