//! Many callers at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use rolegraph_entity::fact::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{CREATE, UPDATE};
use crate::support::{TestApp, on_both_databases};

on_both_databases! {
    async fn twenty_jobs_of_one_title_created_at_once_have_twenty_slugs(app: TestApp) {
        let input = json!({ "input": { "kind": "OCCUPATION", "title": "Registered Nurses", "socCode": "29-1141" } });
        let answers = join_all((0..20).map(|_| app.admin(CREATE, input.clone()))).await;
        let slugs: BTreeSet<_> = answers
            .iter()
            .map(|answer| {
                assert_eq!(answer["createJob"]["errors"], json!([]));
                assert_eq!(answer["createJob"]["job"]["coverage"]["filled"], 11);
                answer["createJob"]["job"]["slug"].as_str().expect("a slug").to_owned()
            })
            .collect();
        let expected = (1..=20).map(|number| if number == 1 { "registered-nurses".to_owned() } else { format!("registered-nurses-{number}") });
        assert_eq!(slugs, expected.collect());
        let trace = app.trace().await;
        assert_eq!((trace["job"].0, trace["fact_version"].0), (20, 1));
        let db = app.db().await;
        let current = Entity::find().filter(Column::ValidTo.is_null()).count(&db).await.expect("counted");
        assert_eq!(current, 13, "the occupation is known once: eleven fields, two of them of two providers");
    }

    async fn of_changes_to_one_version_one_wins(app: TestApp) {
        let id = app.create(json!({ "kind": "OCCUPATION", "title": "Nurses" })).await;
        let change = |number: u32| json!({ "input": { "id": id, "title": format!("Nurses {number}"), "expectedVersion": 1 } });
        let answers = join_all((0..10).map(|number| app.admin(UPDATE, change(number)))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().map(|answer| &answer["updateJob"]).partition(|payload| payload["errors"] == json!([]));
        assert_eq!((won.len(), lost.len()), (1, 9));
        let conflict = json!([{ "code": "CONFLICT", "message": "The job was changed meanwhile: it has version 2, not 1.", "path": ["input", "expectedVersion"] }]);
        for payload in lost {
            assert_eq!((&payload["errors"], &payload["job"]), (&conflict, &json!(null)));
        }
        let job = app.ask("query($id: ID!) { job(by: {id: $id}) { title version } }", json!({ "id": id })).await;
        assert_eq!(job["job"], json!({ "title": won[0]["job"]["title"], "version": 2 }));
        assert_eq!(app.trace().await["changeset"].0, 2);
    }
}
