//! How alike texts are.

use std::collections::HashMap;

use crate::domain::skills::text::words;

/// A word, as the FNV-1a hash of its letters.
type WordId = u64;

/// The distinct words of a text with their weights, by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Bag {
    words: Vec<(WordId, f64)>,
    total: f64,
}

/// The distinct words of texts taken together, in order.
pub(super) fn word_ids<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<WordId> {
    let mut ids: Vec<_> = texts.into_iter().flat_map(words).map(|word| id(&stem(word))).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn id(word: &str) -> WordId {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ WordId::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Endings off: `analyzing`, `analyzed` and `analyze` are one word. Crude on purpose: both sides go the same way.
fn stem(mut word: String) -> String {
    for ending in ["ing", "ed", "e"] {
        if word.len() >= ending.len() + 4 && word.ends_with(ending) {
            word.truncate(word.len() - ending.len());
            break;
        }
    }
    word
}

/// How much words tell: `ln(1 + texts / texts with the word)`.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    texts: usize,
    frequency: HashMap<WordId, usize>,
}

impl Vocabulary {
    /// Counts the words of texts.
    pub(super) fn new(texts: impl IntoIterator<Item = Vec<WordId>>) -> Self {
        let mut vocabulary = Self::default();
        for word in texts.into_iter().inspect(|_| vocabulary.texts += 1).flatten() {
            *vocabulary.frequency.entry(word).or_default() += 1;
        }
        vocabulary
    }

    /// The words of texts taken together. A word that no counted text has weighs as much as one that a single text has.
    pub(super) fn bag<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Bag {
        let weigh = |word: WordId| {
            let known = self.frequency.get(&word).copied().unwrap_or(1);
            (word, (1.0 + self.texts.max(1) as f64 / known as f64).ln())
        };
        let words: Vec<_> = word_ids(texts).into_iter().map(weigh).collect();
        Bag { total: words.iter().map(|(_, weight)| weight).sum(), words }
    }
}

impl Bag {
    /// True when the two cannot be as alike as that, by their weights alone.
    pub(super) fn is_far_from(&self, other: &Self, alike: f64) -> bool {
        2.0 * self.total.min(other.total) < alike * (self.total + other.total)
    }

    /// Dice's coefficient with weighted words: twice the weight shared, of the weight of both. 0 to 1.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        let (mut shared, mut theirs) = (0.0, other.words.iter().peekable());
        for (word, weight) in &self.words {
            while theirs.next_if(|(other, _)| other < word).is_some() {}
            if theirs.next_if(|(other, _)| other == word).is_some() {
                shared += weight;
            }
        }
        let all = self.total + other.total;
        if all > 0.0 { 2.0 * shared / all } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_alike_as_the_telling_words_that_they_share() {
        let texts = ["Analyze data for managers.", "Analyzing the data of managers", "Repair engines for managers"];
        let vocabulary = Vocabulary::new(texts.map(|text| word_ids([text])));
        let bags = texts.map(|text| vocabulary.bag([text]));
        let alike = |a: usize, b: usize| format!("{:.2}", bags[a].alike(&bags[b]));
        assert_eq!([alike(0, 1), alike(0, 2), alike(0, 0)], ["1.00", "0.23", "1.00"]);
        assert!(vocabulary.bag([""]).alike(&vocabulary.bag([""])) < 1e-9);
    }
}
