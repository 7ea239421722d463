//! The offline assistant on the bundled data.

mod network;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use rolegraph::{
    domain::{
        assist::{Basis, ConfidenceTable, Drafter, FieldScore, Known, Neighbours, Thresholds, evaluate},
        fields::Field,
        occupation::Catalogue,
        provenance::Derivation,
        soc::SocCode,
        values::FieldValue,
    },
    providers::{
        Provider,
        bundle::{Bundle, OnetDatabase},
    },
};

static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| Arc::new(Bundle::embedded().expect("the bundle")));
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| BUNDLE.catalogue().expect("a catalogue"));
static NEIGHBOURS: LazyLock<Neighbours> = LazyLock::new(|| Neighbours::new(&CATALOGUE));

/// What O*NET itself says of the occupations: nothing that was rolled up, for that is made of the neighbours.
async fn own_values(codes: &[SocCode], field: Field) -> BTreeMap<SocCode, FieldValue> {
    let claims = OnetDatabase::new(Arc::clone(&BUNDLE)).fetch(codes, &[field]).await.expect("claims");
    let own = claims.claims.into_iter().filter(|claim| matches!(claim.derivation, Derivation::Direct | Derivation::Chosen { .. }));
    own.filter_map(|claim| Some((claim.code, claim.value?))).collect()
}

/// Every so many occupations, and their neighbours, are enough to see that nothing has broken.
const STEP: usize = 40;

/// The score of a sample of occupations, with the table that is compiled in.
async fn sampled(field: Field) -> FieldScore {
    let codes = CATALOGUE.occupations().map(|occupation| occupation.code).step_by(STEP);
    let near: BTreeMap<_, _> = codes.map(|code| (code, NEIGHBOURS.of(code))).collect();
    let mut wanted: Vec<_> = near.iter().flat_map(|(code, near)| near.iter().map(|(near, _)| *near).chain([*code])).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let values = own_values(&wanted, field).await;
    evaluate(&NEIGHBOURS, &Thresholds::default(), &ConfidenceTable::measured(), (Basis::Related, &near), field, &values)
}

#[tokio::test]
async fn drafts_for_a_sample_are_as_good_as_the_table_says() {
    for (field, least) in [(Field::Skills, 0.78), (Field::ToolsAndTechnology, 0.50), (Field::Education, 0.45)] {
        let score = sampled(field).await;
        assert!(score.drafted >= 20, "{score:?}");
        assert!(score.precision >= least && (score.precision - score.confidence).abs() < 0.15, "{score:?}");
    }
}

/// The codes of the thirty occupations that O*NET has no ratings for.
#[tokio::test]
async fn occupations_without_ratings_get_all_three_fields() {
    let drafter = Drafter::new(&NEIGHBOURS, Thresholds::default());
    for (code, field, elements) in [
        ("15-2051.00", Field::Skills, 35),
        ("15-2051.00", Field::Knowledge, 33),
        ("15-2051.00", Field::Abilities, 52),
        ("13-1082.00", Field::Skills, 35),
        ("13-1082.00", Field::Knowledge, 33),
        ("13-1082.00", Field::Abilities, 52),
    ] {
        let code: SocCode = code.parse().expect("a code");
        let near = NEIGHBOURS.of(code);
        let codes: Vec<_> = near.iter().map(|(code, _)| *code).collect();
        let values = own_values(&codes, field).await;
        let known: Vec<_> =
            near.iter().filter_map(|(code, weight)| Some(Known { code: *code, weight: *weight, value: values.get(code)? })).collect();
        let draft = drafter.draft(field, NEIGHBOURS.basis(code), None, &known).expect("a draft");
        let FieldValue::RatedElementList(list) = &draft.value else { panic!("{:?}", draft.value) };
        assert_eq!((list.0.len(), draft.items.len(), draft.based_on.len()), (elements, elements, 10), "{code} {field}");
        assert!(draft.confidence > 0.6, "{code} {field}: {}", draft.confidence);
        assert!(list.0.iter().all(|element| element.origins.iter().all(|origin| codes.contains(origin)) && element.importance.is_some()));
        assert!(list.0.is_sorted_by(|a, b| a.importance >= b.importance));
    }
}

#[test]
fn the_nearest_occupations_are_those_of_the_same_kind() {
    let nearest =
        |code: &str| NEIGHBOURS.of(code.parse().expect("a code")).into_iter().map(|(code, _)| code.to_string()).take(3).collect::<Vec<_>>();
    assert_eq!(nearest("15-2051.00"), ["15-2041.00", "13-2099.01", "15-2051.02"]);
    assert_eq!(nearest("13-1082.00"), ["15-1299.09", "13-1111.00", "13-1081.00"]);
    let text = NEIGHBOURS.of_text("Cloud Security Engineer", "Secure cloud infrastructure; respond to incidents; manage vulnerabilities.");
    assert_eq!(text[0].0.to_string(), "15-1299.05");
    assert!(NEIGHBOURS.of("99-9999.00".parse().expect("a code")).is_empty());
}
