//! The ranker: a title and a description become candidates with confidence and evidence.

use serde::Serialize;

use crate::{
    SocCode,
    artefact::{Artefact, store::TextStore},
    corpus::taxonomy::{CodeId, Taxonomy},
    evidence::{Evidence, EvidenceIndex, EvidenceKind, WeightedWords},
    fusion::{
        calibration::{QueryTraits, probabilities, signals},
        features::Candidates,
        model::{Fusion, FusionError},
    },
    scorers::{
        exact::ExactTitles,
        scores::{ScoreTable, Scorers},
        vocabulary::{TokenLists, Vocabulary},
    },
    text::{
        normalise::normalise,
        query::{MAX_TITLE_CHARS, Query},
    },
};

/// Confidence of a Direct Match, shared among the codes of the title.
pub const DIRECT_MATCH_CONFIDENCE: f64 = 0.97;
/// The same where a description speaks for another code: of ten such titles of the development set, four were right.
const DISPUTED_MATCH_CONFIDENCE: f64 = 0.5;
/// Most confidence in a title of which no word is known.
const UNKNOWN_CONFIDENCE: f64 = 0.05;
/// Most confidence in a title so long that it is a text.
const TEXT_CONFIDENCE: f64 = 0.3;
/// Words from which on a title is a text.
const TEXT_WORDS: usize = 16;
/// Least cosine of a title that speaks for an O*NET detail.
const DETAIL_COSINE: f32 = 0.85;

/// Why nothing can be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The title is empty.
    #[error("the title is empty")]
    Empty,
    /// The title has no Latin letters.
    #[error("the title has no Latin letters; only English titles are known")]
    NotLatin,
    /// The title is too short to mean anything.
    #[error("the title is too short")]
    TooShort,
}

/// A suggested code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// O*NET-SOC code.
    pub code: SocCode,
    /// Chance that its SOC code is right, 0..1; all candidates together at most 1.
    pub confidence: f64,
    /// Reasons, strongest first; may be empty.
    pub evidence: Vec<Evidence>,
}

/// A ranking before it is dressed: codes and probabilities, best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranking {
    /// Codes.
    pub codes: Vec<CodeId>,
    /// Confidence of each, 0..1.
    pub confidences: Vec<f64>,
    /// How many of the first are Direct Matches.
    pub direct_matches: usize,
}

/// The offline SOC ranker.
#[derive(Debug, Clone)]
pub struct Ranker {
    taxonomy: Taxonomy,
    occupations: Vec<SocCode>,
    scorers: Scorers,
    fusion: Fusion,
    direct: ExactTitles,
    evidence: EvidenceIndex,
}

impl Ranker {
    /// Builds the ranker with the fusion that is compiled in.
    pub fn new(artefact: Artefact) -> Result<Self, FusionError> {
        Ok(Self::with_fusion(artefact, Fusion::shipped()?))
    }

    /// Builds the ranker with a fusion of one's own.
    pub fn with_fusion(mut artefact: Artefact, fusion: Fusion) -> Self {
        let mut vocabulary = Vocabulary::default();
        let sentences: TextStore = artefact.sentences.texts.iter().map(normalise).collect();
        let words = TokenLists::new(sentences.iter(), &mut vocabulary);
        let scorers = Scorers::new(&mut artefact, vocabulary, &sentences, &words);
        let mut titles = artefact.titles;
        titles.normalised = TextStore::default();
        Self {
            scorers,
            fusion,
            direct: ExactTitles::new(artefact.direct_matches.into_iter()),
            evidence: EvidenceIndex::new(titles, artefact.sentences, words, artefact.taxonomy.len()),
            taxonomy: artefact.taxonomy,
            occupations: artefact.occupations,
        }
    }

    /// Puts another fusion in.
    pub fn set_fusion(&mut self, fusion: Fusion) {
        self.fusion = fusion;
    }

    /// The codes that can be suggested.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// Suggests up to `n` codes, best first.
    ///
    /// Of the title the first 200 characters count, of the description the first 6,000.
    pub fn suggest(&self, title: &str, description: &str, n: usize) -> Result<Vec<Candidate>, InputError> {
        let query = self.query(title, description)?;
        let table = self.scorers.score(&query);
        let ranking = self.rank(&query, &table);
        let words = self.scorers.weigh(&query);
        let dress = |(i, (code, confidence)): (usize, (&CodeId, &f64))| {
            self.dress(&query, &table, &words, *code, *confidence, i < ranking.direct_matches)
        };
        Ok(ranking.codes.iter().zip(&ranking.confidences).take(n).enumerate().map(dress).collect())
    }

    /// Takes a query apart and mends its spelling.
    pub fn query(&self, title: &str, description: &str) -> Result<Query, InputError> {
        check(title)?;
        Ok(self.scorers.mend(Query::new(title, description)))
    }

    /// All scores of a query.
    pub fn scores(&self, query: &Query) -> ScoreTable {
        self.scorers.score(query)
    }

    /// The codes of a query's Direct Match, if it is one.
    pub fn direct_codes(&self, query: &Query) -> Vec<CodeId> {
        let whole: Vec<CodeId> = self.direct.codes(&query.whole).collect();
        if whole.is_empty() { self.direct.codes(&query.main.normalised).collect() } else { whole }
    }

    /// What the calibrator wants to know of a query.
    pub fn traits(&self, query: &Query) -> QueryTraits {
        self.scorers.traits(query)
    }

