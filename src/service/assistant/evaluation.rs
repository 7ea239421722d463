//! How good offline drafts are, measured on the compiled-in data. No database, no service.

use std::{collections::BTreeMap, sync::Arc};

use thiserror::Error;

use crate::{
    domain::{
        assist::{Basis, ConfidenceTable, FieldScore, Near, Neighbours, Thresholds, evaluate},
        fields::Field,
        provenance::Derivation,
        soc::SocCode,
        values::FieldValue,
    },
    providers::{
        Provider, ProviderError,
        bundle::{Bundle, BundleError, OnetDatabase},
    },
};

/// Why nothing can be measured.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Its values.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// A score for each field, related first.
    pub scores: Vec<FieldScore>,
    /// The confidence that comes of it.
    pub table: ConfidenceTable,
}

/// The occupations, and what O*NET itself says of them.
struct Ground {
    neighbours: Neighbours,
    near: [(Basis, Near); 2],
    values: BTreeMap<Field, BTreeMap<SocCode, FieldValue>>,
}

/// Leaves out what is known of the fields of each occupation, drafts it, and compares. Confidence is that of the compiled-in
/// table; with `anew` it is measured first.
pub async fn measure(fields: &[Field], anew: bool) -> Result<Measured, EvaluationError> {
    let fields: Vec<Field> = fields.iter().copied().filter(|field| field.ai_may_draft()).collect();
    let ground = ground(&fields).await?;
    let measured = move || {
        let table = if anew { table(&scores(&ground, &ConfidenceTable::default())) } else { ConfidenceTable::measured() };
        let scores = scores(&ground, &table);
        Measured { table: self::table(&scores), scores }
    };
    match tokio::task::spawn_blocking(measured).await {
        Ok(measured) => Ok(measured),
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

async fn ground(fields: &[Field]) -> Result<Ground, EvaluationError> {
    let bundle = Arc::new(Bundle::embedded()?);
    let catalogue = bundle.catalogue()?;
    let codes: Vec<SocCode> = catalogue.occupations().map(|occupation| occupation.code).collect();
    let neighbours = Neighbours::new(&catalogue);
    let near = Basis::ALL.map(|basis| (basis, neighbours.all(basis)));
    let provider = OnetDatabase::new(bundle);
    let mut values = BTreeMap::new();
    for field in fields {
        // Nothing that was rolled up: that is made of neighbours.
        let own = provider.fetch(&codes, &[*field]).await?.claims.into_iter();
        let own = own.filter(|claim| matches!(claim.derivation, Derivation::Direct | Derivation::Chosen { .. }));
        values.insert(*field, own.filter_map(|claim| Some((claim.code, claim.value?))).collect());
    }
    Ok(Ground { neighbours, near, values })
}

/// A score for each field and basis; both bases of a field at once.
fn scores(ground: &Ground, table: &ConfidenceTable) -> Vec<FieldScore> {
    let (thresholds, mut scores) = (Thresholds::default(), vec![]);
    for (field, values) in &ground.values {
        let score = |(basis, near): &(Basis, Near)| evaluate(&ground.neighbours, &thresholds, table, (*basis, near), *field, values);
        std::thread::scope(|scope| {
            let [related, text] = &ground.near;
            let other = scope.spawn(|| score(text));
            scores.push(score(related));
            scores.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        });
    }
    scores
}

fn table(scores: &[FieldScore]) -> ConfidenceTable {
    ConfidenceTable::new(scores.iter().map(|score| ((score.basis, score.field), score.bins)))
}
