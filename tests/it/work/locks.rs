//! Transactions that are in each other's way.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use rolegraph::{domain::run::RunStatus, work::Worker};
use rolegraph_entity::enrichment_run;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use serde_json::{Value, json};

use super::{CREATE, create_jobs};
use crate::support::{TestApp, on_both_databases};

const UPDATE: &str = "mutation($input: UpdateJobInput!) { updateJob(input: $input) { job { soc { status } } errors { message } } }";
const ENRICH: &str = "mutation { enrichJobs(filter: {}, force: true) { run { total } errors { message } } }";

/// Waits until somebody waits for a lock of that transaction.
async fn somebody_waits(txn: &DatabaseTransaction) {
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..200 {
        if !txn.query_all_raw(sea_orm::Statement::from_string(txn.get_database_backend(), waiting)).await.expect("told").is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody waits");
}

on_both_databases! {
    /// PostgreSQL ends one of two that wait for each other: the one that waits longer. SQLite lets nobody write while
    /// somebody else does, and gives up after a time.
    async fn a_change_that_another_transaction_stops_is_done_again(app: TestApp) {
        create_jobs(&app, 1).await;
        app.drain().await;
        // So that the facts of the occupation are written again.
        app.sql("UPDATE facts SET release = 'O*NET 29.9' WHERE provider = 'onet-database'").await;
        let impatient = app.replica_with(&[("database.busy_timeout_seconds", "1")]).await;
        let before = app.trace().await;
        let db = app.db().await;
        let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let other = db.begin_with_options(immediate).await.expect("a transaction");
        if app.dialect == Dialect::Postgres {
            other.execute_unprepared("SELECT * FROM fact_versions FOR UPDATE").await.expect("locked");
        }
        let input = json!({ "input": { "kind": "OCCUPATION", "title": "Midwives", "socCode": "29-1141" } });
        let create = impatient.admin(CREATE, input);
        let hinder = async {
            if app.dialect == Dialect::Postgres {
                somebody_waits(&other).await;
                other.execute_unprepared("SELECT pg_advisory_xact_lock(hashtextextended('midwives', 0))").await.expect("the other was ended");
            } else {
                tokio::time::sleep(Duration::from_millis(1_500)).await;
            }
            other.commit().await.expect("done");
        };
        let (answer, ()) = tokio::join!(create, hinder);
        assert_eq!(answer["createJob"]["errors"], json!([]), "{answer}");
        let after = app.trace().await;
        assert_eq!((after["job"].0, after["changeset"].0, after["enrichment_run"].0), (before["job"].0 + 1, before["changeset"].0 + 1, before["enrichment_run"].0 + 1));
    }

    async fn changes_runs_and_workers_that_want_the_same_at_once_all_get_through(app: TestApp) {
        let other = app.replica().await;
        let mut ids: Vec<Value> = vec![];
        for number in 0..8 {
            ids.push(app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {number}") })).await.into());
        }
        let codes = ["29-1141", "15-1252", "13-2011", "41-3091"];
        for (number, code) in codes.iter().enumerate() {
            app.create(json!({ "kind": "OCCUPATION", "title": format!("First {number}"), "socCode": code })).await;
        }
        // So that whoever asks writes facts, and touches all jobs of an occupation.
        app.sql("UPDATE facts SET release = 'O*NET 29.9', value_digest = 'old' WHERE provider = 'onet-database'").await;
        let both = [&app, &other];
        let update = |number: usize| {
            let input = json!({ "input": { "id": ids[number], "socCode": codes[(number * 7) % 4] } });
            async move { both[number % 2].admin(UPDATE, input).await["updateJob"]["errors"].clone() }
        };
        let create = |number: usize| {
            let input = json!({ "input": { "kind": "OCCUPATION", "title": "Same", "socCode": codes[(number + 2) % 4] } });
            async move { both[number % 2].admin(CREATE, input).await["createJob"]["errors"].clone() }
        };
        let enrich = |number: usize| async move { both[number % 2].admin(ENRICH, json!({})).await["enrichJobs"]["errors"].clone() };
        let work = async {
            let workers = both.map(|app| Worker::new(Arc::clone(app.service())));
            for _ in 0..6 {
                for worked in join_all(workers.iter().map(Worker::work_once)).await {
                    assert!(worked.is_ok(), "{worked:?}");
                }
            }
        };
        let (updates, creates, enriches, ()) =
            tokio::join!(join_all((0..8).map(update)), join_all((0..8).map(create)), join_all((0..4).map(enrich)), work);
        assert!(updates.iter().chain(&creates).chain(&enriches).all(|errors| *errors == json!([])), "{updates:?} {creates:?} {enriches:?}");
        app.drain().await;
        let runs = enrichment_run::Entity::find().all(&app.db().await).await.expect("readable");
        assert_eq!(runs.len(), 8 + 8 + 4 + 4);
        assert!(runs.iter().all(|run| run.status == RunStatus::Complete.name() && run.done == run.total), "{runs:?}");
        let counts = app.service().work_counts().await.expect("counts");
        assert_eq!((counts.ready, counts.leased, counts.dead), (0, 0, 0));
    }
}
