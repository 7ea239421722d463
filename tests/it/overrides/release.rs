//! The walk of a role through a new release: hidden, edited, added and untouched tasks, with the rewordings of paralegals'
//! tasks that O*NET 30.0 made to 29.3.

use std::path::{Path, PathBuf};

use rolegraph::domain::release::Changes;

use super::*;

/// The official task statements of one occupation in a release.
fn release_of(release: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/releases").join(release)
}

async fn import(app: &TestApp, release: &str) {
    let imported = app.service().import_data(&Principal::system("test"), release_of(release), Some(release.to_owned())).await;
    imported.unwrap_or_else(|error| panic!("{release}: {error}"));
}

const TASKS: &str = "query($id: ID!) { job(by: {id: $id}) { tasks { value { key statement type source } overridden drifted provenance { source explanation } } } }";

/// Key, statement and source of every task.
pub(super) async fn tasks(app: &TestApp, id: &str) -> Vec<(String, String, String)> {
    let seen = app.admin(TASKS, json!({ "id": id })).await;
    let text = |task: &Value, name: &str| task[name].as_str().unwrap_or_else(|| panic!("no {name} in {task}")).to_owned();
    let tasks = seen["job"]["tasks"]["value"].as_array().expect("tasks");
    tasks.iter().map(|task| (text(task, "key"), text(task, "statement"), text(task, "source"))).collect()
}

pub(super) fn said<'a>(tasks: &'a [(String, String, String)], key: &str) -> Option<(&'a str, &'a str)> {
    tasks.iter().find(|(known, ..)| known == key).map(|(_, statement, source)| (statement.as_str(), source.as_str()))
}

