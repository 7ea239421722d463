//! What is refused, with why and where; nothing is changed by it.

use super::*;
use crate::support::app::{TOKEN, node_id};

/// Tries to override, and answers the errors; nothing is changed.
async fn refused(app: &TestApp, input: Value) -> Value {
    let before = app.trace().await;
    let answer = app.admin(OVERRIDE, json!({ "input": input })).await["overrideFields"].clone();
    assert_eq!(app.trace().await, before);
    assert_eq!((&answer["job"], &answer["changeset"]), (&Value::Null, &Value::Null), "{answer}");
    answer["errors"].clone()
}

on_both_databases! {
    async fn a_change_that_breaks_a_rule_changes_nothing(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let values = |values: Value| json!({ "jobId": id, "values": values });
        let errors = refused(&app, values(json!([{ "wages": { "blank": true } }, { "skills": { "patch": { "hide": ["2.A.1.x"] } } }, { "relatedTitles": { "patch": { "hide": ["no-such-title"] } } }]))).await;
        let place = |error: &Value| error["path"].as_array().expect("a path").iter().map(|part| part.as_str().expect("text").to_owned()).collect::<Vec<_>>().join(".");
        let errors = errors.as_array().expect("errors");
        assert_eq!(errors.iter().map(place).collect::<Vec<_>>(), ["input.values.1.skills.patch.hide.0", "input.values.2.relatedTitles.patch.hide.0"], "all of them are told");
        assert_eq!(errors[0]["code"], "INVALID");
        assert_eq!(errors[0]["message"], "The official list has no item with the key `2.A.1.x`: the nearest are `2.A.1.b` (Active Listening), `2.A.1.d` (Speaking), `2.A.1.a` (Reading Comprehension).");

        for (value, path, told) in [
            (json!([]), "input.values", "Nothing is to be changed: give at least one field."),
            (json!([{ "wages": { "blank": true } }, { "wages": { "blank": true } }]), "input.values.1.wages", "The field WAGES is given twice: say in one place what it is to be."),
            (json!([{ "wages": { "blank": false } }]), "input.values.0.wages.blank", "`blank` is true: to take an override back, restore the field (restoreFields)."),
            (json!([{ "relatedTitles": { "replace": [] } }]), "input.values.0.relatedTitles.replace", "The list is empty: to leave the field empty on purpose, say `blank: true`."),
            (json!([{ "relatedTitles": { "patch": {} } }]), "input.values.0.relatedTitles.patch", "The patch says nothing: give `add`, `hide`, `edit` or `order`."),
            (json!([{ "education": { "replace": { "typicalLevel": "x", "jobZone": -1 } } }]), "input.values.0.education.replace.jobZone", "A job zone is 1 to 5; this is -1."),
            (json!([{ "relatedTitles": { "patch": { "add": ["a\u{0}b"] } } }]), "input.values.0.relatedTitles.patch.add.0", "A text is one line without control characters; this one holds some."),
        ] {
            let errors = refused(&app, values(value)).await;
            assert_eq!((place(&errors[0]).as_str(), errors[0]["message"].as_str().expect("a message")), (path, told));
        }
        let many: Vec<_> = (0..201).map(|number| format!("Title {number}")).collect();
        let errors = refused(&app, values(json!([{ "relatedTitles": { "replace": many } }]))).await;
        assert_eq!((&errors[0]["code"], &errors[0]["message"]), (&json!("LIMIT_EXCEEDED"), &json!("A list holds at most 200 items; this one has 201.")));
        let mut noted = values(json!([{ "wages": { "blank": true } }]));
        noted["note"] = json!("x".repeat(2_001));
        assert_eq!(place(&refused(&app, noted).await[0]), "input.note");
    }

    async fn a_change_without_exactly_one_form_is_no_request(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let before = app.trace().await;
        for value in [json!({}), json!({ "wages": {} }), json!({ "wages": { "blank": true }, "tasks": { "blank": true } }), json!({ "tasks": { "blank": true, "replace": [] } }), json!({ "tasks": null })] {
            let answer = app.post(OVERRIDE, json!({ "input": { "jobId": id, "values": [value] } }), Some(TOKEN)).await;
            let told = answer["errors"][0]["message"].as_str().unwrap_or_else(|| panic!("{value}: {answer}"));
            assert!(told.contains("input.values.0") && told.contains("exactly one field"), "{value}: {told}");
        }
        assert_eq!(app.trace().await, before);
    }

    async fn somebody_elses_change_is_not_overwritten(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let blank = |version: i64| json!({ "jobId": id, "values": [{ "wages": { "blank": true } }], "expectedVersion": version });
        let version = overridden(&app, &id, json!([{ "skills": { "blank": true } }])).await["job"]["version"].as_i64().expect("a version");
        let errors = refused(&app, blank(version - 1)).await;
        let told = format!("The job was changed meanwhile: it has version {version}, not {}.", version - 1);
        assert_eq!(errors, json!([{ "code": "CONFLICT", "message": told, "path": ["input", "expectedVersion"] }]));
        let before = app.trace().await;
        let answer = app.admin(RESTORE, json!({ "id": id, "version": version - 1 })).await;
        assert_eq!((&answer["restoreFields"]["errors"][0]["code"], &answer["restoreFields"]["errors"][0]["path"]), (&json!("CONFLICT"), &json!(["expectedVersion"])));
        assert_eq!(app.trace().await, before);
        let answer = app.admin(OVERRIDE, json!({ "input": blank(version) })).await;
        assert_eq!(answer["overrideFields"]["job"]["version"], version + 1);
    }

    async fn of_many_callers_with_one_version_one_succeeds(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let version = app.admin(TITLES, json!({ "id": id })).await["job"]["version"].as_i64().expect("a version");
        let tries = (0..8).map(|number| {
            let values = json!([{ "relatedTitles": { "replace": [format!("Title {number}")] } }]);
            app.admin(OVERRIDE, json!({ "input": { "jobId": id, "values": values, "expectedVersion": version } }))
        });
        let answers = futures::future::join_all(tries).await;
        let done: Vec<_> = answers.iter().filter(|answer| answer["overrideFields"]["errors"] == json!([])).collect();
        assert_eq!(done.len(), 1);
        assert!(answers.iter().filter(|answer| answer["overrideFields"]["errors"] != json!([])).all(|answer| answer["overrideFields"]["errors"][0]["code"] == "CONFLICT"));
        assert_eq!(app.admin(TITLES, json!({ "id": id })).await["job"]["version"], version + 1);
    }

    async fn only_those_who_may_override(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let before = app.trace().await;
        let input = json!({ "input": { "jobId": id, "values": [{ "wages": { "blank": true } }] } });
        assert_eq!(app.refusal(OVERRIDE, input, None).await, "UNAUTHENTICATED");
        assert_eq!(app.refusal(RESTORE, json!({ "id": id }), None).await, "UNAUTHENTICATED");
        assert_eq!(app.refusal(REBASE, json!({ "id": id, "field": "WAGES" }), None).await, "UNAUTHENTICATED");
        assert_eq!(app.trace().await, before);
        for unknown in [node_id("Job", uuid::Uuid::nil()), node_id("Company", uuid::Uuid::nil()), "nonsense".to_owned()] {
            let errors = refused(&app, json!({ "jobId": unknown, "values": [{ "wages": { "blank": true } }] })).await;
            assert_eq!(errors, json!([{ "code": "NOT_FOUND", "message": "There is no such job.", "path": ["input", "jobId"] }]));
            for (query, name) in [(RESTORE, "restoreFields"), (REBASE, "rebaseOverride")] {
                let answer = app.admin(query, json!({ "id": unknown, "field": "WAGES" })).await;
                assert_eq!(answer[name]["errors"], json!([{ "code": "NOT_FOUND", "message": "There is no such job.", "path": ["jobId"] }]));
            }
        }
    }

    async fn a_rebase_needs_something_to_rebase(app: TestApp) {
        let id = role(&app, "nurse", "29-1141").await;
        let rebase = async |field: &str| app.admin(REBASE, json!({ "id": id, "field": field })).await["rebaseOverride"]["errors"].clone();
        assert_eq!(rebase("TASKS").await, json!([{ "code": "INVALID", "message": "The job's tasks are not overridden: there is nothing to rebase.", "path": ["field"] }]));
        overridden(&app, &id, json!([{ "tasks": { "blank": true } }])).await;
        let before = app.trace().await;
        assert_eq!(rebase("TASKS").await[0]["code"], "ALREADY_DONE");
        assert_eq!(app.trace().await, before);
        let none = app.admin(RESTORE, json!({ "id": id, "fields": [] })).await;
        assert_eq!(none["restoreFields"]["errors"], json!([{ "code": "INVALID", "message": "No field is named: leave `fields` out to restore all of them.", "path": ["fields"] }]));
    }
}
