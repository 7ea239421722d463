//! The demo: thirty occupations in high demand and eight featured roles.

mod provenance;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

/// What a newcomer asks first.
const FIRST: &str = "{ jobs(first: 30, filter: {kind: OCCUPATION}) { totalCount nodes { title soc { occupation { code } }
    tasks { value(first: 3) { statement source } provenance { source provider release } } coverage { percent sourcedPercent } } } }";

const COVERAGE: &str = "query($filter: JobFilter) { coverage(filter: $filter) { jobs percent sourcedPercent fields { field total filled percent sourcedPercent stale bySource { source count } } } }";

const GAPS: &str = "query($filter: JobFilter) { jobs(first: 100, filter: $filter) { nodes { slug coverage { total filled gaps { field reason remedy } } } } }";

/// The slugs of the jobs that the filter lets through.
async fn slugs(app: &TestApp, filter: Value) -> BTreeSet<String> {
    let answer =
        app.ask("query($filter: JobFilter) { jobs(first: 100, filter: $filter) { nodes { slug } } }", json!({ "filter": filter })).await;
    answer["jobs"]["nodes"].as_array().expect("nodes").iter().map(|job| job["slug"].as_str().expect("a slug").to_owned()).collect()
}

fn set(slugs: &[&str]) -> BTreeSet<String> {
    slugs.iter().map(ToString::to_string).collect()
}

