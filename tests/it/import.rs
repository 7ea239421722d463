//! Importing a newer release of the official data, and jobs from files.

mod jobs;

use std::{fs, path::Path};

use rolegraph::{
    domain::access::Principal,
    service::{ImportReport, ServiceError},
};
use rolegraph_entity::{fact, reference_table};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestApp, on_both_databases};

const OLD: &str = "Maintain records of patient care, condition, progress, or problems to report and discuss observations with supervisor or case manager.";
const NEW: &str = "Maintain records of patient care on a tablet.";

/// Task Statements of the release after the bundled one: those of three occupations, one of them worded anew.
fn release(changed: &str) -> TempDir {
    let official = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/bundle/mini/onet/30.0/Task Statements.txt");
    let text = fs::read_to_string(official).expect("the fixture");
    assert!(text.contains(OLD), "the fixture holds that task");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("Task Statements.txt"), text.replace(OLD, changed)).expect("written");
    folder
}

async fn import(app: &TestApp, folder: &TempDir) -> Result<ImportReport, ServiceError> {
    app.service().import_data(&Principal::system("test"), folder.path().to_owned(), Some("31.0".to_owned())).await
}

const TASKS: &str = "{ jobs(orderBy: {field: TITLE}) { nodes { title version tasks { value { statement } provenance { release fetchedAt } } coverage { gaps { field reason } } } }
    asked: occupation(code: \"31-1121\") { fields(names: [TASKS]) { value provenance { release } } }
    unasked: occupation(code: \"31-1122\") { fields(names: [TASKS]) { provenance { release } } }
    coverage { fields { field filled } } }";

/// A job whose tasks the next release words anew, and one whose tasks it no longer has.
async fn with_jobs(app: &TestApp) {
    app.create(json!({ "kind": "OCCUPATION", "title": "Home Health Aides", "socCode": "31-1121" })).await;
    app.create(json!({ "kind": "OCCUPATION", "title": "Registered Nurses", "socCode": "29-1141" })).await;
    app.days_pass(7);
}

fn says(job: &Value, statement: &str) -> bool {
    job["tasks"]["value"].as_array().expect("tasks").iter().any(|task| task["statement"] == statement)
}

on_both_databases! {
    async fn a_newer_release_takes_the_place_of_the_older_in_every_process(app: TestApp) {
        with_jobs(&app).await;
        let replica = app.replica().await;
        let before = replica.ask(TASKS, json!({})).await;
        assert_eq!(before["jobs"]["nodes"][0]["tasks"]["provenance"]["release"], "O*NET 30.0");
        assert!(says(&before["jobs"]["nodes"][0], OLD));

        let folder = release(NEW);
        let report = import(&app, &folder).await.expect("imported");
        assert_eq!(report.tables, [("Task Statements".to_owned(), "O*NET 31.0".to_owned(), 37)]);
        assert_eq!((report.changed_facts, report.changed_occupations), (4, 2), "tasks and core responsibilities of both");

        let after = app.ask(TASKS, json!({})).await;
        let (aides, nurses) = (&after["jobs"]["nodes"][0], &after["jobs"]["nodes"][1]);
        assert!(says(aides, NEW) && !says(aides, OLD));
        assert_eq!(aides["tasks"]["provenance"], json!({ "release": "O*NET 31.0", "fetchedAt": "2026-11-30T08:00:00+00:00" }));
        assert_eq!((&aides["version"], &nurses["version"], &nurses["tasks"]["value"]), (&json!(2), &json!(2), &json!([])));
        let gap = |field: &str, words: &str| json!({ "field": field, "reason": format!("onet-database has no {words} for 29-1141.00.") });
        assert_eq!(nurses["coverage"]["gaps"], json!([gap("CORE_RESPONSIBILITIES", "core responsibilities"), gap("TASKS", "tasks")]));
        assert_eq!(after["coverage"]["fields"][1], json!({ "field": "TASKS", "filled": 1 }));
        assert_eq!(after["unasked"]["fields"][0]["provenance"]["release"], "O*NET 31.0");

        // Facts are in the database, and so seen at once; what nobody has asked about comes with the reference data.
        let told = replica.ask(TASKS, json!({})).await;
        assert_eq!((&told["jobs"], &told["asked"], &told["coverage"]), (&after["jobs"], &after["asked"], &after["coverage"]));
        assert_eq!(told["unasked"], before["unasked"]);
        assert!(replica.service().refresh_reference().await.expect("refreshed"));
        assert!(!replica.service().refresh_reference().await.expect("nothing is new"));
        assert!(!app.service().refresh_reference().await.expect("nothing is new"));
        assert_eq!(replica.ask(TASKS, json!({})).await, after);
        let late = app.replica().await;
        assert_eq!(late.ask(TASKS, json!({})).await, after, "a process that starts later reads it from the database");

        let again = import(&app, &folder).await.expect("imported again");
        assert_eq!((again.changed_facts, again.changed_occupations), (0, 0));
        assert_eq!(app.ask(TASKS, json!({})).await, after);
    }

    async fn facts_are_closed_and_opened_and_never_overwritten(app: TestApp) {
        with_jobs(&app).await;
        let db = app.db().await;
        let tasks = async || {
            let of = fact::Entity::find().filter(fact::Column::OccupationCode.eq("31-1121.00")).filter(fact::Column::Field.eq("TASKS"));
            of.order_by_asc(fact::Column::ValidFrom).all(&db).await.expect("read")
        };
        let before = tasks().await;
        assert_eq!((before.len(), before[0].valid_to), (1, None));
        import(&app, &release(NEW)).await.expect("imported");
        let after = tasks().await;
        let (then, now) = (before[0].valid_from, app.clock_now());
        assert_eq!(after.len(), 2);
        assert_eq!((&after[0].value, after[0].valid_from, after[0].valid_to), (&before[0].value, then, Some(now)));
        assert_eq!((after[1].release.as_deref(), after[1].valid_from, after[1].valid_to), (Some("O*NET 31.0"), now, None));
        assert_ne!(after[1].value_digest, before[0].value_digest);
        let stored = reference_table::Entity::find().all(&db).await.expect("read");
        assert_eq!(stored.iter().map(|table| (table.name.as_str(), table.rows, table.superseded_at)).collect::<Vec<_>>(), [("Task Statements", 37, None)]);
        let sets = app.trace().await["changeset"].0;
        assert_eq!(sets, 3, "two jobs, one import");
    }

    async fn a_release_that_cannot_be_imported_changes_nothing(app: TestApp) {
        with_jobs(&app).await;
        let (before, answer) = (app.trace().await, app.ask(TASKS, json!({})).await);
        let folder = release(NEW);
        let file = folder.path().join("Task Statements.txt");
        let good = fs::read_to_string(&file).expect("readable");
        let refused = async |text: String| {
            fs::write(&file, text).expect("written");
            import(&app, &folder).await.expect_err("refused").to_string()
        };
        let cut = refused(good[..good.len() - 20].to_owned()).await;
        assert!(cut.starts_with("Task Statements.txt, line 38, column `") && cut.contains("cut off"), "{cut}");
        let unknown = refused(good.replacen("31-1121.00", "31-9999.00", 1)).await;
        assert!(unknown.contains("column `O*NET-SOC Code`: `31-9999.00` is unknown"), "{unknown}");
        let number = refused(good.replacen("\t95\t", "\tmany\t", 1)).await;
        assert!(number.contains("`many` is not a number"), "{number}");
        fs::remove_file(&file).expect("removed");
        import(&app, &folder).await.expect_err("an empty folder");
        assert_eq!(app.trace().await, before);
        assert_eq!(app.ask(TASKS, json!({})).await, answer);
    }
}
