//! A thousand instants in a hundred thousand changes. Takes minutes, and tells times, so it is run by hand:
//!
//! `cargo test --release --test it -- --ignored --nocapture a_thousand_instants`

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rolegraph::{
    domain::{access::Principal, job::JobKind},
    service::ImportedJob,
};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::past::{Dice, as_of, now};
use crate::support::{TestApp, database::Dialect};

const ROLES: usize = 1_000;
const ROUNDS: usize = 100;
const INSTANTS_PER_ROUND: usize = 10;

fn role(number: usize) -> ImportedJob {
    ImportedJob {
        slug: Some(format!("role-{number:04}")),
        kind: JobKind::FeaturedRole,
        title: format!("Role {number}"),
        description: None,
        company: Some("acme".to_owned()),
        company_name: Some("Acme".to_owned()),
        soc_code: Some("29-1141".parse().expect("a code")),
        soc_status: Some(rolegraph::domain::job::SocStatus::Approved),
        published: Some(true),
        skills: vec![],
        metadata: Value::Null,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and tells times"]
async fn a_thousand_instants_in_a_hundred_thousand_changes_are_answered_as_they_were() {
    let app = TestApp::on(Dialect::Sqlite).await;
    let roles: Vec<_> = (0..ROLES).map(role).collect();
    app.service().import_jobs(&Principal::system("test"), &roles, "importTest").await.expect("imported");
    app.drain().await;
    let mut ids = vec![];
    for number in 0..ROLES {
        let found =
            app.ask("query($slug: String!) { job(by: {slug: $slug}) { id } }", json!({ "slug": format!("role-{number:04}") })).await;
        ids.push(found["job"]["id"].as_str().expect("an id").to_owned());
    }
    let (mut dice, mut told) = (Dice(11), vec![]);
    let bulk =
        "mutation($values: [FieldValueInput!]!) { bulkOverride(filter: {kind: FEATURED_ROLE}, values: $values) { errors { message } } }";
    for round in 0..ROUNDS {
        let values = json!([{ "relatedTitles": { "patch": { "add": [format!("Title of round {round}")] } } }]);
        assert_eq!(app.admin(bulk, json!({ "values": values })).await["bulkOverride"]["errors"], json!([]));
        app.drain().await;
        app.clock.advance(TimeDelta::minutes(1));
        for _ in 0..INSTANTS_PER_ROUND {
            let id = &ids[usize::try_from(dice.roll(ROLES as u64)).expect("small")];
            told.push((app.clock_now(), id.clone(), now(&app, id).await));
        }
        app.clock.advance(TimeDelta::minutes(1));
    }
    let mut times: Vec<Duration> = Vec::with_capacity(told.len());
    for (at, id, then) in &told {
        let start = Instant::now();
        let again = as_of(&app, id, *at).await;
        times.push(start.elapsed());
        assert_eq!(again.to_string(), then.to_string(), "at {at}");
    }
    times.sort();
    let changes = rolegraph_entity::change::Entity::find().count(&app.db().await).await.expect("counted");
    assert!(changes >= 100_000, "{changes} changes");
    eprintln!("{} instants in {changes} changes: p50 {:?}, p99 {:?}", times.len(), times[times.len() / 2], times[times.len() * 99 / 100]);
}
