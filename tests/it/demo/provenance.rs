//! Where the demo's values come from, and what the answers say of it.

use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const FIELDS: [&str; 11] = [
    "coreResponsibilities",
    "tasks",
    "toolsAndTechnology",
    "skills",
    "knowledge",
    "abilities",
    "relatedTitles",
    "education",
    "workExperience",
    "outlook",
    "wages",
];

const PROVENANCE: &str = "provenance { source provider release attribution fetchedAt expiresAt stale explanation inheritedFrom { code } ai { model } override { mode } approval { at } }";

/// All fields of one job, each with its provenance.
async fn job(app: &TestApp, slug: &str) -> Value {
    let fields = FIELDS.map(|field| format!("{field} {{ field overridden drifted {PROVENANCE} }}")).join(" ");
    let query = format!("query($slug: String!) {{ job(by: {{slug: $slug}}) {{ {fields} }} }}");
    app.ask(&query, json!({ "slug": slug })).await["job"].clone()
}

fn explanation(job: &Value, field: &str) -> String {
    job[field]["provenance"]["explanation"].as_str().unwrap_or_else(|| panic!("{field} has no explanation")).to_owned()
}

on_both_databases! {
    async fn every_filled_field_says_where_it_comes_from(app: TestApp) {
        let app = app.with_demo().await;
        let jobs = app.ask("{ jobs(first: 30, filter: {kind: OCCUPATION}) { nodes { slug soc { occupation { code } } } } }", json!({})).await;
        for entry in jobs["jobs"]["nodes"].as_array().expect("nodes") {
            let slug = entry["slug"].as_str().expect("a slug");
            let job = job(&app, slug).await;
            for field in FIELDS {
                let told = &job[field]["provenance"];
                assert_eq!((&job[field]["overridden"], &job[field]["drifted"]), (&json!(false), &json!(false)));
                if told.is_null() {
                    continue;
                }
                if told["source"] == "AI" {
                    assert_eq!([&told["provider"], &told["release"], &told["attribution"], &told["approval"]], [&json!("offline-assistant"), &Value::Null, &Value::Null, &Value::Null]);
                    assert_eq!((&told["ai"]["model"], &told["inheritedFrom"]), (&json!("offline-neighbours"), &entry["soc"]["occupation"]));
                    continue;
                }
                let (provider, release, attribution) = (told["provider"].as_str(), told["release"].as_str(), told["attribution"].as_str());
                let (source, releases, licence): (_, &[&str], _) = match provider {
                    Some("onet-database") => ("ONET", &["O*NET 30.0", "O*NET 29.3"], "CC BY 4.0"),
                    Some("bls-oews") => ("BLS", &["OEWS May 2025"], "Bureau of Labor Statistics"),
                    Some("bls-projections") => ("BLS", &["EP 2024-34"], "Bureau of Labor Statistics"),
                    other => panic!("{slug} {field}: {other:?}"),
                };
                assert_eq!(told["source"], source);
                assert!(release.is_some_and(|release| releases.contains(&release)), "{slug} {field}: {release:?}");
                assert!(attribution.is_some_and(|text| text.contains(licence)), "{slug} {field}: {attribution:?}");
                let times = [&told["fetchedAt"], &told["expiresAt"], &told["stale"]];
                assert_eq!(times, [&json!("2026-11-23T08:00:00+00:00"), &json!("2027-02-21T08:00:00+00:00"), &json!(false)], "90 days");
                assert_eq!(told["inheritedFrom"], entry["soc"]["occupation"]);
                assert_eq!([&told["ai"], &told["override"], &told["approval"]], [&Value::Null; 3]);
                assert!(explanation(&job, field).ends_with('.'));
            }
        }
        insta::assert_json_snapshot!("registered_nurses", job(&app, "registered-nurses").await);
    }

    async fn a_stale_value_is_answered_all_the_same(app: TestApp) {
        let app = app.with_demo().await;
        let value = "{ job(by: {slug: \"registered-nurses\"}) { tasks { value { statement } provenance { stale fetchedAt expiresAt } } enrichment { status freshUntil lastRun { status total } } } jobs(filter: {stale: true}) { totalCount } }";
        let fresh = app.ask(value, json!({})).await;
        assert_eq!((&fresh["job"]["tasks"]["provenance"]["stale"], &fresh["jobs"]["totalCount"]), (&json!(false), &json!(0)));
        assert_eq!(fresh["job"]["enrichment"], json!({ "status": "COMPLETE", "freshUntil": "2027-02-21T08:00:00+00:00", "lastRun": { "status": "COMPLETE", "total": 38 } }));
        app.days_pass(91);
        let stale = app.ask(value, json!({})).await;
        assert_eq!((&stale["job"]["tasks"]["provenance"]["stale"], &stale["jobs"]["totalCount"]), (&json!(true), &json!(37)), "thirty occupations, and seven roles with drafts");
        assert_eq!(stale["job"]["tasks"]["value"], fresh["job"]["tasks"]["value"]);
        assert_eq!(stale["job"]["enrichment"], fresh["job"]["enrichment"]);
        let report = app.ask("{ coverage(filter: {kind: OCCUPATION}) { fields { field filled stale } } }", json!({})).await;
        assert!(report["coverage"]["fields"].as_array().expect("fields").iter().all(|field| field["stale"] == field["filled"]));
        let version = "{ job(by: {slug: \"registered-nurses\"}) { version } }";
        let before = app.ask(version, json!({})).await;
        let enrich = "mutation { enrichJobs(filter: {}) { run { status } } }";
        assert_eq!(app.admin(enrich, json!({})).await["enrichJobs"]["run"]["status"], "QUEUED");
        app.drain().await;
        let again = app.ask(value, json!({})).await;
        assert_eq!(again["job"]["tasks"]["provenance"], json!({ "stale": false, "fetchedAt": "2027-02-22T08:00:00+00:00", "expiresAt": "2027-05-23T08:00:00+00:00" }));
        assert_eq!((&again["jobs"]["totalCount"], app.ask(version, json!({})).await), (&json!(0), before), "the same value is no new version");
    }

    async fn an_explanation_tells_how_a_value_came_about(app: TestApp) {
        let app = app.with_demo().await;
        let managers = job(&app, "managers-all-other").await;
        assert_eq!(
            explanation(&managers, "tasks"),
            "O*NET 30.0 (onet-database) has nothing for 11-9199.00 itself; rolled up from 6 occupations below it (11-9199.01, 11-9199.02, 11-9199.08, 11-9199.09, …)."
        );
        assert!(explanation(&managers, "skills").contains("rolled up from 6 occupations"));
        let developers = job(&app, "software-developers").await;
        assert_eq!(
            (&developers["education"]["provenance"]["source"], explanation(&developers, "education").as_str()),
            (&json!("BLS"), "EP 2024-34 (bls-projections) has a value for 15-1252.00; a fallback, because O*NET has none.")
        );
        assert!(explanation(&developers, "coreResponsibilities").starts_with("Chosen from "));
        let aides = job(&app, "home-health-and-personal-care-aides").await;
        assert_eq!(explanation(&aides, "tasks"), "31-1120 stands for 2 occupations; combined from 31-1121.00, 31-1122.00 in O*NET 30.0 (onet-database).");
        assert_eq!(explanation(&aides, "wages"), "OEWS May 2025 (bls-oews) has a value for 31-1120.");
        let aide = app.ask("{ occupation(code: \"31-1121\") { fields(names: [WAGES]) { provenance { explanation fetchedAt expiresAt stale } } } }", json!({})).await;
        assert_eq!(
            aide["occupation"]["fields"][0]["provenance"],
            json!({ "explanation": "OEWS May 2025 (bls-oews) publishes one figure for 31-1120, which 31-1121.00 belongs to.", "fetchedAt": null, "expiresAt": null, "stale": false })
        );
    }

    async fn figures_are_told_as_they_are_published(app: TestApp) {
        let app = app.with_demo().await;
        let wages = "query($slug: String!) { job(by: {slug: $slug}) { wages { us: value { ...wages } texas: value(area: \"tx\") { ...wages } nowhere: value(area: \"ZZ\") { ...wages } }
            outlook { value { baseYear projectedYear employment projectedEmployment percentChange annualOpenings growth } } description } }
            fragment wages on Wages { area year employment annualMean { amount atLeast } annualMedian { amount atLeast } hourlyMedian { amount atLeast } annualP10 { amount atLeast } annualP25 { amount atLeast } annualP75 { amount atLeast } annualP90 { amount atLeast } }";
        let told = app.ask(wages, json!({ "slug": "financial-managers" })).await;
        let nation = &told["job"]["wages"]["us"];
        app.create(json!({ "kind": "OCCUPATION", "title": "Cardiologists", "socCode": "29-1212" })).await;
        let capped = "{ job(by: {slug: \"cardiologists\"}) { wages { value(area: \"WY\") { annualMedian { amount atLeast } hourlyMedian { amount atLeast } } } } }";
        let bound = |amount: f64| json!({ "amount": amount, "atLeast": true });
        let wyoming = json!({ "annualMedian": bound(239_200.0), "hourlyMedian": bound(115.0) });
        assert_eq!(app.ask(capped, json!({})).await["job"]["wages"]["value"], wyoming, "BLS publishes a bound above its cap");
        assert_eq!((&nation["area"], &nation["annualMedian"]["atLeast"]), (&json!("US"), &json!(false)));
        assert_eq!((&told["job"]["wages"]["texas"]["area"], &told["job"]["wages"]["nowhere"]), (&json!("TX"), &Value::Null));
        assert_ne!(told["job"]["wages"]["texas"]["annualMedian"], nation["annualMedian"]);
        insta::assert_json_snapshot!("figures_of_financial_managers", told);
        let role = app.ask("{ job(by: {slug: \"cloud-security-engineer\"}) { description } }", json!({})).await;
        assert!(role["job"]["description"].as_str().is_some_and(|text| text.len() > 200), "a role has its own words");
        let inherited = app.ask("{ job(by: {slug: \"software-developers\"}) { description } occupation(code: \"15-1252\") { description } }", json!({})).await;
        assert_eq!(inherited["job"]["description"], inherited["occupation"]["description"]);
    }

    async fn fields_have_one_shape_for_admin_screens(app: TestApp) {
        let app = app.with_demo().await;
        let query = "query($names: [JobField!]) { job(by: {slug: \"registered-nurses\"}) { fields(names: $names) { field value overridden drifted provenance { provider } layers { effective value provenance { source provider explanation } } } } }";
        let all = app.admin(query, json!({})).await;
        let views = all["job"]["fields"].as_array().expect("fields");
        assert_eq!(views.len(), 11);
        for view in views {
            let layers = view["layers"].as_array().expect("layers");
            assert_eq!((&layers[0]["effective"], &layers[0]["value"]), (&json!(true), &view["value"]));
            assert!(layers[1..].iter().all(|layer| layer["effective"] == json!(false)));
        }
        let two = app.admin(query, json!({ "names": ["EDUCATION", "CORE_RESPONSIBILITIES"] })).await;
        let named = two["job"]["fields"].as_array().expect("fields");
        assert_eq!(named.iter().map(|view| &view["field"]).collect::<Vec<_>>(), ["EDUCATION", "CORE_RESPONSIBILITIES"], "in the order asked for");
        let sources: Vec<_> = named[0]["layers"].as_array().expect("layers").iter().map(|layer| &layer["provenance"]).collect();
        assert_eq!(sources[0]["provider"], "onet-database");
        assert_eq!(
            sources[1],
            &json!({ "source": "BLS", "provider": "bls-projections", "explanation": "EP 2024-34 (bls-projections) also has a value, but another provider goes first for this field." })
        );
        assert_eq!(app.ask(query, json!({ "names": [] })).await["job"]["fields"], json!([]));

        // An occupation answers without a job, and without anything being written.
        let before = app.trace().await;
        let biologist = "{ occupation(code: \"19-1023\") { jobs { totalCount } fields { field value provenance { source provider fetchedAt inheritedFrom { code } } } } }";
        let told = app.ask(biologist, json!({})).await;
        assert_eq!(told["occupation"]["jobs"]["totalCount"], 0);
        let fields = told["occupation"]["fields"].as_array().expect("fields");
        assert_eq!((fields.len(), fields.iter().filter(|field| field["value"].is_null()).count()), (11, 0));
        assert!(fields.iter().all(|field| field["provenance"]["inheritedFrom"] == json!({ "code": "19-1023.00" })));
        assert_eq!(app.ask(biologist, json!({})).await, told);
        assert_eq!(app.trace().await, before);
    }
}
