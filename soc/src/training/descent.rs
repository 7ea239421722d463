//! Stochastic gradient descent for [`BagModel`]: one thread, a fixed order, hence the same bytes every time.

use crate::scorers::{
    bag::{Bag, BagModel, axpy},
    hashing::Random,
    math::softmax_in_place,
};

/// A bag and its class.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Features.
    pub bag: Bag,
    /// Class.
    pub class: u16,
}

/// Settings of a training run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// First learning rate; falls linearly to 0.
    pub rate: f32,
    /// Factor on the rate for the embedding.
    pub embedding_factor: f32,
    /// Passes over the samples.
    pub epochs: usize,
    /// Examples whose gradients are taken together.
    pub batch: usize,
    /// Seed of order and sampling.
    pub seed: u64,
}

/// Trains a model in place; `sample` makes the sample number `i`, freshly in every epoch.
pub fn train(model: &mut BagModel, count: usize, plan: Plan, mut sample: impl FnMut(usize, &mut Random) -> Sample) {
    let mut random = Random::new(plan.seed);
    let mut order: Vec<usize> = (0..count).collect();
    let total = (count * plan.epochs).max(1) as f32;
    let mut done = 0usize;
    let mut work = Workspace::new(model, plan.batch);
    for _ in 0..plan.epochs {
        random.shuffle(&mut order);
        for chunk in order.chunks(plan.batch) {
            let rate = plan.rate * (1.0 - done as f32 / total);
            let batch: Vec<Sample> = chunk.iter().map(|i| sample(*i, &mut random)).collect();
            work.step(model, &batch, rate, plan.embedding_factor);
            done += chunk.len();
        }
    }
}

struct Workspace {
    logits: Vec<Vec<f32>>,
    hidden: Vec<Vec<f32>>,
    back: Vec<Vec<f32>>,
}

impl Workspace {
    fn new(model: &BagModel, batch: usize) -> Self {
        Self { logits: vec![vec![0.0; model.classes]; batch], hidden: vec![Vec::new(); batch], back: vec![vec![0.0; model.dim]; batch] }
    }

    fn step(&mut self, model: &mut BagModel, batch: &[Sample], rate: f32, embedding_factor: f32) {
        self.forward(model, batch);
        for (logits, sample) in self.logits.iter_mut().zip(batch) {
            softmax_in_place(logits);
            logits[usize::from(sample.class)] -= 1.0;
        }
        self.backward(model, batch.len(), rate);
        if embedding_factor == 0.0 {
            return;
        }
        for (back, sample) in self.back.iter().zip(batch) {
            for &(feature, weight) in &sample.bag.features {
                let at = feature as usize * model.dim;
                axpy(&mut model.embedding[at..at + model.dim], -rate * embedding_factor * weight, back);
            }
        }
    }

    fn forward(&mut self, model: &BagModel, batch: &[Sample]) {
        for (i, sample) in batch.iter().enumerate() {
            self.hidden[i] = model.hidden(&sample.bag);
            self.logits[i].copy_from_slice(&model.bias);
        }
        for (d, row) in model.output.chunks_exact(model.classes).enumerate() {
            for (logits, hidden) in self.logits.iter_mut().zip(&self.hidden[..batch.len()]) {
                axpy(logits, hidden[d], row);
            }
        }
    }

    /// Turns the errors in `logits` into gradients of the hidden layer, and updates output and bias.
    fn backward(&mut self, model: &mut BagModel, batch: usize, rate: f32) {
        for (d, row) in model.output.chunks_exact_mut(model.classes).enumerate() {
            for i in 0..batch {
                self.back[i][d] = dot(&self.logits[i], row);
            }
            for i in 0..batch {
                axpy(row, -rate * self.hidden[i][d], &self.logits[i]);
            }
        }
        for error in &self.logits[..batch] {
            axpy(&mut model.bias, -rate, error);
        }
    }
}

/// A dot product in eight lanes, so that the order of additions is fixed and fast.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 16];
    let (mut left, mut right) = (a.chunks_exact(16), b.chunks_exact(16));
    for (x, y) in left.by_ref().zip(right.by_ref()) {
        for lane in 0..16 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let tail: f32 = left.remainder().iter().zip(right.remainder()).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f32>() + tail
}
