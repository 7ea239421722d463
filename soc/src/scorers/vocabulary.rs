//! Words as numbers, and lists of them in one allocation.

use std::collections::HashMap;

use crate::text::tokens::tokens;

/// All words of the corpus with a number each.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    ids: HashMap<String, u32>,
}

impl Vocabulary {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of a word.
    pub fn id(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }

    /// The numbers of the words that are known.
    pub fn known(&self, words: &[String]) -> Vec<u32> {
        words.iter().filter_map(|word| self.id(word)).collect()
    }

    /// The words with their numbers, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.ids.iter().map(|(word, id)| (word.as_str(), *id))
    }

    /// The words by their numbers.
    pub fn spelled(&self) -> Vec<&str> {
        let mut words = vec![""; self.ids.len()];
        self.iter().for_each(|(word, id)| words[id as usize] = word);
        words
    }

    fn intern(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        if let Some(id) = self.id(word) {
            return id;
        }
        self.ids.insert(word.to_owned(), next);
        next
    }
}

/// Lists of words, one per text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenLists {
    ids: Vec<u32>,
    ends: Vec<u32>,
}

impl TokenLists {
    /// Takes normalised texts apart; new words enter the vocabulary.
    pub fn new<T: AsRef<str>>(texts: impl Iterator<Item = T>, vocabulary: &mut Vocabulary) -> Self {
        let mut this = Self::default();
        for text in texts {
            this.ids.extend(tokens(text.as_ref()).iter().map(|word| vocabulary.intern(word)));
            this.ends.push(u32::try_from(this.ids.len()).unwrap_or(u32::MAX));
        }
        this.ids.shrink_to_fit();
        this.ends.shrink_to_fit();
        this
    }

    /// The words of text number `i`.
    pub fn get(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.ids[start as usize..self.ends[i] as usize]
    }

    /// All lists in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> + Clone {
        (0..self.ends.len()).map(|i| self.get(i))
    }
}