on_both_databases! {
    async fn a_patched_role_goes_through_a_release(app: TestApp) {
        import(&app, "29.3").await;
        let id = role(&app, "paralegal", "23-2011").await;
        let before = tasks(&app, &id).await;
        assert_eq!(before.len(), 14);
        assert!(before.iter().all(|(.., source)| source == "ONET"));
        // 18493, 18494, 1638 and 1641 are reworded by 30.0.
        let add: Vec<_> = ["Brief new clients.", "Keep the archive.", "Train interns."].iter().map(|text| json!({ "statement": text, "type": "CORE" })).collect();
        let patch = json!({ "hide": ["18493", "1639"], "edit": [{ "key": "18494", "statement": "File pleadings with the court." }], "add": add });
        overridden(&app, &id, json!([{ "tasks": { "patch": patch } }])).await;
        let patched = tasks(&app, &id).await;
        assert_eq!(patched.len(), 15);
        assert_eq!((said(&patched, "18493"), said(&patched, "1639")), (None, None));
        assert_eq!(said(&patched, "18494"), Some(("File pleadings with the court.", "CUSTOM")));
        assert_eq!(said(&patched, "1638"), Some(("Call upon witnesses to testify at hearing.", "ONET")));
        let own: Vec<_> = patched.iter().filter(|(key, ..)| key.starts_with("own:")).map(|(_, statement, source)| (statement.as_str(), source.as_str())).collect();
        assert_eq!(own, [("Brief new clients.", "CUSTOM"), ("Keep the archive.", "CUSTOM"), ("Train interns.", "CUSTOM")]);

        app.days_pass(1);
        import(&app, "30.0").await;
        let after = tasks(&app, &id).await;
        assert_eq!((said(&after, "18493"), said(&after, "1639")), (None, None), "hidden stays hidden");
        assert_eq!(said(&after, "18494"), Some(("File pleadings with the court.", "CUSTOM")), "edited stays edited");
        assert_eq!(said(&after, "1638"), Some(("Call upon witnesses to testify at hearings.", "ONET")), "untouched follows");
        assert_eq!(said(&after, "1641"), Some(("Keep and monitor legal volumes to ensure that the law library is up-to-date.", "ONET")), "untouched follows");
        assert_eq!(after.len(), 15);

        let seen = view(&app, &id, "TASKS").await;
        assert_eq!(seen["drifted"], true);
        let task = |key: &str, statement: &str, class: &str| json!({ "key": key, "statement": statement, "type": class });
        let conflicts = json!([
            { "key": "18493", "before": task("18493", "Meet with clients and other professionals to discuss details of case.", "CORE"), "after": task("18493", "Meet with clients and other professionals to discuss details of cases.", "CORE") },
            { "key": "18494", "before": task("18494", "File pleadings with court clerk.", "SUPPLEMENTAL"), "after": task("18494", "File pleadings with court clerks.", "SUPPLEMENTAL") },
        ]);
        assert_eq!(seen["diff"]["conflicts"], conflicts);
        assert_eq!(seen["diff"]["changed"][0]["key"], "18494");
        let counts = ["added", "removed", "changed"].map(|name| seen["diff"][name].as_array().map(Vec::len));
        assert_eq!(counts, [Some(3), Some(2), Some(1)]);
        let drifted = app.ask("{ jobs(filter: {drifted: TASKS}) { nodes { slug } } }", json!({})).await;
        assert_eq!(drifted["jobs"]["nodes"], json!([{ "slug": "paralegal" }]));

        let rebased = app.admin(REBASE, json!({ "id": id, "field": "TASKS" })).await["rebaseOverride"].clone();
        assert_eq!((&rebased["errors"], &rebased["changeset"]["changes"]["nodes"][0]["action"]), (&json!([]), &json!("FIELD_REBASED")));
        assert_eq!(tasks(&app, &id).await, after, "a rebase that takes nothing changes nothing that is shown");
        let settled = view(&app, &id, "TASKS").await;
        assert_eq!((&settled["drifted"], &settled["diff"]["conflicts"]), (&json!(false), &json!([])));

        app.admin(RESTORE, json!({ "id": id, "fields": ["TASKS"] })).await;
        let restored = tasks(&app, &id).await;
        assert_eq!(restored.len(), 14);
        assert_eq!(said(&restored, "18493"), Some(("Meet with clients and other professionals to discuss details of cases.", "ONET")), "restored is what is inherited now");
        assert!(restored.iter().all(|(.., source)| source == "ONET"));
    }

    async fn a_conflict_is_settled_item_by_item(app: TestApp) {
        import(&app, "29.3").await;
        let id = role(&app, "paralegal", "23-2011").await;
        let patch = json!({ "hide": ["18493"], "edit": [{ "key": "18494", "type": "CORE" }, { "key": "1638", "statement": "Call witnesses." }] });
        overridden(&app, &id, json!([{ "tasks": { "patch": patch } }])).await;
        import(&app, "30.0").await;
        assert_eq!(said(&tasks(&app, &id).await, "18494"), Some(("File pleadings with court clerks.", "CUSTOM")), "what an edit does not set follows too");
        let rebased = app.admin(REBASE, json!({ "id": id, "field": "TASKS", "take": ["18493", "1638"] })).await;
        assert_eq!(rebased["rebaseOverride"]["errors"], json!([]));
        let settled = tasks(&app, &id).await;
        assert_eq!(said(&settled, "18493"), Some(("Meet with clients and other professionals to discuss details of cases.", "ONET")));
        assert_eq!(said(&settled, "1638"), Some(("Call upon witnesses to testify at hearings.", "ONET")));
        assert_eq!(view(&app, &id, "TASKS").await["diff"]["operations"], json!({ "edit": [{ "key": "18494", "type": "CORE" }] }));
        let refused = app.admin(REBASE, json!({ "id": id, "field": "TASKS", "take": ["18494"] })).await;
        assert_eq!(refused["rebaseOverride"]["errors"][0]["code"], "ALREADY_DONE");
    }

    /// The class of failure where an import overwrites what people wrote, or ends their override: OpenMetadata#31426, #29841.
    async fn an_import_neither_overwrites_an_override_nor_ends_it(app: TestApp) {
        import(&app, "29.3").await;
        let id = role(&app, "paralegal", "23-2011").await;
        let blanked = role(&app, "assistant", "23-2011").await;
        overridden(&app, &id, json!([{ "tasks": { "replace": [{ "statement": "Cook." }] } }])).await;
        overridden(&app, &blanked, json!([{ "tasks": { "blank": true } }])).await;
        import(&app, "30.0").await;
        assert_eq!(tasks(&app, &id).await.into_iter().map(|(_, statement, source)| (statement, source)).collect::<Vec<_>>(), [("Cook.".to_owned(), "CUSTOM".to_owned())]);
        assert_eq!(tasks(&app, &blanked).await, []);
        for id in [&id, &blanked] {
            let seen = view(&app, id, "TASKS").await;
            assert_eq!((&seen["overridden"], &seen["drifted"], seen["diff"]["conflicts"].as_array().map(Vec::len)), (&json!(true), &json!(true), Some(4)), "a whole value touches every item that changed");
            let rebased = app.admin(REBASE, json!({ "id": id, "field": "TASKS" })).await;
            assert_eq!(rebased["rebaseOverride"]["errors"], json!([]));
            assert_eq!(view(&app, id, "TASKS").await["drifted"], false);
        }
    }

    async fn a_rehearsal_tells_what_the_import_then_does(app: TestApp) {
        import(&app, "29.3").await;
        let id = role(&app, "paralegal", "23-2011").await;
        role(&app, "sister", "23-2011").await;
        role(&app, "nurse", "29-1141").await;
        import(&app, "29.3").await;
        let patch = json!({ "hide": ["18493", "1639"], "edit": [{ "key": "18494", "statement": "File pleadings with the court." }] });
        overridden(&app, &id, json!([{ "tasks": { "patch": patch } }])).await;
        let before = app.trace().await;
        let rehearsal = app.service().rehearse_import(release_of("30.0"), Some("30.0".to_owned())).await.expect("rehearsed");
        assert_eq!(app.trace().await, before, "a rehearsal writes nothing");
        let told: Vec<_> = rehearsal.changes.iter().filter(|change| change.field.name() == "TASKS").collect();
        assert_eq!(told.iter().map(|change| change.job.as_str()).collect::<Vec<_>>(), ["paralegal", "sister"]);
        let expected = Changes { reworded: 4, carried_forward: 10, ..Changes::default() };
        assert_eq!((told[0].changes, told[1].changes), (expected, expected));
        assert_eq!((told[0].drifts, told[1].drifts, told[1].overridden), (true, false, None));
        let conflicts = json!(told[0].conflicts);
        assert_eq!(told[0].conflicts.iter().map(|conflict| conflict.key.as_str()).collect::<Vec<_>>(), ["18493", "18494"]);

        let was = all_fields(&app).await;
        let imported = app.service().import_data(&Principal::system("test"), release_of("30.0"), Some("30.0".to_owned())).await.expect("imported");
        assert_eq!(imported, rehearsal.report);
        let is = all_fields(&app).await;
        let changed: Vec<_> = was.iter().zip(&is).filter(|(was, is)| was.2 != is.2).map(|(was, _)| (was.0.clone(), was.1.clone())).collect();
        let rehearsed: Vec<_> = rehearsal.changes.iter().map(|change| (change.job.clone(), change.field.name().to_owned())).collect();
        assert_eq!(changed, rehearsed, "just that has changed");
        let seen = view(&app, &id, "TASKS").await;
        assert_eq!((&seen["drifted"], &seen["diff"]["conflicts"]), (&json!(true), &conflicts));
    }
}

/// The official value of every field of every job: slug, field, value.
async fn all_fields(app: &TestApp) -> Vec<(String, String, Value)> {
    let query = "{ jobs(first: 100, orderBy: {field: TITLE}) { nodes { slug fields { field layers { value provenance { source } } } } } }";
    let jobs = app.admin(query, json!({})).await;
    let of = |job: &Value| {
        let official = |field: &Value| {
            let layers = field["layers"].as_array().expect("layers");
            layers.iter().find(|layer| layer["provenance"]["source"] != "CUSTOM").map_or(Value::Null, |layer| layer["value"].clone())
        };
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let fields = job["fields"].as_array().expect("fields").iter();
        fields.map(|field| (text(&job["slug"]), text(&field["field"]), official(field))).collect::<Vec<_>>()
    };
    jobs["jobs"]["nodes"].as_array().expect("nodes").iter().flat_map(of).collect()
}
