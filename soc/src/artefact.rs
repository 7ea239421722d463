//! What training leaves behind and the ranker is made from.

pub mod codec;
pub mod store;

use crate::{
    SocCode,
    artefact::store::TextStore,
    corpus::{
        prepared::{Title, TitleSource},
        taxonomy::{CodeId, Taxonomy},
    },
    scorers::quantised::{OutputLayer, QuantisedBag},
};

/// Where a sentence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SentenceKind {
    /// O*NET occupation description or SOC definition.
    Description,
    /// O*NET task statement or emerging task.
    Task,
    /// O*NET detailed work activity.
    Activity,
    /// Name of a tool or of software.
    Tool,
}

impl SentenceKind {
    /// All kinds, by their number in an artefact.
    pub const ALL: [Self; 4] = [Self::Description, Self::Task, Self::Activity, Self::Tool];
}

/// Titles, ascending by code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TitleTable {
    /// As they were written.
    pub texts: TextStore,
    /// Normalised, in the form that is indexed.
    pub normalised: TextStore,
    /// The code of each.
    pub codes: Vec<CodeId>,
    /// The two digits of the O*NET-SOC detail of each.
    pub details: Vec<u8>,
    /// The source of each.
    pub sources: Vec<TitleSource>,
}

impl TitleTable {
    /// Puts titles together.
    pub fn new(titles: &[Title]) -> Self {
        Self {
            texts: titles.iter().map(|t| &t.text).collect(),
            normalised: titles.iter().map(|t| &t.normalised).collect(),
            codes: titles.iter().map(|t| t.code).collect(),
            details: titles.iter().map(|t| t.detail).collect(),
            sources: titles.iter().map(|t| t.source).collect(),
        }
    }

    /// Pairs of normalised title and code.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, CodeId)> {
        self.normalised.iter().zip(self.codes.iter().copied())
    }
}

/// Sentences, ascending by code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentenceTable {
    /// The sentences.
    pub texts: TextStore,
    /// The code of each.
    pub codes: Vec<CodeId>,
    /// The kind of each.
    pub kinds: Vec<SentenceKind>,
}

impl SentenceTable {
    /// Triples of code, kind and text.
    pub fn iter(&self) -> impl Iterator<Item = (CodeId, SentenceKind, &str)> {
        self.codes.iter().zip(&self.kinds).zip(self.texts.iter()).map(|((code, kind), text)| (*code, *kind, text))
    }
}

/// Everything the ranker needs, small enough to ship.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Artefact {
    /// Codes and employment.
    pub taxonomy: Taxonomy,
    /// O*NET-SOC codes that exist, ascending.
    pub occupations: Vec<SocCode>,
    /// All titles.
    pub titles: TitleTable,
    /// Normalised Direct Match titles with their code, ascending.
    pub direct_matches: Vec<(String, CodeId)>,
    /// Sentences.
    pub sentences: SentenceTable,
    /// Word pieces of the static table.
    pub vocabulary: TextStore,
    /// int8 values of the static table, row-major.
    pub static_values: Vec<i8>,
    /// Columns of the static table.
    pub static_dim: usize,
    /// Classifier of hashed titles.
    pub title_model: QuantisedBag,
    /// Classifier of hashed titles and sentences.
    pub posting_model: QuantisedBag,
    /// Classifier of titles and sentences embedded by the static table.
    pub piece_model: OutputLayer,
}
