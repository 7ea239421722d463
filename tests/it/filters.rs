//! Filters and the coverage report, which the database answers, agree with the profiles, which the domain makes.

mod expected;
mod world;

use std::collections::BTreeSet;

use rolegraph::{
    domain::{access::Principal, fields::Field, filter::JobFilter, job::JobKind, provenance::Source},
    service::{EnrichOptions, ImportedJob},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, on_both_databases};
use expected::Seen;
use world::{Dice, World};

/// How many worlds are made, of the seeds from 1 on, and how many random filters are tried in each. A failure tells the seed.
const WORLDS: u64 = 16;
const FILTERS: usize = 10;

/// Every condition by itself.
fn single_conditions() -> Vec<JobFilter> {
    let mut filters = vec![JobFilter::default()];
    for field in Field::ALL {
        filters.push(JobFilter { missing: vec![field], ..JobFilter::default() });
        filters.push(JobFilter { overridden: Some(field), ..JobFilter::default() });
        filters.push(JobFilter { drifted: Some(field), ..JobFilter::default() });
    }
    filters.extend(Source::ALL.map(|source| JobFilter { source: Some(source), ..JobFilter::default() }));
    filters.extend([true, false].map(|stale| JobFilter { stale: Some(stale), ..JobFilter::default() }));
    filters
}

/// Asks the database and the domain, and holds them against each other.
async fn hold(app: &TestApp, seen: &Seen, principal: &Principal, filter: &JobFilter, number: u64) {
    let service = app.service();
    let found: BTreeSet<Uuid> = service.all_jobs(principal, filter).await.expect("found").iter().map(|job| job.id).collect();
    let expected: BTreeSet<Uuid> = seen.matching(filter).map(|(job, _)| job.id).collect();
    assert_eq!(found, expected, "seed {number}: {filter:?}");
    let counted = service.jobs_count(principal, filter).await.expect("counted");
    assert_eq!(usize::try_from(counted), Ok(expected.len()), "seed {number}: {filter:?}");
    let report = service.coverage(principal, filter).await.expect("reported");
    assert_eq!(report, seen.coverage(filter), "seed {number}: {filter:?}");
}

on_both_databases! {
    async fn the_database_lets_through_and_counts_what_the_profiles_say(app: TestApp) {
        for seed in 1..=WORLDS {
            let mut dice = Dice::new(seed);
            let world = World::make(&app, &mut dice).await;
            for principal in [Principal::platform_admin(), Principal::anonymous()] {
                let seen = Seen::by(&app, &principal).await;
                let mut filters: Vec<_> = (0..FILTERS).map(|_| world.filter(&mut dice)).collect();
                if seed % 4 == 1 {
                    filters.extend(single_conditions());
                }
                for filter in &filters {
                    hold(&app, &seen, &principal, filter, seed).await;
                }
            }
        }
    }

    async fn a_search_takes_signs_and_case_as_they_are_meant(app: TestApp) {
        for (title, description) in [("100 % Cook", "a_b"), ("100 Cooks", "A\\B"), ("KÖCHIN", "axb"), ("Nurse", "line\nbreak")] {
            app.create(json!({ "kind": "OCCUPATION", "title": title, "description": description })).await;
        }
        for (search, expected) in [
            ("100 %", vec!["100 % Cook"]),
            ("%", vec!["100 % Cook"]),
            ("_", vec!["100 % Cook"]),
            ("A_B", vec!["100 % Cook"]),
            ("a\\b", vec!["100 Cooks"]),
            ("\\", vec!["100 Cooks"]),
            ("köch", vec!["KÖCHIN"]),
            ("KÖCH", vec!["KÖCHIN"]),
            (" cook ", vec!["100 % Cook", "100 Cooks"]),
            ("line\nbreak", vec!["Nurse"]),
            ("' OR 1=1 --", vec![]),
        ] {
            let answer = app.ask("query($search: String!) { jobs(filter: {search: $search}) { totalCount nodes { title } } }", json!({ "search": search })).await;
            let titles: Vec<_> = answer["jobs"]["nodes"].as_array().expect("nodes").iter().map(|node| node["title"].as_str().expect("a title")).collect();
            assert_eq!((&titles, &answer["jobs"]["totalCount"]), (&expected, &json!(expected.len())), "{search}");
        }
        let all = app.ask("{ jobs(filter: {search: \" \"}) { totalCount } none: jobs(filter: {ids: []}) { totalCount } company: jobs(filter: {company: \"acme\"}) { totalCount } }", json!({})).await;
        assert_eq!(all, json!({ "jobs": { "totalCount": 4 }, "none": { "totalCount": 0 }, "company": { "totalCount": 0 } }));
    }

    /// Ten thousand are left to the bench.
    async fn two_thousand_jobs_are_counted(app: TestApp) {
        let codes = ["29-1141", "15-1252", "11-9199", "15-2051", "31-1120"].map(|code| code.parse().expect("a code"));
        let job = |number: usize| ImportedJob {
            slug: Some(format!("job-{number}")),
            kind: JobKind::Occupation,
            title: format!("Job {number}"),
            description: None,
            company: None,
            company_name: None,
            soc_code: Some(codes[number % codes.len()]),
            soc_status: None,
            published: None,
            metadata: Value::Null,
        };
        let principal = Principal::system("test");
        app.service().import_jobs(&principal, &(0..2_000).map(job).collect::<Vec<_>>(), "importTest").await.expect("imported");
        let few = JobFilter { slugs: Some((0..5).map(|number| format!("job-{number}")).collect()), ..JobFilter::default() };
        app.service().enrich_jobs(&principal, &few, &EnrichOptions { fields: vec![], force: false }).await.expect("enriched");
        app.drain().await;
        let answer = app.ask("{ coverage { jobs fields { field total filled bySource { source count } } } }", json!({})).await;
        assert_eq!(answer["coverage"]["jobs"], 2_000);
        for field in answer["coverage"]["fields"].as_array().expect("fields") {
            let rated = ["SKILLS", "KNOWLEDGE", "ABILITIES"].iter().any(|name| field["field"] == *name);
            let drafted = field["bySource"].as_array().expect("sources").iter().find(|source| source["source"] == "AI").map(|source| &source["count"]);
            assert_eq!((&field["total"], &field["filled"]), (&json!(2_000), &json!(2_000)), "{field}");
            assert_eq!(drafted, rated.then_some(&json!(400)), "{field}");
        }
    }
}
