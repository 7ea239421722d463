//! Which words name work: those that titles end in. "Advisor" does, "residential" does not.

use crate::scorers::vocabulary::TokenLists;

/// Of the titles that have a word, one in so many has to end in it.
const ONE_IN: u32 = 5;

/// For each word, how many titles have it, and how many end in it.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    counts: Vec<(u32, u32)>,
}

impl Heads {
    /// Counts the words of titles.
    pub fn new(words: usize, titles: &TokenLists) -> Self {
        let mut counts = vec![(0u32, 0u32); words];
        for title in titles.iter() {
            for word in title {
                counts[*word as usize].0 += 1;
            }
            if let Some(last) = title.last() {
                counts[*last as usize].1 += 1;
            }
        }
        Self { counts }
    }

    /// Whether a word may be the one that a title is about; words that no title has may.
    pub fn may_head(&self, word: u32) -> bool {
        self.counts.get(word as usize).is_none_or(|(having, ending)| ending * ONE_IN >= *having)
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;
    use crate::scorers::vocabulary::{TokenLists, Vocabulary};

    #[test]
    fn titles_end_in_what_they_are_about() {
        let mut vocabulary = Vocabulary::default();
        let titles = ["residential advisor", "residential counselor", "academic advisor"];
        let lists = TokenLists::new(titles.into_iter(), &mut vocabulary);
        let heads = Heads::new(vocabulary.len(), &lists);
        let may = |word: &str| heads.may_head(vocabulary.id(word).expect("a word"));
        assert_eq!((may("advisor"), may("residential")), (true, false));
        assert!(heads.may_head(99), "nobody knows");
    }
}
