//! Answers that are kept for a moment: never one from before a change.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{TestApp, database::Dialect, on_both_databases};

const TITLES: &str = "query($id: ID!) { job(by: {id: $id}) { title version } }";
const RENAME: &str =
    "mutation($id: ID!, $title: String!) { updateJob(input: { id: $id, title: $title }) { job { version } errors { message } } }";

async fn keeping(dialect: Dialect) -> TestApp {
    TestApp::with_settings(dialect, &[("cache.answers_bytes", "1000000".to_owned())]).await
}

async fn published(app: &TestApp) -> String {
    let company = app.company("acme").await;
    app.create(json!({ "kind": "FEATURED_ROLE", "title": "Night Nurse", "company": company, "published": true })).await
}

on_both_databases! {
    async fn asked_twice_is_answered_once(app: TestApp) {
        let app = keeping(app.dialect).await;
        let id = published(&app).await;
        let ask = async || app.ask(TITLES, json!({ "id": id })).await["job"]["title"].take();
        // In one second two of three fall into it, whenever it begins.
        let mut statements = vec![];
        for _ in 0..3 {
            let (count, title) = app.counted(ask()).await;
            assert_eq!(title, "Night Nurse");
            statements.push(count);
        }
        assert!(statements.contains(&0) && statements[0] > 0, "{statements:?}");
        let (count, _) = app.counted(app.admin(TITLES, json!({ "id": id }))).await;
        assert!(count > 0, "what a caller with a credential is told is kept for nobody");
        app.admin(RENAME, json!({ "id": id, "title": "Day Nurse" })).await;
        assert_eq!(ask().await, "Day Nurse");
        let other = app.ask(TITLES, json!({ "id": "bm9uZQ" })).await;
        assert_eq!(other["job"], Value::Null, "other variables, another answer");
    }

    /// Writers and readers at random: no answer that begins after a change was answered is from before it.
    async fn no_answer_is_older_than_a_change_that_was_answered(app: TestApp) {
        let app = keeping(app.dialect).await;
        let id = published(&app).await;
        let (told, seen) = (AtomicU64::new(1), AtomicU64::new(0));
        let write = async {
            for round in 0..60_u64 {
                let answer = app.admin(RENAME, json!({ "id": id, "title": format!("Nurse {round}") })).await;
                told.store(answer["updateJob"]["job"]["version"].as_u64().unwrap_or_else(|| panic!("{answer}")), Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(rand::random::<u64>() % 20)).await;
            }
            told.store(u64::MAX, Ordering::SeqCst);
        };
        let read = async || {
            loop {
                let least = told.load(Ordering::SeqCst);
                if least == u64::MAX {
                    return;
                }
                let job = app.ask(TITLES, json!({ "id": id })).await["job"].take();
                let version = job["version"].as_u64().expect("a version");
                assert!(version >= least, "version {version} was answered after version {least}");
                seen.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(rand::random::<u64>() % 3)).await;
            }
        };
        tokio::join!(write, read(), read(), read(), read());
        assert!(seen.load(Ordering::SeqCst) > 200, "{seen:?} looks");
    }

    async fn another_replica_follows_within_a_second(app: TestApp) {
        let app = keeping(app.dialect).await;
        let id = published(&app).await;
        let other = app.replica().await;
        for round in 0..3 {
            let title = format!("Nurse {round}");
            other.ask(TITLES, json!({ "id": id })).await;
            app.admin(RENAME, json!({ "id": id, "title": title })).await;
            tokio::time::sleep(Duration::from_millis(1_050)).await;
            assert_eq!(other.ask(TITLES, json!({ "id": id })).await["job"]["title"], title);
        }
    }

    async fn many_at_once_cost_as_much_as_one(app: TestApp) {
        let app = keeping(app.dialect).await;
        let id = published(&app).await;
        let query = "query($id: ID!) { job(by: {id: $id}) { title slug } }";
        let one = app.counted(app.ask(query, json!({ "id": id }))).await.0;
        app.admin(RENAME, json!({ "id": id, "title": "Day Nurse" })).await;
        let (statements, answers) =
            app.counted(futures::future::join_all((0..200).map(|_| app.ask(query, json!({ "id": id }))))).await;
        assert!(answers.iter().all(|answer| answer["job"]["title"] == "Day Nurse"));
        assert!(statements <= 3 * one, "{statements} statements for 200 callers, {one} for one");
    }
}
