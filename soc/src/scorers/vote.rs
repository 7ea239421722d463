//! Similarity of meaning: the query's static vector against the vectors of all titles, which vote for their codes.

use crate::{
    corpus::taxonomy::CodeId,
    scorers::{bag::Bag, word_pieces::WordPieces},
};

/// Vectors are stored as int8: 127 stands for 1.
const UNIT: f32 = 127.0;

/// A static word-piece table: text to unit vector without a neural runtime.
#[derive(Debug, Clone, Default)]
pub struct StaticTable {
    /// The tokeniser.
    pub pieces: WordPieces,
    /// Row-major int8 values.
    pub values: Vec<i8>,
    /// Columns.
    pub dim: usize,
}

impl StaticTable {
    /// An embedded bag of word pieces; `unit` is what 1 is worth.
    pub fn hidden(&self, bag: &Bag, unit: f32) -> Vec<f32> {
        let mut sum = vec![0.0; self.dim];
        for &(piece, weight) in &bag.features {
            let at = piece as usize * self.dim;
            let row = self.values.get(at..at + self.dim).unwrap_or_default();
            sum.iter_mut().zip(row).for_each(|(s, v)| *s += weight * unit * f32::from(*v));
        }
        sum
    }

    /// The unit vector of a normalised text: the mean of its pieces' rows; zero if no piece is known.
    pub fn embed(&self, normalised: &str) -> Vec<f32> {
        self.mean(&self.pieces.ids(normalised))
    }

    /// The unit vectors of many texts.
    pub fn embed_all<'a>(&'a self, normalised: impl Iterator<Item = &'a str> + 'a) -> impl Iterator<Item = Vec<f32>> + 'a {
        let mut memo = self.pieces.memo();
        normalised.map(move |text| self.mean(&memo.ids(text)))
    }

    /// The mean of the rows of pieces, as a unit vector.
    fn mean(&self, ids: &[u32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.dim];
        for &id in ids {
            let at = id as usize * self.dim;
            for (s, v) in sum.iter_mut().zip(&self.values[at..at + self.dim]) {
                *s += f32::from(*v);
            }
        }
        let norm = sum.iter().map(|v| v * v).sum::<f32>().sqrt();
        if norm > 0.0 {
            for v in &mut sum {
                *v /= norm;
            }
        }
        sum
    }
}

/// Brings a unit vector to int8.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i8")]
pub fn quantise(vector: &[f32]) -> impl Iterator<Item = i8> {
    vector.iter().map(|v| (v * UNIT).round().clamp(-127.0, 127.0) as i8)
}

/// Vectors of titles, sorted by code.
#[derive(Debug, Clone, Default)]
pub struct TitleVote {
    vectors: Vec<i8>,
    /// (first title, one past the last) of each code.
    ranges: Vec<(u32, u32)>,
    dim: usize,
}

/// What a vote says of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Vote {
    /// log Σ exp(factor · cosine) / factor over the code's titles.
    pub vote: f32,
    /// The best cosine of a title of the code, −1..1.
    pub best: f32,
    /// The title with the best cosine.
    pub title: Option<u32>,
}

impl TitleVote {
    /// Indexes unit vectors with their codes; `codes` must be ascending.
    pub fn new(count: usize, dim: usize, titles: impl Iterator<Item = (CodeId, Vec<f32>)>) -> Self {
        let mut this = Self { vectors: Vec::new(), ranges: vec![(0, 0); count], dim };
        let mut number = 0u32;
        for (code, vector) in titles {
            this.vectors.extend(quantise(&vector));
            let range = &mut this.ranges[usize::from(code)];
            if range.0 == range.1 {
                *range = (number, number);
            }
            number += 1;
            range.1 = number;
        }
        this
    }

    /// Lets all titles vote; `factor` sharpens (20 is good for titles).
    pub fn votes(&self, query: &[f32], factor: f32) -> Vec<Vote> {
        let query: Vec<i8> = quantise(query).collect();
        self.ranges.iter().map(|&range| self.vote_of(range, &query, factor)).collect()
    }

    /// Lets the titles of some codes vote; all others get the least vote.
    pub fn votes_of(&self, codes: &[CodeId], query: &[f32], factor: f32) -> Vec<Vote> {
        let query: Vec<i8> = quantise(query).collect();
        let mut votes = vec![Vote { vote: -1.0, best: -1.0, title: None }; self.ranges.len()];
        for &code in codes {
            let at = usize::from(code);
            votes[at] = self.vote_of(self.ranges[at], &query, factor);
        }
        votes
    }

    fn vote_of(&self, range: (u32, u32), query: &[i8], factor: f32) -> Vote {
        let rows = &self.vectors[range.0 as usize * self.dim..range.1 as usize * self.dim];
        let cosines: Vec<f32> = rows.chunks_exact(self.dim).map(|row| dot(row, query) as f32 / (UNIT * UNIT)).collect();
        let first = (range.0..).zip(&cosines).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        let Some((title, best)) = first else {
            return Vote { vote: -1.0, best: -1.0, title: None };
        };
        let sum: f32 = cosines.iter().map(|c| ((c - best) * factor).exp()).sum();
        Vote { vote: best + sum.ln() / factor, best: *best, title: Some(title) }
    }
}

fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(i16::from(*x) * i16::from(*y))).sum()
}
