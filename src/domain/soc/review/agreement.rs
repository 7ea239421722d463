//! How often people decided as the ranker suggested.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::soc::review::{ReviewStatus, Versions};

/// A decided review, as far as agreement is measured by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// How it ended.
    pub status: ReviewStatus,
    /// The place of the approved code among the candidates, from 1; none when it was not among them.
    pub rank: Option<i32>,
    /// The confidence in the first candidate that was shown, 0..1.
    pub confidence: f64,
    /// The same as shipped, before any recalibration, 0..1.
    pub raw_confidence: f64,
    /// The first was a Direct Match: its confidence is fixed.
    pub direct: bool,
    /// A person looked at just this review.
    pub judged: bool,
    /// What ranked.
    pub versions: Versions,
}

impl Decided {
    /// True when a person approved a code: what agreement is measured by.
    pub fn counts(&self) -> bool {
        self.judged && self.status == ReviewStatus::Approved
    }

    /// True when the approved code was among the first `n`.
    pub fn among(&self, n: i32) -> bool {
        self.rank.is_some_and(|rank| rank <= n)
    }
}

/// Shares are from 0 to 1; of no decisions they are 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Shares {
    /// Decisions.
    pub decisions: usize,
    /// The first candidate was approved.
    pub first: f64,
    /// One of the first three was.
    pub first3: f64,
    /// One of the first five was.
    pub first5: f64,
    /// What the confidence in the first candidates promised.
    pub confidence: f64,
}

/// The shares of decisions whose confidence was in a band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// From this confidence on.
    pub from: f64,
    /// Up to this one; it belongs to the next band, 1 to this one.
    pub to: f64,
    /// The shares.
    #[serde(flatten)]
    pub shares: Shares,
}

/// The shares of decisions on what one ranker suggested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfVersion {
    /// The index of titles and texts.
    pub index: String,
    /// The weights, and the assistant's model if one ranked.
    pub model: String,
    /// The recalibration; none as shipped.
    pub recalibration: Option<i32>,
    /// The shares.
    #[serde(flatten)]
    pub shares: Shares,
}

/// How often people decided as the ranker suggested, by the six digits of the code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Of all decisions of people.
    #[serde(flatten)]
    pub all: Shares,
    /// Reviews that people rejected.
    pub rejected: usize,
    /// Approved by threshold, without a look at the single review: not counted above.
    pub by_threshold: usize,
    /// By the confidence in the first candidate.
    pub bands: Vec<Band>,
    /// By what ranked.
    pub versions: Vec<OfVersion>,
}

const BANDS: [(f64, f64); 6] = [(0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0)];

impl Agreement {
    /// Measures.
    pub fn of(decided: &[Decided]) -> Self {
        let counting: Vec<&Decided> = decided.iter().filter(|one| one.counts()).collect();
        let band = |(from, to): (f64, f64)| {
            let inside = |one: &&&Decided| one.confidence >= from && (one.confidence < to || to >= 1.0);
            Band { from, to, shares: shares(&counting.iter().filter(inside).copied().collect::<Vec<_>>()) }
        };
        let mut versions: BTreeMap<_, Vec<&Decided>> = BTreeMap::new();
        for one in &counting {
            let Versions { index, model, recalibration } = one.versions.clone();
            versions.entry((index, model, recalibration)).or_default().push(one);
        }
        let of_version = |((index, model, recalibration), decided): ((String, String, Option<i32>), Vec<&Decided>)| OfVersion {
            index,
            model,
            recalibration,
            shares: shares(&decided),
        };
        Self {
            all: shares(&counting),
            rejected: decided.iter().filter(|one| one.status == ReviewStatus::Rejected).count(),
            by_threshold: decided.iter().filter(|one| one.status == ReviewStatus::Approved && !one.judged).count(),
            bands: BANDS.map(band).into(),
            versions: versions.into_iter().map(of_version).collect(),
        }
    }
}

