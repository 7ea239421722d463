//! Reading the compiled-in bundle: every time anew, nothing of it is kept.

use criterion::Criterion;
use rolegraph::domain::precedence::Precedence;
use rolegraph::{
    domain::soc::SocCode,
    providers::{bundle::Bundle, reference::Reference},
};
use tokio::runtime::Runtime;

use crate::world::World;

pub(crate) fn measure(criterion: &mut Criterion, runtime: &Runtime, demo: &World) {
    let reference = demo.service.reference();
    let one: [SocCode; 1] = ["15-1252.00".parse().expect("a code")];
    let thirty: Vec<_> = reference.catalogue.occupations().map(|occupation| occupation.code).step_by(33).take(30).collect();
    assert_eq!(thirty.len(), 30);
    let mut group = criterion.benchmark_group("bundle");
    group.sample_size(20);
    let order = Precedence::default();
    group.bench_function("one_code", |bencher| bencher.to_async(runtime).iter(|| reference.read(&one, &order)));
    group.bench_function("thirty_codes", |bencher| bencher.to_async(runtime).iter(|| reference.read(&thirty, &order)));
    group.sample_size(10);
    group.bench_function("open_with_catalogue", |bencher| {
        bencher.iter(|| Reference::over(Bundle::embedded().expect("the bundle opens")).expect("the tables are good"));
    });
    group.finish();
}
