//! What is in the database, table by table, to prove that a refused call changed nothing.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait};

use super::TestApp;

/// How many rows every table has, and a digest of them.
pub(crate) type Trace = BTreeMap<&'static str, (usize, u64)>;

macro_rules! traced {
    ($db:expr, $($table:ident),+) => {
        BTreeMap::from([$((stringify!($table), rows::<rolegraph_entity::$table::Entity>($db).await)),+])
    };
}

async fn rows<E: EntityTrait>(db: &DatabaseConnection) -> (usize, u64) {
    let mut rows: Vec<_> = E::find().all(db).await.expect("readable").iter().map(|row| format!("{row:?}")).collect();
    rows.sort_unstable();
    let mut hasher = DefaultHasher::new();
    rows.hash(&mut hasher);
    (rows.len(), hasher.finish())
}

impl TestApp {
    /// A connection beside the service's own.
    pub(crate) async fn db(&self) -> DatabaseConnection {
        Database::connect(&self.database.url).await.expect("a connection")
    }

    /// What is in all tables.
    pub(crate) async fn trace(&self) -> Trace {
        let db = self.db().await;
        let trace = traced!(
            &db,
            ai_rejection,
            api_key,
            assistant_answer,
            assistant_budget,
            bulk_item,
            bulk_operation,
            bulk_result,
            change,
            changeset,
            company,
            enrichment_outcome,
            enrichment_run,
            event,
            fact,
            fact_version,
            history_chain,
            idempotency_key,
            job,
            job_data_override,
            job_version,
            provider_note,
            provider_try,
            reference_table,
            soc_recalibration,
            soc_review,
            webhook_delivery,
            webhook_endpoint,
            work_item,
            work_turn
        );
        db.close().await.expect("closed");
        trace
    }

    /// All that is written of keys, of what was changed, and of answers that are kept, as text.
    pub(crate) async fn dump(&self) -> String {
        use rolegraph_entity::{api_key, change, changeset, idempotency_key};
        use sea_orm::EntityTrait;
        let db = self.db().await;
        let mut text = format!(
            "{:?} {:?} {:?}",
            api_key::Entity::find().all(&db).await.expect("readable"),
            change::Entity::find().all(&db).await.expect("readable"),
            changeset::Entity::find().all(&db).await.expect("readable")
        );
        for kept in idempotency_key::Entity::find().all(&db).await.expect("readable") {
            text += &String::from_utf8_lossy(&kept.answer.unwrap_or_default());
        }
        db.close().await.expect("closed");
        text
    }

    /// Runs one statement.
    pub(crate) async fn sql(&self, statement: &str) {
        let db = self.db().await;
        db.execute_unprepared(statement).await.expect(statement);
        db.close().await.expect("closed");
    }
}
