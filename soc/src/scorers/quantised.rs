//! Trained bag models as they are stored and asked: embeddings of four bits, outputs of eight.

use crate::scorers::bag::{Bag, BagModel, axpy};

/// Largest magnitude of a four-bit value.
const NIBBLE: f32 = 7.0;
/// Largest magnitude of an eight-bit value.
const BYTE: f32 = 127.0;

/// The layer from an embedded bag to logits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutputLayer {
    /// Classes.
    pub classes: usize,
    /// int8, row-major: a row of `classes` values per column of the embedding.
    pub rows: Vec<i8>,
    /// value = int8 × factor of its row.
    pub factors: Vec<f32>,
    /// One per class.
    pub bias: Vec<f32>,
}

impl OutputLayer {
    /// Rounds the output layer of a trained model.
    pub fn new(model: &BagModel) -> Self {
        let (rows, factors) = quantise_rows(&model.output, model.classes, BYTE);
        Self { classes: model.classes, rows, factors, bias: model.bias.clone() }
    }

    /// Logits of all classes for an embedded bag.
    pub fn logits(&self, hidden: &[f32]) -> Vec<f32> {
        let mut logits = self.bias.clone();
        for ((h, factor), row) in hidden.iter().zip(&self.factors).zip(self.rows.chunks_exact(self.classes.max(1))) {
            axpy_bytes(&mut logits, h * factor, row);
        }
        logits
    }

    /// Whether the lengths of all parts fit.
    pub fn is_sound(&self) -> bool {
        self.rows.len() == self.factors.len() * self.classes && self.bias.len() == self.classes
    }
}

/// A classifier of hashed features.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuantisedBag {
    /// Columns of the embedding, an even number.
    pub dim: usize,
    /// Two values per byte, low half first, each + 8; row-major.
    pub nibbles: Vec<u8>,
    /// value = four-bit integer × factor of its row; 0 for features that training never saw.
    pub factors: Vec<f32>,
    /// To logits.
    pub output: OutputLayer,
}

impl QuantisedBag {
    /// Rounds a trained model; rows of features that `seen` denies are not kept.
    pub fn new(model: &BagModel, seen: &[bool]) -> Self {
        let mut embedding = model.embedding.clone();
        for (row, _) in embedding.chunks_exact_mut(model.dim).zip(seen).filter(|(_, seen)| !**seen) {
            row.fill(0.0);
        }
        let (values, factors) = quantise_rows(&embedding, model.dim, NIBBLE);
        let pack = |pair: &[i8]| (pair[0] + 8).cast_unsigned() | (pair[1] + 8).cast_unsigned() << 4;
        let nibbles = values.chunks_exact(2).map(pack).collect();
        Self { dim: model.dim, nibbles, factors, output: OutputLayer::new(model) }
    }

    /// Logits of all classes; an empty bag gets the bias.
    pub fn logits(&self, bag: &Bag) -> Vec<f32> {
        let mut hidden = vec![0.0; self.dim];
        let width = self.dim / 2;
        for &(feature, weight) in &bag.features {
            let at = feature as usize * width;
            let (Some(row), Some(factor)) = (self.nibbles.get(at..at + width), self.factors.get(feature as usize)) else {
                continue;
            };
            let factor = weight * factor;
            for (pair, byte) in hidden.chunks_exact_mut(2).zip(row) {
                pair[0] += factor * (f32::from(byte & 15) - 8.0);
                pair[1] += factor * (f32::from(byte >> 4) - 8.0);
            }
        }
        self.output.logits(&hidden)
    }

    /// Whether the lengths of all parts fit.
    pub fn is_sound(&self) -> bool {
        self.nibbles.len() * 2 == self.dim * self.factors.len() && self.output.is_sound() && self.output.factors.len() == self.dim
    }
}

fn axpy_bytes(y: &mut [f32], a: f32, x: &[i8]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * f32::from(*x);
    }
}

/// Rounds rows to integers of at most `levels`, with a factor per row.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the levels, which fit i8")]
fn quantise_rows(values: &[f32], width: usize, levels: f32) -> (Vec<i8>, Vec<f32>) {
    let mut rounded = Vec::with_capacity(values.len());
    let mut factors = Vec::with_capacity(values.len() / width.max(1));
    for row in values.chunks_exact(width) {
        let top = row.iter().fold(0.0f32, |top, v| top.max(v.abs()));
        let factor = top / levels;
        let scale = if top > 0.0 { 1.0 / factor } else { 0.0 };
        rounded.extend(row.iter().map(|v| (v * scale).round().clamp(-levels, levels) as i8));
        factors.push(factor);
    }
    (rounded, factors)
}

/// An unrounded sum for tests and for training alike.
pub fn dense_logits(model: &BagModel, bag: &Bag) -> Vec<f32> {
    let hidden = model.hidden(bag);
    let mut logits = model.bias.clone();
    for (h, row) in hidden.iter().zip(model.output.chunks_exact(model.classes)) {
        axpy(&mut logits, *h, row);
    }
    logits
}

#[cfg(test)]
mod tests {
    use super::{Bag, BagModel, QuantisedBag, dense_logits};

    #[test]
    fn rounding_changes_logits_only_a_little() {
        let embedding = vec![0.7, -0.7, 0.2, 0.1, 0.3, 0.5, -0.1, 0.6];
        let output = vec![1.0, -1.0, 0.5, 0.25, 0.0, 1.0, -0.5, 0.5];
        let model = BagModel { dim: 4, classes: 2, embedding, output, bias: vec![0.1, 0.0] };
        let bag = Bag::uniform(&[0, 1]);
        let rounded = QuantisedBag::new(&model, &[true, true]).logits(&bag);
        for (a, b) in rounded.iter().zip(dense_logits(&model, &bag)) {
            assert!((a - b).abs() < 0.05, "{a} {b}");
        }
    }
}
