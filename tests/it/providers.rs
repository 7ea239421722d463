//! How providers are, over processes that know nothing of each other but the database.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::{
    TestApp,
    database::Dialect,
    on_both_databases,
    process::{printed, rolegraph},
};

const NAME: &str = "bls-public-data";

/// Another process with the same settings.
async fn asked_of(app: &TestApp) -> Value {
    let query = "{ providers { name configured healthy circuit requests failures quotaRemaining lastSuccessAt lastErrorAt lastError } }";
    let answer = app.ask(query, json!({})).await;
    answer["providers"].as_array().expect("providers").iter().find(|state| state["name"] == NAME).expect("known").clone()
}

fn short(state: &Value) -> Value {
    json!([state["requests"], state["failures"], state["quotaRemaining"]])
}

/// A service whose BLS is the stub, and allows so many requests a day.
async fn with_bls(dialect: Dialect, stub: &MockServer, daily: u32) -> TestApp {
    let settings = [
        ("providers.bls.base_url", format!("{}/publicAPI/v2/", stub.uri())),
        ("providers.bls.api_key", "key".to_owned()),
        ("providers.bls.requests_per_day", daily.to_string()),
        ("providers.bls.requests_per_minute", "60000".to_owned()),
    ];
    TestApp::with_settings(dialect, &settings).await
}

async fn answering(status: u16) -> MockServer {
    let stub = MockServer::start().await;
    let answer = include_str!("fixtures/bls/v2_oews_17-2141_all_datatypes.json");
    Mock::given(any()).respond_with(ResponseTemplate::new(status).set_body_raw(answer, "application/json")).mount(&stub).await;
    stub
}

async fn requests(stub: &MockServer) -> usize {
    stub.received_requests().await.expect("recorded").len()
}

/// Asks all providers about a job again, in that process.
async fn enrich(app: &TestApp, job: &str) {
    app.admin("mutation($id: ID!) { enrichJob(id: $id, force: true) { errors { message } } }", json!({ "id": job })).await;
    app.drain().await;
}

async fn the_quota_of_a_day_is_shared_and_outlives_processes(dialect: Dialect) {
    let stub = answering(200).await;
    let app = with_bls(dialect, &stub, 3).await;
    let other = app.replica().await;
    assert_eq!(short(&asked_of(&app).await), json!([0, 0, 3]));
    let job = app.create(json!({ "kind": "OCCUPATION", "title": "Engineers", "socCode": "17-2141" })).await;
    app.drain().await;
    enrich(&other, &job).await;
    assert_eq!((asked_of(&app).await["quotaRemaining"].clone(), asked_of(&other).await["quotaRemaining"].clone()), (json!(1), json!(1)));
    enrich(&app, &job).await;
    assert_eq!(requests(&stub).await, 3);
    for process in [&app, &other, &app.replica().await] {
        enrich(process, &job).await;
        assert_eq!(asked_of(process).await["quotaRemaining"], 0);
    }
    assert_eq!(requests(&stub).await, 3, "no process asks when the day is used up, and a new one does not begin anew");
    other.service().store().move_work_time(TimeDelta::hours(24) + TimeDelta::minutes(1));
    enrich(&other, &job).await;
    assert!(requests(&stub).await > 3, "after a day there is more");
}

async fn calls_of_all_processes_are_told_by_each(dialect: Dialect) {
    let stub = answering(200).await;
    let app = with_bls(dialect, &stub, 500).await;
    let other = app.replica().await;
    let job = app.create(json!({ "kind": "OCCUPATION", "title": "Engineers", "socCode": "17-2141" })).await;
    app.drain().await;
    enrich(&other, &job).await;
    assert_eq!(short(&asked_of(&app).await), json!([1, 0, 498]), "the other one has not written it down yet");
    for process in [&app, &other, &app, &other] {
        process.service().note_providers().await.expect("written");
    }
    enrich(&app, &job).await;
    let third = app.replica().await;
    assert_eq!(
        [short(&asked_of(&app).await), short(&asked_of(&other).await), short(&asked_of(&third).await)],
        [json!([3, 0, 497]), json!([2, 0, 497]), json!([2, 0, 497])]
    );
    let told = asked_of(&third).await;
    assert_eq!(
        (&told["healthy"], &told["lastSuccessAt"], &told["circuit"]),
        (&json!(true), &json!("2026-11-23T08:00:00+00:00"), &json!("CLOSED"))
    );

    // The rows of both are folded together by a process that comes later; the first one goes on as if nothing had been.
    app.service().note_providers().await.expect("written");
    app.service().store().move_work_time(TimeDelta::hours(2));
    assert_eq!(app.service().store().fold_provider_notes().await.expect("folded"), 2);
    assert_eq!([short(&asked_of(&app).await), short(&asked_of(&third).await)], [json!([3, 0, 497]), json!([3, 0, 497])]);
    enrich(&app, &job).await;
    app.service().note_providers().await.expect("written");
    assert_eq!(
        [short(&asked_of(&app).await), short(&asked_of(&other).await), short(&asked_of(&third).await)],
        [json!([4, 0, 496]), json!([4, 0, 496]), json!([4, 0, 496])]
    );
    assert_eq!(app.service().store().fold_provider_notes().await.expect("folded"), 0, "it wrote just now");
}

