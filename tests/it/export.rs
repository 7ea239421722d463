//! All jobs in a stream, and in a file.

use std::io::Read;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use futures::StreamExt;
use rolegraph::{
    domain::{
        access::{Principal, Scope},
        fields::Field,
        filter::JobFilter,
        job::{JobKind, SocStatus},
    },
    http::AdminToken,
    service::{EnrichOptions, ImportedJob},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    access::key,
    support::{
        TestApp,
        app::TOKEN,
        database::Dialect,
        on_both_databases,
        process::{Served, printed, refused, rolegraph},
    },
};

/// So many jobs; the first ten have a code, and every fifth is a role of one of two companies.
async fn jobs(app: &TestApp, count: usize) {
    let codes: Vec<_> = app.service().reference().catalogue.occupations().map(|occupation| occupation.code).take(10).collect();
    let job = |number: usize| {
        let role = number.is_multiple_of(5);
        ImportedJob {
            slug: Some(format!("job-{number}")),
            kind: if role { JobKind::FeaturedRole } else { JobKind::Occupation },
            title: format!("Job {number}"),
            description: Some("What it is about.".into()),
            company: role.then(|| format!("company-{}", number / 5 % 2)),
            company_name: None,
            soc_code: codes.get(number).copied(),
            soc_status: codes.get(number).map(|_| SocStatus::Approved),
            published: Some(!role),
            skills: vec![],
            metadata: Value::Null,
        }
    };
    let principal = Principal::system("test");
    for numbers in (0..count).collect::<Vec<_>>().chunks(1_000) {
        let some: Vec<_> = numbers.iter().map(|number| job(*number)).collect();
        app.service().import_jobs(&principal, &some, "importTest").await.expect("imported");
    }
    let first = JobFilter { slugs: Some((0..10).map(|number| format!("job-{number}")).collect()), ..JobFilter::default() };
    app.service().enrich_jobs(&principal, &first, &EnrichOptions { fields: vec![], force: false }).await.expect("enriched");
    app.drain().await;
}

fn asked(query: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::get(format!("/export/jobs.jsonl{query}"));
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::empty()).expect("a request")
}

async fn exported(app: &TestApp, query: &str, token: &str) -> Vec<Value> {
    let (status, headers, body) = app.send(asked(query, Some(token))).await;
    assert_eq!((status, &headers[header::CONTENT_TYPE]), (StatusCode::OK, &"application/jsonl; charset=utf-8".parse().expect("a type")));
    lines(&body)
}

fn lines(text: &[u8]) -> Vec<Value> {
    text.split_inclusive(|byte| *byte == b'\n').map(|line| serde_json::from_slice(line).expect("a line is JSON")).collect()
}

fn slugs(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["slug"].as_str().expect("a slug")).collect()
}

