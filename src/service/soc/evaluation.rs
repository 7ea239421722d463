//! Training, fitting and measuring the ranker of SOC codes: what its makers do. No database, no service.

use std::{collections::BTreeSet, time::Instant};

use thiserror::Error;

use crate::{
    domain::soc::{
        SocCode,
        artefact::Artefact,
        corpus::{Corpus, WordPieceTable},
        evaluation::{
            Outcome,
            baselines::{Baseline, Method},
            labelled::Labelled,
        },
        fusion::{
            fitting::{self, Fitted, fold},
            model::Fusion,
        },
        ranker::{InputError, Ranker},
        text::normalise::normalise,
        training,
    },
    providers::{
        bundle::{Bundle, BundleError},
        soc::{self, ArtefactError},
    },
};

/// How many candidates are looked at.
const DEPTH: usize = 10;

/// Threads that fit.
const THREADS: usize = 2;

/// Why nothing can be trained or measured.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The ranker that is compiled in.
    #[error(transparent)]
    Artefact(#[from] ArtefactError),
    /// A labelled title that says nothing.
    #[error("a labelled title cannot be used: {0}")]
    Title(#[from] InputError),
}

/// Who answers.
#[derive(Debug)]
pub enum Answering {
    /// The ranker.
    Fusion(Box<Ranker>),
    /// One of the simpler methods.
    Simple(Box<Baseline>),
}

/// The corpus of the compiled-in bundle, without some titles (normalised); the word pieces are the compiled-in ranker's
/// unless given.
pub fn corpus(word_pieces: Option<WordPieceTable>, left_out: &BTreeSet<String>) -> Result<Corpus, EvaluationError> {
    let word_pieces = match word_pieces {
        Some(word_pieces) => word_pieces,
        None => soc::word_pieces_of(soc::artefact()?),
    };
    Ok(soc::corpus(&Bundle::embedded()?, word_pieces)?.without_titles(left_out))
}

/// Trains the ranker's artefact.
pub fn train(word_pieces: WordPieceTable) -> Result<Artefact, EvaluationError> {
    Ok(training::train(&corpus(Some(word_pieces), &BTreeSet::new())?))
}

/// The ranker, or with a method a simpler one. With titles to leave out everything is built anew without them.
pub fn answering(method: Option<Method>, left_out: Option<&BTreeSet<String>>) -> Result<Answering, EvaluationError> {
    let own = |left_out: &BTreeSet<String>| corpus(None, left_out);
    Ok(match (method, left_out) {
        (None, None) => Answering::Fusion(Box::new(soc::ranker()?.clone())),
        (None, Some(left_out)) => {
            let ranker = Ranker::new(training::train(&own(left_out)?)).map_err(ArtefactError::from)?;
            Answering::Fusion(Box::new(ranker))
        }
        (Some(method), left_out) => {
            let corpus = own(left_out.unwrap_or(&BTreeSet::new()))?;
            Answering::Simple(Box::new(Baseline::new(method, training::assemble(&corpus))))
        }
    })
}

/// Asks about labelled titles, one after the other.
pub fn outcomes(answering: &Answering, rows: &[Labelled]) -> Vec<Outcome> {
    rows.iter().map(|row| answer(answering, row)).collect()
}

/// A fit, and what came of the labelled titles in its cross-validation: each is answered by weights that did not see it.
#[derive(Debug)]
pub struct Fit {
    /// The weights.
    pub fitted: Fitted,
    /// With the index as shipped.
    pub full: Vec<Outcome>,
    /// With an index, and classifiers, without the labelled titles.
    pub strict: Vec<Outcome>,
}

/// Fits fusion and calibration to labelled titles, as the full and the strict ranker see them.
pub fn fit(rows: &[Labelled]) -> Result<Fit, EvaluationError> {
    let titles: BTreeSet<String> = rows.iter().map(|row| normalise(&row.title)).collect();
    let full = Ranker::with_fusion(soc::artefact()?, Fusion::default());
    let strict = Ranker::with_fusion(training::train(&corpus(None, &titles)?), Fusion::default());
    let mut seen = fitting::see(&full, rows)?;
    seen.extend(fitting::see(&strict, rows)?);
    let mut fitted = fitting::fit(&seen, THREADS);
    "Fitted by `rolegraph soc fit` on labelled titles; do not edit.".clone_into(&mut fitted.whole.note);
    Ok(Fit { full: cross_validated(full, &fitted, rows), strict: cross_validated(strict, &fitted, rows), fitted })
}

fn cross_validated(ranker: Ranker, fitted: &Fitted, rows: &[Labelled]) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::default(); rows.len()];
    let mut own = Box::new(ranker);
    for (number, fusion) in (0..).zip(&fitted.folds) {
        own.set_fusion(fusion.clone());
        let answering = Answering::Fusion(own);
        for (row, outcome) in rows.iter().zip(&mut outcomes).filter(|(row, _)| fold(&normalise(&row.title)) == number) {
            *outcome = answer(&answering, row);
        }
        let Answering::Fusion(back) = answering else { break };
        own = back;
    }
    outcomes
}

fn answer(answering: &Answering, row: &Labelled) -> Outcome {
    let started = Instant::now();
    let ranked: Vec<(SocCode, f64)> = match answering {
        Answering::Fusion(ranker) => {
            let candidates = ranker.suggest(&row.title, &row.description, DEPTH).unwrap_or_default();
            candidates.into_iter().map(|candidate| (candidate.code, candidate.confidence)).collect()
        }
        Answering::Simple(baseline) => baseline.rank(&row.title, DEPTH),
    };
    Outcome {
        milliseconds: started.elapsed().as_secs_f64() * 1e3,
        confidence: ranked.first().map_or(0.0, |(_, confidence)| *confidence),
        codes: ranked.into_iter().map(|(code, _)| code).collect(),
        accepted: row.accepted.clone(),
    }
}
