//! The fitted part of the ranker: a small file, committed and compiled in.

use serde::{Deserialize, Serialize};

use crate::fusion::{calibration::Calibrator, features::Candidates, linear::Linear, trees::Forest};

/// How much of the trees counts: less than they were fitted for, because part of what they learn is the habits of two sources.
const TREES: f32 = 0.8;
/// The same for titles with a description, of which neither of the two sources has any.
const DESCRIBED_TREES: f32 = 0.5;

/// Fusion and calibrator.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fusion {
    /// What the file is, for a reader of it.
    pub note: String,
    /// Linear fusion.
    pub linear: Linear,
    /// Trees on top of it.
    pub forest: Forest,
    /// Confidence.
    pub calibrator: Calibrator,
}

/// Why a file of fitted data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FusionError {
    /// It is no such JSON.
    #[error("the fitted fusion cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It was fitted for other features.
    #[error("the fitted fusion has {found} weights, but {expected} are needed: fit it again")]
    Features {
        /// Weights in the file.
        found: usize,
        /// Weights of this version.
        expected: usize,
    },
}

impl Fusion {
    /// The model that is compiled in.
    pub fn shipped() -> Result<Self, FusionError> {
        Self::from_json(include_str!("fitted.json"))
    }

    /// Reads a fitted model.
    pub fn from_json(json: &str) -> Result<Self, FusionError> {
        let this: Self = serde_json::from_str(json)?;
        let (found, expected) = (this.linear.weights.len(), Linear::WEIGHTS);
        if found == expected { Ok(this) } else { Err(FusionError::Features { found, expected }) }
    }

    /// Writes the model, numbers rounded to five digits.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.rounded())
    }

    /// Scores of all candidates.
    pub fn scores(&self, candidates: &Candidates) -> Vec<f32> {
        let share = if candidates.has_description { DESCRIBED_TREES } else { TREES };
        let mut scores = self.linear.scores(candidates);
        for (i, score) in scores.iter_mut().enumerate() {
            *score += share * self.forest.value(candidates.row(i));
        }
        scores
    }

    fn rounded(&self) -> Self {
        let mut this = self.clone();
        this.linear.weights.iter_mut().for_each(round);
        for tree in &mut this.forest.trees {
            tree.thresholds.iter_mut().chain(&mut tree.leaves).for_each(round);
        }
        this
    }
}

fn round(value: &mut f32) {
    *value = format!("{value:.4e}").parse().unwrap_or(*value);
}