async fn what_fails_in_one_process_is_told_by_another(dialect: Dialect) {
    let stub = answering(500).await;
    let app = with_bls(dialect, &stub, 500).await;
    let other = app.replica().await;
    let job = app.create(json!({ "kind": "OCCUPATION", "title": "Engineers", "socCode": "17-2141" })).await;
    app.drain().await;
    enrich(&app, &job).await;
    app.service().note_providers().await.expect("written");
    let own = asked_of(&app).await;
    assert_eq!((&own["healthy"], &own["circuit"]), (&json!(false), &json!("OPEN")), "{own}");
    let told = asked_of(&other).await;
    assert_eq!(told, own, "the other process made no call, and tells the same");
    assert_eq!(
        (told["requests"].as_u64(), &told["failures"], &told["lastErrorAt"]),
        (Some(requests(&stub).await as u64), &told["requests"], &json!("2026-11-23T08:00:00+00:00"))
    );
    assert!(
        told["lastError"]
            .as_str()
            .is_some_and(|error| error.starts_with("bls-public-data: ") && error.ends_with("not available: status 500")),
        "{told}"
    );
    other.service().store().move_work_time(TimeDelta::minutes(11));
    let later = asked_of(&other).await;
    assert_eq!(
        (&later["circuit"], &later["healthy"]),
        (&json!("CLOSED"), &json!(false)),
        "the circuit holds back in its own process only, and not for so long"
    );
}

/// Two stores of one database take tries at the same time.
async fn no_more_is_granted_than_there_is(app: &TestApp) {
    let other = app.replica().await;
    let takes = (0..60).map(|number| {
        let store = if number % 2 == 0 { app.service().store().clone() } else { other.service().store().clone() };
        tokio::spawn(async move { store.take_provider_try("someone", 25).await.expect("an answer") })
    });
    let granted: Vec<u32> = join_all(takes).await.into_iter().filter_map(|take| take.expect("it ran")).collect();
    assert_eq!(granted.len(), 25);
    assert_eq!(granted.into_iter().collect::<BTreeSet<_>>(), (0..25).collect(), "each says how many are left");
    let store = app.service().store();
    assert_eq!(store.take_provider_try("another", 1).await.expect("an answer"), Some(0), "each has its own");
    store.move_work_time(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(
        (store.take_provider_try("someone", 25).await.expect("an answer"), store.provider_tries("someone").await.expect("a count")),
        (None, 25)
    );
    store.move_work_time(TimeDelta::seconds(62));
    assert_eq!(
        (store.take_provider_try("someone", 25).await.expect("an answer"), store.provider_tries("someone").await.expect("a count")),
        (Some(24), 1)
    );
}

on_both_databases! {
    async fn tries_of_a_day_are_granted_once_however_many_ask(app: TestApp) {
        no_more_is_granted_than_there_is(&app).await;
    }

    async fn a_day_has_one_quota(app: TestApp) {
        Box::pin(the_quota_of_a_day_is_shared_and_outlives_processes(app.dialect)).await;
    }

    async fn each_process_tells_of_all(app: TestApp) {
        Box::pin(calls_of_all_processes_are_told_by_each(app.dialect)).await;
    }

    async fn each_process_tells_of_failures(app: TestApp) {
        Box::pin(what_fails_in_one_process_is_told_by_another(app.dialect)).await;
    }

    async fn without_the_database_no_try_is_made(app: TestApp) {
        let stub = answering(200).await;
        let served = with_bls(app.dialect, &stub, 3).await;
        served.sql("DROP TABLE provider_tries").await;
        let job = served.create(json!({ "kind": "OCCUPATION", "title": "Engineers", "socCode": "17-2141" })).await;
        served.drain().await;
        assert_eq!(requests(&stub).await, 0);
        let read = served.ask("query($id: ID!) { job(by: {id: $id}) { coverage { filled } } }", json!({ "id": job })).await;
        assert_eq!(read["job"]["coverage"]["filled"], 11, "the bundled data is there all the same");
    }
}

#[test]
fn the_command_line_tells_what_another_process_saw() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = rolegraph(folder.path());
        command
            .args(arguments)
            .env("ROLEGRAPH_PROVIDERS__BLS__BASE_URL", "http://127.0.0.1:1/publicAPI/v2/")
            .env("ROLEGRAPH_PROVIDERS__BLS__API_KEY", "key-canary");
        printed(&mut command)
    };
    let states = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let bls = |states: &Value| states.as_array().expect("a list").iter().find(|state| state["name"] == NAME).expect("known").clone();
    let before = bls(&states(&run(&["providers", "--json"])));
    assert_eq!(
        (&before["configured"], &before["healthy"], &before["requests"], &before["quotaRemaining"]),
        (&json!(true), &json!(true), &json!(0), &json!(500))
    );
    std::fs::write(folder.path().join("jobs.csv"), "kind,title,socCode\nOCCUPATION,Engineers,17-2141\n").expect("written");
    run(&["jobs", "import", "jobs.csv"]);
    let after = bls(&states(&run(&["providers", "--json"])));
    let (requests, left) = (after["requests"].as_u64().expect("a count"), after["quotaRemaining"].as_u64().expect("a count"));
    assert!(requests > 0 && after["failures"] == requests && left == 500 - requests, "{after}");
    assert_eq!((&after["healthy"], &after["lastSuccessAt"]), (&json!(false), &Value::Null));
    assert!(after["lastError"].as_str().is_some_and(|error| error.contains("no connection")), "{after}");
    let table = run(&["providers"]);
    let row = table.lines().find(|line| line.contains("| bls-public-data ")).expect("a row");
    assert!(row.contains("| failing ") && row.ends_with(&format!(" {left} |")), "{table}");
    assert!(
        table.contains("\nbls-public-data at 20") && table.contains("| onet-database ") && table.contains("| not configured "),
        "{table}"
    );
    assert!(!table.contains("canary"));
}
