//! Mends words no title has: slips of the keyboard, words run together, words pulled apart.

use std::collections::HashMap;

/// Shortest word that is mended, in characters.
const MIN_LENGTH: usize = 5;
/// From this length on two edits are mended, in characters.
const TWO_EDITS_FROM: usize = 9;
/// How often a word must occur in titles for others to be taken for slips of it.
const MIN_COUNT: u32 = 2;

/// Words of all titles with their counts.
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    counts: HashMap<String, u32>,
    /// Words worth correcting to, by length, in alphabetical order.
    by_length: Vec<Vec<String>>,
}

impl Spelling {
    /// Takes words with their counts in titles; 0 for words that only other texts have.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let counts: HashMap<String, u32> = words.map(|(word, count)| (word.to_owned(), count)).collect();
        let mut common: Vec<&String> = counts.iter().filter(|(w, n)| **n >= MIN_COUNT && w.len() >= 4).map(|(w, _)| w).collect();
        common.sort();
        let mut by_length: Vec<Vec<String>> = Vec::new();
        for word in common {
            if by_length.len() <= word.len() {
                by_length.resize(word.len() + 1, Vec::new());
            }
            by_length[word.len()].push(word.clone());
        }
        Self { counts, by_length }
    }

    /// Mends the words of a title.
    pub fn mend(&self, tokens: Vec<String>) -> Vec<String> {
        self.join(tokens).into_iter().flat_map(|token| self.mend_word(token)).collect()
    }

    fn count(&self, word: &str) -> u32 {
        self.counts.get(word).copied().unwrap_or(0)
    }

    /// "house keeping" becomes "housekeeping" where titles write it so.
    fn join(&self, tokens: Vec<String>) -> Vec<String> {
        let mut out: Vec<String> = Vec::with_capacity(tokens.len());
        for token in tokens {
            let joined = out.last().map(|last| format!("{last}{token}"));
            match joined {
                Some(word) if word.len() >= 8 && token.len() >= 3 && self.count(&word) >= 10 => {
                    out.pop();
                    out.push(word);
                }
                _ => out.push(token),
            }
        }
        out
    }

    fn mend_word(&self, token: String) -> Vec<String> {
        if token.len() < MIN_LENGTH || self.counts.contains_key(&token) || token.bytes().any(|b| b.is_ascii_digit()) {
            return vec![token];
        }
        if let Some(word) = self.nearest(&token) {
            return vec![word.to_owned()];
        }
        self.split(&token).unwrap_or_else(|| vec![token])
    }

    /// The commonest word within one edit, or within two for long words.
    fn nearest(&self, token: &str) -> Option<&str> {
        let most = if token.len() >= TWO_EDITS_FROM { 2 } else { 1 };
        let lengths = token.len().saturating_sub(most)..=token.len() + most;
        let words = lengths.filter_map(|l| self.by_length.get(l)).flatten();
        let first = token.as_bytes().first();
        let near = words.filter(|w| w.as_bytes().first() == first).filter_map(|w| Some((distance(token, w, most)?, w)));
        near.min_by_key(|(edits, w)| (*edits, std::cmp::Reverse(self.count(w)))).map(|(_, w)| w.as_str())
    }

    /// "dockporter" becomes "dock porter".
    fn split(&self, token: &str) -> Option<Vec<String>> {
        let cuts = (3..token.len().saturating_sub(2)).filter_map(|at| Some((token.get(..at)?, token.get(at..)?)));
        let known = cuts.filter(|(a, b)| self.count(a) >= 5 && self.count(b) >= 5);
        let (a, b) = known.max_by_key(|(a, b)| self.count(a).min(self.count(b)))?;
        Some(vec![a.to_owned(), b.to_owned()])
    }
}

/// Edit distance with swaps of neighbours (optimal string alignment), if it is at most `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::Spelling;

    fn spelling() -> Spelling {
        Spelling::new(["construction", "housekeeping", "dock", "porter"].into_iter().map(|word| (word, 12)))
    }

    fn mend(text: &str) -> String {
        spelling().mend(text.split(' ').map(str::to_owned).collect()).join(" ")
    }

    #[test]
    fn slips_are_mended_and_known_words_are_left_alone() {
        assert_eq!(mend("constrution dock"), "construction dock");
        assert_eq!(mend("constructoin"), "construction");
        assert_eq!(mend("zebra"), "zebra");
    }

    #[test]
    fn words_are_joined_and_split_as_titles_write_them() {
        assert_eq!(mend("house keeping"), "housekeeping");
        assert_eq!(mend("dockporter"), "dock porter");
    }
}
