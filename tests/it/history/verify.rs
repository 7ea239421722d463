//! One altered byte of history is found, and its row is named.

use rolegraph::service::HistoryCheck;
use rolegraph_entity::{change, changeset};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::support::{TestApp, database::Dialect, on_both_databases, process};

/// A history of two jobs and a company: six changes in three chains.
async fn written(app: &TestApp) -> Vec<change::Model> {
    app.company("acme").await;
    for title in ["Nurses", "Cooks"] {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": title, "socCode": "29-1141" })).await;
        let update = "mutation($id: ID!, $title: String) { updateJob(input: {id: $id, title: $title}) { changeset { id } } }";
        app.admin(update, json!({ "id": id, "title": format!("{title} 2") })).await;
    }
    let id = app.admin("{ job(by: {slug: \"cooks\"}) { id } }", json!({})).await["job"]["id"].clone();
    app.admin("mutation($id: ID!) { deleteJob(id: $id) { deletedId } }", json!({ "id": id })).await;
    let db = app.db().await;
    change::Entity::find().order_by_asc(change::Column::Chain).order_by_asc(change::Column::Link).all(&db).await.expect("readable")
}

async fn check(app: &TestApp) -> HistoryCheck {
    app.service().check_history().await.expect("readable")
}

fn literal(app: &TestApp, id: Uuid) -> String {
    if app.dialect == Dialect::Sqlite { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
}

on_both_databases! {
    async fn every_altered_row_is_named_and_no_other(app: TestApp) {
        let rows = written(&app).await;
        assert_eq!(check(&app).await, HistoryCheck { changes: 6, chains: 3, unchained: 0, tampered: vec![] });
        let (mut altered, db) = (vec![], app.db().await);
        for row in &rows {
            let id = row.id;
            for column in ["action", "after", "before", "field", "hash"] {
                altered.push(("changes", id, format!("{column} = COALESCE({column}, '') || 'x'")));
            }
            altered.push(("changes", id, format!("company_id = {}", literal(&app, Uuid::max()))));
            altered.push(("changes", id, "position = position + 1".to_owned()));
        }
        for set in changeset::Entity::find().all(&db).await.expect("readable") {
            for column in ["action", "actor", "note", "hash"] {
                altered.push(("changesets", set.id, format!("{column} = COALESCE({column}, '') || 'x'")));
            }
        }
        for row in &rows {
            altered.push(("history_chains", row.chain.expect("a chain"), "hash = hash || 'x'".to_owned()));
        }
        assert_eq!(altered.len(), 6 * 7 + 6 * 4 + 6);
        for (table, id, how) in altered {
            let id_text = literal(&app, id);
            app.sql(&format!("CREATE TABLE kept AS SELECT * FROM {table} WHERE id = {id_text}")).await;
            app.sql(&format!("UPDATE {table} SET {how} WHERE id = {id_text}")).await;
            let found = check(&app).await;
            let named: Vec<_> = found.tampered.iter().map(|row| (row.table, row.id)).collect();
            assert_eq!(named, [(table, id)], "{how}: {found:?}");
            let columns: &[&str] = match table {
                "changes" => &["action", "after", "before", "field", "hash", "company_id", "position"],
                "changesets" => &["action", "actor", "note", "hash"],
                _ => &["hash"],
            };
            let back: Vec<_> = columns.iter().map(|column| format!("{column} = (SELECT {column} FROM kept)")).collect();
            app.sql(&format!("UPDATE {table} SET {} WHERE id = {id_text}", back.join(", "))).await;
            app.sql("DROP TABLE kept").await;
        }
        assert_eq!(check(&app).await.tampered, []);
    }

    async fn what_was_taken_out_of_a_chain_is_missed(app: TestApp) {
        let rows = written(&app).await;
        let of_cooks: Vec<_> = rows.iter().filter(|row| rows.iter().filter(|other| other.chain == row.chain).count() == 3).collect();
        app.sql(&format!("DELETE FROM changes WHERE id = {}", literal(&app, of_cooks[1].id))).await;
        let found = check(&app).await.tampered;
        assert_eq!((found.len(), found[0].id, found[0].reason.as_str()), (1, of_cooks[2].id, "before it 1 changes of its chain are missing"));
        app.sql(&format!("DELETE FROM changes WHERE id = {}", literal(&app, of_cooks[2].id))).await;
        let found = check(&app).await.tampered;
        assert_eq!((found.len(), found[0].table, found[0].reason.as_str()), (1, "history_chains", "2 changes at the end of its chain are missing"));
        app.sql("DELETE FROM changes").await;
        let found = check(&app).await.tampered;
        assert_eq!((found.len(), found.iter().all(|row| row.table == "history_chains")), (3, true));
    }

    async fn jobs_that_are_changed_at_once_have_chains_without_a_gap(app: TestApp) {
        let mut ids = vec![];
        for number in 0..4 {
            ids.push(app.create(json!({ "kind": "OCCUPATION", "title": format!("Job {number}") })).await);
        }
        let update = "mutation($id: ID!, $title: String) { updateJob(input: {id: $id, title: $title}) { errors { code } } }";
        let changes = (0..40).map(|number| app.admin(update, json!({ "id": ids[number % 4], "title": format!("Title {number}") })));
        futures::future::join_all(changes).await;
        assert_eq!(check(&app).await, HistoryCheck { changes: 44, chains: 4, unchained: 0, tampered: vec![] });
    }
}

#[test]
fn the_command_line_verifies_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = process::rolegraph(folder.path());
        command.args(arguments);
        command
    };
    std::fs::write(folder.path().join("jobs.csv"), "kind,title\nOCCUPATION,Cook\nOCCUPATION,Chef\n").expect("written");
    process::printed(&mut run(&["jobs", "import", "jobs.csv"]));
    assert_eq!(process::printed(&mut run(&["history", "verify"])), "2 changes in 2 chains are as they were written.\n");
    let alter = async {
        use sea_orm::ConnectionTrait;
        let db =
            sea_orm::Database::connect(format!("sqlite://{}", folder.path().join("rolegraph.db").display())).await.expect("a connection");
        db.execute_unprepared("UPDATE changes SET after = replace(after, 'Chef', 'Chief')").await.expect("altered");
        db.close().await.expect("closed");
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(alter);
    let told = process::refused(&mut run(&["history", "verify"]));
    assert!(
        told.contains("history was altered:\nchanges ")
            && told.ends_with(": it does not say what was written\n1 changes in 2 chains are as they were written.\n"),
        "{told}"
    );
}
