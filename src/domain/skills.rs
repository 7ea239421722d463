//! From free-text names of skills, and from those of job-posting feeds, to the elements of O*NET that they mean.
//!
//! A name is taken apart into words (`text`), written in the forms in which it may be meant (`forms`: without brackets,
//! maker, version, "software"), and looked up in the reviewed aliases, then among the elements' own forms, then in their
//! descriptions, then among names that differ by typing errors or share telling words (`index`, `find`). How far each way of
//! finding can be trusted was measured on names checked by hand (`confidence`); `docs/skills.md` has the figures.
//! Names that tell nothing are marked (`generic`). The lists are in `data/skills/`, compiled in.

mod confidence;
mod find;
mod forms;
mod generic;
mod index;
mod lists;
mod other_names;
pub(in crate::domain) mod text;

use serde::{Deserialize, Serialize};

pub use confidence::{Bin, Calibration, ConfidenceTable, Outcome, calibrate, fit};
pub use find::Method;
pub use lists::Alias;
pub use other_names::{OtherName, other_name};

use generic::Generic;
use index::Index;

/// Longer names are cut: no skill has one.
const MAX_CHARS: usize = 120;

/// From this confidence on a mapping is taken over without a person's word. Measured: see `docs/skills.md`.
pub const SURE: f64 = 0.8;

/// What kind of element a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElementKind {
    /// A skill of the content model, `2.A` and `2.B`.
    Skill,
    /// A knowledge area, `2.C`.
    Knowledge,
    /// An ability, `1.A`.
    Ability,
    /// A tool or technology: an example of O*NET's lists, or the commodity that it belongs to.
    Technology,
}

/// An element that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedElement {
    /// The key in lists of the field: the element id, or [`crate::domain::values::tool_key`].
    pub key: String,
    /// The id in O*NET's content model; none for tools and technology.
    pub element_id: Option<String>,
    /// O*NET's name.
    pub name: String,
    /// Its kind.
    pub kind: ElementKind,
}

/// A skill, knowledge area or ability, with what O*NET says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The element.
    pub element: MappedElement,
    /// O*NET's description.
    pub description: String,
}

/// A tool or technology, with the number of occupations that list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The element.
    pub element: MappedElement,
    /// How many occupations list it. Of names that fit equally well the one that more list is meant.
    pub occupations: u32,
    /// It is the title of an UNSPSC commodity: of equals an example is meant.
    pub commodity: bool,
}

/// What a name means.
#[derive(Debug, Clone, PartialEq)]
pub struct SkillMapping {
    /// The name as given.
    pub input: String,
    /// The element; none where no name is near.
    pub element: Option<MappedElement>,
    /// How likely the element is the right one, 0 to 1: the share of names checked by hand that were right when found in the
    /// same way. 0 without an element.
    pub confidence: f64,
    /// True for what is asked for nearly everywhere, and for conditions that are no skills: leave it out.
    pub generic: bool,
    /// How the element was found; none without an element.
    pub method: Option<Method>,
    /// The name that a taxonomy has for the input, when the element was found under that one.
    pub other_name: Option<String>,
}

impl SkillMapping {
    /// True when it may be taken over without a person's word; everything else is left out.
    pub fn is_sure(&self) -> bool {
        self.element.is_some() && !self.generic && self.confidence >= SURE
    }
}

/// The names of all elements. It does not change: build it once per release of the data.
#[derive(Debug)]
pub struct SkillIndex {
    index: Index,
    generic: Generic,
    confidence: ConfidenceTable,
}

impl SkillIndex {
    /// Indexes the elements. The same elements in any order give the same index.
    pub fn new(elements: impl IntoIterator<Item = Described>, technology: impl IntoIterator<Item = Counted>) -> Self {
        Self { index: Index::new(elements, technology), generic: Generic::reviewed(), confidence: ConfidenceTable::measured() }
    }

    /// What each of the names means, in their order. Every name is looked at alone.
    pub fn map(&self, names: &[String]) -> Vec<SkillMapping> {
        names.iter().map(|name| self.map_one(name)).collect()
    }

    /// What one name means.
    pub fn map_one(&self, name: &str) -> SkillMapping {
        let cut: String = name.chars().take(MAX_CHARS).collect();
        let found = find::find(&self.index, &cut);
        SkillMapping {
            input: name.to_owned(),
            confidence: found.as_ref().map_or(0.0, |found| self.confidence.of(found.method)),
            generic: self.generic.is(&cut),
            method: found.as_ref().map(|found| found.method),
            element: found.map(|found| found.element),
            other_name: None,
        }
    }

    /// The rows of the reviewed list of aliases whose element these elements do not have.
    pub fn lost_aliases(&self) -> Vec<&Alias> {
        self.index.lost_aliases()
    }
}

/// The reviewed aliases.
pub fn aliases() -> Vec<Alias> {
    lists::aliases()
}

#[cfg(test)]
mod tests;
