//! All that may happen to an override, in the life of one role and its two sisters.

use std::fmt::Write;

use chrono::SecondsFormat;

use super::{
    release::{said, tasks},
    *,
};
use crate::bulk::{OPERATION, revert};

/// Imports a release in which the occupation has these tasks.
async fn publish(app: &TestApp, release: &str, tasks: &[(String, String, String)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = "O*NET-SOC Code\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source\n".to_owned();
    for (key, statement, _) in tasks {
        writeln!(table, "17-2112.00\t{key}\t{statement}\tCore\t67\t08/2026\tIncumbent").expect("written");
    }
    std::fs::write(folder.path().join("Task Statements.txt"), table).expect("written");
    let imported = app.service().import_data(&Principal::system("test"), folder.path().to_owned(), Some(release.to_owned())).await;
    imported.unwrap_or_else(|error| panic!("{release}: {error}"));
}

/// What a job answers for its tasks, now or as of a moment.
async fn shown(app: &TestApp, id: &str, at: Option<&str>) -> Value {
    let tasks = "tasks { overridden drifted value { key statement type source } provenance { source provider release explanation } }";
    let query = format!("query($id: ID!, $at: DateTime!) {{ job(by: {{id: $id}}) {{ {tasks} asOf(at: $at) {{ {tasks} }} }} }}");
    let now = app.clock_now().to_rfc3339_opts(SecondsFormat::Micros, true);
    let job = app.admin(&query, json!({ "id": id, "at": at.unwrap_or(&now) })).await["job"].take();
    if at.is_some() { job["asOf"]["tasks"].clone() } else { job["tasks"].clone() }
}

/// Starts a bulk operation, which is not refused. Answers the operation.
async fn bulk(app: &TestApp, call: &str, types: &str, variables: Value) -> Value {
    let answer = app.admin(&format!("mutation({types}) {{ done: {call} {{ {OPERATION} }} }}"), variables).await["done"].take();
    assert_eq!((&answer["errors"], &answer["operation"]["status"]), (&json!([]), &json!("COMPLETE")), "{answer}");
    answer["operation"].clone()
}

on_both_databases! {
    async fn a_role_keeps_what_is_its_own_and_follows_the_rest_to_the_end(app: TestApp) {
        let id = role(&app, "engineer", "17-2112").await;
        let sisters = [role(&app, "sister-one", "17-2112").await, role(&app, "sister-two", "17-2112").await];
        let official = tasks(&app, &id).await;
        assert_eq!(official.len(), 20, "it inherits 20 tasks");

        // Hides two, edits one, adds three.
        let key = |place: usize| official[place].0.as_str();
        let add: Vec<_> = ["Walk the line daily.", "Coach new engineers.", "Keep the scrap log."].iter().map(|text| json!({ "statement": text, "type": "CORE" })).collect();
        let patch = json!({ "hide": [key(0), key(1)], "edit": [{ "key": key(2), "statement": "Ours, edited." }], "add": add });
        overridden(&app, &id, json!([{ "tasks": { "patch": patch } }, { "relatedTitles": { "patch": { "add": ["Line Engineer"] } } }])).await;
        let patched = tasks(&app, &id).await;
        assert_eq!((patched.len(), said(&patched, key(0)), said(&patched, key(2))), (21, None, Some(("Ours, edited.", "CUSTOM"))));
        app.days_pass(1);
        let before = app.clock_now().to_rfc3339_opts(SecondsFormat::Micros, true);
        let then = shown(&app, &id, None).await;
        app.days_pass(1);

        // A release rewords a hidden one, the edited one and an untouched one.
        let mut newer = official.clone();
        for (place, words) in [(0, "Hidden, reworded."), (2, "Edited, reworded."), (5, "Untouched, reworded.")] {
            words.clone_into(&mut newer[place].1);
        }
        publish(&app, "30.1", &newer).await;
        let after = tasks(&app, &id).await;
        assert_eq!((said(&after, key(0)), said(&after, key(1))), (None, None), "the hidden ones stay hidden");
        assert_eq!(said(&after, key(2)), Some(("Ours, edited.", "CUSTOM")), "the edited one is kept");
        assert_eq!(said(&after, key(5)), Some(("Untouched, reworded.", "ONET")), "the untouched one follows");
        let seen = view(&app, &id, "TASKS").await;
        let conflicts: Vec<_> = seen["diff"]["conflicts"].as_array().expect("conflicts").iter().map(|conflict| [&conflict["key"], &conflict["after"]["statement"]]).collect();
        assert_eq!(conflicts, [[&json!(key(0)), &json!("Hidden, reworded.")], [&json!(key(2)), &json!("Edited, reworded.")]]);
        assert_eq!((&seen["drifted"], seen["diff"]["added"].as_array().map(Vec::len)), (&json!(true), Some(3)));

        let rebased = app.admin(REBASE, json!({ "id": id, "field": "TASKS" })).await["rebaseOverride"].take();
        assert_eq!(rebased["errors"], json!([]));
        let settled = view(&app, &id, "TASKS").await;
        assert_eq!((&settled["drifted"], &settled["diff"]["conflicts"], tasks(&app, &id).await), (&json!(false), &json!([]), after.clone()));

        // Copies to two sister roles.
        let copy = bulk(&app, "copyOverrides(from: $from, to: $to, fields: [TASKS])", "$from: ID!, $to: [ID!]!", json!({ "from": id, "to": sisters })).await;
        assert_eq!((&copy["total"], &copy["failed"]), (&json!(2), &json!(0)));
        for sister in &sisters {
            assert_eq!(tasks(&app, sister).await, after);
            assert_eq!(view(&app, sister, "TASKS").await["drifted"], false);
        }

        // Restores one field of all three, and undoes that.
        let all = [&id, &sisters[0], &sisters[1]];
        let restored = bulk(&app, "bulkRestore(filter: {ids: $ids}, fields: [TASKS])", "$ids: [ID!]", json!({ "ids": all })).await;
        for id in all {
            let tasks = tasks(&app, id).await;
            assert_eq!((tasks.len(), said(&tasks, key(0)), said(&tasks, key(2))), (20, Some(("Hidden, reworded.", "ONET")), Some(("Edited, reworded.", "ONET"))));
        }
        let titles = app.admin(TITLES, json!({ "id": id })).await;
        assert_eq!(titles["job"]["relatedTitles"]["overridden"], true, "the field that was not named is left alone");
        let undone = revert(&app, restored["changeset"]["id"].as_str().expect("an id"), false).await;
        assert_eq!((&undone["errors"], &undone["operation"]["status"]), (&json!([]), &json!("COMPLETE")));
        for id in all {
            assert_eq!(tasks(&app, id).await, after, "as it was before it was restored");
        }
        assert_eq!(shown(&app, &id, Some(&before)).await, then, "as of before the import, what was shown then");
    }
}
