//! Databases of a bench's own.

use std::fmt;

use sea_orm::{ConnectionTrait, Database as Connection, Statement};
use tempfile::TempDir;

use crate::support::postgres;

/// An empty database; removed at the end.
pub(crate) struct Database {
    pub(crate) url: String,
    folder: Option<TempDir>,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_sqlite() { "SQLite" } else { "PostgreSQL" })
    }
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { url: format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display()), folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let name = postgres::fresh_name("bench").expect("PostgreSQL");
        let server = Connection::connect(postgres::database_url("postgres").expect("PostgreSQL")).await.expect("a connection");
        server.execute_unprepared(&format!("create database {name}")).await.expect("a database");
        server.close().await.expect("closed");
        Self { url: postgres::database_url(&name).expect("PostgreSQL"), folder: None }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    /// Runs one statement.
    pub(crate) async fn sql(&self, statement: &str) {
        let db = Connection::connect(&self.url).await.expect("a connection");
        db.execute_unprepared(statement).await.expect(statement);
        db.close().await.expect("closed");
    }

    /// The one number that a statement answers.
    pub(crate) async fn number(&self, statement: &str) -> i64 {
        let db = Connection::connect(&self.url).await.expect("a connection");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), statement)).await.expect(statement);
        let number = row.expect("a row").try_get_by_index(0).expect("a number");
        db.close().await.expect("closed");
        number
    }
}
