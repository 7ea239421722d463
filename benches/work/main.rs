//! Durable work, measured by the clock: how much a worker does, what two share, and what upstreams are asked.
//!
//! ```sh
//! cargo bench --bench work            # prints Markdown
//! cargo bench --bench work -- large   # a run over 100,000 jobs instead
//! ```
//!
//! SQLite is a file in a temporary folder, PostgreSQL the throw-away server of the tests: that one syncs nothing to the
//! disk, SQLite syncs every commit. Upstreams are stubs in this process that answer after 50 ms.

#![expect(clippy::print_stdout, reason = "what was measured")]

mod databases;
mod large;
mod no_op;
mod shared;
mod stale;
#[path = "../../tests/it/support"]
#[expect(unused, reason = "the tests use all of it")]
mod support {
    pub(crate) mod postgres;
}
mod thirty;
mod upstreams;
mod world;

use databases::Database;

/// A row of the table.
struct Row {
    what: String,
    measured: String,
    goal: &'static str,
}

fn row(what: impl Into<String>, measured: impl Into<String>, goal: &'static str) -> Row {
    Row { what: what.into(), measured: measured.into(), goal }
}

/// The middle of some times, in seconds.
fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[tokio::main]
async fn main() {
    let rows = if std::env::args().any(|argument| argument == "large") { large().await } else { usual().await };
    println!("\n| what | measured | goal |\n|---|---:|---:|");
    for Row { what, measured, goal } in rows {
        println!("| {what} | {measured} | {goal} |");
    }
}

async fn usual() -> Vec<Row> {
    let mut rows = vec![];
    for database in [Database::sqlite(), Database::postgres().await] {
        rows.extend(no_op::measure(&database).await);
    }
    rows.extend(stale::measure(&Database::sqlite()).await);
    rows.extend(shared::measure(&Database::postgres().await).await);
    rows.extend(thirty::measure(&Database::sqlite()).await);
    rows
}

async fn large() -> Vec<Row> {
    let mut rows = large::measure(&Database::sqlite()).await;
    rows.extend(large::measure(&Database::postgres().await).await);
    rows
}
