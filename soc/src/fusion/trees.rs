//! Boosted regression trees on top of the linear fusion.

use serde::{Deserialize, Serialize};

/// A binary tree of fixed depth, stored as a heap: node i has children 2i + 1 and 2i + 2.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// Feature asked at each inner node.
    pub features: Vec<u16>,
    /// A value above the threshold goes right.
    pub thresholds: Vec<f32>,
    /// What each leaf adds, left to right.
    pub leaves: Vec<f32>,
}

impl Tree {
    /// What the tree adds for a row of features.
    pub fn value(&self, row: &[f32]) -> f32 {
        let mut node = 0;
        while node < self.features.len() {
            let right = row[usize::from(self.features[node])] > self.thresholds[node];
            node = 2 * node + 1 + usize::from(right);
        }
        self.leaves[node - self.features.len()]
    }
}

/// A sum of trees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Forest {
    /// What all trees add for a row of features.
    pub fn value(&self, row: &[f32]) -> f32 {
        self.trees.iter().map(|tree| tree.value(row)).sum()
    }
}
