//! Why a code is suggested: the titles and sentences that speak for it.

use serde::{Deserialize, Serialize};

use crate::{
    artefact::{SentenceKind, SentenceTable, TitleTable},
    corpus::taxonomy::CodeId,
    scorers::{
        bm25::Bm25,
        vocabulary::{TokenLists, Vocabulary},
    },
    text::query::Query,
};

/// What kind of evidence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvidenceKind {
    /// The title stands in the SOC Direct Match Title File.
    DirectMatch,
    /// A title of the occupation equals the query.
    ExactTitle,
    /// A title of the occupation shares words with the query.
    SimilarTitle,
    /// A title of the occupation means about the same.
    RelatedTitle,
    /// A task of the occupation shares words with title and description.
    SharedTask,
    /// The occupation's description shares words with title and description.
    Description,
}

impl EvidenceKind {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DirectMatch => "DIRECT_MATCH",
            Self::ExactTitle => "EXACT_TITLE",
            Self::SimilarTitle => "SIMILAR_TITLE",
            Self::RelatedTitle => "RELATED_TITLE",
            Self::SharedTask => "SHARED_TASK",
            Self::Description => "DESCRIPTION",
        }
    }
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its kind.
    pub kind: EvidenceKind,
    /// The title or sentence, as published.
    pub text: String,
    /// Its strength, 0..1: 1 for equal titles, else a cosine.
    pub weight: f32,
}

/// Least cosine of a sentence worth showing.
const LEAST_SENTENCE: f32 = 0.12;
/// How the sentences of SOC definitions begin that name other occupations.
const EXCLUDES: &str = "Excludes ";
/// Sentences looked at per code.
const MAX_SENTENCES: usize = 400;

/// What evidence is drawn from.
#[derive(Debug, Clone, Default)]
pub struct EvidenceIndex {
    titles: TitleTable,
    sentences: SentenceTable,
    words: TokenLists,
    /// First and one past the last sentence of each code.
    ranges: Vec<(u32, u32)>,
}

impl EvidenceIndex {
    /// Takes titles and sentences over; `words` are those of the sentences.
    pub fn new(titles: TitleTable, sentences: SentenceTable, words: TokenLists, codes: usize) -> Self {
        let mut ranges = vec![(0, 0); codes];
        for (number, code) in (0u32..).zip(&sentences.codes) {
            let range: &mut (u32, u32) = &mut ranges[usize::from(*code)];
            if range.1 == 0 {
                range.0 = number;
            }
            range.1 = number + 1;
        }
        Self { titles, sentences, words, ranges }
    }

    /// The title of a number as published.
    pub fn title(&self, number: u32) -> &str {
        self.titles.texts.get(number as usize)
    }

    /// The O*NET detail of a title, 0 for `.00`.
    pub fn detail(&self, number: u32) -> u8 {
        self.titles.details.get(number as usize).copied().unwrap_or(0)
    }

    /// Evidence from a title that shares words with the query.
    pub fn of_title(&self, number: u32, cosine: f32) -> Evidence {
        let kind = if cosine > 0.999 { EvidenceKind::ExactTitle } else { EvidenceKind::SimilarTitle };
        Evidence { kind, text: self.title(number).to_owned(), weight: cosine.clamp(0.0, 1.0) }
    }

    /// Evidence from a title that means about the same.
    pub fn of_meaning(&self, number: u32, cosine: f32) -> Evidence {
        let text = self.title(number).to_owned();
        Evidence { kind: EvidenceKind::RelatedTitle, text, weight: cosine.clamp(0.0, 1.0) }
    }

    /// The sentence of a code that shares most with the query, if it shares enough.
    pub fn best_sentence(&self, code: CodeId, words: &WeightedWords) -> Option<Evidence> {
        let (start, end) = *self.ranges.get(usize::from(code))?;
        let numbers = (start as usize..end as usize).take(MAX_SENTENCES);
        let speaks = |n: &usize| match self.sentences.kinds[*n] {
            SentenceKind::Description => !self.sentences.texts.get(*n).starts_with(EXCLUDES),
            SentenceKind::Task => true,
            SentenceKind::Activity | SentenceKind::Tool => false,
        };
        let relevant = numbers.filter(speaks);
        let (weight, n) = relevant.map(|n| (words.cosine(self.words.get(n)), n)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        let kind = match self.sentences.kinds[n] {
            SentenceKind::Description => EvidenceKind::Description,
            _ => EvidenceKind::SharedTask,
        };
        let text = || self.sentences.texts.get(n).to_owned();
        (weight >= LEAST_SENTENCE).then(|| Evidence { kind, text: text(), weight })
    }
}

/// The query's words with their rarity.
#[derive(Debug, Clone)]
pub struct WeightedWords {
    /// Word and square of its weight, ascending by word.
    words: Vec<(u32, f32)>,
    norm: f32,
}

impl WeightedWords {
    /// Weighs the words of title and description by the rarity they have in an index.
    pub fn new(query: &Query, vocabulary: &Vocabulary, index: &Bm25) -> Self {
        let mut ids = vocabulary.known(&query.main.tokens);
        ids.extend(vocabulary.known(&query.description_tokens));
        ids.sort_unstable();
        ids.dedup();
        let words: Vec<(u32, f32)> = ids.into_iter().map(|id| (id, index.idf(id).powi(2))).collect();
        let norm = words.iter().map(|(_, square)| square).sum::<f32>().sqrt().max(1e-3);
        Self { words, norm }
    }

    /// Shared weight against the query's norm, less for long sentences, 0..1.
    fn cosine(&self, sentence: &[u32]) -> f32 {
        let weight = |id: &u32| self.words.binary_search_by_key(id, |(word, _)| *word).map_or(0.0, |at| self.words[at].1);
        let distinct = sentence.iter().enumerate().filter(|(i, word)| !sentence[..*i].contains(word));
        let shared: f32 = distinct.map(|(_, word)| weight(word)).sum();
        let length = sentence.len().max(4) as f32;
        (shared.sqrt() / self.norm * (8.0 / (8.0 + length)).sqrt()).min(1.0)
    }
}
