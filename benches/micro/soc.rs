//! Suggesting SOC codes for a title.

use std::hint::black_box;

use criterion::Criterion;
use rolegraph::providers::soc;

const DESCRIPTION: &str = "Respond to robot and sorter faults, find the root cause and return the zone to service. Replace motors, \
    gearboxes, encoders and end-of-arm tooling. Troubleshoot PLC inputs and outputs with a multimeter and laptop. Carry out \
    preventive maintenance rounds and record the work in the maintenance system.";

pub(crate) fn measure(criterion: &mut Criterion) {
    let ranker = soc::ranker().expect("the ranker is readable");
    let long = DESCRIPTION.repeat(60);
    let mut group = criterion.benchmark_group("soc");
    for (name, title, description) in [
        ("title", "Robotics Maintenance Technician II", ""),
        ("title_of_parts", "Assistant Professor / Attending Physician, Body Imaging (Night)", ""),
        ("title_and_description", "Robotics Maintenance Technician II", DESCRIPTION),
        ("20000_characters", "Robotics Maintenance Technician II", &long),
    ] {
        assert!(ranker.suggest(title, description, 10).is_ok_and(|list| list.len() == 10), "{title} gets candidates");
        group.bench_function(name, |bencher| bencher.iter(|| ranker.suggest(black_box(title), black_box(description), 10)));
    }
    group.finish();
}
