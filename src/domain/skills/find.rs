//! Finding the element that a name means.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{
    ElementKind, MappedElement,
    forms::{Forms, Taken, forms},
    index::{Index, Place},
    text::words,
};

/// Names that share less than this with every element's name mean none of them.
const LEAST_SHARED: f64 = 0.70;
/// Words of more names than these do not lead to candidates.
const MOST_NAMES: usize = 2_000;

/// How an element was found, the surest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    /// By a reviewed alias.
    Reviewed,
    /// The names are the same but for case, signs, plural and the division into words.
    Same,
    /// The same when one of brackets, maker, acronym or a word such as "software" is left out of one of them.
    Form,
    /// The same when a version or year is left out.
    Version,
    /// The same when several such parts are left out.
    LooseForm,
    /// By an acronym that stands in the element's name.
    Acronym,
    /// The name is one half of the element's name.
    Half,
    /// The name is a phrase of the element's description, and of no other's.
    Described,
    /// One or two letters differ.
    Spelling,
    /// The names share at least 85 % of their weight in words (Dice's coefficient, words weighted by how much they tell).
    SharedMost,
    /// They share 70 to 85 %.
    SharedMany,
}

impl Method {
    /// All ways.
    pub const ALL: [Self; 11] = [
        Self::Reviewed,
        Self::Same,
        Self::Form,
        Self::Version,
        Self::LooseForm,
        Self::Acronym,
        Self::Half,
        Self::Described,
        Self::Spelling,
        Self::SharedMost,
        Self::SharedMany,
    ];

    /// The name in the table of measured confidence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reviewed => "reviewed",
            Self::Same => "same",
            Self::Form => "form",
            Self::Version => "version",
            Self::LooseForm => "loose form",
            Self::Acronym => "acronym",
            Self::Half => "half",
            Self::Described => "described",
            Self::Spelling => "spelling",
            Self::SharedMost => "shared most",
            Self::SharedMany => "shared many",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) element: MappedElement,
    pub(super) method: Method,
}

/// The element that a name means.
pub(super) fn find(index: &Index, name: &str) -> Option<Found> {
    let forms = forms(name, &index.vendors);
    let found = match by_form(index, name, &forms) {
        Verdict::Means(entry, method) => Some((entry, method)),
        Verdict::MeansNone => None,
        Verdict::Unknown => by_phrase(index, &forms).or_else(|| by_spelling(index, &forms)).or_else(|| by_words(index, name, &forms)),
    };
    found.map(|(entry, method)| Found { element: index.entries[entry].element.clone(), method })
}

enum Verdict {
    Means(usize, Method),
    MeansNone,
    Unknown,
}

/// The element with the same form from which least was taken off; of equals first a reviewed one, then skills, knowledge,
/// abilities, tools and technology, commodities, then the one that most occupations list.
fn by_form(index: &Index, name: &str, forms: &Forms) -> Verdict {
    let maker = index.vendors.of(&words(name)).map(|(maker, _)| maker);
    let other_maker = |entry: usize| maker.is_some() && index.entries[entry].maker.is_some_and(|other| Some(other) != maker);
    let mut best: Option<(Fit, Verdict)> = None;
    for (key, (_, taken)) in forms {
        if let Some(alias) = index.aliases.get(key) {
            let verdict = alias.map_or(Verdict::MeansNone, |entry| Verdict::Means(entry, Method::Reviewed));
            keep(&mut best, (taken.cost(), false, None), verdict);
        }
        for place in index.places.get(key).into_iter().flatten().filter(|place| !other_maker(place.entry)) {
            let total = taken.and(place.taken);
            keep(&mut best, (total.cost(), true, Some(rank(index, place.entry))), Verdict::Means(place.entry, method(total, place.half)));
        }
    }
    best.map_or(Verdict::Unknown, |(_, verdict)| verdict)
}

/// How well a form fits, the best least: what was taken off, whether nobody reviewed it, and the rank of the element.
type Fit = (u8, bool, Option<Rank>);
type Rank = (ElementKind, bool, Reverse<u32>, usize);

fn rank(index: &Index, entry: usize) -> Rank {
    let found = &index.entries[entry];
    (found.element.kind, found.commodity, Reverse(found.occupations), entry)
}

