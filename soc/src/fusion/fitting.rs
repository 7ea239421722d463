//! Fits fusion and calibrator on labelled titles, with figures in which no row met weights that had seen it.

use crate::{
    evaluation::labelled::Labelled,
    fusion::{
        calibration::{Calibrator, QueryTraits, Signals, probabilities, signals},
        features::Candidates,
        linear::{self, Example, LINEAR_PLAN},
        model::Fusion,
        trees_fit::{self, TREE_PLAN},
    },
    ranker::{InputError, Ranker},
    scorers::hashing::hash,
};

/// Parts of the cross-validation.
pub const FOLDS: u64 = 5;

/// A labelled title as one of the rankers (full or strict) sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    example: Example,
    traits: QueryTraits,
    fold: u64,
    dictionary: bool,
    direct: bool,
}

/// Shows labelled titles to a ranker.
pub fn see(ranker: &Ranker, rows: &[Labelled]) -> Result<Vec<Seen>, InputError> {
    rows.iter().map(|row| see_one(ranker, row)).collect()
}

fn see_one(ranker: &Ranker, row: &Labelled) -> Result<Seen, InputError> {
    let query = ranker.query(&row.title, &row.description)?;
    let candidates = Candidates::new(&query, &ranker.scores(&query), ranker.taxonomy());
    let accepted: Vec<u16> = row.accepted.iter().filter_map(|code| ranker.taxonomy().id(*code)).collect();
    let right = candidates.codes.iter().map(|code| accepted.contains(code)).collect();
    Ok(Seen {
        example: Example { candidates, right },
        traits: ranker.traits(&query),
        fold: fold(&query.whole),
        dictionary: row.is_dictionary(),
        direct: !ranker.direct_codes(&query).is_empty(),
    })
}

/// The fold of a normalised title: equal titles share it.
pub fn fold(normalised: &str) -> u64 {
    hash(9, &[normalised]) % FOLDS
}

/// The fusions of a cross-validation: one per fold that never saw its rows, and one of all rows.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// For the rows of each fold.
    pub folds: Vec<Fusion>,
    /// For everybody else.
    pub whole: Fusion,
}

/// Fits on what the full and the strict ranker saw.
pub fn fit(seen: &[Seen], threads: usize) -> Fitted {
    let jobs: Vec<Option<u64>> = std::iter::once(None).chain((0..FOLDS).map(Some)).collect();
    let mut models = run(&jobs, threads, |left_out| fit_ranking(seen, left_out));
    let whole = models.remove(0);
    let outside: Vec<(u64, (Signals, bool))> =
        seen.iter().filter(|s| !s.dictionary && !s.direct).map(|s| (s.fold, observe(&models[fold_index(s.fold)], s))).collect();
    let calibrate = |left_out: Option<u64>| {
        let rows: Vec<(Signals, bool)> = outside.iter().filter(|(f, _)| Some(*f) != left_out).map(|(_, row)| *row).collect();
        Calibrator::fit(&rows)
    };
    let folds = (0..).zip(models).map(|(f, m)| Fusion { calibrator: calibrate(Some(f)), ..m }).collect();
    Fitted { folds, whole: Fusion { calibrator: calibrate(None), ..whole } }
}

fn fold_index(fold: u64) -> usize {
    usize::try_from(fold).unwrap_or_default()
}

/// Runs jobs on a few threads; the order of the answers is that of the jobs.
fn run<T: Send, J: Copy + Sync>(jobs: &[J], threads: usize, work: impl Fn(J) -> T + Sync) -> Vec<T> {
    let size = jobs.len().div_ceil(threads.max(1));
    std::thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> =
            jobs.chunks(size).map(|chunk| scope.spawn(move || chunk.iter().map(|j| work(*j)).collect::<Vec<T>>())).collect();
        handles.into_iter().filter_map(|h| h.join().ok()).flatten().collect()
    })
}

fn fit_ranking(seen: &[Seen], left_out: Option<u64>) -> Fusion {
    let chosen = seen.iter().filter(|s| Some(s.fold) != left_out && !s.direct);
    let examples: Vec<&Example> = chosen.map(|s| &s.example).collect();
    let linear = linear::fit(&examples, LINEAR_PLAN);
    let forest = trees_fit::fit(&examples, &linear, TREE_PLAN);
    Fusion { linear, forest, ..Fusion::default() }
}

/// What the calibrator sees of a row, and whether the first answer is right.
fn observe(model: &Fusion, seen: &Seen) -> (Signals, bool) {
    let p = probabilities(&model.scores(&seen.example.candidates));
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let sorted: Vec<f32> = order.iter().map(|i| p[*i]).collect();
    let right = order.first().is_some_and(|i| seen.example.right[*i]);
    let candidates = &seen.example.candidates;
    let agreement = order.first().map_or(0.0, |i| candidates.agreement(candidates.codes[*i]));
    (signals(&sorted, agreement, seen.traits), right)
}
