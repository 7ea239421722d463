//! What was answered at a moment is answered again, byte for byte, when it is asked as of that moment.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both_databases};

const EVERYTHING: &str = "id slug kind title description published version createdAt updatedAt company { id name }
    soc { status occupation { code } approvedBy { id } approvedAt } coverage { total filled percent sourcedPercent gaps { field reason remedy } } enrichment { freshUntil }
    tasks { field overridden drifted value { key statement type importance source } provenance { source provider release fetchedAt expiresAt stale attribution explanation } }
    wages { value { area year annualMedian { amount } } provenance { source provider release fetchedAt stale } }
    relatedTitles { value items { key text source } provenance { source provider override { mode at note } explanation } overridden drifted }
    fields { field value overridden drifted provenance { stale fetchedAt expiresAt } layers { effective value provenance { source provider stale explanation } } }";

/// Numbers that look random, the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

pub(super) async fn now(app: &TestApp, id: &str) -> Value {
    app.admin(&format!("query($id: ID!) {{ job(by: {{id: $id}}) {{ {EVERYTHING} }} }}"), json!({ "id": id })).await["job"].take()
}

pub(super) async fn as_of(app: &TestApp, id: &str, at: DateTime<Utc>) -> Value {
    let query = format!("query($id: ID!, $at: DateTime!) {{ job(by: {{id: $id}}) {{ asOf(at: $at) {{ {EVERYTHING} }} }} }}");
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    app.admin(&query, json!({ "id": id, "at": at })).await["job"]["asOf"].take()
}

/// Changes something, as the dice have it.
async fn change(app: &TestApp, id: &str, dice: &mut Dice, deleted: &mut Option<String>) {
    let update = "mutation($input: UpdateJobInput!) { updateJob(input: $input) { errors { code } } }";
    match dice.roll(10) {
        0 => drop(app.admin(update, json!({ "input": { "id": id, "title": format!("Title {}", dice.roll(100)) } })).await),
        1 => drop(app.admin(update, json!({ "input": { "id": id, "description": format!("Description {}", dice.roll(100)) } })).await),
        2 => drop(app.admin(update, json!({ "input": { "id": id, "published": dice.roll(2) == 0 } })).await),
        3 => app.days_pass(1 + dice.roll(60)),
        4 | 5 => {
            let enrich = "mutation($filter: JobFilter!) { enrichJobs(filter: $filter, force: true) { errors { code } } }";
            app.admin(enrich, json!({ "filter": { "ids": [id] } })).await;
            app.drain().await;
        }
        6 => {
            let fact = format!("Known to the company since {}", dice.roll(1_000));
            own_fact(app, id, &fact).await;
        }
        7 => {
            let mutation = "mutation($input: OverrideFieldsInput!) { overrideFields(input: $input) { errors { code } } }";
            let values = json!([{ "relatedTitles": { "patch": { "add": [format!("Ours {}", dice.roll(100))] } } }]);
            app.admin(mutation, json!({ "input": { "jobId": id, "values": values } })).await;
        }
        8 => drop(app.admin("mutation($id: ID!) { restoreFields(jobId: $id) { errors { code } } }", json!({ "id": id })).await),
        _ => match deleted.take() {
            None => {
                app.admin("mutation($id: ID!) { deleteJob(id: $id) { deletedId } }", json!({ "id": id })).await;
                let last = app.admin("query($id: ID!) { bulkOperations { totalCount } node(id: $id) { id } }", json!({ "id": id })).await;
                assert_eq!(last["node"], Value::Null);
                *deleted = Some(newest(app, "deleteJob").await);
            }
            Some(set) => bring_back(app, &set).await,
        },
    }
}

async fn bring_back(app: &TestApp, set: &str) {
    let answer = app
        .admin("mutation($id: ID!) { revertChangeset(id: $id) { operation { status } errors { message } } }", json!({ "id": set }))
        .await;
    assert_eq!(answer["revertChangeset"], json!({ "operation": { "status": "COMPLETE" }, "errors": [] }));
}

/// The id of the newest changeset of an action.
async fn newest(app: &TestApp, action: &str) -> String {
    use rolegraph_entity::changeset;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let select = changeset::Entity::find().filter(changeset::Column::Action.eq(action)).order_by_desc(changeset::Column::Id);
    let found = select.one(&app.db().await).await.expect("readable").expect("a changeset");
    crate::support::app::node_id("Changeset", found.id)
}

/// Closes the job's own fact about its tasks, and writes another, as an assistant does.
async fn own_fact(app: &TestApp, id: &str, text: &str) {
    use crate::support::{
        app::uuid_of,
        layers::{About, Known, stored},
    };
    use rolegraph_entity::fact;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    let (db, job) = (app.db().await, uuid_of(id));
    let current = fact::Entity::update_many().col_expr(fact::Column::ValidTo, Expr::value(app.clock_now()));
    current.filter(fact::Column::JobId.eq(job)).filter(fact::Column::ValidTo.is_null()).exec(&db).await.expect("closed");
    let value = stored("RELATED_TITLES", &json!([{ "key": "a", "text": text }]));
    Known::new(About::Job(job), "RELATED_TITLES", "AI", "an-assistant")
        .value(&value)
        .times(app.clock_now(), None, None)
        .write_to(app, &db)
        .await;
}

on_both_databases! {
    async fn random_instants_are_answered_as_they_were_answered_then(app: TestApp) {
        let begin = app.clock_now();
        app.clock.advance(TimeDelta::seconds(10));
        let mut jobs = vec![];
        for (title, code) in [("Nurses", json!("29-1141")), ("Developers", json!("15-1252")), ("Nothing", Value::Null)] {
            jobs.push(app.create(json!({ "kind": "OCCUPATION", "title": title, "socCode": code })).await);
            app.clock.advance(TimeDelta::seconds(1));
        }
        app.drain().await;
        let (mut dice, mut told, mut deleted) = (Dice(7), vec![], vec![None::<String>; 3]);
        for _ in 0..45 {
            let one = usize::try_from(dice.roll(3)).expect("small");
            if deleted[one].is_none() || dice.roll(2) == 0 {
                let mut gone = deleted[one].take();
                if gone.is_some() {
                    bring_back(&app, &gone.take().expect("a changeset")).await;
                } else {
                    change(&app, &jobs[one], &mut dice, &mut gone).await;
                }
                deleted[one] = gone;
            }
            app.clock.advance(TimeDelta::microseconds(1 + i64::try_from(dice.roll(5_000_000)).expect("small")));
            for id in &jobs {
                told.push((app.clock_now(), id.clone(), now(&app, id).await));
            }
            app.clock.advance(TimeDelta::microseconds(1 + i64::try_from(dice.roll(5_000_000)).expect("small")));
        }
        for set in deleted.into_iter().flatten() {
            bring_back(&app, &set).await;
        }
        let mut distinct = std::collections::BTreeSet::new();
        for (at, id, then) in &told {
            assert_eq!(as_of(&app, id, *at).await.to_string(), then.to_string(), "at {at}");
            distinct.insert(then.to_string());
        }
        assert!(distinct.len() > 30, "{} answers that differ", distinct.len());
        assert!(told.iter().any(|(_, _, then)| then.is_null()), "one was deleted");
        for id in &jobs {
            assert_eq!(as_of(&app, id, begin).await, Value::Null, "it was not there yet");
            assert_eq!(as_of(&app, id, app.clock_now() + TimeDelta::days(400)).await, now(&app, id).await, "what is to come is as it is now");
        }
    }
}
