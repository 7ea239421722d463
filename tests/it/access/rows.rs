//! Row-level security on PostgreSQL: the database itself keeps companies apart, whatever the service asks.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement, TransactionTrait};
use serde_json::json;

use super::{COMPANY_ADMIN, key, tenants::tenant};
use crate::support::{
    TestApp,
    app::uuid_of,
    database::{Dialect, TestDatabase},
};

/// Tables that every tenant sees whole, each with the reason.
const EVERYBODYS: [(&str, &str); 8] = [
    ("companies", "names that stand beside published roles"),
    ("reference_tables", "reference data"),
    ("fact_versions", "counters of what is known of occupations"),
    ("soc_recalibrations", "how confidence is read, which every suggestion tells"),
    ("history_chains", "hashes and numbers"),
    ("work_items", "no answer tells of them; who writes a job queues its work"),
    ("work_turns", "counters of the queue"),
    ("idempotency_keys", "digests of callers and keys; a unit notes its effect there"),
];

/// Tables that no tenant sees anything of.
const THE_SERVICES: [&str; 4] = ["assistant_answers", "assistant_budgets", "provider_notes", "provider_tries"];

async fn texts(db: &impl ConnectionTrait, sql: &str) -> Vec<Vec<String>> {
    let rows = db.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql)).await.expect(sql);
    rows.iter().map(|row| row.column_names().iter().map(|column| row.try_get("", column).expect("a text")).collect()).collect()
}

