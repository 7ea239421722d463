//! BM25 over documents of words.

/// The two constants of Okapi BM25 (Robertson & Zaragoza 2009).
#[derive(Debug, Clone, Copy)]
pub struct Bm25Constants {
    /// Saturation of term frequency, ≥ 0.
    pub k1: f32,
    /// Strength of length normalisation, 0..1.
    pub b: f32,
}

/// An inverted index whose postings already hold a word's weight in a document.
#[derive(Debug, Clone, Default)]
pub struct Bm25 {
    /// Where the postings of each word start, and the end.
    starts: Vec<u32>,
    documents_of: Vec<u32>,
    weights: Vec<f32>,
    documents: usize,
}

impl Bm25 {
    /// Indexes documents of words below `words`; a document may come in several pieces.
    pub fn new<'a>(words: usize, documents: usize, pieces: impl Iterator<Item = (usize, &'a [u32])>, constants: Bm25Constants) -> Self {
        let mut lengths = vec![0.0f32; documents];
        let mut occurrences: Vec<u64> = Vec::new();
        for (document, tokens) in pieces {
            lengths[document] += tokens.len() as f32;
            occurrences.extend(tokens.iter().map(|word| u64::from(*word) << 32 | document as u64));
        }
        occurrences.sort_unstable();
        let mean = (lengths.iter().sum::<f32>() / documents.max(1) as f32).max(1.0);
        let mut this = Self { starts: vec![0; words + 1], documents, ..Self::default() };
        for same in occurrences.chunk_by(|a, b| a == b) {
            let (word, document) = (same[0] >> 32, same[0] & 0xffff_ffff);
            let length = lengths[usize::try_from(document).unwrap_or_default()] / mean;
            let tf = same.len() as f32;
            this.documents_of.push(u32::try_from(document).unwrap_or_default());
            this.weights.push(tf * (constants.k1 + 1.0) / (tf + constants.k1 * (1.0 - constants.b + constants.b * length)));
            this.starts[usize::try_from(word).unwrap_or_default() + 1] += 1;
        }
        this.finish();
        this
    }

    /// Turns counts into starts, and weights by the rarity of their word.
    fn finish(&mut self) {
        for word in 1..self.starts.len() {
            self.starts[word] += self.starts[word - 1];
            let range = self.starts[word - 1] as usize..self.starts[word] as usize;
            let idf = idf(self.documents, range.len());
            self.weights[range].iter_mut().for_each(|w| *w *= idf);
        }
        self.documents_of.shrink_to_fit();
        self.weights.shrink_to_fit();
    }

    /// Scores of all documents for a query; each distinct word counts once.
    pub fn scores(&self, query: &[u32]) -> Vec<f32> {
        let mut words = query.to_vec();
        words.sort_unstable();
        words.dedup();
        let mut scores = vec![0.0; self.documents];
        for range in words.into_iter().map(|word| self.range(word)) {
            for (document, weight) in self.documents_of[range.clone()].iter().zip(&self.weights[range]) {
                scores[*document as usize] += weight;
            }
        }
        scores
    }

    /// Inverse document frequency of a word.
    pub fn idf(&self, word: u32) -> f32 {
        idf(self.documents, self.range(word).len())
    }

    fn range(&self, word: u32) -> std::ops::Range<usize> {
        let at = |i: usize| self.starts.get(i).copied().unwrap_or_default() as usize;
        if (word as usize) + 1 < self.starts.len() { at(word as usize)..at(word as usize + 1) } else { 0..0 }
    }
}

/// ln(1 + (N − n + ½) / (n + ½)), the form that is never negative.
fn idf(documents: usize, having: usize) -> f32 {
    let (all, n) = (documents as f32, having as f32);
    (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::{Bm25, Bm25Constants};

    #[test]
    fn a_rare_word_weighs_more_than_a_common_one() {
        let (truck, driver, bus, mechanic) = (0, 1, 2, 3);
        let docs = [[truck, driver], [bus, driver], [truck, mechanic]];
        let pieces = docs.iter().enumerate().map(|(i, d)| (i, d.as_slice()));
        let index = Bm25::new(4, 3, pieces, Bm25Constants { k1: 1.2, b: 0.3 });
        let scores = index.scores(&[bus, driver, driver]);
        assert!(scores[1] > scores[0] && scores[0] > scores[2] && scores[2] < f32::EPSILON);
    }
}
