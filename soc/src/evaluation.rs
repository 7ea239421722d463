//! How good a ranking is: shares of right answers at several depths, calibration, latency.

pub mod baselines;
pub mod labelled;

use serde::Serialize;

use crate::SocCode;

/// One answered query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Suggested codes in their order.
    pub codes: Vec<SocCode>,
    /// Accepted codes.
    pub accepted: Vec<SocCode>,
    /// Confidence in the first, 0..1.
    pub confidence: f64,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
}

impl Outcome {
    /// Whether one of the first `n` codes agrees with an accepted one in its first `digits` digits of six.
    fn hit(&self, n: usize, digits: u32) -> bool {
        let group = |code: &SocCode| code.digits() / 10u32.pow(6 - digits);
        self.codes.iter().take(n).any(|code| self.accepted.iter().any(|a| group(a) == group(code)))
    }
}

/// What a threshold of confidence promises.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct AtThreshold {
    /// Share of queries at or above the threshold, 0..1.
    pub coverage: f64,
    /// Share of right first answers among them, 0..1; 0 if there are none.
    pub precision: f64,
}

/// Figures over a set of queries; shares from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Queries.
    pub n: usize,
    /// First answer right, six digits.
    pub top1: f64,
    /// Right answer among the first three.
    pub top3: f64,
    /// Right answer among the first five.
    pub top5: f64,
    /// Right answer among the first ten.
    pub top10: f64,
    /// Minor group of the first answer right (first four characters).
    pub minor: f64,
    /// Major group of the first answer right (first two characters).
    pub major: f64,
    /// Expected calibration error of the first answer, ten equal bins (Naeini et al. 2015).
    pub ece: f64,
    /// At confidence 0.8 and above.
    pub at80: AtThreshold,
    /// At confidence 0.9 and above.
    pub at90: AtThreshold,
    /// Median latency in milliseconds.
    pub p50_ms: f64,
    /// 95th percentile of latency in milliseconds.
    pub p95_ms: f64,
}

/// Sums outcomes up.
pub fn figures(outcomes: &[&Outcome]) -> Figures {
    let share = |hit: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| hit(o)).count() as f64 / outcomes.len().max(1) as f64;
    Figures {
        n: outcomes.len(),
        top1: share(&|o| o.hit(1, 6)),
        top3: share(&|o| o.hit(3, 6)),
        top5: share(&|o| o.hit(5, 6)),
        top10: share(&|o| o.hit(10, 6)),
        minor: share(&|o| o.hit(1, 3)),
        major: share(&|o| o.hit(1, 2)),
        ece: calibration_error(outcomes),
        at80: at_threshold(outcomes, 0.8),
        at90: at_threshold(outcomes, 0.9),
        p50_ms: percentile(outcomes, 0.5),
        p95_ms: percentile(outcomes, 0.95),
    }
}

/// Bins of the calibration error.
const BINS: usize = 10;

fn calibration_error(outcomes: &[&Outcome]) -> f64 {
    let mut bins = [(0.0f64, 0.0f64); BINS];
    for outcome in outcomes {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a confidence is between 0 and 1")]
        let bin = ((outcome.confidence * BINS as f64) as usize).min(BINS - 1);
        bins[bin].0 += outcome.confidence;
        bins[bin].1 += if outcome.hit(1, 6) { 1.0 } else { 0.0 };
    }
    bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / outcomes.len().max(1) as f64
}

fn at_threshold(outcomes: &[&Outcome], threshold: f64) -> AtThreshold {
    let sure: Vec<_> = outcomes.iter().filter(|o| o.confidence >= threshold).collect();
    let right = sure.iter().filter(|o| o.hit(1, 6)).count();
    AtThreshold { coverage: sure.len() as f64 / outcomes.len().max(1) as f64, precision: right as f64 / sure.len().max(1) as f64 }
}

fn percentile(outcomes: &[&Outcome], share: f64) -> f64 {
    let mut times: Vec<f64> = outcomes.iter().map(|o| o.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let index = (share * times.len() as f64) as usize;
    times.get(index.min(times.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, figures};

    fn outcome(codes: &[&str], accepted: &str, confidence: f64) -> Outcome {
        let code = |text: &str| text.parse().expect("a code");
        let codes = codes.iter().map(|c| code(c)).collect();
        Outcome { codes, accepted: vec![code(accepted)], confidence, milliseconds: 1.0 }
    }

    #[test]
    fn shares_count_each_depth_and_group() {
        let a = outcome(&["11-1011", "11-1021"], "11-1021", 0.85);
        let b = outcome(&["29-1141"], "29-1141", 0.95);
        let f = figures(&[&a, &b]);
        assert_eq!((f.top1, f.top3, f.minor, f.major), (0.5, 1.0, 1.0, 1.0));
        assert_eq!((f.at80.coverage, f.at80.precision, f.at90.coverage, f.at90.precision), (1.0, 0.5, 0.5, 1.0));
        assert!((f.ece - 0.45).abs() < 1e-9);
    }
}
