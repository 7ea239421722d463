//! Fits boosted trees by Newton steps on the listwise loss (Friedman 2001; Chen & Guestrin 2016), with histograms.

use crate::{
    fusion::{
        features::FEATURES,
        linear::{Example, Linear, errors},
        trees::{Forest, Tree},
    },
    scorers::{hashing::Random, math::softmax_in_place},
};

/// Settings of the fit.
#[derive(Debug, Clone, Copy)]
pub struct TreePlan {
    /// Number of trees.
    pub trees: usize,
    /// Questions on the way to a leaf.
    pub depth: usize,
    /// Shrinkage of each tree, 0..1.
    pub rate: f32,
    /// Added to the second derivatives of a leaf.
    pub ridge: f32,
    /// Least sum of second derivatives in a leaf.
    pub least: f32,
    /// Share of features a tree may ask, 0..1.
    pub columns: f32,
    /// Share of queries a tree sees, 0..1.
    pub rows: f32,
}

/// The settings that did best in cross-validation.
pub const TREE_PLAN: TreePlan = TreePlan { trees: 250, depth: 3, rate: 0.06, ridge: 5.0, least: 3.0, columns: 0.3, rows: 0.7 };

/// Bins per feature.
const BINS: usize = 32;

struct Data {
    /// Column-major bins.
    bins: Vec<Vec<u8>>,
    /// Upper edge of each bin, per feature.
    edges: Vec<Vec<f32>>,
    /// First row of every query, and the end.
    starts: Vec<usize>,
}

/// Fits trees to what the linear fusion leaves over; deterministic.
pub fn fit(examples: &[&Example], base: &Linear, plan: TreePlan) -> Forest {
    let data = Data::new(examples);
    let rows = *data.starts.last().unwrap_or(&0);
    let mut scores: Vec<f32> = examples.iter().flat_map(|e| base.scores(&e.candidates)).collect();
    let mut forest = Forest::default();
    let mut random = Random::new(17);
    for _ in 0..plan.trees {
        let (gradients, chosen) = gradients(examples, &data, &scores, plan.rows, &mut random);
        let features: Vec<usize> = (0..FEATURES).filter(|_| random.unit() < plan.columns).collect();
        let (tree, leaf_of) = Grower { data: &data, gradients: &gradients, plan, features: &features }.grow(rows, &chosen);
        for (score, leaf) in scores.iter_mut().zip(leaf_of) {
            *score += tree.leaves[leaf];
        }
        forest.trees.push(tree);
    }
    forest
}

impl Data {
    fn new(examples: &[&Example]) -> Self {
        let mut starts = vec![0];
        for example in examples {
            starts.push(starts[starts.len() - 1] + example.candidates.codes.len());
        }
        let column = |f: usize| examples.iter().flat_map(move |e| e.candidates.features.chunks_exact(FEATURES).map(move |r| r[f]));
        let edges: Vec<Vec<f32>> = (0..FEATURES).map(|f| edges(column(f).collect())).collect();
        let bin = |f: usize, v: f32| u8::try_from(edges[f].partition_point(|e| *e < v)).unwrap_or(u8::MAX);
        let bins = (0..FEATURES).map(|f| column(f).map(|v| bin(f, v)).collect()).collect();
        Self { bins, edges, starts }
    }
}

/// Edges that part the values into bins; finer where values are large, because the top decides.
fn edges(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let index = (share * values.len() as f64) as usize;
        values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    let half = BINS / 2;
    let coarse = (1..half).map(|i| i as f64 / half as f64);
    let fine = (1..half).map(|i| 1.0 - 0.1 * i as f64 / half as f64);
    let mut edges: Vec<f32> = coarse.chain(fine).map(at).collect();
    edges.sort_by(f32::total_cmp);
    edges.dedup();
    edges
}

type Pair = (f32, f32);

