//! The settings of the three classifiers, found on `soc_eval/dev.tsv`.

use crate::{scorers::hashing::HashPlan, training::descent::Plan};

/// Settings of one classifier.
#[derive(Debug, Clone, Copy)]
pub struct ClassifierPlan {
    /// Hashing of features (unused by word pieces).
    pub hashing: HashPlan,
    /// Columns of the embedding.
    pub dim: usize,
    /// Share of title features left out by chance, 0..1.
    pub dropout: f32,
    /// What one unit of the static table is worth at the start of training.
    pub unit: f32,
    /// Gradient descent.
    pub run: Plan,
}

/// Share of the weight that the title has beside a description.
pub const TITLE_SHARE: f32 = 0.5;

/// Titles alone.
pub const TITLE: ClassifierPlan = ClassifierPlan {
    hashing: HashPlan { buckets: 1 << 17, characters: true },
    dim: 64,
    dropout: 0.0,
    unit: 0.0,
    run: Plan { rate: 0.5, embedding_factor: 20.0, epochs: 8, batch: 8, seed: 11 },
};

/// Titles with sampled sentences.
pub const POSTING: ClassifierPlan = ClassifierPlan {
    hashing: HashPlan { buckets: 1 << 17, characters: true },
    dim: 64,
    dropout: 0.1,
    unit: 0.0,
    run: Plan { rate: 0.5, embedding_factor: 20.0, epochs: 8, batch: 8, seed: 12 },
};

/// Word pieces of titles with sampled sentences, embedded by the static table, which stays as it is.
pub const PIECE: ClassifierPlan = ClassifierPlan {
    hashing: HashPlan { buckets: 1, characters: false },
    dim: 128,
    dropout: 0.0,
    unit: 0.007_580_258,
    run: Plan { rate: 0.5, embedding_factor: 0.0, epochs: 8, batch: 8, seed: 13 },
};
