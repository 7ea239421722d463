//! What an assistant says of the candidates, laid over the built-in ranker's list.
//!
//! It may move candidates, and it may lower confidence; it never raises it, for what its word is worth has not been measured.

use super::{RankedBy, is_direct};
use crate::domain::soc::{SocCode, review::Ranked};

/// The most that is believed where the assistant and the built-in ranker disagree, 0..1.
pub const DISAGREED: f64 = 0.6;

/// So many candidates are shown to an assistant.
pub const SHOWN: usize = 20;

/// What an assistant says of the candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The candidates that it ranks, the best first; at most five, each once.
    pub ranking: Vec<Advised>,
    /// It finds that no candidate fits.
    pub none_fits: bool,
    /// The model and the version of the prompt.
    pub by: String,
}

/// One candidate in an assistant's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Advised {
    /// The candidate.
    pub code: SocCode,
    /// How well it fits, 0..100, by the assistant's own measure.
    pub fit: f64,
    /// Why, in one sentence.
    pub reason: String,
}

/// True where an assistant may help: there is something to choose from, and no Direct Match that settles it.
pub fn may_help(candidates: &[Ranked]) -> bool {
    candidates.len() > 1 && candidates.first().is_some_and(|first| !is_direct(&first.evidence))
}

/// The candidates in the assistant's order, those that it does not rank behind the others.
///
/// Where both put the same first, confidence stays as it is. Where they do not, or where the assistant finds that none fits,
/// the first has at most [`DISAGREED`], and the others share what is left.
pub fn laid_over(candidates: Vec<Ranked>, advice: &Advice) -> Vec<Ranked> {
    let offline = candidates.first().map(|first| (first.code, first.confidence));
    let place = |candidate: &Ranked| advice.ranking.iter().position(|advised| advised.code == candidate.code);
    let mut ordered = candidates;
    ordered.sort_by_key(|candidate| place(candidate).unwrap_or(usize::MAX));
    for candidate in &mut ordered {
        if let Some(advised) = advice.ranking.iter().find(|advised| advised.code == candidate.code) {
            candidate.ranker = RankedBy::Ai;
            candidate.rationale = Some(advised.reason.clone());
        }
    }
    if let (Some((code, confidence)), Some(first)) = (offline, ordered.first().map(|first| first.code))
        && (first != code || advice.none_fits)
    {
        cap(&mut ordered, confidence.min(DISAGREED));
    }
    ordered
}

fn cap(ordered: &mut [Ranked], most: f64) {
    let Some((first, others)) = ordered.split_first_mut() else { return };
    first.confidence = most;
    for other in others {
        other.confidence = other.confidence.min(1.0 - most).min(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(code: &str, confidence: f64) -> Ranked {
        let code = code.parse().expect("a code");
        Ranked { code, confidence, ranker: RankedBy::Offline, evidence: vec![], rationale: None }
    }

    fn offline() -> Vec<Ranked> {
        vec![candidate("41-9041.00", 0.8), candidate("43-4051.00", 0.15), candidate("43-1011.00", 0.05)]
    }

    fn advice(codes: &[&str], none_fits: bool) -> Advice {
        let advised = |code: &&str| Advised { code: code.parse().expect("a code"), fit: 90.0, reason: format!("It is {code}.") };
        Advice { ranking: codes.iter().map(advised).collect(), none_fits, by: "a-model rerank-v1".into() }
    }

    fn told(candidates: &[Ranked]) -> Vec<(String, f64, RankedBy)> {
        candidates.iter().map(|one| (one.code.to_string(), (one.confidence * 100.0).round() / 100.0, one.ranker)).collect()
    }

    #[test]
    fn agreement_keeps_the_confidence_and_adds_the_reason() {
        let ranked = laid_over(offline(), &advice(&["41-9041.00", "43-1011.00"], false));
        let expected = [("41-9041.00", 0.8, RankedBy::Ai), ("43-1011.00", 0.05, RankedBy::Ai), ("43-4051.00", 0.15, RankedBy::Offline)];
        assert_eq!(told(&ranked), expected.map(|(code, confidence, ranker)| (code.to_owned(), confidence, ranker)));
        assert_eq!(ranked[0].rationale.as_deref(), Some("It is 41-9041.00."));
        assert_eq!(ranked[2].rationale, None);
    }

    #[test]
    fn disagreement_is_believed_to_sixty_percent_at_most_and_shows_both() {
        let ranked = laid_over(offline(), &advice(&["43-4051.00"], false));
        let expected = [("43-4051.00", 0.6, RankedBy::Ai), ("41-9041.00", 0.4, RankedBy::Offline), ("43-1011.00", 0.05, RankedBy::Offline)];
        assert_eq!(told(&ranked), expected.map(|(code, confidence, ranker)| (code.to_owned(), confidence, ranker)));
        let mut unsure = offline();
        unsure[0].confidence = 0.3;
        let ranked = laid_over(unsure, &advice(&["43-4051.00"], false));
        assert_eq!((ranked[0].confidence, ranked[1].confidence), (0.3, 0.3), "it is never raised above what the ranker gave its first");
    }

    #[test]
    fn when_none_fits_nobody_is_sure() {
        let ranked = laid_over(offline(), &advice(&["41-9041.00"], true));
        assert_eq!((ranked[0].code.to_string().as_str(), ranked[0].confidence), ("41-9041.00", 0.6));
    }

    #[test]
    fn a_direct_match_and_a_single_candidate_need_no_help() {
        use crate::domain::soc::evidence::{Evidence, EvidenceKind};
        let mut direct = offline();
        assert!(may_help(&direct) && !may_help(&direct[..1]) && !may_help(&[]));
        direct[0].evidence.push(Evidence { kind: EvidenceKind::DirectMatch, text: "Line Cook".into(), weight: 1.0 });
        assert!(!may_help(&direct));
    }
}
