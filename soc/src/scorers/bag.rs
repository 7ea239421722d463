//! A bag of features, embedded and classified: the linear model of Joulin et al. 2016 ("Bag of Tricks").

/// A weighted bag of features.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bag {
    /// Pairs of feature and weight; the weights sum to 1.
    pub features: Vec<(u32, f32)>,
}

impl Bag {
    /// The features of one text, all of the same weight.
    pub fn uniform(features: &[u32]) -> Self {
        Self::mixed(&[(features, 1.0)])
    }

    /// Several texts with a share of the weight each; the share of empty texts goes to the others.
    pub fn mixed(texts: &[(&[u32], f32)]) -> Self {
        let total: f32 = texts.iter().filter(|(f, _)| !f.is_empty()).map(|(_, share)| share).sum();
        let mut features = Vec::with_capacity(texts.iter().map(|(f, _)| f.len()).sum());
        for (text, share) in texts {
            let weight = share / (total * text.len() as f32);
            features.extend(text.iter().map(|f| (*f, weight)));
        }
        Self { features }
    }
}

/// Embedding and output layer, in single precision: what training works on.
#[derive(Debug, Clone, PartialEq)]
pub struct BagModel {
    /// Columns of the embedding.
    pub dim: usize,
    /// Classes.
    pub classes: usize,
    /// Row-major, a row per feature.
    pub embedding: Vec<f32>,
    /// Row-major, a row per column of the embedding: `dim` × `classes`.
    pub output: Vec<f32>,
    /// One per class.
    pub bias: Vec<f32>,
}

impl BagModel {
    /// The embedded bag.
    pub fn hidden(&self, bag: &Bag) -> Vec<f32> {
        let mut hidden = vec![0.0; self.dim];
        for &(feature, weight) in &bag.features {
            let at = feature as usize * self.dim;
            axpy(&mut hidden, weight, &self.embedding[at..at + self.dim]);
        }
        hidden
    }
}

/// `y` += `a` · `x`.
pub fn axpy(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}
