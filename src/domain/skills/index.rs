//! The elements by the forms of their names, by their words, and by the phrases of their descriptions.

use std::collections::{BTreeMap, HashMap};

use super::{
    Counted, Described, ElementKind, MappedElement,
    forms::{Taken, Vendors, forms},
    lists::{self, Alias},
    text::{key, words},
};

/// Phrases of descriptions have so many words at most.
const LONGEST_PHRASE: usize = 3;

/// An element, with what tells it from others.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) element: MappedElement,
    pub(super) occupations: u32,
    /// Not a thing but a class of things.
    pub(super) commodity: bool,
    /// The distinct words of its name.
    pub(super) words: Vec<String>,
    /// Whose product it is.
    pub(super) maker: Option<usize>,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) entry: usize,
    pub(super) taken: Taken,
    /// The key is one half of the element's name: "Sales" of "Sales and Marketing".
    pub(super) half: bool,
}

/// All elements.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) vendors: Vendors,
    pub(super) entries: Vec<Entry>,
    /// The elements by the forms of their names.
    pub(super) places: BTreeMap<String, Vec<Place>>,
    /// The reviewed aliases: a key without an element means none.
    pub(super) aliases: HashMap<String, Option<usize>>,
    /// Phrases that stand in the description of one element only.
    pub(super) phrases: HashMap<String, usize>,
    /// The elements by the words of their names.
    pub(super) by_word: HashMap<String, Vec<usize>>,
    /// The keys of names by their first letter and length, for those that are misspelt.
    pub(super) by_length: HashMap<(char, usize), Vec<(String, Place)>>,
    lost: Vec<Alias>,
}

impl Index {
    /// Indexes the elements, whatever their order.
    pub(super) fn new(elements: impl IntoIterator<Item = Described>, technology: impl IntoIterator<Item = Counted>) -> Self {
        let mut described: Vec<Described> = elements.into_iter().collect();
        described.sort_by(|a, b| a.element.cmp(&b.element));
        let mut counted: Vec<Counted> = technology.into_iter().collect();
        counted.sort_by(|a, b| a.element.cmp(&b.element));
        let phrases = phrases(&described);
        let uncounted = described.into_iter().map(|described| Counted { element: described.element, occupations: 0, commodity: false });
        let vendors = Vendors::reviewed();
        let entries = uncounted.chain(counted).map(|counted| entry(counted, &vendors)).collect();
        let mut index = Self {
            vendors,
            entries,
            places: BTreeMap::new(),
            aliases: HashMap::new(),
            phrases,
            by_word: HashMap::new(),
            by_length: HashMap::new(),
            lost: vec![],
        };
        index.add_names();
        index.add_lengths();
        index.add_aliases();
        index
    }

    /// How much a word tells: `ln(1 + elements / elements whose name has it)`.
    pub(super) fn weight(&self, word: &str) -> f64 {
        let known = self.by_word.get(word).map_or(1, Vec::len);
        (1.0 + self.entries.len() as f64 / known as f64).ln()
    }

    pub(super) fn lost_aliases(&self) -> Vec<&Alias> {
        self.lost.iter().collect()
    }

    fn add_names(&mut self) {
        for (place, entry) in self.entries.iter().enumerate() {
            for (key, (_, taken)) in forms(&entry.element.name, &self.vendors) {
                self.places.entry(key).or_default().push(Place { entry: place, taken, half: false });
            }
            for half in halves(&entry.element) {
                let taken = Taken { parts: 1, ..Taken::default() };
                self.places.entry(key(&words(half))).or_default().push(Place { entry: place, taken, half: true });
            }
            for word in &entry.words {
                self.by_word.entry(word.clone()).or_default().push(place);
            }
        }
    }

    fn add_lengths(&mut self) {
        for (key, places) in &self.places {
            let usable = |place: &&Place| place.taken.parts <= 1 && !place.taken.acronym && !place.taken.version;
            let best = places
                .iter()
                .filter(usable)
                .min_by_key(|place| (place.taken.cost(), std::cmp::Reverse(self.entries[place.entry].occupations)));
            if let (Some(first), Some(best)) = (key.chars().next(), best) {
                self.by_length.entry((first, key.chars().count())).or_default().push((key.clone(), *best));
            }
        }
    }

    fn add_aliases(&mut self) {
        let by_name: HashMap<(ElementKind, &str), usize> = {
            let named = self.entries.iter().enumerate().map(|(place, entry)| ((entry.element.kind, entry.element.name.as_str()), place));
            // Of entries with the same name the first counts.
            named.rev().collect()
        };
        for alias in lists::aliases() {
            let element = alias.element.as_ref().map(|(kind, name)| by_name.get(&(*kind, name.as_str())).copied());
            match element {
                Some(None) => self.lost.push(alias),
                found => drop(self.aliases.insert(key(&words(&alias.name)), found.flatten())),
            }
        }
    }
}

fn entry(counted: Counted, vendors: &Vendors) -> Entry {
    let all = words(&counted.element.name);
    let maker = vendors.of(&all).map(|(maker, _)| maker);
    let mut distinct = all;
    distinct.sort_unstable();
    distinct.dedup();
    Entry { element: counted.element, occupations: counted.occupations, commodity: counted.commodity, words: distinct, maker }
}

/// The two halves of the name of a knowledge area or skill: "Law and Government".
fn halves(element: &MappedElement) -> Vec<&str> {
    let halves = element.name.split_once(" and ").filter(|_| matches!(element.kind, ElementKind::Knowledge | ElementKind::Skill));
    halves.map(|(first, second)| vec![first, second]).unwrap_or_default()
}

/// The phrases of one to three words that stand in the description of one element only. A single word has five letters.
fn phrases(described: &[Described]) -> HashMap<String, usize> {
    let mut owners: HashMap<String, Option<usize>> = HashMap::new();
    for (place, described) in described.iter().enumerate() {
        for clause in described.description.split([',', ';', '.', '(', ')', ':', '/']) {
            let clause = words(clause);
            for length in 1..=LONGEST_PHRASE {
                for phrase in clause.windows(length).filter(|phrase| length > 1 || phrase[0].len() >= 5) {
                    let owner = owners.entry(key(phrase)).or_insert(Some(place));
                    *owner = owner.filter(|owner| *owner == place);
                }
            }
        }
    }
    owners.into_iter().filter_map(|(phrase, owner)| Some((phrase, owner?))).collect()
}
