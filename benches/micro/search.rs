//! Finding occupations by words, over 1,016 occupations and their alternate titles.

use criterion::Criterion;
use rolegraph::domain::search::SearchIndex;

use crate::world::World;

pub(crate) fn measure(criterion: &mut Criterion, demo: &World) {
    let reference = demo.service.reference();
    let long = "senior principal clinical research registered nurse practitioner manager of emergency operations";
    let queries = [("two_words", "registered nurse"), ("typing_errors", "sofware develper"), ("long_query", long), ("code", "15-1252")];
    let mut group = criterion.benchmark_group("search");
    for (name, query) in queries {
        assert!(!reference.search().search(query).is_empty(), "{query} finds something");
        group.bench_function(name, |bencher| bencher.iter(|| reference.search().search(query)));
    }
    group.sample_size(10);
    group.bench_function("index", |bencher| bencher.iter(|| SearchIndex::new(&reference.catalogue)));
    group.finish();
}
