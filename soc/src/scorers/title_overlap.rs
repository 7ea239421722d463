//! Shared words: the query's words against those of every title, weighted by rarity, voting for codes.

use crate::{
    corpus::taxonomy::CodeId,
    scorers::vocabulary::{TokenLists, Vocabulary},
};

/// Titles as sets of weighted words.
#[derive(Debug, Clone, Default)]
pub struct TitleOverlap {
    /// Where the titles of each word start, and the end.
    starts: Vec<u32>,
    titles_of: Vec<u32>,
    /// Code and norm of each title.
    titles: Vec<(CodeId, f32)>,
    codes: usize,
}

/// What shared words say of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overlap {
    /// Best idf-weighted cosine of a title of the code, 0..1.
    pub best: f32,
    /// log(1 + Σ (exp(factor · cosine) − 1)) / factor over its titles.
    pub vote: f32,
    /// The title with the best cosine, if any shares a word.
    pub title: Option<u32>,
}

/// Sharpness of the vote.
const FACTOR: f32 = 15.0;
/// Rarity of a query word that no title has, as an idf.
const UNKNOWN_IDF: f32 = 8.0;

impl TitleOverlap {
    /// Indexes the words of titles with their codes.
    pub fn new(words: usize, codes: usize, title_codes: &[CodeId], lists: &TokenLists) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (number, tokens) in (0u32..).zip(lists.iter()) {
            pairs.extend(tokens.iter().map(|word| (*word, number)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0u32; words + 1];
        for (word, _) in &pairs {
            starts[*word as usize + 1] += 1;
        }
        for word in 1..starts.len() {
            starts[word] += starts[word - 1];
        }
        let titles_of = pairs.into_iter().map(|(_, title)| title).collect();
        let mut this = Self { starts, titles_of, titles: title_codes.iter().map(|c| (*c, 0.0)).collect(), codes };
        let norms: Vec<f32> = lists.iter().map(|tokens| this.norm(tokens)).collect();
        this.titles.iter_mut().zip(norms).for_each(|(title, norm)| title.1 = norm);
        this
    }

    fn norm(&self, tokens: &[u32]) -> f32 {
        distinct(tokens).map(|word| self.idf(*word).powi(2)).sum::<f32>().sqrt().max(1e-3)
    }

    /// ln(1 + N / n) of a word that n of N titles have.
    fn idf(&self, word: u32) -> f32 {
        let having = self.titles_with(word).len().max(1);
        (1.0 + self.titles.len() as f32 / having as f32).ln()
    }

    fn titles_with(&self, word: u32) -> &[u32] {
        let range = self.starts[word as usize] as usize..self.starts[word as usize + 1] as usize;
        &self.titles_of[range]
    }

    /// Compares a query with all titles.
    pub fn overlaps(&self, tokens: &[String], vocabulary: &Vocabulary) -> Vec<Overlap> {
        let mut hits: Vec<(u32, f32)> = Vec::new();
        let mut norm = 0.0;
        for token in distinct(tokens) {
            let word = vocabulary.id(token).filter(|word| !self.titles_with(*word).is_empty());
            let square = word.map_or(UNKNOWN_IDF, |word| self.idf(word)).powi(2);
            norm += square;
            hits.extend(word.into_iter().flat_map(|word| self.titles_with(word)).map(|title| (*title, square)));
        }
        hits.sort_unstable_by_key(|(title, _)| *title);
        self.collect(&hits, norm.sqrt().max(1e-3))
    }

    fn collect(&self, hits: &[(u32, f32)], norm: f32) -> Vec<Overlap> {
        let mut out = vec![Overlap::default(); self.codes];
        for same in hits.chunk_by(|a, b| a.0 == b.0) {
            let (code, length) = self.titles[same[0].0 as usize];
            let cosine = same.iter().map(|(_, square)| square).sum::<f32>() / (norm * length);
            let entry = &mut out[usize::from(code)];
            entry.vote += (FACTOR * cosine).exp() - 1.0;
            if cosine > entry.best {
                entry.best = cosine;
                entry.title = Some(same[0].0);
            }
        }
        for entry in &mut out {
            entry.vote = entry.vote.ln_1p() / FACTOR;
        }
        out
    }

    /// Whether any title has the word.
    pub fn knows(&self, token: &str, vocabulary: &Vocabulary) -> bool {
        vocabulary.id(token).is_some_and(|word| !self.titles_with(word).is_empty())
    }
}

fn distinct<T: PartialEq>(tokens: &[T]) -> impl Iterator<Item = &T> {
    tokens.iter().enumerate().filter(|(i, t)| !tokens[..*i].contains(t)).map(|(_, t)| t)
}

#[cfg(test)]
mod tests {
    use super::{TitleOverlap, TokenLists, Vocabulary};

    #[test]
    fn equal_titles_have_cosine_one_and_name_the_title() {
        let mut vocabulary = Vocabulary::default();
        let lists = TokenLists::new(["truck driver", "bus driver"].into_iter(), &mut vocabulary);
        let index = TitleOverlap::new(vocabulary.len(), 2, &[0, 1], &lists);
        let found = index.overlaps(&["bus".to_owned(), "driver".to_owned()], &vocabulary);
        assert!((found[1].best - 1.0).abs() < 1e-6 && found[1].title == Some(1));
        assert!(found[0].best > 0.1 && found[0].best < 0.5);
    }
}
