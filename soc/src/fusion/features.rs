//! Candidates and their features: what the fusion sees of a score table.

use crate::{
    corpus::taxonomy::{CodeId, Taxonomy},
    scorers::scores::{COLUMNS, ScoreTable},
    text::query::Query,
};

/// Candidates kept per query.
pub const CANDIDATES: usize = 60;

/// How a column's scores are brought onto a common scale.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scale {
    /// Sums of weights ≥ 0: divided by the greatest; and its fourth power, which tells the top apart.
    Ratio,
    /// Logits, after this factor: log-softmax, and probability over the greatest.
    Logit(f32),
    /// A flag: as it is.
    Flag,
}

/// The scale of each column, and whether its top codes are candidates.
const SCALES: &[(Scale, bool)] = &[
    (Scale::Ratio, true),
    (Scale::Ratio, false),
    (Scale::Logit(1.0), true),
    (Scale::Logit(1.0), false),
    (Scale::Logit(1.0), true),
    (Scale::Logit(1.0), true),
    (Scale::Logit(20.0), true),
    (Scale::Logit(10.0), false),
    (Scale::Logit(20.0), true),
    (Scale::Logit(10.0), false),
    (Scale::Ratio, true),
    (Scale::Ratio, false),
    (Scale::Ratio, false),
    (Scale::Flag, false),
    (Scale::Flag, false),
    (Scale::Flag, true),
    (Scale::Flag, false),
    (Scale::Logit(1.0), false),
    (Scale::Logit(1.0), false),
    (Scale::Ratio, true),
    (Scale::Logit(1.0), false),
    (Scale::Logit(20.0), false),
    (Scale::Ratio, false),
    (Scale::Logit(20.0), false),
    (Scale::Logit(10.0), false),
    (Scale::Logit(1.0), true),
    (Scale::Logit(1.0), false),
];

/// Features per column.
const PER_COLUMN: usize = 3;
/// Features beside those of the columns.
const EXTRA: usize = 9;
/// Features of the trees: those of the columns, and what describes code and query.
pub const FEATURES: usize = COLUMNS.len() * PER_COLUMN + EXTRA;

/// Candidates of a query with their features.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidates {
    /// The codes, best guess first.
    pub codes: Vec<CodeId>,
    /// Row-major, [`FEATURES`] per code.
    pub features: Vec<f32>,
    /// Whether the query has a description.
    pub has_description: bool,
}

impl Candidates {
    /// Chooses the candidates of a query and describes them.
    pub fn new(query: &Query, table: &ScoreTable, taxonomy: &Taxonomy) -> Self {
        let ranks: Vec<Vec<u16>> = table.columns.iter().map(|c| ranks(c)).collect();
        let codes = choose(&ranks, taxonomy.len());
        let mut features = vec![0.0; codes.len() * FEATURES];
        for (column, (scores, (scale, _))) in table.columns.iter().zip(SCALES).enumerate() {
            let scaled = Scaled::new(scores, *scale);
            for (row, &code) in codes.iter().enumerate() {
                let at = row * FEATURES + column * PER_COLUMN;
                let (a, b) = scaled.pair(scores[usize::from(code)]);
                features[at] = a;
                features[at + 1] = b;
                features[at + 2] = reciprocal(ranks[column][usize::from(code)]);
            }
        }
        for (row, &code) in codes.iter().enumerate() {
            let at = row * FEATURES + COLUMNS.len() * PER_COLUMN;
            features[at..at + EXTRA].copy_from_slice(&extra(query, table, code, taxonomy));
        }
        Self { codes, features, has_description: query.has_description() }
    }

    /// The share of the scorers that name candidates whose first code is this one, 0..1.
    pub fn agreement(&self, code: CodeId) -> f64 {
        let Some(i) = self.codes.iter().position(|c| *c == code) else { return 0.0 };
        let naming = || (0..COLUMNS.len()).filter(|column| SCALES[*column].1);
        let first = naming().filter(|column| self.row(i)[column * PER_COLUMN + 2] >= 1.0).count();
        first as f64 / naming().count() as f64
    }

    /// Features of candidate number `i`.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.features[i * FEATURES..(i + 1) * FEATURES]
    }
}

fn extra(query: &Query, table: &ScoreTable, code: CodeId, taxonomy: &Taxonomy) -> [f32; EXTRA] {
    let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
    [
        taxonomy.log_employment[usize::from(code)],
        flag(taxonomy.is_residual(code)),
        flag(query.has_description()),
        query.main.tokens.len().min(10) as f32,
        flag(!query.parts.is_empty()),
        taxonomy.log_titles.get(usize::from(code)).copied().unwrap_or(0.0),
        table.overlaps.get(usize::from(code)).map_or(0.0, |o| o.best),
        table.votes.get(usize::from(code)).map_or(0.0, |v| v.best),
        table.overlaps.iter().map(|o| o.best).fold(0.0, f32::max),
    ]
}

/// Position of every code in the order of a column, 0 for the best; ties keep the order of codes.
fn ranks(scores: &[f32]) -> Vec<u16> {
    let mut order: Vec<u16> = (0..).take(scores.len()).collect();
    order.sort_by(|a, b| scores[usize::from(*b)].total_cmp(&scores[usize::from(*a)]).then(a.cmp(b)));
    let mut ranks = vec![0; scores.len()];
    for (rank, code) in (0..).zip(order) {
        ranks[usize::from(code)] = rank;
    }
    ranks
}

/// Reciprocal rank fusion (Cormack et al. 2009) without its constant of 60: the top counts more.
fn choose(ranks: &[Vec<u16>], codes: usize) -> Vec<CodeId> {
    let mut sums = vec![0.0f32; codes];
    for (ranks, _) in ranks.iter().zip(SCALES).filter(|(_, (_, counts))| *counts) {
        for (sum, rank) in sums.iter_mut().zip(ranks) {
            *sum += 1.0 / (5.0 + f32::from(*rank));
        }
    }
    let mut order: Vec<CodeId> = (0..).take(codes).collect();
    order.sort_by(|a, b| sums[usize::from(*b)].total_cmp(&sums[usize::from(*a)]).then(a.cmp(b)));
    order.truncate(CANDIDATES);
    order
}

fn reciprocal(rank: u16) -> f32 {
    1.0 / (1.0 + f32::from(rank))
}

struct Scaled {
    scale: Scale,
    top: f32,
    log_sum: f32,
}

impl Scaled {
    fn new(scores: &[f32], scale: Scale) -> Self {
        let top = scores.iter().copied().fold(f32::MIN, f32::max);
        let log_sum = match scale {
            Scale::Logit(factor) => scores.iter().map(|s| ((s - top) * factor).exp()).sum::<f32>().ln(),
            Scale::Ratio | Scale::Flag => 0.0,
        };
        Self { scale, top, log_sum }
    }

    fn pair(&self, score: f32) -> (f32, f32) {
        match self.scale {
            Scale::Ratio => {
                let ratio = if self.top > 0.0 { score / self.top } else { 0.0 };
                (ratio, ratio.powi(4))
            }
            Scale::Logit(factor) => {
                let below = (score - self.top) * factor;
                ((below - self.log_sum).max(-20.0), below.exp())
            }
            Scale::Flag => (score, if score > 0.0 { 1.0 } else { 0.0 }),
        }
    }
}
