//! What names of skills mean: the 104 of the demo's roles, and the making of the index.

use std::hint::black_box;

use criterion::Criterion;
use rolegraph::{providers::skills, service::demo};

use crate::world::World;

pub(crate) fn measure(criterion: &mut Criterion, world: &World) {
    let reference = world.service.reference();
    let names: Vec<String> = demo().expect("the demo").into_iter().flat_map(|job| job.skills).collect();
    assert_eq!(names.len(), 104);
    let skills = reference.skills().expect("an index");
    let mut group = criterion.benchmark_group("skills");
    group.bench_function("names_of_the_demo", |bencher| bencher.iter(|| skills.index().map(black_box(&names))));
    group.bench_function("names_of_the_demo_again", |bencher| bencher.iter(|| skills.map(black_box(&names))));
    group.sample_size(10);
    group.bench_function("index", |bencher| bencher.iter(|| skills::index(&reference.bundle).expect("an index")));
    group.finish();
}
