//! Bulk operations, through the API: what they do, in which pieces, and that a dry run tells the truth.

mod background;
mod killed;
mod overrides;
mod undo;

use rolegraph::{
    domain::{access::Principal, job::JobKind},
    service::ImportedJob,
};
use rolegraph_entity::changeset;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{TestApp, app::node_id};

pub(crate) const OPERATION: &str = "operation { id kind status dryRun total done failed note actor { id } createdAt finishedAt changeset { id action note changes(first: 100) { totalCount nodes { action field before after } } }
    results(first: 100) { totalCount nodes { job { slug } field changed before after error { code message path } } } } errors { code message path }";

/// Undoes a changeset.
pub(crate) async fn revert(app: &TestApp, changeset: &str, dry_run: bool) -> Value {
    let mutation =
        format!("mutation($id: ID!, $dry: Boolean) {{ revertChangeset(id: $id, dryRun: $dry, note: \"As it was.\") {{ {OPERATION} }} }}");
    app.admin(&mutation, json!({ "id": changeset, "dry": dry_run })).await["revertChangeset"].take()
}

/// Imports jobs, and answers the id of the changeset.
pub(crate) async fn import(app: &TestApp, count: usize) -> String {
    let job = |number: usize| ImportedJob {
        slug: Some(format!("job-{number:04}")),
        kind: JobKind::Occupation,
        title: format!("Job {number}"),
        description: None,
        company: None,
        company_name: None,
        soc_code: None,
        soc_status: None,
        published: None,
        skills: vec![],
        metadata: Value::Null,
    };
    let jobs: Vec<_> = (0..count).map(job).collect();
    app.service().import_jobs(&Principal::system("test"), &jobs, "importJobs").await.expect("imported");
    changeset_of(app, "importJobs").await
}

/// The id of the one changeset of that action.
pub(crate) async fn changeset_of(app: &TestApp, action: &str) -> String {
    let db = app.db().await;
    let found = changeset::Entity::find().filter(changeset::Column::Action.eq(action)).all(&db).await.expect("readable");
    assert_eq!(found.len(), 1, "{action}");
    node_id("Changeset", found[0].id)
}

/// How many jobs there are.
pub(crate) async fn count(app: &TestApp) -> Value {
    app.admin("{ jobs { totalCount } }", json!({})).await["jobs"]["totalCount"].take()
}