async fn refusal(app: &TestApp, query: &str, token: Option<&str>) -> (u16, String) {
    let (status, _, body) = app.send(asked(query, token)).await;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    (status.as_u16(), body["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned())
}

on_both_databases! {
    async fn every_job_is_a_line_with_all_fields_and_where_each_comes_from(app: TestApp) {
        jobs(&app, 250).await;
        let lines = exported(&app, "", TOKEN).await;
        let all: Vec<_> = (0..250).map(|number| format!("job-{number}")).collect();
        assert_eq!(slugs(&lines), all, "each once, in the order of their creation");
        let first = &lines[1];
        for field in Field::ALL {
            let told = &first[field.key()];
            assert!(told["overridden"] == false && told.get("drifted").is_some() && told.get("provenance").is_some(), "{field}: {told}");
            assert_eq!(told["value"].as_array().is_none_or(|items| !items.is_empty()) && !told["value"].is_null(), !told["provenance"].is_null(), "{field}");
        }
        let query = "query($slug: String!) { job(by: {slug: $slug}) { id tasks { value { key statement type importance source } provenance { source provider release fetchedAt explanation attribution } }
            wages { value { area annualMedian { amount } } } fields { field value } } }";
        let told = app.admin(query, json!({ "slug": "job-1" })).await["job"].take();
        assert_eq!((&first["id"], &first["tasks"]["value"]), (&told["id"], &told["tasks"]["value"]));
        for name in ["source", "provider", "release", "fetchedAt", "explanation", "attribution"] {
            assert_eq!(first["tasks"]["provenance"][name], told["tasks"]["provenance"][name]);
        }
        let every = told["fields"].as_array().expect("fields").iter().find(|field| field["field"] == "WAGES").expect("wages");
        assert_eq!(first["wages"]["value"], every["value"], "every area");
        assert_eq!(first["wages"]["value"][0]["annualMedian"]["amount"], told["wages"]["value"]["annualMedian"]["amount"]);
    }

    async fn a_company_gets_its_own_and_what_is_everybodys(app: TestApp) {
        jobs(&app, 60).await;
        let company = app.admin("{ companies { nodes { id slug } } }", json!({})).await;
        let id = |slug: &str| company["companies"]["nodes"].as_array().expect("companies").iter().find(|one| one["slug"] == slug).expect("it")["id"].as_str().expect("an id").to_owned();
        let (own, other) = (id("company-0"), id("company-1"));
        let (partner, _) = key(&app, Some(&own), &[Scope::JobsRead]).await;
        assert_eq!(exported(&app, "", &partner).await.len(), 48 + 6, "none of the other company's six");
        assert_eq!(exported(&app, "?kind=FEATURED_ROLE", &partner).await.len(), 6);
        assert_eq!(exported(&app, &format!("?kind=FEATURED_ROLE&company={own}"), &partner).await.len(), 6);
        assert_eq!(exported(&app, &format!("?company={other}"), &partner).await.len(), 0, "an argument does not widen");
        assert_eq!(exported(&app, &format!("?company={other}"), TOKEN).await.len(), 6);
        let (no_scope, _) = key(&app, Some(&own), &[Scope::WebhooksManage]).await;
        assert_eq!(refusal(&app, "", None).await, (401, "UNAUTHENTICATED".to_owned()));
        assert_eq!(refusal(&app, "", Some("rubbish")).await, (401, "UNAUTHENTICATED".to_owned()));
        assert_eq!(refusal(&app, "", Some(&no_scope)).await, (403, "FORBIDDEN".to_owned()));
        for wrong in ["?kind=PERSON", "?limit=1", "?kind=OCCUPATION&kind=OCCUPATION"] {
            assert_eq!(refusal(&app, wrong, Some(TOKEN)).await, (400, "BAD_REQUEST".to_owned()), "{wrong}");
        }
    }

    /// With one connection to the database, which a query gets while an export waits for its reader.
    async fn a_slow_reader_holds_nothing_of_the_database(app: TestApp) {
        jobs(&app, 100).await;
        let app = app.replica_with(&[("database.max_connections", "1"), ("database.busy_timeout_seconds", "2"), ("limits.concurrent_exports", "1")]).await;
        let answer = app.app.router(AdminToken::new(TOKEN)).clone();
        let answer = answer.oneshot(asked("", Some(TOKEN))).await.expect("an answer");
        let mut body = answer.into_body().into_data_stream();
        let mut told = body.next().await.expect("a page").expect("lines").to_vec();
        assert!(lines(&told).len() < 100, "not all at once");
        assert_eq!(app.admin("{ jobs { totalCount } }", json!({})).await["jobs"]["totalCount"], 100);
        while let Some(page) = body.next().await {
            told.extend(page.expect("lines"));
        }
        assert_eq!(lines(&told).len(), 100);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_exports_than_may_be_are_refused_and_a_key_that_ends_ends_its_export() {
    let app = TestApp::with_settings(Dialect::Sqlite, &[("limits.concurrent_exports", "1".to_owned())]).await;
    jobs(&app, 100).await;
    let router = app.app.router(AdminToken::new(TOKEN));
    let company = app.company("acme").await;
    let (secret, id) = key(&app, Some(&company), &[Scope::JobsRead]).await;
    let mut body = router.clone().oneshot(asked("", Some(&secret))).await.expect("an answer").into_body().into_data_stream();
    body.next().await.expect("a page").expect("lines");
    let second = router.clone().oneshot(asked("", Some(TOKEN))).await.expect("an answer");
    assert_eq!(
        (second.status(), &second.headers()[header::RETRY_AFTER]),
        (StatusCode::SERVICE_UNAVAILABLE, &"1".parse().expect("a header"))
    );
    app.admin("mutation($id: ID!) { revokeApiKey(id: $id) { errors { code } } }", json!({ "id": id })).await;
    app.clock.advance(chrono::TimeDelta::seconds(10));
    let rest: Vec<_> = body.collect().await;
    assert!(rest.iter().any(Result::is_err), "it broke off");
    let again = router.oneshot(asked("", Some(TOKEN))).await.expect("an answer");
    assert_eq!(again.status(), StatusCode::OK, "there is room again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_takes_compressed_is_the_same() {
    let app = TestApp::on(Dialect::Sqlite).await;
    jobs(&app, 40).await;
    let mut request = asked("", Some(TOKEN));
    request.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().expect("a header"));
    let (_, headers, packed) = app.send(request).await;
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    let mut plain = vec![];
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).expect("gzip");
    assert_eq!(lines(&plain), exported(&app, "", TOKEN).await);
    assert!(packed.len() * 4 < plain.len(), "{} of {}", packed.len(), plain.len());
}

#[test]
fn the_command_writes_the_whole_file_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(rolegraph(folder.path()).env("ROLEGRAPH_DEMO", "true"));
    drop(served);
    let file = folder.path().join("jobs.jsonl");
    let told = printed(rolegraph(folder.path()).args(["export", "--format", "jsonl", "--out", "jobs.jsonl"]));
    assert_eq!(told, "38 jobs are in jobs.jsonl.\n");
    let whole = std::fs::read(&file).expect("the file");
    assert_eq!(lines(&whole).len(), 38);
    assert_eq!(lines(printed(rolegraph(folder.path()).arg("export")).as_bytes()).len(), 38, "without a file on standard output");
    let roles = printed(rolegraph(folder.path()).args(["export", "--kind", "featured-role"]));
    assert!(lines(roles.as_bytes()).iter().all(|line| line["kind"] == "FEATURED_ROLE" && line["company"]["slug"].is_string()));
    let files =
        || std::fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("a file").file_name()).collect::<Vec<_>>();
    assert!(files().iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{:?}", files());
    std::fs::create_dir(folder.path().join("taken.jsonl")).expect("a folder");
    let why = refused(rolegraph(folder.path()).args(["export", "--out", "taken.jsonl"]));
    assert!(why.contains("cannot write taken.jsonl"), "{why}");
    assert!(files().iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{:?}", files());
    assert_eq!(std::fs::read(&file).expect("the file"), whole);
}

/// What a process has held at most, in KiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Not a part of the suite: it takes minutes. `cargo nextest run --run-ignored only -E 'test(/hundred_thousand/)' --no-capture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes"]
async fn a_hundred_thousand_jobs_take_no_more_memory_than_a_few() {
    let app = TestApp::on(Dialect::Sqlite).await;
    jobs(&app, 100_000).await;
    let read = async |query: &str| {
        let mut body = app
            .app
            .router(AdminToken::new(TOKEN))
            .oneshot(asked(query, Some(TOKEN)))
            .await
            .expect("an answer")
            .into_body()
            .into_data_stream();
        let (mut jobs, mut bytes) = (0, 0);
        while let Some(page) = body.next().await {
            let page = page.expect("lines");
            bytes += page.len();
            jobs += page.split(|byte| *byte == b'\n').count() - 1;
        }
        (jobs, bytes)
    };
    let company = app.admin("{ companies(first: 1) { nodes { id } } }", json!({})).await["companies"]["nodes"][0]["id"].take();
    read(&format!("?company={}", company.as_str().expect("an id"))).await;
    let (before, begin) = (most_memory(), std::time::Instant::now());
    let (jobs, bytes) = read("").await;
    let after = most_memory();
    eprintln!("{jobs} jobs, {bytes} bytes, {:.1} s; at most {before} KiB before, {after} KiB after", begin.elapsed().as_secs_f64());
    assert_eq!(jobs, 100_000);
    assert!(after < before + 64 * 1024, "{before} KiB before, {after} KiB after");
}
