//! Suggestions of SOC codes.

use async_graphql::{Context, SimpleObject};

use super::{enums::SocRanker, occupation::Occupation};
use crate::domain::soc::{evidence, review::Ranked};

/// An occupation that a title may mean.
#[derive(SimpleObject, Debug)]
pub(crate) struct SocCandidate {
    /// Its place in the list, from 1.
    rank: i32,
    /// The occupation.
    occupation: Occupation,
    /// How likely it is right, 0 to 1. Calibrated: of the candidates given 0.8, four in five are right.
    confidence: f64,
    /// Who ranked it.
    ranker: SocRanker,
    /// What speaks for it, the strongest first.
    evidence: Vec<SocEvidence>,
    /// Why an assistant ranked it here; null where none did.
    rationale: Option<String>,
}

/// What speaks for a candidate: a matching title, a shared task, ….
#[derive(SimpleObject, Debug)]
pub(crate) struct SocEvidence {
    /// What it is: `DIRECT_MATCH`, `EXACT_TITLE`, `SIMILAR_TITLE`, `RELATED_TITLE`, `SHARED_TASK` or `DESCRIPTION`.
    kind: String,
    /// The title or sentence of the occupation, as published.
    text: String,
    /// How strong it is, 0 to 1.
    weight: f64,
}

impl SocCandidate {
    /// Ranked candidates, the likeliest first.
    pub(crate) fn ranked(ctx: &Context<'_>, candidates: impl IntoIterator<Item = impl Into<Ranked>>) -> Vec<Self> {
        (1..).zip(candidates).filter_map(|(rank, candidate)| Self::dressed(ctx, rank, candidate.into())).collect()
    }

    fn dressed(ctx: &Context<'_>, rank: i32, candidate: Ranked) -> Option<Self> {
        let Ranked { code, confidence, ranker, evidence, rationale } = candidate;
        let evidence = evidence.into_iter().map(Into::into).collect();
        Some(Self { rank, occupation: Occupation::of(ctx, code)?, confidence, ranker: ranker.into(), evidence, rationale })
    }
}

impl From<evidence::Evidence> for SocEvidence {
    fn from(evidence: evidence::Evidence) -> Self {
        Self { kind: evidence.kind.name().to_owned(), text: evidence.text, weight: evidence.weight.into() }
    }
}
