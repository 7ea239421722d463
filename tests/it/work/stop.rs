//! Real processes that are told to stop, or sleep too long.

use std::{process::Command, time::Duration};

use rolegraph_entity::{job, work_item};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::{CREATE, create_jobs, reload, start_run};
use crate::support::{
    TestApp,
    app::uuid_of,
    on_both_databases,
    process::{Served, Working, rolegraph},
};

/// The binary over the test's database, with CareerOneStop at an address.
fn command(app: &TestApp, careeronestop: &str) -> Command {
    let mut command = rolegraph(&std::env::temp_dir());
    command.env("ROLEGRAPH_DATABASE_URL", &app.database.url).env("ROLEGRAPH_WORK__LEASE_SECONDS", "1");
    command.env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__BASE_URL", careeronestop);
    command.env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__USER_ID", "user").env("ROLEGRAPH_PROVIDERS__CAREERONESTOP__TOKEN", "token");
    command
}

/// The items of work, in no order.
async fn items(app: &TestApp) -> Vec<work_item::Model> {
    let db = app.db().await;
    let items = work_item::Entity::find().all(&db).await.expect("readable");
    sea_orm::DatabaseConnection::close(db).await.expect("closed");
    items
}

async fn until_claimed(app: &TestApp) {
    for _ in 0..600 {
        let items = items(app).await;
        if !items.is_empty() && items.iter().all(|item| item.state == "LEASED") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody claims: {:?}", items(app).await);
}

/// What a mutation is answered over a connection of its own; none when there is no whole answer.
async fn post(address: &str, token: &str, title: String) -> Option<Value> {
    let body =
        json!({ "query": CREATE, "variables": { "input": { "kind": "OCCUPATION", "title": title, "socCode": "29-1141" } } }).to_string();
    let mut stream = TcpStream::connect(address).await.ok()?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

/// Stops a process, but not in the middle of a transaction: on SQLite nobody else could write then, for as long as it sleeps.
async fn put_to_sleep(app: &TestApp, process: &Working) {
    loop {
        process.signal("STOP");
        let written = app.sql("UPDATE work_items SET state = state WHERE 1 = 0");
        if tokio::time::timeout(Duration::from_millis(300), written).await.is_ok() {
            return;
        }
        process.signal("CONT");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both_databases! {
    async fn a_service_that_is_told_to_stop_loses_nothing_and_hands_its_work_back(app: TestApp) {
        // Takes every connection, and never answers.
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = format!("http://{}", silent.local_addr().expect("an address"));
        create_jobs(&app, 3).await;
        let served = Served::start(&mut command(&app, &upstream));
        until_claimed(&app).await;
        let (address, token) = (served.address().to_owned(), served.token.clone().expect("a token"));
        let requests: Vec<_> = (0..12_u64)
            .map(|number| {
                let (address, token) = (address.clone(), token.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(number * 25)).await;
                    post(&address, &token, format!("Late {number}")).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(150)).await;
        let (status, after) = tokio::task::spawn_blocking(|| served.terminate()).await.expect("it stops");
        assert!(status.success(), "{status}");
        assert!(after < Duration::from_secs(10), "it took {after:?} to stop");
        let mut answered = vec![];
        for request in requests {
            answered.extend(request.await.expect("it ends"));
        }
        assert!(!answered.is_empty(), "some came before");
        let items = items(&app).await;
        let jobs = job::Entity::find().all(&app.db().await).await.expect("readable");
        for answer in &answered {
            let id = uuid_of(answer["data"]["createJob"]["job"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")));
            let job = jobs.iter().find(|job| job.id == id).unwrap_or_else(|| panic!("lost: {answer}"));
            assert!(items.iter().any(|item| item.run_id == job.last_run_id), "its work is lost: {answer}");
        }
        let handed_back: Vec<_> = items.iter().map(|item| (item.state.as_str(), item.attempts)).collect();
        assert!(items.len() >= 3 + answered.len() && handed_back.iter().all(|item| *item == ("READY", 0)), "{handed_back:?}");
    }

    async fn a_process_that_sleeps_through_its_lease_writes_nothing_when_it_wakes(app: TestApp) {
        let details = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/careeronestop/occupation_detail_17-2141.00_US.json");
        let details = std::fs::read_to_string(details).expect("a fixture");
        let (slow, quick) = (MockServer::start().await, MockServer::start().await);
        let answer = ResponseTemplate::new(200).set_body_raw(details, "application/json");
        Mock::given(any()).respond_with(answer.clone().set_delay(Duration::from_secs(2))).mount(&slow).await;
        Mock::given(any()).respond_with(answer).mount(&quick).await;
        let input = json!({ "kind": "OCCUPATION", "title": "Mechanical Engineers", "socCode": "17-2141" });
        app.create(input).await;
        app.drain().await;
        let run = start_run(app.service()).await;
        let (slow, quick) = (slow.uri(), quick.uri());
        let asleep = Working::start(&mut command(&app, &slow));
        until_claimed(&app).await;
        put_to_sleep(&app, &asleep).await;
        let awake = Working::start(&mut command(&app, &quick));
        for _ in 0..600 {
            if reload(app.service(), run.id).await.is_over() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(awake);
        let run = reload(app.service(), run.id).await;
        assert_eq!((run.done, run.failed), (1, 0), "another did its work");
        // Any process gives events their places in the feed, so that they are counted only.
        let told = async || {
            let mut trace = app.trace().await;
            let events = trace.remove("event").expect("a table").0;
            (trace, events)
        };
        let before = told().await;
        asleep.signal("CONT");
        tokio::task::spawn_blocking(move || asleep.wait_for("wrote nothing of what this worker had no claim on any more")).await.expect("it says so");
        assert_eq!(told().await, before);
    }
}
