//! Whole operations: parsed, checked, executed over SQLite, and written as JSON.

use criterion::Criterion;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::world::World;

const JOB_PAGE: &str = include_str!("../queries/job_page.graphql");
const JOB_LIST: &str = include_str!("../queries/job_list.graphql");
const COVERAGE: &str = include_str!("../queries/coverage.graphql");

/// How many jobs the large coverage report counts.
const MANY: usize = 10_000;

pub(crate) fn measure(criterion: &mut Criterion, runtime: &Runtime, demo: &World) {
    let page: Value = serde_json::from_slice(&runtime.block_on(demo.ask(JOB_PAGE))).expect("JSON");
    let leaves = leaves(&page["data"]);
    assert!((240..=260).contains(&leaves), "the job page has {leaves} leaves, it is meant to have about 250");
    let mut group = criterion.benchmark_group("api");
    for (name, query) in [("job_page_of_250_leaves", JOB_PAGE), ("list_of_30_with_tasks", JOB_LIST), ("coverage_of_38_jobs", COVERAGE)] {
        group.bench_function(name, |bencher| bencher.to_async(runtime).iter(|| demo.ask(query)));
    }
    group.finish();
}

pub(crate) fn measure_many(criterion: &mut Criterion, runtime: &Runtime) {
    let world = runtime.block_on(World::of(MANY));
    let report: Value = serde_json::from_slice(&runtime.block_on(world.ask(COVERAGE))).expect("JSON");
    assert_eq!(report["data"]["coverage"]["jobs"], MANY);
    let mut group = criterion.benchmark_group("api");
    group.sample_size(10);
    group.bench_function("coverage_of_10000_jobs", |bencher| bencher.to_async(runtime).iter(|| world.ask(COVERAGE)));
    group.finish();
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}
