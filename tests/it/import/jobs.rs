//! Jobs from files and to files.

use rolegraph::{
    domain::{access::Principal, filter::JobFilter},
    service::{EnrichOptions, ImportedJob, ServiceError},
};
use serde_json::json;

use crate::support::{TestApp, on_both_databases};

fn me() -> Principal {
    Principal::system("test")
}

async fn exported(app: &TestApp) -> Vec<ImportedJob> {
    app.service().export_jobs(&me(), &JobFilter::default()).await.expect("exported")
}

fn as_json(jobs: &[ImportedJob]) -> String {
    let mut text = vec![];
    ImportedJob::to_json(jobs, &mut text).expect("written");
    String::from_utf8(text).expect("UTF-8")
}

fn as_csv(jobs: &[ImportedJob]) -> String {
    let mut text = vec![];
    ImportedJob::to_csv(jobs, &mut text).expect("written");
    String::from_utf8(text).expect("UTF-8")
}

/// Jobs as no demo has them.
async fn strange(app: &TestApp) {
    let jobs = json!([
        { "slug": "bäcker".replace('ä', "ae"), "kind": "OCCUPATION", "title": "Bäcker, \"Meister\"", "description": "First line,\nsecond; \"line\"\t!", "published": false },
        { "kind": "FEATURED_ROLE", "title": "Role", "company": "other", "companyName": "Other, \"Inc.\"", "socCode": "29-1141", "socStatus": "IN_REVIEW",
          "published": true, "metadata": { "a": [1, 2.5, null, "x\ny"], "b": { "c": true } } },
        { "kind": "FEATURED_ROLE", "title": "Settled", "company": "other", "socCode": "15-1252.00", "socStatus": "APPROVED", "metadata": "only a text" }
    ]);
    let jobs = ImportedJob::from_json(jobs.to_string().as_bytes()).expect("readable");
    let summary = app.service().import_jobs(&me(), &jobs, "importTest").await.expect("imported");
    assert_eq!((summary.added, summary.skipped, summary.companies), (3, 0, 1));
}

