//! Listwise linear fusion: a softmax over the candidates of one query (`ListNet` with one relevant set).

use crate::{
    fusion::features::{Candidates, FEATURES},
    scorers::math::softmax_in_place,
};

/// A query with its right answers among the candidates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// Candidates and features.
    pub candidates: Candidates,
    /// For each candidate, whether it is right.
    pub right: Vec<bool>,
}

/// Weights; each feature has one for every query, and one more for queries with a description.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Linear {
    /// 2 × [`FEATURES`] weights.
    pub weights: Vec<f32>,
}

impl Linear {
    /// How many weights there are.
    pub const WEIGHTS: usize = 2 * FEATURES;

    /// Scores of all candidates.
    pub fn scores(&self, candidates: &Candidates) -> Vec<f32> {
        let all = &self.weights[..FEATURES];
        let described = &self.weights[FEATURES..];
        let score = |i: usize| {
            let row = candidates.row(i);
            let base: f32 = row.iter().zip(all).map(|(f, w)| f * w).sum();
            let more: f32 = if candidates.has_description { row.iter().zip(described).map(|(f, w)| f * w).sum() } else { 0.0 };
            base + more
        };
        (0..candidates.codes.len()).map(score).collect()
    }
}

/// Settings of the fit.
#[derive(Debug, Clone, Copy)]
pub struct LinearPlan {
    /// Weight decay on standardised weights.
    pub ridge: f32,
    /// Steps of Adam over the whole set.
    pub steps: usize,
    /// Step size.
    pub rate: f32,
}

/// The settings that did best in cross-validation.
pub const LINEAR_PLAN: LinearPlan = LinearPlan { ridge: 3e-3, steps: 300, rate: 0.03 };

/// Fits weights by Adam (Kingma & Ba 2015) on the whole set; deterministic.
pub fn fit(examples: &[&Example], plan: LinearPlan) -> Linear {
    let deviations = deviations(examples);
    let scale = |w: &[f32]| Linear { weights: w.iter().enumerate().map(|(i, w)| w / deviations[i % FEATURES]).collect() };
    let mut weights = vec![0.0f32; 2 * FEATURES];
    let (mut first, mut second) = (weights.clone(), weights.clone());
    for step in 1..=plan.steps {
        let gradient = gradient(examples, &scale(&weights));
        let (c1, c2) = (1.0 - 0.9f32.powi(exponent(step)), 1.0 - 0.99f32.powi(exponent(step)));
        let rate = plan.rate * (1.0 - 0.9 * step as f32 / plan.steps as f32);
        for i in 0..weights.len() {
            let g = gradient[i] / deviations[i % FEATURES] + plan.ridge * weights[i];
            first[i] = 0.9 * first[i] + 0.1 * g;
            second[i] = 0.99 * second[i] + 0.01 * g * g;
            weights[i] -= rate * (first[i] / c1) / ((second[i] / c2).sqrt() + 1e-6);
        }
    }
    scale(&weights)
}

fn exponent(step: usize) -> i32 {
    i32::try_from(step).unwrap_or(i32::MAX)
}

/// Standard deviation of each feature within queries, at least a small number.
fn deviations(examples: &[&Example]) -> Vec<f32> {
    let mut squares = vec![0.0f64; FEATURES];
    let mut count = 0.0f64;
    for example in examples {
        let rows = example.candidates.codes.len();
        for (f, square) in squares.iter_mut().enumerate() {
            let mean = (0..rows).map(|i| f64::from(example.candidates.row(i)[f])).sum::<f64>() / rows.max(1) as f64;
            *square += (0..rows).map(|i| (f64::from(example.candidates.row(i)[f]) - mean).powi(2)).sum::<f64>();
        }
        count += rows as f64;
    }
    #[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a scale")]
    let root = |square: f64| (square / count.max(1.0)).sqrt() as f32;
    squares.into_iter().map(|square| root(square).max(0.02)).collect()
}

/// Mean gradient of −log Σ p(right) over the examples that have a right candidate.
fn gradient(examples: &[&Example], model: &Linear) -> Vec<f32> {
    let mut total = vec![0.0f32; 2 * FEATURES];
    let mut count = 0.0f32;
    for example in examples {
        let scores = model.scores(&example.candidates);
        let Some(errors) = errors(&scores, &example.right) else { continue };
        count += 1.0;
        for (i, error) in errors.iter().enumerate() {
            let row = example.candidates.row(i);
            add(&mut total[..FEATURES], *error, row);
            if example.candidates.has_description {
                add(&mut total[FEATURES..], *error, row);
            }
        }
    }
    for g in &mut total {
        *g /= count.max(1.0);
    }
    total
}

fn add(total: &mut [f32], factor: f32, row: &[f32]) {
    for (t, v) in total.iter_mut().zip(row) {
        *t += factor * v;
    }
}

/// Derivative of −log Σ p(right) by each score; nothing if no candidate is right.
pub fn errors(scores: &[f32], right: &[bool]) -> Option<Vec<f32>> {
    let mut p = scores.to_vec();
    softmax_in_place(&mut p);
    let mass: f32 = p.iter().zip(right).filter(|(_, r)| **r).map(|(p, _)| p).sum();
    if !right.contains(&true) {
        return None;
    }
    let target = |p: f32, right: bool| if right { p / mass.max(1e-9) } else { 0.0 };
    Some(p.iter().zip(right).map(|(p, r)| p - target(*p, *r)).collect())
}
