//! A reader of the feed who was away for a week.

#![expect(clippy::print_stdout, reason = "figures")]

use std::time::Instant;

use chrono::TimeDelta;
use rolegraph::domain::{clock::Clock, event::EventKind, webhooks};
use rolegraph_entity::event::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use super::rename;
use crate::support::{TestApp, app::uuid_of, on_both_databases};

/// Everything behind a cursor, as ids, and the last cursor.
async fn read(app: &TestApp, mut after: Value) -> (Vec<String>, Value) {
    let query = "query($after: String) { events(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let mut ids = vec![];
    loop {
        let page = app.admin(query, json!({ "after": after })).await["events"].take();
        ids.extend(page["nodes"].as_array().expect("events").iter().map(|event| event["id"].as_str().expect("an id").to_owned()));
        if page["pageInfo"]["endCursor"].is_string() {
            after = page["pageInfo"]["endCursor"].clone();
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return (ids, after);
        }
    }
}

/// Reads so many events of seven days, while more come.
async fn catches_up(app: &TestApp, count: usize) {
    let job = app.create(json!({ "kind": "OCCUPATION", "title": "Held" })).await;
    let (before, after) = read(app, Value::Null).await;
    let (db, job_id) = (app.db().await, uuid_of(&job));
    let mut written = vec![];
    for day in 0..7 {
        let of_the_day = count / 7 + usize::from(day < count % 7);
        let rows: Vec<_> = (0..of_the_day)
            .map(|_| {
                app.clock.advance(TimeDelta::microseconds(10));
                let id = app.clock.new_id();
                written.push(id);
                ActiveModel {
                    id: Set(id),
                    kind: Set(EventKind::JobUpdated.name().to_owned()),
                    company_id: Set(None),
                    job_id: Set(Some(job_id)),
                    run_id: Set(None),
                    payload: Set("{}".to_owned()),
                    place: Set(None),
                    created_at: Set(app.clock.now()),
                }
            })
            .collect();
        for rows in rows.chunks(1_000) {
            Entity::insert_many(rows.to_vec()).exec(&db).await.expect("written");
        }
        app.days_pass(1);
    }
    let begin = Instant::now();
    let (ids, after) = read(app, after).await;
    println!("{count} events: {:.0} a second", ids.len() as f64 / begin.elapsed().as_secs_f64());
    rename(app, &job, "Held on").await;
    let (late, _) = read(app, after).await;
    assert!(!late.is_empty(), "it goes on behind the last cursor");
    let wanted: Vec<_> = written.iter().map(|id| webhooks::name_of(*id)).collect();
    assert_eq!(ids.len(), count, "none is lost, and none told twice");
    assert!(ids == wanted, "in the order in which they happened");
    assert!(late.iter().chain(&before).all(|id| !wanted.contains(id)));
}

on_both_databases! {
    async fn who_missed_a_hundred_thousand_events_of_a_week_loses_none(app: TestApp) {
        catches_up(&app, 100_000).await;
    }
}
