//! `WordPiece` tokenisation (Wu et al. 2016), as BERT's uncased vocabularies use it: greedy, longest match first.

use std::collections::HashMap;

/// Longer words are left out, as in BERT.
const MAX_WORD: usize = 100;

/// A vocabulary of word pieces.
#[derive(Debug, Clone, Default)]
pub struct WordPieces {
    starts: HashMap<String, u32>,
    continuations: HashMap<String, u32>,
    longest: usize,
}

impl WordPieces {
    /// Reads a vocabulary; the id of a piece is its position. Pieces that no ASCII text reaches are left out.
    pub fn new<'a>(pieces: impl Iterator<Item = &'a str>) -> Self {
        let mut this = Self::default();
        for (id, piece) in (0u32..).zip(pieces) {
            let (map, text) = match piece.strip_prefix("##") {
                Some(text) => (&mut this.continuations, text),
                None => (&mut this.starts, piece),
            };
            if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
                map.insert(text.to_owned(), id);
                this.longest = this.longest.max(text.len());
            }
        }
        this
    }

    /// Ids of the pieces of a normalised text; a word that cannot be put together is left out.
    pub fn ids(&self, normalised: &str) -> Vec<u32> {
        words(normalised).flat_map(|word| self.word(word)).collect()
    }

    /// Ids of the pieces of a word; none if it cannot be put together.
    fn word(&self, word: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        if self.push_word(word, &mut ids).is_none() {
            ids.clear();
        }
        ids
    }

    /// For many texts: remembers the pieces of words.
    pub fn memo(&self) -> Memo<'_> {
        Memo { pieces: self, known: HashMap::new() }
    }

    fn push_word(&self, word: &str, ids: &mut Vec<u32>) -> Option<()> {
        let mut at = 0;
        while at < word.len() {
            let map = if at == 0 { &self.starts } else { &self.continuations };
            let longest = word.len().min(at + self.longest);
            let (end, id) = (at + 1..=longest).rev().find_map(|end| Some((end, *map.get(word.get(at..end)?)?)))?;
            ids.push(id);
            at = end;
        }
        Some(())
    }
}

fn words(normalised: &str) -> impl Iterator<Item = &str> {
    normalised.split(' ').filter(|w| !w.is_empty() && w.len() <= MAX_WORD)
}

/// Word pieces that look a word up once, however many texts have it.
#[derive(Debug, Clone)]
pub struct Memo<'a> {
    pieces: &'a WordPieces,
    known: HashMap<String, Vec<u32>>,
}

impl Memo<'_> {
    /// As [`WordPieces::ids`].
    pub fn ids(&mut self, normalised: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        for word in words(normalised) {
            if let Some(known) = self.known.get(word) {
                ids.extend_from_slice(known);
            } else {
                let found = self.pieces.word(word);
                ids.extend_from_slice(&found);
                self.known.insert(word.to_owned(), found);
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::WordPieces;

    #[test]
    fn the_longest_piece_comes_first() {
        let pieces = WordPieces::new(["truck", "##er", "t", "##s"].into_iter());
        assert_eq!(pieces.ids("truckers truck"), [0, 1, 3, 0]);
    }

    #[test]
    fn a_word_without_pieces_is_left_out() {
        let pieces = WordPieces::new(["truck"].into_iter());
        assert_eq!(pieces.ids("truckx truck"), [0]);
        assert_eq!(pieces.memo().ids("truck truckx truck"), [0, 0]);
    }
}
