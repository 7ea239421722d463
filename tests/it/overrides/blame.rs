//! Who last touched each item of a field.

use chrono::SecondsFormat;

use super::*;
use crate::bulk::revert;

const BLAME: &str = "query($id: ID!, $at: DateTime!) { job(by: {id: $id}) { fields(names: [RELATED_TITLES]) { blame { key change { action changeset { id note } } } }
    asOf(at: $at) { fields(names: [RELATED_TITLES]) { blame { key change { action } } } } } }";

/// The key of each item that was ever touched, the last action, and its note.
async fn blamed(app: &TestApp, id: &str) -> Vec<(String, String, String)> {
    let seen = app.admin(BLAME, json!({ "id": id, "at": "2026-11-23T08:00:00Z" })).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = seen["job"]["fields"][0]["blame"].as_array().expect("blame").clone();
    items.iter().map(|item| (text(&item["key"]), text(&item["change"]["action"]), text(&item["change"]["changeset"]["note"]))).collect()
}

async fn patch(app: &TestApp, id: &str, note: &str, patch: Value) -> String {
    let input = json!({ "jobId": id, "note": note, "values": [{ "relatedTitles": { "patch": patch } }] });
    let answer = app
        .admin(
            "mutation($input: OverrideFieldsInput!) { overrideFields(input: $input) { changeset { id } errors { message } } }",
            json!({ "input": input }),
        )
        .await;
    answer["overrideFields"]["changeset"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

on_both_databases! {
    async fn each_item_tells_the_change_that_touched_it_last(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        assert!(blamed(&app, &id).await.is_empty(), "all of it follows the official data");
        let official = keyed(&app.admin(TITLES, json!({ "id": id })).await["job"]["relatedTitles"]["items"]);
        let (first, second) = (official[0].0.clone(), official[1].0.clone());
        app.days_pass(1);
        patch(&app, &id, "one", json!({ "hide": [first], "add": ["Night Owl"] })).await;
        let between = app.clock_now().to_rfc3339_opts(SecondsFormat::Micros, true);
        app.days_pass(1);
        let two = patch(&app, &id, "two", json!({ "add": ["Night Owl"], "edit": [{ "key": second, "text": "Our Nurse" }] })).await;
        let mut expected = vec![
            (first.clone(), "FIELD_OVERRIDDEN".to_owned(), "two".to_owned()),
            (second.clone(), "FIELD_OVERRIDDEN".to_owned(), "two".to_owned()),
            ("own:night-owl~fbef48f2".to_owned(), "FIELD_OVERRIDDEN".to_owned(), "one".to_owned()),
        ];
        expected.sort();
        assert_eq!(blamed(&app, &id).await, expected, "the second patch let the hidden item be shown again, and left the added one alone");
        let then = app.admin(BLAME, json!({ "id": id, "at": between })).await;
        let then: Vec<_> = then["job"]["asOf"]["fields"][0]["blame"].as_array().expect("blame").iter().map(|item| item["key"].clone()).collect();
        assert!(then.contains(&json!(first)) && !then.contains(&json!(second)), "as of then: {then:?}");

        revert(&app, &two, false).await;
        assert!(blamed(&app, &id).await.contains(&(first.clone(), "FIELD_OVERRIDDEN".to_owned(), "As it was.".to_owned())), "an undo touches too");
        app.admin(RESTORE, json!({ "id": id, "fields": ["RELATED_TITLES"] })).await;
        let restored = blamed(&app, &id).await;
        assert!(restored.contains(&(first, "FIELD_RESTORED".to_owned(), "Back.".to_owned())), "{restored:?}");
        let (statements, _) = app.counted(app.admin("{ jobs(first: 10) { nodes { fields { blame { key } } } } }", json!({}))).await;
        assert!(statements < 15, "{statements} statements");
    }

    async fn who_may_not_read_history_is_told_nobody(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        patch(&app, &id, "one", json!({ "add": ["Night Owl"] })).await;
        let query = "query($id: ID!) { job(by: {id: $id}) { fields(names: [RELATED_TITLES]) { blame { key } } } occupation(code: \"29-1141\") { fields(names: [RELATED_TITLES]) { blame { key } } } }";
        assert_eq!(app.ask(query, json!({ "id": id })).await["job"]["fields"][0]["blame"], Value::Null);
        assert_eq!(app.admin(query, json!({ "id": id })).await["occupation"]["fields"][0]["blame"], Value::Null);
    }
}