fn shares(decided: &[&Decided]) -> Shares {
    let whole = decided.len().max(1) as f64;
    let share = |n: i32| decided.iter().filter(|one| one.among(n)).count() as f64 / whole;
    let confidence = decided.iter().map(|one| one.confidence).sum::<f64>() / whole;
    Shares { decisions: decided.len(), first: share(1), first3: share(3), first5: share(5), confidence }
}

/// Decisions from which on a measured precision says more than the calibration.
const ENOUGH: usize = 50;

/// How many of the first candidates at or above a threshold are to be expected right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Expected {
    /// The mean confidence of the reviews that are to be approved, 0..1; none when there are none.
    pub confidence: Option<f64>,
    /// How often people approved the first candidate at or above the threshold, 0..1; none below 50 decisions.
    pub measured: Option<f64>,
}

impl Expected {
    /// From the confidence in those to be approved, and from what was decided.
    pub fn at(threshold: f64, confidences: &[f64], decided: &[Decided]) -> Self {
        let sure: Vec<_> = decided.iter().filter(|one| one.counts() && one.confidence >= threshold).collect();
        let right = sure.iter().filter(|one| one.among(1)).count();
        let mean = confidences.iter().sum::<f64>() / confidences.len().max(1) as f64;
        Self {
            confidence: (!confidences.is_empty()).then_some(mean),
            measured: (sure.len() >= ENOUGH).then(|| right as f64 / sure.len() as f64),
        }
    }

    /// The measured precision where there is one, else what the calibration promises, 0..1.
    pub fn precision(self) -> Option<f64> {
        self.confidence.map(|promised| self.measured.unwrap_or(promised))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(rank: Option<i32>, confidence: f64) -> Decided {
        let versions = Versions { index: "a".to_owned(), ..Versions::default() };
        Decided { status: ReviewStatus::Approved, rank, confidence, raw_confidence: confidence, direct: false, judged: true, versions }
    }

    #[test]
    fn only_what_a_person_decided_is_counted() {
        let all = [
            decided(Some(1), 0.95),
            decided(Some(1), 1.0),
            decided(Some(3), 0.85),
            decided(None, 0.2),
            Decided { judged: false, ..decided(Some(1), 0.95) },
            Decided { status: ReviewStatus::Rejected, ..decided(None, 0.1) },
            Decided { versions: Versions { index: "b".to_owned(), ..Versions::default() }, ..decided(Some(5), 0.5) },
        ];
        let agreement = Agreement::of(&all);
        assert_eq!((agreement.all.decisions, agreement.rejected, agreement.by_threshold), (5, 1, 1));
        assert_eq!((agreement.all.first, agreement.all.first3, agreement.all.first5), (0.4, 0.6, 0.8));
        let bands: Vec<_> = agreement.bands.iter().map(|band| (band.from, band.shares.decisions, band.shares.first)).collect();
        assert_eq!(bands, [(0.0, 1, 0.0), (0.3, 0, 0.0), (0.5, 1, 0.0), (0.7, 0, 0.0), (0.8, 1, 0.0), (0.9, 2, 1.0)]);
        let versions: Vec<_> = agreement.versions.iter().map(|one| (one.index.as_str(), one.shares.decisions)).collect();
        assert_eq!(versions, [("a", 4), ("b", 1)]);
    }

    #[test]
    fn a_threshold_promises_what_was_measured_once_there_is_enough() {
        assert_eq!(Expected::at(0.9, &[], &[]).precision(), None);
        let expected = Expected::at(0.9, &[0.9, 1.0], &[decided(Some(1), 0.95)]);
        assert_eq!((expected.precision(), expected.measured), (Some(0.95), None));
        let mut many: Vec<_> = (0..50).map(|number| decided(Some(if number < 40 { 1 } else { 2 }), 0.95)).collect();
        many.extend((0..100).map(|_| decided(None, 0.5)));
        assert_eq!(Expected::at(0.9, &[0.9, 1.0], &many).precision(), Some(0.8));
    }
}
