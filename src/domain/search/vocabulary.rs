//! The distinct words of all titles, and which of them a word of a query may stand for.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::once,
};

/// A word's place in the vocabulary.
pub(super) type WordId = u32;

/// A word of the vocabulary that a word of the query may stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Meaning {
    pub(super) word: WordId,
    /// 1 for the same word, less the further away it is.
    pub(super) quality: f32,
}

/// What each typing error costs, as a share of the word's length.
const EDIT_COST: f32 = 1.2;
/// What a wrong first letter costs besides: people rarely mistype it.
const FIRST_LETTER_COST: f32 = 0.1;
/// The quality of a beginning of no length; it rises to [`WHOLE`] as more of the word is there.
const BEGINNING: f32 = 0.7;
/// The quality of a beginning as long as the word.
const WHOLE: f32 = 0.95;
/// Shorter beginnings say nothing.
const MIN_BEGINNING: usize = 2;
/// The shortest part into which a word is divided.
const MIN_PART: usize = 3;

/// How many other ways to read a query are tried.
const MAX_READINGS: usize = 3;

/// Words sorted by their letters.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    words: Vec<Box<str>>,
    shapes: Vec<Shape>,
}

/// What tells quickly that two words are too far apart for [`strsim::osa_distance`] to be worth asking.
#[derive(Debug, Clone, Copy)]
struct Shape {
    length: u8,
    /// One bit for every letter and digit that occurs, one for all other characters.
    letters: u64,
}

impl Shape {
    fn of(word: &str) -> Self {
        let bit = |c: char| match c {
            'a'..='z' => 1_u64 << (c as u32 - 'a' as u32),
            '0'..='9' => 1 << (26 + c as u32 - '0' as u32),
            _ => 1 << 36,
        };
        Self { length: u8::try_from(word.chars().count()).unwrap_or(u8::MAX), letters: word.chars().fold(0, |bits, c| bits | bit(c)) }
    }

    /// True when the words may be `edits` apart: every edit adds and removes at most one letter.
    fn may_be_within(self, other: Self, edits: u8) -> bool {
        let only = |a: u64, b: u64| (a & !b).count_ones();
        let most = u32::from(edits);
        self.length.abs_diff(other.length) <= edits
            && only(self.letters, other.letters) <= most
            && only(other.letters, self.letters) <= most
    }
}

impl Vocabulary {
    pub(super) fn new(words: BTreeSet<String>) -> Self {
        let words: Vec<Box<str>> = words.into_iter().map(String::into_boxed_str).collect();
        Self { shapes: words.iter().map(|word| Shape::of(word)).collect(), words }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The place of exactly this word.
    pub(super) fn id(&self, word: &str) -> Option<WordId> {
        self.words.binary_search_by(|known| known.as_ref().cmp(word)).ok().map(id)
    }

    /// What a word of the query may stand for: itself; the words that it begins, when it may be `unfinished` or is not
    /// known; and when it is not known, the words that the fewest typing errors make of it.
    pub(super) fn meanings(&self, word: &str, unfinished: bool) -> Vec<Meaning> {
        let Some(same) = self.id(word) else {
            return strongest(self.begun_by(word).chain(self.mistyped(word)));
        };
        let begun = self.begun_by(word).filter(|_| unfinished);
        strongest(once(Meaning { word: same, quality: 1.0 }).chain(begun))
    }

    /// Other ways to divide a query into words, a few: two neighbours read as one word, an unknown word read as two.
    pub(super) fn other_readings(&self, words: &[String]) -> Vec<Vec<String>> {
        let mut readings = Vec::new();
        for (place, pair) in words.windows(2).enumerate() {
            let one = pair.concat();
            if self.id(&one).is_some() {
                readings.push([&words[..place], &[one], &words[place + 2..]].concat());
            }
        }
        for (place, word) in words.iter().enumerate() {
            if let Some((first, second)) = self.divided(word) {
                readings.push([&words[..place], &[first, second], &words[place + 1..]].concat());
            }
        }
        readings.truncate(MAX_READINGS);
        readings
    }

    fn divided(&self, word: &str) -> Option<(String, String)> {
        if self.id(word).is_some() {
            return None;
        }
        let places = word.char_indices().map(|(place, _)| place).filter(|&place| place >= MIN_PART && word.len() - place >= MIN_PART);
        let mut halves = places.map(|place| word.split_at(place));
        halves.find(|(a, b)| self.id(a).is_some() && self.id(b).is_some()).map(|(a, b)| (a.to_owned(), b.to_owned()))
    }

    fn begun_by(&self, beginning: &str) -> impl Iterator<Item = Meaning> {
        let from = self.words.partition_point(|word| word.as_ref() < beginning);
        let enough = beginning.chars().count() >= MIN_BEGINNING;
        let begun = self.words[from..].iter().take_while(move |word| enough && word.starts_with(beginning)).enumerate();
        begun.map(move |(place, word)| {
            let share = beginning.len() as f32 / word.len() as f32;
            Meaning { word: id(from + place), quality: BEGINNING + (WHOLE - BEGINNING) * share }
        })
    }

    /// The words nearest to one that is not known, by optimal string alignment: one error is a letter too many, a
    /// letter missing, another letter, or two neighbours swapped. None in words of up to three letters, one in words of
    /// up to six, two in longer ones.
    fn mistyped(&self, word: &str) -> Vec<Meaning> {
        let shape = Shape::of(word);
        let most = match shape.length {
            0..=3 => return Vec::new(),
            4..=6 => 1,
            _ => 2,
        };
        (1..=most).map(|edits| self.within(word, shape, edits)).find(|near| !near.is_empty()).unwrap_or_default()
    }

    fn within(&self, word: &str, shape: Shape, edits: u8) -> Vec<Meaning> {
        let candidates = self.shapes.iter().enumerate().filter(|(_, known)| known.may_be_within(shape, edits));
        let near = candidates.filter(|(place, _)| strsim::osa_distance(word, &self.words[*place]) <= usize::from(edits));
        near.map(|(place, _)| Meaning { word: id(place), quality: likeness(word, &self.words[place], edits) }).collect()
    }
}

/// Every word once, by the best of its meanings.
fn strongest(meanings: impl Iterator<Item = Meaning>) -> Vec<Meaning> {
    let mut best = BTreeMap::new();
    for Meaning { word, quality } in meanings {
        let known = best.entry(word).or_insert(quality);
        *known = quality.max(*known);
    }
    best.into_iter().map(|(word, quality)| Meaning { word, quality }).collect()
}

fn likeness(word: &str, known: &str, edits: u8) -> f32 {
    let length = word.chars().count().max(known.chars().count()) as f32;
    let first = if word.chars().next() == known.chars().next() { 0.0 } else { FIRST_LETTER_COST };
    1.0 - EDIT_COST * f32::from(edits) / length - first
}

/// There are fewer than 2^32 words: every one came out of a title.
fn id(place: usize) -> WordId {
    WordId::try_from(place).unwrap_or(WordId::MAX)
}
