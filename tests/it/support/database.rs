//! Fresh databases. Every database test is written once and run on both.

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, TransactionTrait};
use tempfile::TempDir;

use super::postgres;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A database of the test's own.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    /// Holds the file of an SQLite database, and removes it at the end.
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// An empty database, with or without the schema.
    pub(crate) async fn new(dialect: Dialect, migrated: bool) -> Self {
        match dialect {
            Dialect::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
                if migrated {
                    migrate(&url).await;
                }
                Self { url, _folder: Some(folder) }
            }
            Dialect::Postgres => Self { url: postgres_database(migrated).await, _folder: None },
        }
    }

    /// An empty database on PostgreSQL that belongs to somebody who may do nothing else on the server but what an operator
    /// gives: act as the service's two roles.
    pub(crate) async fn of_a_plain_user() -> Self {
        let (name, user) = (postgres::fresh_name("plain").expect("PostgreSQL"), postgres::fresh_name("user").expect("PostgreSQL"));
        // The roles are the server's: a database that was migrated has made them.
        drop(Self::new(Dialect::Postgres, true).await);
        run(&format!("create role {user} login nosuperuser nocreaterole password 'plain'")).await;
        run(&format!("grant rolegraph_platform, rolegraph_tenant to {user}")).await;
        run(&format!("create database {name} owner {user}")).await;
        let mut url = url::Url::parse(&postgres::database_url(&name).expect("PostgreSQL")).expect("an address");
        url.set_username(&user).and_then(|()| url.set_password(Some("plain"))).expect("an address with a user");
        Self { url: url.into(), _folder: None }
    }
}

async fn migrate(url: &str) {
    use rolegraph_migration::MigratorTrait;
    let db = Database::connect(url).await.expect("a connection");
    rolegraph_migration::Migrator::up(&db, None).await.expect("migrations run");
    db.close().await.expect("the connection closes");
}

/// A new database on the run's PostgreSQL server; with the schema, a copy of one that was migrated once. Those of tests that
/// have ended make room for it: a whole run's databases together would take several gigabytes.
async fn postgres_database(migrated: bool) -> String {
    let name = postgres::fresh_name("test").expect("PostgreSQL");
    drop_left_behind().await;
    if migrated {
        let template = postgres::shared_name("template").expect("PostgreSQL");
        let made = postgres::once("template", async || {
            run(&format!("drop database if exists {template}")).await;
            run(&format!("create database {template}")).await;
            migrate(&postgres::database_url(&template).expect("PostgreSQL")).await;
            Ok::<_, postgres::Unavailable>(())
        });
        made.await.expect("PostgreSQL");
        run(&format!("create database {name} template {template}")).await;
    } else {
        run(&format!("create database {name}")).await;
    }
    postgres::database_url(&name).expect("PostgreSQL")
}

/// Drops this run's databases whose process is gone. One process at a time looks for them.
async fn drop_left_behind() {
    let db = Database::connect(postgres::database_url("postgres").expect("PostgreSQL")).await.expect("a connection");
    let turn = db.begin().await.expect("a transaction");
    let mine = turn.query_one_raw(statement("select pg_try_advisory_xact_lock(7253901) as mine")).await.expect("an answer");
    if mine.is_some_and(|row| row.try_get("", "mine").expect("a boolean")) {
        let names = turn.query_all_raw(statement("select datname from pg_database where not datistemplate")).await.expect("the names");
        for name in names.iter().map(|row| row.try_get::<String>("", "datname").expect("a name")) {
            if postgres::is_left_behind(&name).expect("PostgreSQL") {
                db.execute_unprepared(&format!("drop database if exists {name} with (force)")).await.expect("it is dropped");
            }
        }
    }
    turn.commit().await.expect("the turn ends");
    db.close().await.expect("the connection closes");
}

fn statement(text: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, text)
}

async fn run(statement: &str) {
    let db = Database::connect(postgres::database_url("postgres").expect("PostgreSQL")).await.expect("a connection");
    db.execute_unprepared(statement).await.expect(statement);
    db.close().await.expect("the connection closes");
}

/// Makes two tests of each function: `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both_databases {
    ($($(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(
            $(#[doc = $doc])*
            mod $name {
                use super::*;
                use $crate::support::database::Dialect;

                async fn holds($app: TestApp) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_sqlite() {
                    holds(TestApp::on(Dialect::Sqlite).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_postgres() {
                    holds(TestApp::on(Dialect::Postgres).await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both_databases;
