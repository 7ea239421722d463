//! Suggesting SOC codes for titles; below, what people make of the suggestions.

pub mod evaluation;
mod review;

use std::sync::Arc;

use super::{Result, Service, input, reference::blocking};
use crate::{
    domain::{
        soc::{
            ranker::{Candidate, InputError},
            review::{Versions, rerank::Advice},
        },
        user_error::UserError,
    },
    providers::soc::RankError,
};

pub use review::{Approval, Recalibrated, Refined, Threshold};

/// How many candidates are answered when nobody says how many.
pub const SUGGESTIONS: usize = 10;
/// The most candidates that are answered.
pub const SUGGESTIONS_MAX: usize = 20;

/// Candidates, and what made them.
#[derive(Debug, Clone, Default)]
struct Suggestion {
    /// The likeliest first; each is in the catalogue in force.
    candidates: Vec<Candidate>,
    /// The confidence in the first before any recalibration.
    raw_confidence: f64,
    versions: Versions,
    /// What an assistant says of the candidates, when one was asked.
    advice: Option<Advice>,
}

impl Service {
    /// Codes for a title, the likeliest first; each is in the catalogue in force.
    ///
    /// The first call of a process unpacks the ranker. A title that says nothing is refused, one that says little gets
    /// little confidence.
    pub async fn suggest_soc(&self, title: &str, description: Option<&str>, first: Option<i32>) -> Result<Vec<Candidate>> {
        let title = input::title(title, &["title"])?;
        let description = input::description(description.unwrap_or_default(), &["description"])?.unwrap_or_default();
        let count = count(first)?;
        let suggested = self.suggestions(vec![(title, description)]).await?;
        let candidates = suggested.into_iter().next().transpose().map_err(refused)?.unwrap_or_default().candidates;
        Ok(candidates.into_iter().take(count).collect())
    }

    /// Lets a ranker that nobody asks give its memory back: to be called every few seconds.
    pub fn rest_ranker(&self) {
        self.options.ranker.rest();
    }

    /// What titles with their descriptions may mean, with the confidence that it is worth here.
    async fn suggestions(&self, titles: Vec<(String, String)>) -> Result<Vec<Result<Suggestion, InputError>>> {
        let recalibration = self.store.recalibration().await?;
        let (reference, ranker) = (self.reference(), Arc::clone(&self.options.ranker));
        blocking(move || {
            let mut versions = ranker.versions();
            let in_force = recalibration.filter(|one| one.fits(&versions));
            versions.recalibration = in_force.as_ref().map(|one| one.version);
            let suggest = |(title, description): &(String, String)| {
                let mut candidates = match ranker.rank(title, description) {
                    Ok(candidates) => candidates,
                    Err(RankError::Input(error)) => return Ok(Err(error)),
                    Err(RankError::Artefact(error)) => return Err(error.into()),
                };
                candidates.retain(|candidate| reference.catalogue.get(candidate.code).is_some());
                let raw_confidence = candidates.first().map_or(0.0, |first| first.confidence);
                if let Some(recalibration) = &in_force {
                    recalibration.apply(&mut candidates);
                }
                Ok(Ok(Suggestion { candidates, raw_confidence, versions: versions.clone(), advice: None }))
            };
            titles.iter().map(suggest).collect()
        })
        .await
    }
}

fn count(first: Option<i32>) -> Result<usize, UserError> {
    let Some(first) = first else { return Ok(SUGGESTIONS) };
    let count = usize::try_from(first).ok().filter(|count| (1..=SUGGESTIONS_MAX).contains(count));
    count.ok_or_else(|| UserError::invalid(format!("`first` is 1 to {SUGGESTIONS_MAX}; this is {first}."), &["first"]))
}

fn refused(error: InputError) -> UserError {
    let what = match error {
        InputError::Empty => "The title is empty.",
        InputError::NotLatin => "The title has no Latin letters; only English titles are understood.",
        InputError::TooShort => "The title is a single character; a title has at least 2 letters.",
    };
    UserError::invalid(what, &["title"])
}
