//! Criterion micro-benchmarks: the parts of an answer, each by itself, in one process and without HTTP.
//!
//! They run over the demo's 38 jobs, and over 10,000 jobs for the coverage report, on SQLite files in a temporary folder.

mod api;
mod bundle;
mod profile;
mod search;
mod skills;
mod soc;
mod world;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a Tokio runtime");
    let mut criterion = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let demo = runtime.block_on(world::World::demo());
    profile::measure(&mut criterion, &demo);
    search::measure(&mut criterion, &demo);
    skills::measure(&mut criterion, &demo);
    soc::measure(&mut criterion);
    bundle::measure(&mut criterion, &runtime, &demo);
    api::measure(&mut criterion, &runtime, &demo);
    api::measure_many(&mut criterion, &runtime);
    criterion.final_summary();
}
