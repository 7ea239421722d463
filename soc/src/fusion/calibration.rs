//! Confidence: the chance that the first candidate is right, from how the ranking looks.

use serde::{Deserialize, Serialize};

use crate::scorers::math::softmax_in_place;

/// What the calibrator sees of a query and its ranking.
pub const SIGNALS: usize = 13;

/// Signals in the order of the weights.
pub type Signals = [f64; SIGNALS];

/// What else is known of a query when its confidence is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct QueryTraits {
    /// How many codes have exactly this title.
    pub exact_codes: usize,
    /// Whether there is a description.
    pub has_description: bool,
    /// Share of the title's words that no title has, 0..1.
    pub unknown_share: f64,
    /// Words of the title.
    pub words: usize,
}

/// Probabilities of candidates from their fusion scores.
pub fn probabilities(scores: &[f32]) -> Vec<f32> {
    let mut p = scores.to_vec();
    if !p.is_empty() {
        softmax_in_place(&mut p);
    }
    p
}

/// Signals from probabilities in descending order: logit of the first, log ratio of the first two, entropy, traits of
/// the query; `agreement` is the share of scorers whose first code is that of the ranking, 0..1.
pub fn signals(sorted: &[f32], agreement: f64, traits: QueryTraits) -> Signals {
    let at = |i: usize| f64::from(sorted.get(i).copied().unwrap_or(0.0)).clamp(1e-6, 1.0 - 1e-6);
    let entropy: f64 = sorted.iter().map(|p| f64::from(*p)).filter(|p| *p > 1e-9).map(|p| -p * p.ln()).sum();
    let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
    let described = flag(traits.has_description);
    let logit = (at(0) / (1.0 - at(0))).ln();
    [
        1.0,
        logit,
        (at(0) / at(1)).ln().min(6.0),
        entropy,
        flag(traits.exact_codes == 1),
        flag(traits.exact_codes > 1),
        described,
        traits.unknown_share,
        flag(traits.words == 1),
        agreement,
        described * logit,
        described * agreement,
        described * flag(traits.exact_codes == 1),
    ]
}

/// Logistic regression on [`Signals`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibrator {
    /// One per signal; the first is the constant.
    pub weights: Vec<f64>,
}

impl Calibrator {
    /// Confidence in the first candidate, 0..1.
    pub fn confidence(&self, signals: &Signals) -> f64 {
        let sum: f64 = self.weights.iter().zip(signals).map(|(w, s)| w * s).sum();
        1.0 / (1.0 + (-sum).exp())
    }

    /// Fits by gradient descent on the log loss with a small ridge; deterministic.
    pub fn fit(rows: &[(Signals, bool)]) -> Self {
        const STEPS: usize = 4000;
        const RIDGE: f64 = 1e-3;
        let mut this = Self { weights: vec![0.0; SIGNALS] };
        let mut moments = [0.0f64; SIGNALS];
        for step in 0..STEPS {
            let mut gradient = [0.0; SIGNALS];
            for (signals, right) in rows {
                let error = this.confidence(signals) - if *right { 1.0 } else { 0.0 };
                gradient.iter_mut().zip(signals).for_each(|(g, s)| *g += error * s / rows.len() as f64);
            }
            let rate = 0.2 * (1.0 - step as f64 / STEPS as f64);
            for ((w, g), m) in this.weights.iter_mut().zip(gradient).zip(&mut moments) {
                *m = 0.9 * *m + g + RIDGE * *w;
                *w -= rate * 0.3 * *m;
            }
        }
        this
    }
}

#[cfg(test)]
mod tests {
    use super::{Calibrator, QueryTraits, signals};

    #[test]
    fn a_clear_winner_gets_more_confidence_than_a_tie() {
        let clear = signals(&[0.9, 0.05, 0.05], 1.0, QueryTraits::default());
        let tie = signals(&[0.4, 0.4, 0.2], 0.5, QueryTraits::default());
        let rows: Vec<_> = (0..100).flat_map(|i| [(clear, i % 10 != 0), (tie, i % 10 < 4)]).collect();
        let fitted = Calibrator::fit(&rows);
        assert!((fitted.confidence(&clear) - 0.9).abs() < 0.03, "{}", fitted.confidence(&clear));
        assert!((fitted.confidence(&tie) - 0.4).abs() < 0.03, "{}", fitted.confidence(&tie));
    }
}
