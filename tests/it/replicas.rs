//! Two processes of the service on one PostgreSQL.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::support::{
    app::TOKEN,
    database::{Dialect, TestDatabase},
    process::{Served, rolegraph},
};

const CREATE: &str = "mutation($title: String!) { createJob(input: {kind: OCCUPATION, title: $title, socCode: \"29-1141\"}) { job { slug } errors { message } } }";

fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().expect("a client")
}

/// Two processes that were started at once on an empty database.
async fn two(database: &TestDatabase) -> (Served, Served) {
    let start = || {
        let url = database.url.clone();
        tokio::task::spawn_blocking(move || {
            let folder = tempfile::tempdir().expect("a folder");
            Served::start(rolegraph(folder.path()).env("ROLEGRAPH_DATABASE_URL", url).env("ROLEGRAPH_ADMIN_TOKEN", TOKEN))
        })
    };
    let (first, second) = tokio::join!(start(), start());
    (first.expect("it starts"), second.expect("it starts"))
}

async fn post(client: &Client, url: &str, query: &str, variables: Value, accept: &str) -> reqwest::Result<Response> {
    let request = client.post(format!("{url}/graphql")).header("content-type", "application/json").header("accept", accept);
    request
        .header("authorization", format!("Bearer {TOKEN}"))
        .body(json!({ "query": query, "variables": variables }).to_string())
        .send()
        .await
}

/// What was answered; none when the process is gone.
async fn asked(client: &Client, url: &str, query: &str, variables: Value) -> Option<Value> {
    let answer = post(client, url, query, variables, "application/json").await.ok()?;
    let (status, text) = (answer.status(), answer.text().await.ok()?);
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status}: {error}: {text}"));
    assert!(status.is_success() && body.get("errors").is_none(), "{status}: {body}");
    Some(body["data"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_writes_the_other_reads_and_tells_its_subscribers() {
    let database = TestDatabase::new(Dialect::Postgres, false).await;
    let (one, other) = two(&database).await;
    let client = client();
    let mut stream =
        post(&client, &other.url, "subscription { jobChanged { title } }", json!({}), "text/event-stream").await.expect("a stream");
    let ask = "query($slug: String!) { job(by: {slug: $slug}) { title skills { value { name } } } }";
    let made = asked(&client, &one.url, CREATE, json!({ "title": "Night Nurses" })).await.expect("an answer");
    assert_eq!(made["createJob"]["job"]["slug"], "night-nurses");
    let read = asked(&client, &other.url, ask, json!({ "slug": "night-nurses" })).await.expect("an answer");
    assert_eq!(read["job"]["title"], "Night Nurses");
    assert!(!read["job"]["skills"]["value"].as_array().expect("a list").is_empty(), "with its facts");
    let mut told = String::new();
    while !told.contains("Night Nurses") {
        let part =
            tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await.expect("in time").expect("readable").expect("it goes on");
        told.push_str(&String::from_utf8_lossy(&part));
    }
    let rename = "mutation { updateJob(input: {id: \"ID\", title: \"Day Nurses\"}) { errors { message } } }";
    let id = asked(&client, &other.url, "{ job(by: {slug: \"night-nurses\"}) { id } }", json!({})).await.expect("an answer");
    asked(&client, &other.url, &rename.replace("ID", id["job"]["id"].as_str().expect("an id")), json!({})).await.expect("an answer");
    let read = asked(&client, &one.url, ask, json!({ "slug": "night-nurses" })).await.expect("an answer");
    assert_eq!(read["job"]["title"], "Day Nurses");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_is_killed_under_load_the_other_answers_all_and_nothing_accepted_is_lost() {
    let database = TestDatabase::new(Dialect::Postgres, false).await;
    let (one, other) = two(&database).await;
    let (client, accepted) = (client(), Arc::new(Mutex::new(BTreeSet::new())));
    let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new([0_usize; 2])));
    let load = |place: usize, url: &str, number: usize| {
        let (client, accepted, done, answered, url) =
            (client.clone(), Arc::clone(&accepted), Arc::clone(&done), Arc::clone(&answered), url.to_owned());
        tokio::spawn(async move {
            for count in 0.. {
                let title = format!("Job {place} {number} {count}");
                let made = asked(&client, &url, CREATE, json!({ "title": title })).await;
                let Some(made) = made else {
                    assert_eq!(place, 0, "the other answers all");
                    return;
                };
                accepted.lock().expect("unpoisoned").insert(made["createJob"]["job"]["slug"].as_str().expect("a slug").to_owned());
                answered.lock().expect("unpoisoned")[place] += 1;
                if done.load(Ordering::SeqCst) {
                    return;
                }
            }
        })
    };
    let load: Vec<_> = (0..4).flat_map(|number| [load(0, &one.url, number), load(1, &other.url, number)]).collect();
    let until = async |place: usize, count: usize| {
        let begin = std::time::Instant::now();
        while answered.lock().expect("unpoisoned")[place] < count {
            assert!(begin.elapsed() < Duration::from_mins(1), "{:?} were answered", answered.lock().expect("unpoisoned"));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    until(0, 25).await;
    drop(one);
    let before = answered.lock().expect("unpoisoned")[1];
    until(1, before + 25).await;
    done.store(true, Ordering::SeqCst);
    for worker in load {
        worker.await.expect("it ran");
    }
    let accepted = accepted.lock().expect("unpoisoned").clone();
    let (mut found, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let page = "query($after: String) { jobs(first: 100, after: $after) { nodes { slug } pageInfo { hasNextPage endCursor } } }";
        let page = asked(&client, &other.url, page, json!({ "after": after })).await.expect("an answer");
        found.extend(page["jobs"]["nodes"].as_array().expect("a list").iter().map(|job| job["slug"].as_str().expect("a slug").to_owned()));
        after = page["jobs"]["pageInfo"]["endCursor"].clone();
        if page["jobs"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert!(accepted.len() >= 50 && accepted.is_subset(&found), "lost: {:?}", accepted.difference(&found).collect::<Vec<_>>());
    assert!(found.len() <= accepted.len() + 4, "at most what was under way when it was killed is there besides");
}
