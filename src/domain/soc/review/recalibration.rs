//! Recalibration: from decisions, what a confidence as shipped is worth here. It never changes a ranking.
//!
//! Two numbers, a slope and an intercept on the log odds (Platt 1999), which 200 decisions can bear; the ranker's own
//! calibration has thirteen. Titles of the Direct Match list keep their fixed confidence.

use serde::{Deserialize, Serialize};

use crate::domain::soc::{
    ranker::Candidate,
    review::{Versions, agreement::Decided, is_direct},
};

/// Decisions below which nothing is fitted.
pub const LEAST_DECISIONS: usize = 200;

/// The least slope: more confidence as shipped stays more confidence.
const LEAST_SLOPE: f64 = 0.05;
/// How many decisions speak for "as shipped" before the first one is read.
const PRIOR: f64 = 4.0;
/// Newton's method is there after a handful.
const STEPS: usize = 50;
/// Parts of the cross-validation.
const FOLDS: u64 = 5;
/// Bins of the calibration error, as for the ranker.
const BINS: usize = 10;

/// What a confidence as shipped is worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Added to the log odds.
    pub intercept: f64,
    /// What the log odds are multiplied by, more than 0.
    pub slope: f64,
}

/// As shipped.
pub const AS_SHIPPED: Curve = Curve { intercept: 0.0, slope: 1.0 };

/// A curve in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalibration {
    /// Counts from 1.
    pub version: i32,
    /// The index whose confidence it is about; another one's is left as shipped.
    pub index: String,
    /// The weights whose confidence it is about.
    pub model: String,
    /// What a confidence is worth.
    pub curve: Curve,
}

/// How good confidences are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Their mean, 0..1; to be compared with the share of first candidates that were approved.
    pub confidence: f64,
    /// Mean negative log likelihood; less is better.
    pub log_loss: f64,
    /// Expected calibration error, ten equal bins, 0..1; less is better.
    pub ece: f64,
}

/// A fit, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fit {
    /// Decisions that it was fitted to.
    pub decisions: usize,
    /// How often the first candidate was approved, 0..1.
    pub first: f64,
    /// What is to be in force.
    #[serde(flatten)]
    pub curve: Curve,
    /// As shipped.
    pub before: Quality,
    /// With the curve, cross-validated: no decision is answered by a curve that saw it.
    pub after: Quality,
}

/// A decision: the confidence as shipped, and whether the first candidate was approved.
type Row = (f64, bool);

impl Curve {
    /// What a confidence as shipped is worth, 0..1.
    pub fn confidence(self, raw: f64) -> f64 {
        sigmoid(self.intercept + self.slope * logit(raw))
    }

    /// The likeliest curve, by Newton's method; deterministic.
    fn of(rows: &[Row]) -> Self {
        let mut curve = AS_SHIPPED;
        for _ in 0..STEPS {
            let (mut g0, mut g1) = (PRIOR * curve.intercept, PRIOR * (curve.slope - 1.0));
            let (mut h00, mut h01, mut h11) = (PRIOR, 0.0, PRIOR);
            for (raw, right) in rows {
                let (x, p) = (logit(*raw), curve.confidence(*raw));
                let (error, weight) = (p - f64::from(u8::from(*right)), p * (1.0 - p));
                g0 += error;
                g1 += error * x;
                h00 += weight;
                h01 += weight * x;
                h11 += weight * x * x;
            }
            let determinant = h00 * h11 - h01 * h01;
            curve.intercept -= (h11 * g0 - h01 * g1) / determinant;
            curve.slope = (curve.slope - (h00 * g1 - h01 * g0) / determinant).max(LEAST_SLOPE);
        }
        curve
    }
}

impl Fit {
    /// Fits a curve to the decisions on what the ranker of that index and those weights suggested. None when there are too
    /// few: then the number is told.
    pub fn of(decided: &[Decided], ranker: &Versions) -> Result<Self, usize> {
        let same = |one: &Decided| (&one.versions.index, &one.versions.model) == (&ranker.index, &ranker.model);
        let of_this = |one: &&Decided| one.counts() && !one.direct && same(one);
        let rows: Vec<Row> = decided.iter().filter(of_this).map(|one| (one.raw_confidence, one.among(1))).collect();
        if rows.len() < LEAST_DECISIONS {
            return Err(rows.len());
        }
        let mut outside = Vec::with_capacity(rows.len());
        for number in 0..FOLDS {
            let part = |inside: bool| (0..).zip(&rows).filter(move |(i, _)| (fold(*i) == number) == inside).map(|(_, row)| *row);
            let curve = Curve::of(&part(false).collect::<Vec<_>>());
            outside.extend(part(true).map(|(raw, right)| (curve.confidence(raw), right)));
        }
        let right = rows.iter().filter(|(_, right)| *right).count();
        Ok(Self {
            decisions: rows.len(),
            first: right as f64 / rows.len() as f64,
            curve: Curve::of(&rows),
            before: quality(&rows),
            after: quality(&outside),
        })
    }
}

impl Recalibration {
    /// True when it is about the confidence of that ranker: another one's is left as shipped.
    pub fn fits(&self, ranker: &Versions) -> bool {
        (&self.index, &self.model) == (&ranker.index, &ranker.model)
    }