    fn rank(&self, query: &Query, table: &ScoreTable) -> Ranking {
        let candidates = Candidates::new(query, table, &self.taxonomy);
        let p = probabilities(&self.fusion.scores(&candidates));
        let mut order: Vec<(CodeId, f32)> = candidates.codes.iter().copied().zip(p).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let sorted: Vec<f32> = order.iter().map(|(_, p)| *p).collect();
        let agreement = order.first().map_or(0.0, |(code, _)| candidates.agreement(*code));
        let traits = self.traits(query);
        let confidence = bounded(self.fusion.calibrator.confidence(&signals(&sorted, agreement, traits)), traits);
        let direct = self.direct_codes(query);
        if direct.is_empty() {
            return spread(&order, confidence);
        }
        let disputed = query.has_description() && order.first().is_some_and(|(code, _)| !direct.contains(code));
        direct_first(&order, &direct, if disputed { DISPUTED_MATCH_CONFIDENCE } else { DIRECT_MATCH_CONFIDENCE })
    }

    fn dress(&self, query: &Query, table: &ScoreTable, words: &WeightedWords, code: CodeId, confidence: f64, direct: bool) -> Candidate {
        let at = usize::from(code);
        let overlap = table.overlaps.get(at).copied().unwrap_or_default();
        let mut evidence = Vec::new();
        if direct {
            let text = overlap.title.filter(|_| overlap.best > 0.999).map_or(query.whole.as_str(), |t| self.evidence.title(t));
            evidence.push(Evidence { kind: EvidenceKind::DirectMatch, text: text.to_owned(), weight: 1.0 });
        } else if let Some(title) = overlap.title {
            evidence.push(self.evidence.of_title(title, overlap.best));
        }
        let meant = table.votes.get(at).copied().unwrap_or_default();
        if let Some(title) = meant.title.filter(|t| Some(*t) != overlap.title && meant.best > 0.6) {
            evidence.push(self.evidence.of_meaning(title, meant.best));
        }
        evidence.extend(self.evidence.best_sentence(code, words));
        evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let speaking = overlap.title.filter(|_| overlap.best >= DETAIL_COSINE);
        let detail = speaking.map_or(0, |title| self.evidence.detail(title));
        Candidate { code: self.occupation(code, detail), confidence, evidence }
    }

    /// The O*NET-SOC code of a detail, or the first that exists.
    fn occupation(&self, code: CodeId, detail: u8) -> SocCode {
        let soc = self.taxonomy.codes[usize::from(code)];
        let start = self.occupations.partition_point(|o| *o < soc);
        let below = || self.occupations[start..].iter().copied().take_while(|o| o.soc() == soc);
        below().find(|o| o.detail() == Some(detail)).or_else(|| below().next()).unwrap_or(soc.onet())
    }
}

fn check(title: &str) -> Result<(), InputError> {
    let head: String = title.chars().take(MAX_TITLE_CHARS).collect();
    let normalised = normalise(&head);
    match normalised.len() {
        0 if head.trim().is_empty() => Err(InputError::Empty),
        0 => Err(InputError::NotLatin),
        1 => Err(InputError::TooShort),
        _ if !normalised.bytes().any(|b| b.is_ascii_alphabetic()) => Err(InputError::NotLatin),
        _ => Ok(()),
    }
}

/// Caps the confidence where the title hardly is a title.
fn bounded(confidence: f64, traits: QueryTraits) -> f64 {
    let known = 1.0 - traits.unknown_share;
    let cap = if known <= 0.0 {
        UNKNOWN_CONFIDENCE
    } else if traits.words >= TEXT_WORDS {
        TEXT_CONFIDENCE
    } else {
        0.2 + 0.8 * known
    };
    confidence.min(cap)
}

/// The first gets its confidence, the others share the rest by their probabilities, none more than the first.
fn spread(order: &[(CodeId, f32)], confidence: f64) -> Ranking {
    let rest: f64 = order.iter().skip(1).map(|(_, p)| f64::from(*p)).sum::<f64>().max(1e-9);
    let share = |p: f32| ((1.0 - confidence) * f64::from(p) / rest).min(confidence);
    let confidences = order.iter().enumerate().map(|(i, (_, p))| if i == 0 { confidence } else { share(*p) });
    Ranking { codes: order.iter().map(|(c, _)| *c).collect(), confidences: confidences.collect(), direct_matches: 0 }
}

/// Direct Matches first, in the order of the fusion; the others share what is left of certainty, none more than the first.
fn direct_first(order: &[(CodeId, f32)], direct: &[CodeId], confidence: f64) -> Ranking {
    let position = |code: &CodeId| order.iter().position(|(c, _)| c == code).unwrap_or(usize::MAX);
    let mut codes = direct.to_vec();
    codes.sort_by_key(|code| (position(code), *code));
    let own = confidence / direct.len() as f64;
    let mut confidences = vec![own; direct.len()];
    let others: Vec<&(CodeId, f32)> = order.iter().filter(|(c, _)| !direct.contains(c)).collect();
    let rest: f64 = others.iter().map(|(_, p)| f64::from(*p)).sum::<f64>().max(1e-9);
    for (code, p) in others {
        codes.push(*code);
        confidences.push(((1.0 - confidence) * f64::from(*p) / rest).min(own));
    }
    Ranking { codes, confidences, direct_matches: direct.len() }
}

#[cfg(test)]
mod tests;
