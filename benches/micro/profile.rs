//! Laying the layers of a job over each other.

use std::sync::Arc;

use criterion::{BatchSize, Criterion};
use rolegraph::domain::precedence::Precedence;
use rolegraph::domain::{
    access::Actor,
    fields::Field,
    overrides::{Base, Override, OverrideContent},
    profile::{Knowledge, Profile},
    soc::SocCode,
};
use uuid::Uuid;

use crate::world::World;

pub(crate) fn measure(criterion: &mut Criterion, demo: &World) {
    let code: SocCode = "15-1252.00".parse().expect("a code");
    let reference = demo.service.reference();
    let order = Precedence::default();
    let read = futures::executor::block_on(reference.read(&[code], &order)).expect("the bundle is good");
    let knowledge = &read.first().expect("the code is known").1;
    let overrides = overrides(knowledge, demo);
    let company: Arc<str> = "Cloudstride".into();
    let mut group = criterion.benchmark_group("profile");
    group.bench_function("inherited", |bencher| bencher.iter(|| Profile::lay(Some(knowledge), None, &[], &company, &order)));
    group.bench_function("with_three_overrides", |bencher| {
        bencher.iter(|| Profile::lay(Some(knowledge), None, &overrides, &company, &order));
    });
    group.bench_function("knowledge_of_an_occupation", |bencher| {
        bencher.iter_batched(|| knowledge.facts().clone(), |facts| Knowledge::new(facts, &order), BatchSize::SmallInput);
    });
    group.finish();
}

/// Three fields replaced by what they already are.
fn overrides(knowledge: &Knowledge, demo: &World) -> Vec<Arc<Override>> {
    let replaced = [Field::Tasks, Field::Skills, Field::Education].into_iter().map(|field| {
        let base = knowledge.field(field).effective().expect("the field is filled");
        Arc::new(Override {
            id: Uuid::nil(),
            job_id: Uuid::nil(),
            field,
            content: OverrideContent::Replace((*base.value).clone()),
            base: Base::of(Some(base)),
            by: Actor::system("bench"),
            at: demo.service.clock().now(),
            note: None,
        })
    });
    replaced.collect()
}
