//! Workers that are killed in the middle of an operation, as `kill -9` does it.
//!
//! `cargo test --test it -- --ignored --nocapture fifty_random` takes longer; `CRASH_SEED` repeats its moments.

#![expect(clippy::print_stdout, reason = "figures")]

use std::{process::Stdio, time::Duration};

use serde_json::json;

use super::background::{all, begun, read, slugs};
use super::count;
use crate::support::{TestApp, database::Dialect, moments::Moments, on_both_databases, process};

/// An operation over so many jobs, a hundred in a chunk, whose worker is killed so long after it began with something. Answers how many workers were killed before all was done.
async fn killed(app: &TestApp, jobs: usize, waits: impl IntoIterator<Item = Duration>) -> usize {
    let id = begun(app, jobs, false).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut kills = 0;
    for wait in waits {
        kills += 1;
        let mut command = process::rolegraph(folder.path());
        command.arg("work").env("ROLEGRAPH_DATABASE_URL", &app.database.url).stdout(Stdio::null()).stderr(Stdio::null());
        let mut worker = command.spawn().expect("the worker starts");
        for _ in 0..400 {
            if app.service().work_counts().await.expect("counted").leased > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        tokio::time::sleep(wait).await;
        worker.kill().expect("killed");
        worker.wait().expect("it is gone");
        // The leases of the dead run out; none of these chunks is to blame for it.
        app.sql("UPDATE work_items SET lease_until = 0, attempts = 0 WHERE state = 'LEASED'").await;
        if read(app, &id).await["status"] == "COMPLETE" {
            break;
        }
    }
    app.drain().await;
    let over = read(app, &id).await;
    assert_eq!((&over["status"], &over["done"], &over["failed"]), (&json!("COMPLETE"), &json!(jobs), &json!(0)));
    assert_eq!((&over["results"]["totalCount"], &over["changeset"]["changes"]["totalCount"]), (&json!(jobs), &json!(jobs)));
    assert_eq!(slugs(app, &id).await, all(jobs), "every job once");
    assert_eq!(count(app).await, 0);
    assert_eq!(app.service().check_history().await.expect("readable").tampered, [], "and every change once");
    kills
}

on_both_databases! {
    async fn workers_that_are_killed_lose_nothing_and_double_nothing(app: TestApp) {
        Box::pin(killed(&app, 1_200, [0, 5, 40, 120, 15, 250].map(Duration::from_millis))).await;
    }
}

/// Up to 50 kills, each up to 100 ms after something was begun.
async fn at_random_moments(dialect: Dialect) {
    let mut moments = Moments::new();
    let waits = std::iter::repeat_with(move || moments.within(Duration::from_millis(100))).take(50);
    let app = TestApp::on(dialect).await;
    let kills = Box::pin(killed(&app, 10_000, waits)).await;
    println!("{dialect:?}: 10,000 jobs, {kills} kills; nothing lost, nothing doubled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn at_fifty_random_moments_on_sqlite() {
    at_random_moments(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn at_fifty_random_moments_on_postgres() {
    at_random_moments(Dialect::Postgres).await;
}
