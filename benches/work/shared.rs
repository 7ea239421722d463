//! Two processes on one PostgreSQL, against one.

use std::time::{Duration, Instant};

use crate::{
    Row,
    databases::Database,
    middle, row,
    upstreams::{LATENCY, Stub},
    world::{self, Working},
};

/// Eight batches, so that two processes can halve them.
const JOBS: usize = 800;
const ROUNDS: usize = 3;

pub(crate) async fn measure(database: &Database) -> Vec<Row> {
    let service = world::service(database).await;
    world::fill(&service, JOBS).await;
    let stub = Stub::start().await;
    // Not held back by the rate that the real one is asked at.
    let asked = [stub.careeronestop(), vec![("PROVIDERS__CAREERONESTOP__REQUESTS_PER_MINUTE", "60000".to_owned())]].concat();
    let mut rows = vec![];
    for (what, settings, goal) in [
        (format!("each item waits {} ms for an upstream", LATENCY.as_millis()), asked, "1.6"),
        ("all facts fresh, so that the two cores and the database are all there is".to_owned(), vec![], ""),
    ] {
        let mut seconds = [vec![], vec![]];
        for _ in 0..ROUNDS {
            for processes in [1, 2] {
                database.sql("DELETE FROM facts WHERE provider = 'careeronestop'").await;
                let working: Vec<_> = (0..processes).map(|_| Working::start(database, &settings)).collect();
                until_idle(database, processes).await;
                let begin = Instant::now();
                let run = world::queue(&service).await;
                let run = world::over(&service, &run).await;
                seconds[processes - 1].push(begin.elapsed().as_secs_f64());
                assert_eq!((run.failed, usize::try_from(run.done).expect("a count")), (0, JOBS));
                drop(working);
            }
        }
        let [one, two] = seconds.map(middle);
        let measured = format!("{:.0} and {:.0} items/s: {:.2} ×", JOBS as f64 / one, JOBS as f64 / two, one / two);
        rows.push(row(format!("one process and two on one PostgreSQL, {JOBS} jobs, {what}"), measured, goal));
    }
    rows
}

/// Waits until so many processes are connected, and have had the time to begin.
async fn until_idle(database: &Database, processes: usize) {
    let connected = "SELECT count(DISTINCT client_port) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%work_items%SKIP LOCKED%'";
    for _ in 0..200 {
        if usize::try_from(database.number(connected).await).expect("a count") >= processes {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
}
