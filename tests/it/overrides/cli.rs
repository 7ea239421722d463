//! `rolegraph override`, as it is typed, beside a service on the same database.

use std::process::Command;

use super::*;
use crate::support::{
    database::Dialect,
    process::{printed, refused, rolegraph},
};

fn command(app: &TestApp, arguments: &[&str]) -> Command {
    let mut command = rolegraph(&std::env::temp_dir());
    command.arg("override").args(arguments).args(["--database-url", &app.database.url]);
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overrides_are_shown_compared_and_taken_back() {
    let app = TestApp::on(Dialect::Sqlite).await;
    let id = role(&app, "paralegal", "23-2011").await;
    assert_eq!(printed(&mut command(&app, &["show", "paralegal"])), "Nothing is overridden.\n");
    let patch = json!({ "add": [{ "statement": "Brief new clients.", "type": "CORE" }], "hide": ["1639"], "edit": [{ "key": "1638", "statement": "Call witnesses." }] });
    overridden(&app, &id, json!([{ "tasks": { "patch": patch } }, { "education": { "replace": { "typicalLevel": "A heart" } } }])).await;
    app.sql("UPDATE job_data_overrides SET base_digest = 'another' WHERE field = 'EDUCATION'").await;

    let table = printed(&mut command(&app, &["show", "paralegal"]));
    let row = |field: &str| {
        table.lines().find(|line| line.contains(field)).map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
    };
    let tasks = row("TASKS").expect("told");
    assert_eq!(tasks[1..5], ["TASKS", "PATCH", "1 added, 1 hidden, 1 edited", "Platform admin"]);
    assert_eq!(tasks[5..10], ["2026-11-23 08:00 UTC", "O*NET 30.0", "no", "0", "Ours."]);
    assert_eq!(row("EDUCATION").expect("told")[7], "yes");

    let official = view(&app, &id, "TASKS").await["diff"]["base"].clone();
    let statement = |key: &str| {
        let tasks = official.as_array().expect("a list");
        tasks.iter().find(|task| task["key"] == key).expect("there")["statement"].as_str().expect("text").to_owned()
    };
    let (hidden, edited) = (statement("1639"), statement("1638"));
    let plain = printed(&mut command(&app, &["diff", "paralegal", "tasks", "--color", "never"]));
    let expected = format!(
        "TASKS PATCH\n+ Brief new clients. [type CORE]\n- {hidden} [type SUPPLEMENTAL]\n~ 1638: {edited} [type SUPPLEMENTAL] -> Call witnesses. [type SUPPLEMENTAL]\n"
    );
    assert_eq!(plain, expected);
    assert_eq!(printed(&mut command(&app, &["diff", "paralegal", "TASKS"])), plain, "no colour where nobody sees it");
    let painted = printed(&mut command(&app, &["diff", "paralegal", "--color", "always"]));
    assert!(painted.contains("\u{1b}[32m+ Brief new clients. [type CORE]\u{1b}[0m\n"), "{painted}");
    assert!(painted.contains("\u{1b}[1mEDUCATION REPLACE, the official value has changed since\u{1b}[0m\n"), "{painted}");

    assert_eq!(printed(&mut command(&app, &["restore", "paralegal", "TASKS", "--note", "Enough."])), "Restored: TASKS.\n");
    assert_eq!(printed(&mut command(&app, &["restore", "paralegal"])), "Restored: EDUCATION.\n");
    assert_eq!(printed(&mut command(&app, &["restore", "paralegal"])), "Nothing is overridden.\n");
    let told = refused(&mut command(&app, &["show", "nobody"]));
    assert_eq!(told, "rolegraph: there is no job `nobody`\n");
    let told = refused(&mut command(&app, &["diff", "paralegal", "TASK"]));
    assert!(told.contains("there is no such field; there are CORE_RESPONSIBILITIES, TASKS, "), "{told}");
}
