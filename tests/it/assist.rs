//! The offline assistant on the bundled data.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, LazyLock},
};

use rolegraph::{
    domain::{
        assist::{Basis, ConfidenceTable, FieldScore, Neighbours, Thresholds, evaluate},
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

/// The fields that may be drafted.
fn fields() -> Vec<Field> {
    Field::ALL.into_iter().filter(|field| field.ai_may_draft()).collect()
}

/// What O*NET itself says of the occupations: nothing that was rolled up, for that is made of the neighbours.
async fn own_values(field: Field) -> BTreeMap<SocCode, FieldValue> {
    let codes: Vec<_> = CATALOGUE.occupations().map(|occupation| occupation.code).collect();
    let claims = OnetDatabase::new(Arc::clone(&BUNDLE)).fetch(&codes, &[field]).await.expect("claims");
    let own = claims.into_iter().filter(|claim| matches!(claim.derivation, Derivation::Direct | Derivation::Chosen { .. }));
    own.filter_map(|claim| Some((claim.code, claim.value?))).collect()
}

async fn scores(table: &ConfidenceTable, step: usize) -> Vec<FieldScore> {
    let mut scores = vec![];
    let near = Basis::ALL.map(|basis| (basis, NEIGHBOURS.all(basis)));
    for field in fields() {
        let values = own_values(field).await;
        for (basis, near) in &near {
            scores.push(evaluate(&NEIGHBOURS, &Thresholds::default(), table, (*basis, near), field, &values, step));
        }
    }
    scores
}

fn table(scores: &[FieldScore]) -> ConfidenceTable {
    ConfidenceTable::new(scores.iter().map(|score| ((score.basis, score.field), score.bins)))
}

/// The table of `docs/assistant.md`.
fn markdown(scores: &[FieldScore]) -> String {
    let mut text = String::from("| basis | field | occupations | drafted | items a draft | precision | recall | mean confidence |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for score in scores {
        let items = score.items as f64 / score.drafted.max(1) as f64;
        let percent = [score.precision, score.recall, score.confidence].map(|share| format!("{:.1} %", share * 100.0)).join(" | ");
        let (basis, field) = (score.basis.name(), score.field.key());
        writeln!(text, "| {basis} | {field} | {} | {} | {items:.1} | {percent} |", score.occupations, score.drafted).expect("text");
    }
    text.push_str("\n| basis | field | mean error, points | important: precision | important: recall |\n| --- | --- | --- | --- | --- |\n");
    for score in scores {
        let Some(ratings) = score.ratings else { continue };
        let percent = [ratings.important_precision, ratings.important_recall].map(|share| format!("{:.1} %", share * 100.0)).join(" | ");
        writeln!(text, "| {} | {} | {:.1} | {percent} |", score.basis.name(), score.field.key(), ratings.mean_error).expect("text");
    }
    text
}

/// Makes `data/assist/confidence.tsv` and the tables of `docs/assistant.md` anew, into the folder of test output:
/// `CARGO_PROFILE_DEV_OPT_LEVEL=2 cargo test --test it -- --ignored assist::measure`
#[tokio::test]
#[ignore = "takes minutes: all occupations"]
async fn measure() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let first = scores(&ConfidenceTable::default(), 1).await;
    let table = table(&first);
    std::fs::write(folder.join("assist-confidence.tsv"), table.to_tsv()).expect("a file");
    std::fs::write(folder.join("assist-scores.md"), markdown(&scores(&table, 1).await)).expect("a file");
}
