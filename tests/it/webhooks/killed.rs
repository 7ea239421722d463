//! Workers that are killed, with `kill -9`, while they send.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chrono::TimeDelta;
use rolegraph::domain::clock::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{KINDS, Receiver, deliver, deliveries, endpoint, private, rename};
use crate::support::{
    TestApp,
    app::TOKEN,
    moments::Moments,
    on_both_databases,
    process::{Working, rolegraph},
};

/// How often one is killed.
const KILLS: usize = 5;
/// How many jobs there are, and how many messages about each.
const JOBS: usize = 30;
const ABOUT_EACH: usize = 5;

/// What came about each job, in the order in which it came: the places in the feed.
async fn places(receiver: &Receiver) -> BTreeMap<String, Vec<i64>> {
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for request in receiver.received().await {
        let body: Value = request.body_json().expect("JSON");
        let job = body["data"]["job"].as_str().expect("a job").to_owned();
        places.entry(job).or_default().push(body["data"]["place"].as_i64().expect("a place"));
    }
    places
}

on_both_databases! {
    async fn whoever_is_killed_while_sending_loses_nothing_and_keeps_the_order(app: TestApp) {
        let app = private(&app).await;
        app.clock.advance(SystemClock.now() - app.clock_now());
        let receiver = Receiver::start().await;
        endpoint(&app, TOKEN, &receiver, &KINDS).await;
        let mut jobs = vec![];
        for number in 0..JOBS {
            jobs.push(app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {number}") })).await);
        }
        for change in 1..ABOUT_EACH {
            for id in &jobs {
                rename(&app, id, &format!("{change} of {id}")).await;
            }
        }
        let (folder, mut moments) = (tempfile::tempdir().expect("a folder"), Moments::new());
        let start = || {
            let mut command = rolegraph(folder.path());
            command.env("ROLEGRAPH_DATABASE_URL", &app.database.url).env("ROLEGRAPH_WEBHOOKS__PRIVATE_ADDRESSES", "true");
            Working::start(&mut command)
        };
        let mut in_the_middle = 0;
        for _ in 0..KILLS {
            let before = receiver.received().await.len();
            let working = start();
            let enough = before + moments.up_to(12);
            for _ in 0..200 {
                if receiver.received().await.len() >= enough {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(working);
            in_the_middle += usize::from(receiver.received().await.len() < JOBS * ABOUT_EACH);
        }
        assert!(in_the_middle > 1, "they were killed when all was done");
        // What a killed one had taken is due again after its claim has run out.
        app.clock.advance(SystemClock.now() - app.clock_now() + TimeDelta::minutes(11));
        deliver(&app).await;
        let places = places(&receiver).await;
        assert_eq!(places.keys().cloned().collect::<BTreeSet<_>>(), jobs.into_iter().collect(), "every job is told of");
        for (job, places) in places {
            assert!(places.is_sorted(), "{job}: {places:?}");
            assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), ABOUT_EACH, "{job}: {places:?}");
        }
        assert!(deliveries(&app).await.iter().all(|delivery| delivery["status"] == "DELIVERED"));
    }
}
