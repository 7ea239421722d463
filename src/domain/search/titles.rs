//! All titles as lists of words, and how well they fit the words of a query.

use std::collections::BTreeSet;

use super::{
    text,
    vocabulary::{Meaning, Vocabulary, WordId},
};
use crate::domain::occupation::Occupation;

/// The score of a title that is the query, word for word.
const EXACT_TITLE: f32 = 1.0;
/// The score of an alternate title that is the query.
const EXACT_ALTERNATE: f32 = 0.93;
/// The most that any other title scores.
const PARTIAL_TITLE: f32 = 0.86;
/// The most that any other alternate title scores.
const PARTIAL_ALTERNATE: f32 = 0.82;
/// A word of the query is understood when a word of the vocabulary is as near as this.
const UNDERSTOOD: f32 = 0.8;
/// The least score of a title that fits a query of which a word is understood.
const LEAST: f32 = 0.2;
/// The least score otherwise, so that letters without sense find nothing.
const LEAST_WHEN_IN_DOUBT: f32 = 0.45;
/// How much it counts that the title says no more than the query.
const BREVITY: f32 = 0.4;
/// For how many alternate titles the title speaks, when it is counted how many fit.
const VOTES_OF_TITLE: f32 = 5.0;
/// How much of the weight of the rarest word a word has that no title knows.
const UNKNOWN_WORD: f32 = 0.5;

/// A title that fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    /// The occupation's place in the catalogue.
    pub(super) occupation: usize,
    pub(super) score: f32,
    pub(super) votes: f32,
}

/// The titles of all occupations, without their texts. Lists of lists lie behind one another in one vector, with the
/// places where each begins beside it: 57,000 small vectors would weigh more than what they hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Titles {
    vocabulary: Vocabulary,
    /// How much a word tells, by word.
    weights: Vec<f32>,
    /// The titles with a word, by word.
    with_word: Lists,
    /// The words of a title, by title.
    words_in: Lists,
    /// The weight of all its words, by title.
    totals: Vec<f32>,
    /// By title.
    occupations: Vec<u32>,
    /// True for the title proper, by title.
    official: Vec<bool>,
}

/// Lists of small numbers.
#[derive(Debug, Clone, Default)]
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let mut all = Self { starts: vec![0], items: Vec::new() };
        for list in lists {
            all.items.extend(list);
            all.starts.push(narrow(all.items.len()));
        }
        all.items.shrink_to_fit();
        all
    }

    fn get(&self, index: u32) -> &[u32] {
        let at = |place: usize| self.starts[place] as usize;
        &self.items[at(index as usize)..at(index as usize + 1)]
    }
}

/// A title on its way into the index.
struct Written {
    occupation: u32,
    official: bool,
    words: Vec<String>,
}

