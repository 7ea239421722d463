//! Processes that are killed at random moments, with `kill -9`, while they work on one run.
//!
//! Nothing may be lost, done twice or half done, at any moment. The small form runs with all tests; the full one, a thousand
//! jobs and fifty kills on each database, with
//!
//! ```sh
//! cargo test --test it -- --ignored --nocapture a_thousand_jobs
//! ```
//!
//! The seed of the moments is printed; `CRASH_SEED` sets it.

#![expect(clippy::print_stdout, reason = "seeds and figures")]

use std::time::{Duration, Instant};

use rolegraph::{
    domain::{
        access::Principal,
        filter::JobFilter,
        run::{Run, RunStatus},
    },
    service::EnrichOptions,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, TransactionTrait};

use super::{occupations, reload};
use crate::support::{
    TestApp,
    database::Dialect,
    moments::Moments,
    on_both_databases,
    process::{Working, rolegraph},
};

/// The longest life: shorter than a batch of a hundred takes, so that most of them are killed in the middle.
const LONGEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 700 } else { 250 });

/// A run over so many jobs, spread over all occupations, nobody of which has been asked about.
async fn queued(app: &TestApp, jobs: usize) -> Run {
    let principal = Principal::system("test");
    app.service().import_jobs(&principal, &occupations(app, jobs), "importJobs").await.expect("imported");
    app.service().enrich_jobs(&principal, &JobFilter::default(), &EnrichOptions::default()).await.expect("queued")
}

async fn number(txn: &DatabaseTransaction, statement: &str) -> i64 {
    let row = txn.query_one_raw(Statement::from_string(txn.get_database_backend(), statement)).await.expect(statement);
    row.expect("a row").try_get_by_index(0).expect("a number")
}

/// What must be zero, always. Occupations that an assistant drafts for are refreshed by themselves meanwhile, when it is
/// time for another draft, which raises their versions again: how often is not asked of them.
const WRONG: [(&str, &str); 9] = [
    (
        "jobs of the run neither done nor queued",
        "SELECT total - done - (SELECT count(*) FROM work_items WHERE run_id IS NOT NULL) FROM enrichment_runs",
    ),
    ("outcomes that are not of done jobs", "SELECT (SELECT count(*) FROM enrichment_outcomes) - done * 11 FROM enrichment_runs"),
    (
        "done jobs without an outcome for every field",
        "SELECT count(*) FROM (SELECT job_id FROM enrichment_outcomes GROUP BY job_id HAVING count(DISTINCT field) <> 11) half",
    ),
    (
        "occupations half written",
        "SELECT count(*) FROM (SELECT occupation_code FROM facts WHERE valid_to IS NULL AND source <> 'AI' GROUP BY occupation_code HAVING count(*) <> 13) half",
    ),
    ("facts written twice", "SELECT count(*) FROM facts WHERE valid_to IS NOT NULL AND source <> 'AI'"),
    (
        "versions of facts raised twice",
        "SELECT count(*) FROM fact_versions WHERE version <> 1 AND occupation_code NOT IN (SELECT occupation_code FROM facts WHERE source = 'AI' AND occupation_code IS NOT NULL)",
    ),
    (
        "versions of jobs not raised exactly once",
        "SELECT count(*) FROM jobs WHERE version <> CASE WHEN EXISTS (SELECT 1 FROM facts WHERE occupation_code = soc_code AND value_digest IS NOT NULL) THEN 2 ELSE 1 END
            AND soc_code NOT IN (SELECT occupation_code FROM facts WHERE source = 'AI' AND occupation_code IS NOT NULL)",
    ),
    (
        "jobs told of twice",
        "SELECT count(*) - count(DISTINCT job_id) FROM events WHERE kind = 'JOB_ENRICHED'
            AND job_id IN (SELECT id FROM jobs WHERE soc_code NOT IN (SELECT occupation_code FROM facts WHERE source = 'AI' AND occupation_code IS NOT NULL))",
    ),
    (
        "fields twice in the history",
        "SELECT count(*) FROM (SELECT job_id FROM changes WHERE action = 'FIELD_ENRICHED' GROUP BY job_id, field HAVING count(*) > 1) twice",
    ),
];

/// Looks at everything in one moment. Answers how many jobs are done.
async fn looked_at(app: &TestApp) -> usize {
    let db = app.db().await;
    let txn = db.begin().await.expect("a transaction");
    if app.dialect == Dialect::Postgres {
        txn.execute_unprepared("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await.expect("set");
    }
    let done = number(&txn, "SELECT CAST(done AS bigint) FROM enrichment_runs").await;
    for (what, statement) in WRONG {
        assert_eq!(number(&txn, statement).await, 0, "{what}, {done} jobs done");
    }
    txn.rollback().await.expect("looked at");
    db.close().await.expect("closed");
    usize::try_from(done).expect("a count")
}

/// Works on a run of so many jobs, killed so many times, and then to the end.
async fn survives(app: &TestApp, jobs: usize, kills: u32) {
    let mut moments = Moments::new();
    let run = queued(app, jobs).await;
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let mut command = rolegraph(folder.path());
        command.env("ROLEGRAPH_DATABASE_URL", &app.database.url).env("ROLEGRAPH_WORK__LEASE_SECONDS", "1");
        Working::start(&mut command)
    };
    let (began, mut moved_on) = (Instant::now(), 0);
    for killed in 0..kills {
        let done = looked_at(app).await;
        assert!(done < jobs, "all is done after {killed} of {kills} kills: they came too late");
        // Whatever comes first: so many jobs done, or so long a life.
        let share = (jobs - done) / usize::try_from(kills - killed + 1).expect("64 bits");
        let enough = done + moments.up_to(2 * share);
        let working = start();
        let end = Instant::now() + moments.within(LONGEST);
        while Instant::now() < end && reload(app.service(), run.id).await.done < i32::try_from(enough).expect("small") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(working);
        moved_on += u32::from(looked_at(app).await > done);
    }
    let left = jobs - looked_at(app).await;
    let working = start();
    while !reload(app.service(), run.id).await.is_over() {
        assert!(began.elapsed() < Duration::from_mins(30), "it is never done");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(working);
    assert_eq!(looked_at(app).await, jobs);
    let over = reload(app.service(), run.id).await;
    let total = i32::try_from(jobs).expect("small");
    assert_eq!((over.status, over.total, over.done, over.failed), (RunStatus::Complete, total, total, 0));
    let counts = app.service().work_counts().await.expect("counts");
    assert_eq!(counts.dead, 0);
    let txn = app.db().await.begin().await.expect("a transaction");
    let attempts = number(&txn, "SELECT CAST(max(attempts) AS bigint) FROM enrichment_outcomes").await;
    let again = number(&txn, "SELECT count(DISTINCT job_id) FROM enrichment_outcomes WHERE attempts > 1").await;
    println!(
        "{:?}: {jobs} jobs, {kills} kills in {:.0} s; {moved_on} lives did something, {left} jobs were left to the last; {again} jobs were begun more than once, {attempts} times at most; 0 lost, 0 done twice, 0 half done",
        app.dialect,
        began.elapsed().as_secs_f64()
    );
}

on_both_databases! {
    async fn a_hundred_jobs_survive_eight_kills(app: TestApp) {
        survives(&app, 100, 8).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn a_thousand_jobs_survive_fifty_kills_on_sqlite() {
    survives(&TestApp::on(Dialect::Sqlite).await, 1_000, 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn a_thousand_jobs_survive_fifty_kills_on_postgres() {
    survives(&TestApp::on(Dialect::Postgres).await, 1_000, 50).await;
}
