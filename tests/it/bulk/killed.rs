//! Workers that are killed in the middle of an operation, as `kill -9` does it.

use std::{process::Stdio, time::Duration};

use serde_json::json;

use super::background::{all, begun, read, slugs};
use super::count;
use crate::support::{TestApp, on_both_databases, process};

/// How many jobs; so many chunks of a hundred.
const JOBS: usize = 1_200;

on_both_databases! {
    async fn workers_that_are_killed_lose_nothing_and_double_nothing(app: TestApp) {
        let id = begun(&app, JOBS, false).await;
        let folder = tempfile::tempdir().expect("a folder");
        for wait in [0, 5, 40, 120, 15, 250] {
            let mut command = process::rolegraph(folder.path());
            command.arg("work").env("ROLEGRAPH_DATABASE_URL", &app.database.url).stdout(Stdio::null()).stderr(Stdio::null());
            let mut worker = command.spawn().expect("the worker starts");
            for _ in 0..400 {
                if app.service().work_counts().await.expect("counted").leased > 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            tokio::time::sleep(Duration::from_millis(wait)).await;
            worker.kill().expect("killed");
            worker.wait().expect("it is gone");
            // The leases of the dead run out; none of these chunks is to blame for it.
            app.sql("UPDATE work_items SET lease_until = 0, attempts = 0 WHERE state = 'LEASED'").await;
            if read(&app, &id).await["status"] == "COMPLETE" {
                break;
            }
        }
        app.drain().await;
        let over = read(&app, &id).await;
        assert_eq!((&over["status"], &over["done"], &over["failed"]), (&json!("COMPLETE"), &json!(JOBS), &json!(0)));
        assert_eq!((&over["results"]["totalCount"], &over["changeset"]["changes"]["totalCount"]), (&json!(JOBS), &json!(JOBS)));
        assert_eq!(slugs(&app, &id).await, all(JOBS), "every job once");
        assert_eq!(count(&app).await, 0);
        assert_eq!(app.service().check_history().await.expect("readable").tampered, [], "and every change once");
    }
}