impl Titles {
    pub(super) fn new<'a>(occupations: impl Iterator<Item = &'a Occupation>) -> Self {
        let written: Vec<Written> = occupations.enumerate().flat_map(|(place, occupation)| written(place, occupation)).collect();
        let vocabulary = Vocabulary::new(written.iter().flat_map(|title| title.words.iter().cloned()).collect());
        let ids = |title: &Written| title.words.iter().filter_map(|word| vocabulary.id(word)).collect::<Vec<WordId>>();
        let words_in = Lists::new(written.iter().map(ids));
        let mut with_word = vec![Vec::new(); vocabulary.len()];
        for title in 0..narrow(written.len()) {
            for &word in words_in.get(title) {
                let list: &mut Vec<u32> = &mut with_word[word as usize];
                if list.last() != Some(&title) {
                    list.push(title);
                }
            }
        }
        let weights: Vec<f32> = with_word.iter().map(|list| weight(written.len(), list.len())).collect();
        let total = |title: u32| words_in.get(title).iter().map(|&word| weights[word as usize]).sum();
        Self {
            totals: (0..narrow(written.len())).map(total).collect(),
            occupations: written.iter().map(|title| title.occupation).collect(),
            official: written.iter().map(|title| title.official).collect(),
            with_word: Lists::new(with_word),
            vocabulary,
            weights,
            words_in,
        }
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The titles that fit the query well enough.
    pub(super) fn fitting(&self, words: &[String]) -> impl Iterator<Item = Fit> {
        let mut cover = Cover::new(self.totals.len());
        let (mut whole_query, mut least) = (0.0, LEAST_WHEN_IN_DOUBT);
        for (place, word) in words.iter().enumerate() {
            let meanings = self.vocabulary.meanings(word, place + 1 == words.len());
            let weight = self.weight_in_query(&meanings);
            whole_query += weight;
            cover.add(self, &meanings, weight);
            if meanings.iter().any(|meaning| meaning.quality >= UNDERSTOOD) {
                least = LEAST;
            }
        }
        let exact: Option<Vec<WordId>> = words.iter().map(|word| self.vocabulary.id(word)).collect();
        let fits = cover.titles().map(move |(title, of_query, of_title)| {
            self.fit(title, of_query / whole_query, of_title, exact.as_deref() == Some(self.words_in.get(title)))
        });
        fits.filter(move |fit| fit.score >= least)
    }

    /// A word of the query weighs what its best meaning does, of equally good ones the most usual.
    fn weight_in_query(&self, meanings: &[Meaning]) -> f32 {
        let weight = |meaning: &Meaning| self.weights[meaning.word as usize];
        let best = meanings.iter().max_by(|a, b| a.quality.total_cmp(&b.quality).then(weight(b).total_cmp(&weight(a))));
        best.map_or_else(|| UNKNOWN_WORD * self::weight(self.totals.len(), 1), weight)
    }

    fn fit(&self, title: u32, of_query: f32, weight_of_title: f32, exact: bool) -> Fit {
        let at = title as usize;
        let official = self.official[at];
        let (whole, most) = if official { (EXACT_TITLE, PARTIAL_TITLE) } else { (EXACT_ALTERNATE, PARTIAL_ALTERNATE) };
        let of_title = (weight_of_title / self.totals[at]).min(1.0);
        let score = if exact { whole } else { most * of_query * (1.0 - BREVITY + BREVITY * of_title) };
        let votes = if official { VOTES_OF_TITLE } else { 1.0 };
        Fit { occupation: self.occupations[at] as usize, score, votes }
    }
}

/// How much of the query each title covers, and how much of itself that takes.
struct Cover {
    of_query: Vec<f32>,
    of_title: Vec<f32>,
    /// The same two for the word that is being added: the best of its meanings counts.
    now: Vec<(f32, f32)>,
    touched: Vec<u32>,
}

impl Cover {
    fn new(titles: usize) -> Self {
        Self { of_query: vec![0.0; titles], of_title: vec![0.0; titles], now: vec![(0.0, 0.0); titles], touched: Vec::new() }
    }

    fn add(&mut self, titles: &Titles, meanings: &[Meaning], weight: f32) {
        let mut seen = Vec::new();
        for meaning in meanings {
            let here = (weight * meaning.quality, titles.weights[meaning.word as usize] * meaning.quality);
            for &title in titles.with_word.get(meaning.word) {
                let now = &mut self.now[title as usize];
                if *now == (0.0, 0.0) {
                    seen.push(title);
                }
                if here > *now {
                    *now = here;
                }
            }
        }
        for title in seen {
            let at = title as usize;
            let (of_query, of_title) = std::mem::take(&mut self.now[at]);
            if self.of_query[at] == 0.0 {
                self.touched.push(title);
            }
            self.of_query[at] += of_query;
            self.of_title[at] += of_title;
        }
    }

    /// Each title that covers anything, with what it covers of the query and of itself.
    fn titles(self) -> impl Iterator<Item = (u32, f32, f32)> {
        self.touched.into_iter().map(move |title| (title, self.of_query[title as usize], self.of_title[title as usize]))
    }
}

/// The distinct titles of an occupation, the title proper first.
fn written(place: usize, occupation: &Occupation) -> impl Iterator<Item = Written> {
    let mut seen = BTreeSet::new();
    let titles = std::iter::once(&occupation.title).chain(&occupation.alternate_titles);
    let words = titles.flat_map(|title| text::variants(title)).map(|variant| text::words(&variant));
    let distinct: Vec<_> = words.filter(|words| !words.is_empty() && seen.insert(words.clone())).collect();
    distinct.into_iter().enumerate().map(move |(number, words)| Written { occupation: narrow(place), official: number == 0, words })
}

/// `ln(1 + titles / titles with the word)`.
fn weight(titles: usize, with: usize) -> f32 {
    (titles as f32 / with as f32).ln_1p()
}

/// Indexes have 32 bits: there are fewer titles than that.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
