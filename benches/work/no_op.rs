//! Items whose facts are all fresh: what the queue itself costs.

use std::time::Instant;

use crate::{Row, databases::Database, middle, row, world};

const JOBS: usize = 2_000;
const ROUNDS: usize = 3;

pub(crate) async fn measure(database: &Database) -> Vec<Row> {
    let service = world::service(database).await;
    world::fill(&service, JOBS).await;
    let (mut queued, mut worked) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        world::queue(&service).await;
        queued.push(begin.elapsed().as_secs_f64());
        let begin = Instant::now();
        assert_eq!(world::drain(&service).await, JOBS);
        worked.push(begin.elapsed().as_secs_f64());
    }
    vec![
        row(
            format!("{database}: items a second whose facts are all fresh, median of {ROUNDS} runs over {JOBS} jobs"),
            format!("{:.0}", JOBS as f64 / middle(worked)),
            "200",
        ),
        row(format!("{database}: queueing such a run"), format!("{:.0} ms", middle(queued) * 1e3), ""),
    ]
}
