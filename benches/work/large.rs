//! A run over 100,000 jobs.

use std::time::Instant;

use crate::{Row, databases::Database, row, world};

const JOBS: usize = 100_000;
/// Every job that is there is copied so often.
const COPIES: usize = 99;
const COLUMNS: &str =
    "kind, title, title_key, search_text, soc_code, soc_status, published, version, data_source_metadata, created_at, updated_at";

pub(crate) async fn measure(database: &Database) -> Vec<Row> {
    let service = world::service(database).await;
    world::fill(&service, JOBS / (COPIES + 1)).await;
    let (id, numbers) = if database.is_sqlite() {
        ("randomblob(16)", format!("WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {COPIES})"))
    } else {
        ("gen_random_uuid()", format!("WITH copy(n) AS (SELECT generate_series(1, {COPIES}))"))
    };
    let copies = format!("{numbers} INSERT INTO jobs (id, slug, {COLUMNS}) SELECT {id}, slug || '-' || n, {COLUMNS} FROM jobs, copy");
    database.sql(&copies).await;
    let before = peak();
    let begin = Instant::now();
    let run = world::queue(&service).await;
    let queued = begin.elapsed().as_secs_f64();
    assert_eq!(usize::try_from(run.total).expect("a count"), JOBS);
    let begin = Instant::now();
    world::drain(&service).await;
    let worked = begin.elapsed().as_secs_f64();
    vec![
        row(format!("{database}: queueing a run over {JOBS} jobs, in one transaction"), format!("{queued:.1} s"), ""),
        row(format!("{database}: doing it, all facts fresh"), format!("{:.0} items/s", JOBS as f64 / worked), ""),
        row(format!("{database}: peak memory (RSS) of the process before it, and after"), format!("{before} MiB, {} MiB", peak()), ""),
    ]
}

/// The most memory that this process ever held, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() / 1_024
}
