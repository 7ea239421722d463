//! What is kept fresh, by itself and once.

use chrono::TimeDelta;
use rolegraph_entity::fact;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::create_jobs;
use crate::support::{TestApp, on_both_databases};

/// An address at which nobody listens.
const NOBODY: &[(&str, &str)] = &[
    ("providers.careeronestop.base_url", "http://127.0.0.1:1"),
    ("providers.careeronestop.user_id", "user"),
    ("providers.careeronestop.token", "token"),
    ("providers.careeronestop.requests_per_minute", "60000"),
];

async fn releases(app: &TestApp) -> Vec<Option<String>> {
    let current = fact::Entity::find().filter(fact::Column::ValidTo.is_null()).filter(fact::Column::Provider.eq("onet-database"));
    let mut releases: Vec<_> = current.all(&app.db().await).await.expect("readable").into_iter().map(|fact| fact.release).collect();
    releases.sort();
    releases.dedup();
    releases
}

on_both_databases! {
    async fn a_binary_with_newer_data_refreshes_what_an_older_one_wrote_once(app: TestApp) {
        create_jobs(&app, 2).await;
        app.create(json!({ "kind": "OCCUPATION", "title": "Developers", "socCode": "15-1252" })).await;
        app.drain().await;
        assert_eq!(app.service().queue_outdated().await.expect("an answer"), 0);
        let now = releases(&app).await;
        app.sql("UPDATE facts SET release = 'O*NET 29.9' WHERE provider = 'onet-database' AND occupation_code = '29-1141.00'").await;
        app.sql("UPDATE facts SET release = 'O*NET 99.0' WHERE provider = 'onet-database' AND occupation_code = '15-1252.00'").await;
        let other = app.replica().await;
        assert_eq!(app.service().queue_outdated().await.expect("an answer"), 1, "one is older, the other newer");
        assert_eq!(other.service().queue_outdated().await.expect("an answer"), 0, "it is queued already");
        assert_eq!(app.drain().await, 1);
        let mut expected = now;
        expected.push(Some("O*NET 99.0".to_owned()));
        assert_eq!(releases(&app).await, expected);
        assert_eq!(app.service().queue_outdated().await.expect("an answer"), 0);
    }

    async fn what_nobody_can_be_asked_about_any_more_is_not_queued_for_ever(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        app.sql("UPDATE facts SET provider = 'careeronestop' WHERE provider = 'bls-oews'").await;
        app.days_pass(91);
        assert_eq!(app.service().queue_stale(TimeDelta::zero()).await.expect("an answer"), 1);
        assert_eq!(app.drain().await, 1);
        assert_eq!(app.service().queue_stale(TimeDelta::zero()).await.expect("an answer"), 0, "CareerOneStop is not configured");
        app.ask("{ job(by: {slug: \"nurses-0\"}) { wages { provenance { stale } } } }", json!({})).await;
        assert_eq!(app.service().queue_seen_stale().await.expect("an answer"), 0);
    }

    async fn a_refresh_whose_upstream_is_away_stays_queued_and_is_tried_every_hour(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        let app = app.replica_with(NOBODY).await;
        app.sql("UPDATE facts SET provider = 'careeronestop' WHERE provider = 'bls-oews'").await;
        app.days_pass(91);
        assert_eq!(app.service().queue_stale(TimeDelta::zero()).await.expect("an answer"), 1);
        for tried in 0..9 {
            assert_eq!(app.drain().await, 1, "try {tried}");
            assert_eq!(app.service().queue_stale(TimeDelta::zero()).await.expect("an answer"), 0, "it is queued already");
            assert_eq!(app.drain().await, 0, "not before its time");
            app.service().store().move_work_time(TimeDelta::hours(1));
        }
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.leased, counts.dead), (1, 0, 0));
    }
}
