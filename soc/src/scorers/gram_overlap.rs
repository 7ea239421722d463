//! Shared word pieces: the character 4-grams of a query against those of every title, weighted by rarity, voting for codes.
//!
//! It sees what words do not show: "landscaper" is near "landscaping".

use crate::{
    corpus::taxonomy::CodeId,
    scorers::{hashing::hash, vocabulary::TokenLists},
};

/// Number of buckets that grams are hashed to, a power of two.
const BUCKETS: usize = 1 << 15;
/// Characters of a gram.
const WIDTH: usize = 4;
/// Sharpness of the vote.
const FACTOR: f32 = 15.0;

/// Titles as sets of weighted grams.
#[derive(Debug, Clone, Default)]
pub struct GramOverlap {
    /// Where the titles of each gram start, and the end.
    starts: Vec<u32>,
    titles_of: Vec<u32>,
    /// Code and norm of each title.
    titles: Vec<(CodeId, f32)>,
    codes: usize,
}

impl GramOverlap {
    /// Indexes the titles of codes; `spelled` are the words by their numbers.
    pub fn new(codes: usize, spelled: &[&str], titles: &TokenLists, title_codes: &[CodeId]) -> Self {
        let of_word: Vec<Vec<u16>> = spelled.iter().map(|word| grams(&[word])).collect();
        let mut this = Self { codes, starts: vec![0; BUCKETS + 1], ..Self::default() };
        this.titles = title_codes.iter().map(|code| (*code, 0.0)).collect();
        each(&of_word, titles, |gram, _| this.starts[usize::from(gram) + 1] += 1);
        for gram in 1..this.starts.len() {
            this.starts[gram] += this.starts[gram - 1];
        }
        this.titles_of = vec![0; this.starts[BUCKETS] as usize];
        let mut next = this.starts.clone();
        let squares: Vec<f32> = (0..BUCKETS).map(|gram| this.idf(gram).powi(2)).collect();
        each(&of_word, titles, |gram, title| {
            let at = &mut next[usize::from(gram)];
            this.titles_of[*at as usize] = title;
            *at += 1;
            this.titles[title as usize].1 += squares[usize::from(gram)];
        });
        this.titles.iter_mut().for_each(|(_, norm)| *norm = norm.sqrt().max(1e-3));
        this
    }

    fn having(&self, gram: usize) -> std::ops::Range<usize> {
        self.starts[gram] as usize..self.starts[gram + 1] as usize
    }

    /// ln(1 + N / n) of a gram that n of N titles have.
    fn idf(&self, gram: usize) -> f32 {
        (1.0 + self.titles.len() as f32 / self.having(gram).len().max(1) as f32).ln()
    }

    /// log(1 + Σ (exp(factor · cosine) − 1)) / factor over the titles of each code.
    pub fn votes(&self, words: &[String]) -> Vec<f32> {
        let mut shared = vec![0.0f32; self.titles.len()];
        let mut norm = 0.0;
        for gram in grams(words) {
            let square = self.idf(usize::from(gram)).powi(2);
            norm += square;
            for title in &self.titles_of[self.having(usize::from(gram))] {
                shared[*title as usize] += square;
            }
        }
        let norm = norm.sqrt().max(1e-3);
        let mut votes = vec![0.0f32; self.codes];
        for ((code, length), shared) in self.titles.iter().zip(&shared) {
            let cosine = shared / (norm * length);
            if cosine > LEAST {
                votes[usize::from(*code)] += (FACTOR * cosine).exp() - 1.0;
            }
        }
        for vote in &mut votes {
            *vote = vote.ln_1p() / FACTOR;
        }
        votes
    }
}

/// Titles below this cosine do not vote: they only cost time.
const LEAST: f32 = 0.1;

/// Calls back for every gram of every title, each once per title, the titles in their order.
fn each(of_word: &[Vec<u16>], titles: &TokenLists, mut back: impl FnMut(u16, u32)) {
    let mut found: Vec<u16> = Vec::new();
    for (number, words) in (0u32..).zip(titles.iter()) {
        found.clear();
        for word in words {
            found.extend_from_slice(&of_word[*word as usize]);
        }
        found.sort_unstable();
        found.dedup();
        for gram in &found {
            back(*gram, number);
        }
    }
}

/// Where a gram is counted.
fn bucket(gram: &str) -> u16 {
    let [.., high, low] = (hash(7, &[gram]) & (BUCKETS as u64 - 1)).to_be_bytes();
    u16::from_be_bytes([high, low])
}

/// The grams of words, each once, ascending.
fn grams<T: AsRef<str>>(words: &[T]) -> Vec<u16> {
    let mut found = Vec::new();
    for word in words {
        let bounded = format!("<{}>", word.as_ref());
        let count = bounded.len().saturating_sub(WIDTH - 1).max(1);
        let cut = |at: usize| bounded.get(at..(at + WIDTH).min(bounded.len()));
        found.extend((0..count).filter_map(cut).map(bucket));
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::GramOverlap;
    use crate::scorers::vocabulary::{TokenLists, Vocabulary};

    #[test]
    fn words_of_one_family_are_near_each_other() {
        let mut vocabulary = Vocabulary::default();
        let titles = TokenLists::new(["landscaping worker", "truck driver"].into_iter(), &mut vocabulary);
        let index = GramOverlap::new(2, &vocabulary.spelled(), &titles, &[0, 1]);
        let votes = index.votes(&["landscaper".to_owned()]);
        assert!(votes[0] > 0.2 && votes[1] == 0.0, "{votes:?}");
    }
}