async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(DatabaseBackend::Postgres, sql)).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// What is wrong with the policies: tables without, and such as are open to everybody without a reason.
async fn unguarded(db: &DatabaseConnection) -> Vec<String> {
    let tables = "SELECT relname::text, (relrowsecurity AND relforcerowsecurity)::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'seaql_migrations' ORDER BY 1";
    let policies =
        "SELECT tablename::text, roles::text, cmd, COALESCE(qual, with_check) FROM pg_policies WHERE schemaname = current_schema()";
    let (tables, policies) = (texts(db, tables).await, texts(db, policies).await);
    let mut wrong = vec![];
    for table in &tables {
        let (name, forced) = (table[0].as_str(), table[1].as_str());
        let of = |role: &str| policies.iter().filter(|policy| policy[0] == name && policy[1].contains(role)).collect::<Vec<_>>();
        let open = of("rolegraph_tenant").iter().any(|policy| policy[3] == "true");
        let (everybodys, services) = (EVERYBODYS.iter().any(|(table, _)| *table == name), THE_SERVICES.contains(&name));
        if forced != "true" || of("rolegraph_platform").is_empty() {
            wrong.push(format!("{name} is not under row-level security"));
        } else if of("rolegraph_tenant").is_empty() != services {
            wrong.push(format!("{name} has no policy for tenants, or one that it should not have"));
        } else if open != everybodys {
            wrong.push(format!("{name} is open to every tenant, or is told to be without being so"));
        }
    }
    assert!(tables.len() > 25, "{} tables", tables.len());
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_has_a_policy_and_a_new_one_without_is_noticed() {
    let app = TestApp::on(Dialect::Postgres).await;
    let db = app.db().await;
    assert_eq!(unguarded(&db).await, Vec::<String>::new());
    app.sql("CREATE TABLE salaries (id uuid, company_id uuid)").await;
    assert_eq!(unguarded(&db).await, ["salaries is not under row-level security"]);
    app.sql("ALTER TABLE salaries ENABLE ROW LEVEL SECURITY; ALTER TABLE salaries FORCE ROW LEVEL SECURITY; CREATE POLICY platform ON salaries TO rolegraph_platform USING (true); CREATE POLICY reads ON salaries TO rolegraph_tenant USING (true)").await;
    assert_eq!(unguarded(&db).await, ["salaries is open to every tenant, or is told to be without being so"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_roles_own_nothing_and_pass_by_no_policy() {
    let db = TestApp::on(Dialect::Postgres).await.db().await;
    let roles = "SELECT count(*) FROM pg_roles WHERE rolname IN ('rolegraph_platform', 'rolegraph_tenant') AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)";
    assert_eq!(number(&db, roles).await, 2);
    let owned = "SELECT count(*) FROM pg_class WHERE relowner::regrole::text LIKE 'rolegraph%'";
    assert_eq!(number(&db, owned).await, 0);
}

/// How many rows of each table a company sees; nobody's rows without one.
async fn seen(db: &DatabaseConnection, company: Option<&str>, tables: &BTreeSet<String>, which: &str) -> BTreeMap<String, i64> {
    let txn = db.begin().await.expect("a transaction");
    txn.execute_unprepared("SET LOCAL ROLE rolegraph_tenant").await.expect("a role");
    if let Some(company) = company {
        txn.execute_unprepared(&format!("SET LOCAL rolegraph.company = '{company}'")).await.expect("a company");
    }
    let mut seen = BTreeMap::new();
    for table in tables {
        seen.insert(table.clone(), number(&txn, &format!("SELECT count(*) FROM {table} WHERE {which}")).await);
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_sees_and_writes_no_row_of_another_one() {
    let app = TestApp::on(Dialect::Postgres).await;
    let (a, b) = (tenant(&app, "acme").await, tenant(&app, "other").await);
    assert_ne!(a.key, b.key);
    let db = app.db().await;
    let companies = texts(&db, "SELECT id::text FROM companies ORDER BY slug").await.concat();
    let [acme, other] = companies.as_slice() else { panic!("two companies: {companies:?}") };
    let with_company =
        "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'company_id' AND table_schema = current_schema()";
    let tables: BTreeSet<String> = texts(&db, with_company).await.concat().into_iter().collect();
    assert!(tables.len() >= 10, "{tables:?}");
    let (own, theirs) = (format!("company_id = '{acme}'"), format!("company_id = '{other}'"));
    let mut with_rows = 0;
    for (table, all) in tables.iter().map(|table| (table, format!("SELECT count(*) FROM {table} WHERE company_id = '{other}'"))) {
        with_rows += usize::from(number(&db, &all).await > 0);
        assert_eq!(seen(&db, Some(acme), &[table.clone()].into(), &theirs).await[table], 0, "{table}");
        assert_eq!(seen(&db, None, &[table.clone()].into(), "true").await[table], 0, "{table}, of which nothing is published");
    }
    assert!(with_rows >= 8, "{with_rows} tables have rows of the other company");
    assert!(seen(&db, Some(acme), &tables, &own).await["jobs"] > 0, "its own it sees");

    let txn = db.begin().await.expect("a transaction");
    txn.execute_unprepared(&format!("SET LOCAL ROLE rolegraph_tenant; SET LOCAL rolegraph.company = '{acme}'")).await.expect("acme");
    let changed = txn.execute_unprepared(&format!("UPDATE jobs SET title = 'mine' WHERE {theirs}")).await.expect("nothing to be changed");
    assert_eq!(changed.rows_affected(), 0);
    let gone = txn.execute_unprepared("DELETE FROM facts WHERE job_id IS NULL").await.expect("nothing to be deleted");
    assert_eq!(gone.rows_affected(), 0, "what is everybody's is not its to delete");
    let moved = txn.execute_unprepared(&format!("UPDATE jobs SET company_id = '{other}'")).await.expect_err("refused");
    assert!(moved.to_string().contains("row-level security"), "{moved}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_needs_no_superuser() {
    let app = TestApp::over(TestDatabase::of_a_plain_user().await, Dialect::Postgres).await;
    let company = app.company("acme").await;
    let (secret, _) = key(&app, Some(&company), &COMPANY_ADMIN).await;
    let create = "mutation { createJob(input: { kind: FEATURED_ROLE, title: \"Night Nurse\" }) { job { id } errors { message } } }";
    let made = app.post(create, json!({}), Some(&secret)).await["data"]["createJob"].take();
    let id = made["job"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    app.drain().await;
    let read = "query($id: ID!) { job(by: {id: $id}) { title soc { status } } }";
    assert_eq!(app.post(read, json!({ "id": id }), Some(&secret)).await["data"]["job"]["title"], "Night Nurse");
    assert_eq!(app.ask(read, json!({ "id": id })).await["job"], json!(null));
    let owner = app.db().await;
    let plain = "SELECT count(*) FROM pg_roles WHERE rolname = current_user AND NOT (rolsuper OR rolbypassrls OR rolcreaterole)";
    assert_eq!(number(&owner, plain).await, 1);
    let jobs: BTreeSet<String> = ["jobs".to_owned()].into();
    assert_eq!(seen(&owner, None, &jobs, "true").await["jobs"], 0);
    assert_eq!(seen(&owner, Some(&uuid_of(&company).to_string()), &jobs, "true").await["jobs"], 1);
}