on_both_databases! {
    async fn what_is_exported_can_be_imported_into_an_empty_database(app: TestApp) {
        let app = app.with_demo().await;
        strange(&app).await;
        let jobs = exported(&app).await;
        assert_eq!(jobs.len(), 41);
        let (json, csv) = (as_json(&jobs), as_csv(&jobs));
        for read in [ImportedJob::from_json(json.as_bytes()), ImportedJob::from_csv(csv.as_bytes())] {
            let empty = TestApp::on(app.dialect).await;
            let read = read.expect("readable");
            assert_eq!(read, jobs);
            let summary = empty.service().import_jobs(&me(), &read, "importTest").await.expect("imported");
            assert_eq!((summary.added, summary.skipped, summary.companies), (41, 0, 8));
            assert_eq!((as_json(&exported(&empty).await), as_csv(&exported(&empty).await)), (json.clone(), csv.clone()));
            let before = empty.trace().await;
            let again = empty.service().import_jobs(&me(), &read, "importTest").await.expect("imported");
            assert_eq!((again.added, again.skipped, again.companies), (0, 41, 0), "what is there is left alone");
            let after = empty.trace().await;
            assert_eq!((&after["job"], &after["company"], &after["change"]), (&before["job"], &before["company"], &before["change"]));
            empty.service().enrich_jobs(&me(), &JobFilter::default(), &EnrichOptions { fields: vec![], force: false }).await.expect("enriched");
            empty.drain().await;
            let coverage = "{ coverage { jobs percent fields { field filled bySource { source count } } } }";
            assert_eq!(empty.admin(coverage, json!({})).await["coverage"]["jobs"], 41);
        }
    }

    async fn a_job_that_is_not_enriched_yet_is_a_gap_and_says_so(app: TestApp) {
        strange(&app).await;
        let query = "{ job(by: {slug: \"settled\"}) { tasks { value { key } provenance { source } } coverage { filled gaps { field reason remedy } } }
            missing: jobs(filter: {missing: [TASKS], socStatus: APPROVED}) { nodes { slug } } coverage(filter: {socStatus: APPROVED}) { fields { filled } } }";
        let told = app.admin(query, json!({})).await;
        assert_eq!(told["job"]["tasks"], json!({ "value": [], "provenance": null }));
        let gap = json!({ "field": "CORE_RESPONSIBILITIES", "reason": "No provider has been asked about 15-1252.00 yet.", "remedy": "Enrich the job (enrichJob, or `rolegraph enrich`)." });
        assert_eq!((&told["job"]["coverage"]["filled"], &told["job"]["coverage"]["gaps"][0]), (&json!(0), &gap));
        assert_eq!(told["missing"]["nodes"], json!([{ "slug": "settled" }]));
        assert!(told["coverage"]["fields"].as_array().expect("fields").iter().all(|field| field["filled"] == 0));
    }

    async fn a_file_with_mistakes_imports_nothing_and_names_each_row_and_column(app: TestApp) {
        let before = app.trace().await;
        let jobs = json!([
            { "kind": "OCCUPATION", "title": "Good" },
            { "kind": "OCCUPATION", "title": " " },
            { "kind": "OCCUPATION", "title": "Cook", "slug": "Head Cook" },
            { "kind": "OCCUPATION", "title": "Cook", "socCode": "15-1259" },
            { "kind": "OCCUPATION", "title": "Good" },
            { "kind": "FEATURED_ROLE", "title": "Role" },
            { "kind": "OCCUPATION", "title": "Cook", "company": "acme" },
            { "kind": "FEATURED_ROLE", "title": "Role", "company": "Acme Inc." },
            { "kind": "OCCUPATION", "title": "Cook", "description": "\u{0}" },
        ]);
        let jobs = ImportedJob::from_json(jobs.to_string().as_bytes()).expect("readable");
        let Err(ServiceError::User(errors)) = app.service().import_jobs(&me(), &jobs, "importTest").await else { panic!("it is refused") };
        let places: Vec<_> = errors.iter().map(|error| error.path.join(".")).collect();
        let expected = ["1.title", "2.slug", "3.socCode", "4.slug", "5.company", "6.company", "7.company", "8.description"];
        assert_eq!(places, expected.map(|place| format!("jobs.{place}")));
        assert_eq!(errors[3].message, "The slug `good` occurs twice.");
        assert_eq!(app.trace().await, before);
    }
}

#[test]
fn a_file_that_is_no_list_of_jobs_is_refused_with_the_place() {
    let json = |text: &str| format!("{:#}", ImportedJob::from_json(text.as_bytes()).expect_err("refused"));
    let csv = |text: &str| format!("{:#}", ImportedJob::from_csv(text.as_bytes()).expect_err("refused"));
    assert!(json("{}").contains("line 1 column"), "{}", json("{}"));
    let unknown = json("[\n {\"kind\": \"OCCUPATION\", \"titel\": \"Cook\"}]");
    assert!(unknown.contains("unknown field `titel`") && unknown.contains("line 2"), "{unknown}");
    let code = json(r#"[{"kind": "OCCUPATION", "title": "Cook", "socCode": "cook"}]"#);
    assert!(code.contains("`cook` is not an occupation code"), "{code}");
    let kind = csv("slug,kind,title\na,OCCUPATION,A\nb,occupation,B\n");
    assert_eq!(kind, "line 3: column `kind`: `occupation` is neither OCCUPATION nor FEATURED_ROLE");
    let code = csv("kind,title,description,socCode\nOCCUPATION,A,\"two\nlines\",\nOCCUPATION,B,,cook\n");
    assert!(code.starts_with("line 4: column `socCode`: `cook` is not an occupation code"), "{code}");
    let published = csv("kind,title,published\nOCCUPATION,A,yes\n");
    assert!(published.starts_with("line 2: column `published`: "), "{published}");
    let metadata = csv("kind,title,metadata\nOCCUPATION,A,{]\n");
    assert!(metadata.starts_with("line 2: column `metadata`: "), "{metadata}");
    let columns = csv("slug,kind,title\na,OCCUPATION\n");
    assert!(columns.contains("line: 2"), "{columns}");
    let unknown = csv("kind,titel\nOCCUPATION,A\n");
    assert!(unknown.contains("titel"), "{unknown}");
}