    /// Gives candidates the confidence that it is worth here; their order stays.
    pub fn apply(&self, candidates: &mut [Candidate]) {
        let Some((first, others)) = candidates.split_first_mut() else { return };
        if is_direct(&first.evidence) {
            return;
        }
        let raw = first.confidence;
        first.confidence = self.curve.confidence(raw);
        let scale = (1.0 - first.confidence) / (1.0 - raw).max(1e-9);
        for other in others {
            other.confidence = (other.confidence * scale).min(first.confidence);
        }
    }
}

/// The fold of a decision by its place; scattered, since what was decided one after the other may be alike.
fn fold(place: u64) -> u64 {
    (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % FOLDS
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-3, 1.0 - 1e-3);
    (p / (1.0 - p)).ln()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn quality(rows: &[Row]) -> Quality {
    let count = rows.len().max(1) as f64;
    let loss = |(p, right): &Row| -(if *right { *p } else { 1.0 - p }).clamp(1e-9, 1.0).ln();
    let mut bins = [0.0_f64; BINS];
    for (p, right) in rows {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a confidence is between 0 and 1")]
        let bin = ((p * BINS as f64) as usize).min(BINS - 1);
        bins[bin] += p - f64::from(u8::from(*right));
    }
    Quality {
        confidence: rows.iter().map(|(p, _)| p).sum::<f64>() / count,
        log_loss: rows.iter().map(loss).sum::<f64>() / count,
        ece: bins.iter().map(|gap| gap.abs()).sum::<f64>() / count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::soc::{
        evidence::{Evidence, EvidenceKind},
        review::ReviewStatus,
    };

    fn ranker(index: &str) -> Versions {
        Versions { index: index.to_owned(), model: "m".to_owned(), recalibration: None }
    }

    /// Decisions of a ranker that is too sure: of those it gives 0.9, seven in ten are right; of 0.6, four in ten.
    fn overconfident(count: usize) -> Vec<Decided> {
        let versions = ranker("i");
        let one = |number: usize| {
            let (confidence, right) = if number.is_multiple_of(2) { (0.9, number / 2 % 10 < 7) } else { (0.6, number / 2 % 10 < 4) };
            let rank = Some(if right { 1 } else { 2 });
            let status = ReviewStatus::Approved;
            Decided { status, rank, confidence, raw_confidence: confidence, direct: false, judged: true, versions: versions.clone() }
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn confidence_becomes_what_it_is_worth() {
        let fit = Fit::of(&overconfident(400), &ranker("i")).expect("enough");
        assert_eq!((fit.decisions, fit.first), (400, 0.55));
        assert!((fit.curve.confidence(0.9) - 0.7).abs() < 0.02, "{fit:?}");
        assert!((fit.curve.confidence(0.6) - 0.4).abs() < 0.02, "{fit:?}");
        assert!((fit.before.ece - 0.2).abs() < 1e-9 && fit.after.ece < 0.12, "{fit:?}");
        assert!(fit.after.log_loss < fit.before.log_loss && (fit.after.confidence - 0.55).abs() < 0.02, "{fit:?}");
    }

    #[test]
    fn too_few_decisions_and_those_of_others_fit_nothing() {
        assert_eq!(Fit::of(&overconfident(199), &ranker("i")), Err(199));
        assert_eq!(Fit::of(&overconfident(400), &ranker("other")), Err(0));
        let mut unjudged = overconfident(400);
        for one in &mut unjudged {
            one.judged = false;
        }
        assert_eq!(Fit::of(&unjudged, &ranker("i")), Err(0));
    }

    #[test]
    fn what_is_always_wrong_still_rises_with_the_confidence_as_shipped() {
        let mut wrong = overconfident(400);
        for one in &mut wrong {
            one.rank = if one.confidence > 0.8 { None } else { Some(1) };
        }
        let curve = Fit::of(&wrong, &ranker("i")).expect("enough").curve;
        assert!(curve.slope >= LEAST_SLOPE && curve.confidence(0.9) > curve.confidence(0.6), "{curve:?}");
    }

    fn candidates(kind: EvidenceKind) -> Vec<Candidate> {
        let candidate = |code: &str, confidence| {
            let evidence = vec![Evidence { kind, text: "Cook".to_owned(), weight: 1.0 }];
            Candidate { code: code.parse().expect("a code"), confidence, evidence }
        };
        vec![candidate("35-2014.00", 0.6), candidate("35-2011.00", 0.3), candidate("35-2015.00", 0.05)]
    }

    #[test]
    fn a_ranking_keeps_its_order_and_its_sum() {
        let less = Recalibration { version: 1, index: "i".to_owned(), model: "m".to_owned(), curve: Curve { intercept: -1.0, slope: 1.0 } };
        let mut ranked = candidates(EvidenceKind::SimilarTitle);
        less.apply(&mut ranked);
        let confidences: Vec<_> = ranked.iter().map(|one| one.confidence).collect();
        assert!((confidences[0] - 0.3556).abs() < 1e-3, "{confidences:?}");
        assert!(confidences.is_sorted_by(|a, b| a >= b) && confidences.iter().sum::<f64>() <= 1.0, "{confidences:?}");
        let mut untouched = candidates(EvidenceKind::DirectMatch);
        less.apply(&mut untouched);
        assert_eq!(untouched, candidates(EvidenceKind::DirectMatch), "a Direct Match keeps its fixed confidence");
        assert!(less.fits(&ranker("i")) && !less.fits(&ranker("another")));
    }
}
