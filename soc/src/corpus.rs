//! What the ranker is built from, as plain rows: no files, no formats.

pub mod prepared;
pub mod taxonomy;

use std::collections::BTreeSet;

use crate::{SocCode, text::normalise::normalise};

/// One row that ties a text to an occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeText {
    /// O*NET-SOC 2019 code or SOC 2018 code.
    pub code: SocCode,
    /// A title, a task, the name of a tool, …
    pub text: String,
}

/// One O*NET occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    /// O*NET-SOC 2019 code.
    pub code: SocCode,
    /// Official title, plural.
    pub title: String,
    /// Official description; may be empty.
    pub description: String,
}

/// One group of the SOC 2018 structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// SOC 2018 code.
    pub code: SocCode,
    /// Official title.
    pub title: String,
    /// Definition; empty above the detailed level.
    pub definition: String,
}

/// National employment of one OEWS occupation.
#[derive(Debug, Clone, PartialEq)]
pub struct Employment {
    /// OEWS code: SOC 2018, or one of the survey's aggregates.
    pub code: SocCode,
    /// Persons employed, May of the survey year.
    pub persons: f64,
}

/// The static word-piece table: a vector per word piece.
#[derive(Debug, Clone, PartialEq)]
pub struct WordPieceTable {
    /// The word pieces; a leading `##` marks one that continues a word.
    pub vocabulary: Vec<String>,
    /// Row-major values, `vocabulary.len()` × `dim`.
    pub values: Vec<i8>,
    /// Columns.
    pub dim: usize,
}

/// Everything the ranker is trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    /// O*NET Occupation Data: defines the codes that can be suggested.
    pub occupations: Vec<Occupation>,
    /// Alternate titles (with their short forms) and sample of reported titles.
    pub titles: Vec<CodeText>,
    /// The SOC Direct Match Title File.
    pub direct_matches: Vec<CodeText>,
    /// Task statements and emerging tasks.
    pub tasks: Vec<CodeText>,
    /// Detailed work activities of an occupation.
    pub activities: Vec<CodeText>,
    /// Names of software and tools of an occupation.
    pub tools: Vec<CodeText>,
    /// SOC 2018 structure.
    pub groups: Vec<Group>,
    /// OEWS national employment.
    pub employment: Vec<Employment>,
    /// Static word-piece table.
    pub word_pieces: WordPieceTable,
}

impl Corpus {
    /// Takes every title out whose normalised form `leave_out` contains: the strict protocol.
    #[must_use]
    pub fn without_titles(mut self, leave_out: &BTreeSet<String>) -> Self {
        let stays = |text: &str| !leave_out.contains(&normalise(text));
        self.titles.retain(|row| stays(&row.text));
        self.direct_matches.retain(|row| stays(&row.text));
        for occupation in &mut self.occupations {
            if !stays(&occupation.title) {
                occupation.title.clear();
            }
        }
        for group in &mut self.groups {
            if !stays(&group.title) {
                group.title.clear();
            }
        }
        self
    }
}
