//! The offline assistant: drafts for what official data lacks, made of what the nearest occupations share.
//!
//! 1. [`Neighbours`] ranks the occupations nearest to a code, or to a title and description.
//! 2. [`Drafter::draft`] takes what these know of a field and keeps what they share. Every item tells by whom it is held and
//!    under which keys; its *support* is the share of the neighbours' weight that holds it.
//! 3. Its confidence is how often items of that field and support were right when drafted for occupations whose official value is
//!    known, and was left out: [`evaluate()`], [`ConfidenceTable`]. `docs/assistant.md` has the figures.
//!
//! Nothing is made up: an item that no neighbour holds is never drafted. Wages and outlook are never drafted.

mod confidence;
mod draft;
mod evaluate;
mod neighbours;
mod preparation;
mod rated;
mod shared;
mod similar;
mod similarity;

use crate::domain::{fields::Field, soc::SocCode, values::FieldValue};

pub use confidence::{ConfidenceTable, SupportBin, fit};
pub use draft::Drafter;
pub use evaluate::{FieldScore, RatingScore, evaluate};
pub use neighbours::{NEIGHBOURS, Near, Neighbours};

/// The name of the model in provenance.
pub const MODEL: &str = "offline-neighbours";

/// The version of the method, in provenance where a network assistant has the version of its prompt. It changes when the same
/// data would give another draft.
pub const METHOD_VERSION: &str = "neighbours-1";

/// By what the neighbours were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// O*NET's list of related occupations, with the rest.
    Related,
    /// Titles, description and group only: a role, or an occupation that O*NET relates to none.
    Text,
}

impl Basis {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Related, Self::Text];

    /// The name in the table of measured confidence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Related => "related",
            Self::Text => "text",
        }
    }
}

/// What a neighbour knows of the field that is to be drafted.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The neighbour.
    pub code: SocCode,
    /// How near it is, above 0 and at most 1.
    pub weight: f64,
    /// Its official value.
    pub value: &'a FieldValue,
}

/// How much must be known for a draft: the settings `assistant.{most_neighbours,fewest_neighbours,least_confidence,thin}`, whose
/// defaults these are.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The nearest so many neighbours that know the field count.
    pub most_neighbours: usize,
    /// Fewer neighbours that know the field give no draft.
    pub fewest_neighbours: usize,
    /// Items of less confidence are left out, 0 to 1.
    pub least_confidence: f64,
    /// A list of fewer items is thin: a draft may stand beside it. See [`Thresholds::is_thin`].
    pub thin: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { most_neighbours: 10, fewest_neighbours: 3, least_confidence: 0.25, thin: 3 }
    }
}

impl Thresholds {
    /// Whether a draft is wanted: the field may be drafted, and the official value is missing or a thin list. Ratings, education
    /// and experience are never thin.
    pub fn is_thin(&self, field: Field, official: Option<&FieldValue>) -> bool {
        let few = match official {
            None => true,
            Some(FieldValue::TextList(list)) => list.0.len() < self.thin,
            Some(FieldValue::TaskList(list)) => list.0.len() < self.thin,
            Some(FieldValue::ToolList(list)) => list.0.len() < self.thin,
            Some(value) => value.is_empty(),
        };
        few && field.ai_may_draft()
    }
}

/// The most items that a draft of a field may have; of tools and of technology each.
pub const fn limit(field: Field) -> usize {
    match field {
        Field::CoreResponsibilities => 8,
        Field::Tasks => 15,
        Field::RelatedTitles | Field::ToolsAndTechnology => 20,
        Field::Skills | Field::Knowledge | Field::Abilities => 60,
        Field::Education | Field::WorkExperience => 1,
        Field::Outlook | Field::Wages => 0,
    }
}

/// A value that was drafted.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The value. Its items name the occupations that they are from as their origins.
    pub value: FieldValue,
    /// The mean confidence of the items, 0 to 1.
    pub confidence: f64,
    /// The codes of the neighbours that hold any of it, nearest first, then `code:key` for every item of theirs whose key
    /// is another than that of the drafted item.
    pub based_on: Vec<String>,
    /// What is known of each item, in the order of the value's items. One for education or experience.
    pub items: Vec<DraftedItem>,
}

/// Why an item was drafted.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftedItem {
    /// The item's key; the typical level or experience for what is no list.
    pub key: String,
    /// The share of the neighbours' weight that holds it, 0 to 1.
    pub support: f64,
    /// How often such items were right, 0 to 1.
    pub confidence: f64,
    /// The neighbours that hold it, nearest first, each with the key that it has there.
    pub based_on: Vec<(SocCode, String)>,
}

#[cfg(test)]
mod tests;