on_both_databases! {
    async fn thirty_occupations_are_answered_with_their_sources(app: TestApp) {
        let app = app.with_demo().await;
        insta::assert_json_snapshot!("first_query", app.ask(FIRST, json!({})).await);
        let before = app.trace().await;
        assert!(!app.service().load_demo().await.expect("loads"), "the demo is loaded once");
        assert_eq!(app.trace().await, before);
        assert_eq!((before["job"].0, before["company"].0), (38, 7));
        let versions = "{ jobs(first: 100) { nodes { version updatedAt } } }";
        let fresh = app.ask(versions, json!({})).await;
        let again = app.admin("mutation { enrichJobs(filter: {}) { run { status total done } errors { code } } }", json!({})).await;
        assert_eq!(again["enrichJobs"], json!({ "run": { "status": "QUEUED", "total": 38, "done": 0 }, "errors": [] }));
        assert_eq!(app.drain().await, 38);
        let after = app.trace().await;
        assert_eq!((&after["fact"], &after["fact_version"]), (&before["fact"], &before["fact_version"]), "what is fresh is not written again");
        assert_eq!(after["changeset"], before["changeset"]);
        assert_eq!(app.ask(versions, json!({})).await, fresh);
    }

    async fn drafts_bring_the_thirty_to_a_hundred_percent_with_the_sourced_figure_beside_it(app: TestApp) {
        let app = app.with_demo().await;
        let occupations = json!({ "filter": { "kind": "OCCUPATION" } });
        let answer = app.ask(COVERAGE, occupations.clone()).await;
        assert_eq!((&answer["coverage"]["percent"], &answer["coverage"]["sourcedPercent"]), (&json!(100.0), &json!(98.18)));
        insta::assert_json_snapshot!("coverage_of_the_thirty", answer);
        let drafted = app.ask("{ jobs(first: 30, filter: {kind: OCCUPATION, source: AI}) { nodes { slug fields { field provenance { source ai { model confidence basedOn } } } } } }", json!({})).await;
        let drafted: BTreeMap<_, Vec<_>> = drafted["jobs"]["nodes"].as_array().expect("nodes").iter().map(|job| {
            let ai = job["fields"].as_array().expect("fields").iter().filter(|field| field["provenance"]["source"] == "AI");
            (job["slug"].as_str().expect("a slug"), ai.map(|field| field["field"].as_str().expect("a name")).collect())
        }).collect();
        let ratings = vec!["SKILLS", "KNOWLEDGE", "ABILITIES"];
        assert_eq!(drafted, BTreeMap::from([("data-scientists", ratings.clone()), ("project-management-specialists", ratings)]));
        let gaps = app.ask(GAPS, occupations).await;
        assert!(gaps["jobs"]["nodes"].as_array().expect("nodes").iter().all(|job| job["coverage"]["gaps"] == json!([])));
    }

    async fn without_an_assistant_official_data_covers_the_thirty_as_expected(app: TestApp) {
        let app = app.replica_with(&[("assistant.kind", "off")]).await.with_demo().await;
        let occupations = json!({ "filter": { "kind": "OCCUPATION" } });
        let answer = app.ask(COVERAGE, occupations.clone()).await;
        let report = &answer["coverage"];
        let filled: BTreeMap<_, _> =
            report["fields"].as_array().expect("fields").iter().map(|field| (field["field"].as_str().expect("a name"), field["filled"].as_u64().expect("a count"))).collect();
        let expected = BTreeMap::from([
            ("CORE_RESPONSIBILITIES", 30), ("TASKS", 30), ("TOOLS_AND_TECHNOLOGY", 30), ("SKILLS", 28), ("KNOWLEDGE", 28), ("ABILITIES", 28),
            ("RELATED_TITLES", 30), ("EDUCATION", 30), ("WORK_EXPERIENCE", 30), ("OUTLOOK", 30), ("WAGES", 30),
        ]);
        assert_eq!((&report["jobs"], filled), (&json!(30), expected));
        assert_eq!((&report["percent"], &report["sourcedPercent"]), (&json!(98.18), &json!(98.18)));

        // 29 direct (or combined from the occupations of a publication code) and 11-9199.00 by roll-up; 27 and one for ratings.
        let fields = ["coreResponsibilities", "tasks", "toolsAndTechnology", "skills", "knowledge", "abilities"];
        let selection = fields.map(|field| format!("{field} {{ provenance {{ explanation }} }}")).join(" ");
        let answer = app.ask(&format!("{{ jobs(first: 30, filter: {{kind: OCCUPATION}}) {{ nodes {{ slug {selection} }} }} }}"), json!({})).await;
        for field in fields {
            let rolled_up: Vec<_> = answer["jobs"]["nodes"].as_array().expect("nodes").iter()
                .filter(|job| job[field]["provenance"]["explanation"].as_str().is_some_and(|text| text.contains("rolled up from 6 occupations")))
                .map(|job| job["slug"].as_str().expect("a slug"))
                .collect();
            assert_eq!(rolled_up, ["managers-all-other"], "{field}");
        }

        let gaps = app.ask(GAPS, occupations).await;
        let with_gaps: Vec<_> = gaps["jobs"]["nodes"].as_array().expect("nodes").iter().filter(|job| job["coverage"]["gaps"] != json!([])).collect();
        insta::assert_json_snapshot!("gaps_of_the_thirty", with_gaps);
        for field in ["SKILLS", "KNOWLEDGE", "ABILITIES"] {
            let missing = slugs(&app, json!({ "kind": "OCCUPATION", "missing": [field] })).await;
            assert_eq!(missing, set(&["data-scientists", "project-management-specialists"]), "{field}");
        }
        assert_eq!(slugs(&app, json!({ "kind": "OCCUPATION", "missing": ["TASKS"] })).await, set(&[]));
    }

    async fn the_eight_roles_inherit_nothing_until_a_code_is_approved(app: TestApp) {
        let app = app.with_demo().await;
        let roles = json!({ "filter": { "kind": "FEATURED_ROLE" } });
        let answer = app.ask("{ jobs(first: 30, filter: {kind: FEATURED_ROLE}) { totalCount nodes { slug title published company { slug name } soc { status occupation { code } approvedAt } coverage { filled percent } } } }", json!({})).await;
        insta::assert_json_snapshot!("roles", answer);
        let fields = app.ask("{ jobs(first: 30, filter: {kind: FEATURED_ROLE}) { nodes { fields { field value provenance { source inheritedFrom { code } ai { model } } } } } }", json!({})).await;
        for field in fields["jobs"]["nodes"].as_array().expect("nodes").iter().flat_map(|job| job["fields"].as_array().expect("fields")) {
            let drafted = json!({ "source": "AI", "inheritedFrom": null, "ai": { "model": "offline-neighbours" } });
            assert!(field["provenance"].is_null() || field["provenance"] == drafted, "{field}");
        }
        let gaps = app.ask(GAPS, roles.clone()).await;
        for job in gaps["jobs"]["nodes"].as_array().expect("nodes") {
            for gap in job["coverage"]["gaps"].as_array().expect("gaps") {
                let (reason, never) = (gap["reason"].as_str().expect("a reason"), gap["field"] == "WAGES" || gap["field"] == "OUTLOOK");
                let (told, why) = reason.split_once(" is proposed, not approved: the job inherits nothing yet.").expect("the status of its code");
                assert!(told.starts_with("The SOC code ") && why == if never { "" } else { " offline-assistant has no draft either." }, "{reason}");
                assert_eq!(gap["remedy"], "Approve a SOC code, or override the field.");
            }
            let missing = |field: &str| job["coverage"]["gaps"].as_array().expect("gaps").iter().any(|gap| gap["field"] == field);
            // No three occupations speak as this role does.
            assert_eq!(missing("SKILLS"), job["slug"] == "contact-center-team-lead-residential", "{job}");
            assert!(missing("WAGES") && missing("OUTLOOK"), "{job}");
        }
        let report = app.ask(COVERAGE, roles).await;
        assert_eq!((&report["coverage"]["jobs"], &report["coverage"]["sourcedPercent"]), (&json!(8), &json!(0.0)));
        let all = app.ask(COVERAGE, json!({})).await;
        assert_eq!((&all["coverage"]["jobs"], &all["coverage"]["sourcedPercent"]), (&json!(38), &json!(77.51)));
        assert_eq!(slugs(&app, json!({ "source": "CUSTOM" })).await, set(&[]));
        assert_eq!(slugs(&app, json!({ "socStatus": "PROPOSED" })).await.len(), 8);
    }
}
