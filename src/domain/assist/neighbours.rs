//! The occupations nearest to one.
//!
//! Nearness is a weighted sum of four parts, each 0 to 1:
//!
//! - O*NET's related occupations: `1 / (1 + rank / 5)` with the rank from 0; half of it where only the other one names this one,
//! - the SOC: 1 in the same detailed occupation, 0.7 in the same broad one, 0.4 where three digits are the same, 0.15 in the same
//!   major group,
//! - titles: Dice's coefficient of the title's words, and of the words of all titles, half and half,
//! - descriptions: Dice's coefficient of their words.

use std::collections::BTreeMap;

use super::{
    Basis,
    similarity::{Bag, Vocabulary, word_ids},
};
use crate::domain::{
    occupation::{Catalogue, Occupation},
    soc::SocCode,
};

/// So many neighbours are ranked.
pub const NEIGHBOURS: usize = 20;

/// The weights of relation, group, titles and description.
const WEIGHTS: [f64; 4] = [0.45, 0.20, 0.20, 0.15];
/// What is farther than this is no neighbour.
const LEAST_WEIGHT: f64 = 0.02;

/// The neighbours of occupations, nearest first, each with its nearness.
pub type Near = BTreeMap<SocCode, Vec<(SocCode, f64)>>;

/// What is compared of an occupation.
#[derive(Debug, Clone)]
struct Profile {
    title: Bag,
    titles: Bag,
    description: Bag,
    /// The ranks of the occupations that O*NET relates to it.
    related: BTreeMap<SocCode, usize>,
}

impl Profile {
    fn of(occupation: &Occupation, vocabulary: &Vocabulary) -> Self {
        let titles = occupation.alternate_titles.iter().chain([&occupation.title]);
        Self {
            title: vocabulary.bag([occupation.title.as_ref()]),
            titles: vocabulary.bag(titles.map(AsRef::as_ref)),
            description: vocabulary.bag([occupation.description.as_ref()]),
            related: occupation.related.iter().enumerate().map(|(rank, code)| (*code, rank)).collect(),
        }
    }
}

/// All occupations, ready to be compared. It does not change: build it once per catalogue.
#[derive(Debug, Clone)]
pub struct Neighbours {
    profiles: BTreeMap<SocCode, Profile>,
    aggregates: BTreeMap<SocCode, Profile>,
    pub(super) vocabulary: Vocabulary,
}

impl Neighbours {
    /// Compares the O*NET-SOC occupations of a catalogue. Publication codes have neighbours, and are none.
    pub fn new(catalogue: &Catalogue) -> Self {
        let text = |occupation: &Occupation| word_ids([occupation.title.as_ref(), occupation.description.as_ref()]);
        let vocabulary = Vocabulary::new(catalogue.occupations().map(|occupation| text(occupation)));
        let profile = |occupation: &Occupation| (occupation.code, Profile::of(occupation, &vocabulary));
        Self {
            profiles: catalogue.occupations().map(|occupation| profile(occupation)).collect(),
            aggregates: catalogue.aggregates().map(|occupation| profile(occupation)).collect(),
            vocabulary,
        }
    }

    /// By what the neighbours of a code are found.
    pub fn basis(&self, code: SocCode) -> Basis {
        let related = self.profile(code).is_some_and(|profile| !profile.related.is_empty());
        if related { Basis::Related } else { Basis::Text }
    }

    /// The occupations nearest to a code, itself left out: nearest first, equally near ones by code, at most [`NEIGHBOURS`],
    /// each with its nearness above 0 and at most 1. None for a code that is not known.
    pub fn of(&self, code: SocCode) -> Vec<(SocCode, f64)> {
        let Some(profile) = self.profile(code) else { return vec![] };
        self.nearest(profile, Some(code))
    }

    /// The occupations nearest to a title and description.
    pub fn of_text(&self, title: &str, description: &str) -> Vec<(SocCode, f64)> {
        let title = self.vocabulary.bag([title]);
        let profile = Profile { titles: title.clone(), title, description: self.vocabulary.bag([description]), related: BTreeMap::new() };
        self.nearest(&profile, None)
    }

    /// The occupations nearest to a code, found as those of a role are: by its title and description alone.
    pub fn of_code_as_text(&self, code: SocCode) -> Vec<(SocCode, f64)> {
        let Some(profile) = self.profile(code) else { return vec![] };
        let text = Profile { titles: profile.title.clone(), related: BTreeMap::new(), ..profile.clone() };
        let mut found = self.ranked(&text, None);
        found.retain(|(other, _)| *other != code.onet());
        found.truncate(NEIGHBOURS);
        found
    }

    /// The neighbours of all occupations, found in one way.
    pub fn all(&self, basis: Basis) -> Near {
        let near = |code: &SocCode| match basis {
            Basis::Related => self.of(*code),
            Basis::Text => self.of_code_as_text(*code),
        };
        self.profiles.keys().map(|code| (*code, near(code))).collect()
    }

    fn profile(&self, code: SocCode) -> Option<&Profile> {
        self.profiles.get(&code.onet()).or_else(|| self.aggregates.get(&code))
    }

    fn nearest(&self, profile: &Profile, code: Option<SocCode>) -> Vec<(SocCode, f64)> {
        let mut found = self.ranked(profile, code);
        found.truncate(NEIGHBOURS);
        found
    }

    fn ranked(&self, profile: &Profile, code: Option<SocCode>) -> Vec<(SocCode, f64)> {
        let others = self.profiles.iter().filter(|(other, _)| code.is_none_or(|code| code.onet() != **other));
        let near = |(other, theirs): (&SocCode, &Profile)| (*other, nearness(code, profile, *other, theirs));
        let mut found: Vec<_> = others.map(near).filter(|(_, weight)| *weight >= LEAST_WEIGHT).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

fn nearness(code: Option<SocCode>, profile: &Profile, other: SocCode, theirs: &Profile) -> f64 {
    let by_rank = |rank: &usize| 1.0 / (1.0 + *rank as f64 / 5.0);
    let forth = profile.related.get(&other).map(by_rank);
    let back = code.and_then(|code| theirs.related.get(&code.onet())).map(|rank| by_rank(rank) / 2.0);
    let parts = [
        forth.or(back).unwrap_or_default(),
        code.map_or(0.0, |code| group(code, other)),
        f64::midpoint(profile.title.alike(&theirs.title), profile.titles.alike(&theirs.titles)),
        profile.description.alike(&theirs.description),
    ];
    WEIGHTS.iter().zip(parts).map(|(weight, part)| weight * part).sum::<f64>().min(1.0)
}

fn group(a: SocCode, b: SocCode) -> f64 {
    if a.soc() == b.soc() {
        1.0
    } else if a.broad_group() == b.broad_group() {
        0.7
    } else if a.digits() / 1000 == b.digits() / 1000 {
        0.4
    } else if a.major_group() == b.major_group() {
        0.15
    } else {
        0.0
    }
}