fn keep<K: Ord, V>(best: &mut Option<(K, V)>, key: K, value: V) {
    if best.as_ref().is_none_or(|(before, _)| key < *before) {
        *best = Some((key, value));
    }
}

fn method(taken: Taken, half: bool) -> Method {
    match taken {
        Taken { acronym: true, version: false, parts: 0..=1 } => Method::Acronym,
        Taken { acronym: false, version: true, parts: 0..=1 } => Method::Version,
        Taken { acronym: false, version: false, parts: 1 } if half => Method::Half,
        Taken { acronym: false, version: false, parts: 0 } => Method::Same,
        Taken { acronym: false, version: false, parts: 1 } => Method::Form,
        _ => Method::LooseForm,
    }
}

fn by_phrase(index: &Index, forms: &Forms) -> Option<(usize, Method)> {
    let near = forms.iter().filter(|(_, (_, taken))| taken.parts <= 1 && !taken.acronym);
    let mut found: Vec<_> = near.filter_map(|(key, (_, taken))| Some((taken.cost(), *index.phrases.get(key)?))).collect();
    found.sort_unstable();
    found.first().map(|(_, entry)| (*entry, Method::Described))
}

/// The nearest name by optimal string alignment: one letter may differ from six letters on, two from ten on. A name whose
/// words all stand in names of elements is not misspelt.
fn by_spelling(index: &Index, forms: &Forms) -> Option<(usize, Method)> {
    let known = |word: &String| index.by_word.contains_key(word);
    let forms = forms.iter().filter(|(_, (words, _))| !words.iter().all(known));
    let mut best: Option<((usize, u8, Rank), Place)> = None;
    for (key, (_, taken)) in forms.filter(|(_, (_, taken))| taken.parts <= 1 && !taken.acronym && !taken.version) {
        let length = key.chars().count();
        let bound = match length {
            0..6 => continue,
            6..10 => 1,
            _ => 2,
        };
        let first = key.chars().next()?;
        for near in length.saturating_sub(bound)..=length + bound {
            for (other, place) in index.by_length.get(&(first, near)).into_iter().flatten() {
                if digits(key).ne(digits(other)) {
                    continue;
                }
                let distance = strsim::osa_distance(key, other);
                if distance <= bound {
                    keep(&mut best, (distance, taken.and(place.taken).cost(), rank(index, place.entry)), *place);
                }
            }
        }
    }
    best.map(|(_, place)| (place.entry, Method::Spelling))
}

fn digits(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(char::is_ascii_digit)
}

/// The name that shares most telling words with the one asked for, its brackets left out.
fn by_words(index: &Index, name: &str, forms: &Forms) -> Option<(usize, Method)> {
    let without = super::text::brackets(name).map_or_else(|| words(name), |(without, _)| words(&without));
    let maker = index.vendors.of(&words(name)).map(|(maker, _)| maker);
    let mut asked = if forms.is_empty() { vec![] } else { without };
    asked.sort_unstable();
    asked.dedup();
    let weights: BTreeMap<&str, f64> = asked.iter().map(|word| (word.as_str(), index.weight(word))).collect();
    let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
    for (word, weight) in &weights {
        for entry in index.by_word.get(*word).into_iter().filter(|entries| entries.len() <= MOST_NAMES).flatten() {
            *shared.entry(*entry).or_default() += weight;
        }
    }
    let all: f64 = weights.values().sum();
    let score = |entry: usize, common: f64| {
        let own: f64 = index.entries[entry].words.iter().map(|word| index.weight(word)).sum();
        2.0 * common / (all + own)
    };
    let same_maker = |entry: usize| maker.is_none() || index.entries[entry].maker.is_none_or(|other| Some(other) == maker);
    let scored = shared.into_iter().filter(|(entry, _)| same_maker(*entry)).map(|(entry, common)| (entry, score(entry, common)));
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| rank(index, b.0).cmp(&rank(index, a.0))))?;
    let method = match best.1 {
        score if score >= 0.85 => Method::SharedMost,
        score if score >= LEAST_SHARED => Method::SharedMany,
        _ => return None,
    };
    Some((best.0, method))
}