fn gradients(examples: &[&Example], data: &Data, scores: &[f32], share: f32, random: &mut Random) -> (Vec<Pair>, Vec<u32>) {
    let mut pairs = vec![(0.0, 0.0); scores.len()];
    let mut chosen = Vec::new();
    for (q, example) in examples.iter().enumerate() {
        let range = data.starts[q]..data.starts[q + 1];
        let skip = random.unit() >= share;
        let Some(errors) = errors(&scores[range.clone()], &example.right) else { continue };
        if skip {
            continue;
        }
        let mut p = scores[range.clone()].to_vec();
        softmax_in_place(&mut p);
        for ((row, error), p) in range.zip(errors).zip(p) {
            pairs[row] = (error, (p * (1.0 - p)).max(1e-6));
            if p > 1e-4 || error < 0.0 {
                chosen.push(u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
    }
    (pairs, chosen)
}

struct Grower<'a> {
    data: &'a Data,
    gradients: &'a [Pair],
    plan: TreePlan,
    features: &'a [usize],
}

impl Grower<'_> {
    /// Grows a tree on the chosen rows, and tells for all rows in which leaf they fall.
    fn grow(&self, rows: usize, chosen: &[u32]) -> (Tree, Vec<usize>) {
        let inner = (1 << self.plan.depth) - 1;
        let mut tree = Tree { features: vec![0; inner], thresholds: vec![f32::MAX; inner], leaves: Vec::new() };
        let mut cuts: Vec<(usize, u8)> = vec![(0, u8::MAX); inner];
        let mut parts: Vec<Vec<u32>> = vec![chosen.to_vec()];
        for node in 0..inner {
            let part = std::mem::take(&mut parts[node]);
            if let Some((feature, bin)) = self.best_cut(&part) {
                tree.features[node] = u16::try_from(feature).unwrap_or(0);
                tree.thresholds[node] = self.data.edges[feature][usize::from(bin)];
                cuts[node] = (feature, bin);
            }
            let (feature, bin) = cuts[node];
            let column = &self.data.bins[feature];
            let (right, left) = part.into_iter().partition(|row| column[*row as usize] > bin);
            parts.push(left);
            parts.push(right);
        }
        tree.leaves = parts[inner..].iter().map(|part| self.leaf(part)).collect();
        let leaf_of = (0..rows).map(|row| self.leaf_of(row, &cuts)).collect();
        (tree, leaf_of)
    }

    fn leaf_of(&self, row: usize, cuts: &[(usize, u8)]) -> usize {
        let mut node = 0;
        while node < cuts.len() {
            let (feature, bin) = cuts[node];
            node = 2 * node + 1 + usize::from(self.data.bins[feature][row] > bin);
        }
        node - cuts.len()
    }

    fn leaf(&self, rows: &[u32]) -> f32 {
        let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), row| {
            let (dg, dh) = self.gradients[*row as usize];
            (g + dg, h + dh)
        });
        if rows.is_empty() { 0.0 } else { -self.plan.rate * g / (h + self.plan.ridge) }
    }

    fn best_cut(&self, rows: &[u32]) -> Option<(usize, u8)> {
        let mut best: Option<(f32, usize, u8)> = None;
        for &feature in self.features {
            if let Some((gain, bin)) = self.cut_of(feature, rows)
                && best.is_none_or(|(top, _, _)| gain > top)
            {
                best = Some((gain, feature, bin));
            }
        }
        best.map(|(_, feature, bin)| (feature, bin))
    }

    /// The bin after which a cut gains most.
    fn cut_of(&self, feature: usize, rows: &[u32]) -> Option<(f32, u8)> {
        let mut histogram = [(0.0f32, 0.0f32); BINS];
        let column = &self.data.bins[feature];
        for row in rows {
            let (g, h) = self.gradients[*row as usize];
            let cell = &mut histogram[usize::from(column[*row as usize])];
            cell.0 += g;
            cell.1 += h;
        }
        let total = histogram.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        let worth = |(g, h): Pair| g * g / (h + self.plan.ridge);
        let mut left = (0.0, 0.0);
        let mut best: Option<(f32, u8)> = None;
        for (bin, cell) in (0u8..).zip(&histogram[..self.data.edges[feature].len().min(BINS - 1)]) {
            left = (left.0 + cell.0, left.1 + cell.1);
            let right = (total.0 - left.0, total.1 - left.1);
            if left.1 < self.plan.least || right.1 < self.plan.least {
                continue;
            }
            let gain = worth(left) + worth(right) - worth(total);
            if gain > 1e-4 && best.is_none_or(|(top, _)| gain > top) {
                best = Some((gain, bin));
            }
        }
        best
    }
}
