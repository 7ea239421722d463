//! Finding occupations by words or by code, forgiving of typing errors.
//!
//! How it works: every title and alternate title is taken apart into words (`text`), the distinct words are kept
//! sorted (`vocabulary`), and for every word the titles that contain it. A word of the query stands for the words of
//! the vocabulary that equal it, that it begins, or that are one or two typing errors away. Words weigh as much as they
//! tell: `ln(1 + titles / titles with the word)`. A title is as good as the share of the query that it covers, and as
//! the share of itself that the query covers (`titles`); an occupation is as good as its best title, and a little
//! better the more of its titles fit.

use std::cmp::Ordering;

use crate::domain::{occupation::Catalogue, soc::SocCode};

mod codes;
#[cfg(test)]
mod tests;
mod text;
mod titles;
mod vocabulary;

use titles::Titles;

/// Longer queries are cut: no title has as many words.
const MAX_WORDS: usize = 12;
/// Longer queries are cut before they are taken apart.
const MAX_CHARS: usize = 200;
/// What scores less than this share of the best is not shown.
const KEPT_SHARE: f32 = 0.5;
/// How much the number of fitting titles counts, next to the best of them.
const SUPPORT_WEIGHT: f32 = 0.06;
/// The sum of title scores that gives half of the support.
const SUPPORT_HALF: f32 = 20.0;
/// Reading words of the query together or apart is worth a little less than reading them as they stand.
const OTHER_READING: f32 = 0.97;

/// An occupation that fits a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The occupation's code.
    pub code: SocCode,
    /// How well it fits, above 0 and at most 1. From 0.94 on the query is the title, or the code; from 0.87 on it is
    /// an alternate title.
    pub score: f32,
}

/// An index over the titles, alternate titles and codes of all occupations.
///
/// It holds no text besides the vocabulary and does not change: build it once per catalogue.
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    /// In the catalogue's order; `Titles` names occupations by their place here.
    codes: Vec<SocCode>,
    titles: Titles,
}

impl SearchIndex {
    /// Indexes the O*NET-SOC occupations of a catalogue. Publication codes are not found by words: their components are.
    pub fn new(catalogue: &Catalogue) -> Self {
        let codes = catalogue.occupations().map(|occupation| occupation.code).collect();
        Self { codes, titles: Titles::new(catalogue.occupations().map(AsRef::as_ref)) }
    }

    /// The occupations that fit a query, the best first; equally good ones by code. The same query on the same
    /// catalogue always gives the same answer.
    ///
    /// A query that is a code, or the beginning of one (at least two digits; hyphen and dot may be left out), finds
    /// codes. Any other finds words, the last of which may be unfinished. A query without words finds nothing.
    pub fn search(&self, query: &str) -> Vec<Hit> {
        let query: String = query.chars().take(MAX_CHARS).collect();
        if let Some(digits) = codes::digits(&query) {
            return codes::find(&self.codes, &digits);
        }
        let mut words = text::words(&query);
        words.truncate(MAX_WORDS);
        self.ranked(&self.scores(&words))
    }

    /// The score of every occupation, 0 for those that do not fit.
    fn scores(&self, words: &[String]) -> Vec<f32> {
        let mut best = self.reading(words);
        for other in self.titles.vocabulary().other_readings(words) {
            for (score, found) in best.iter_mut().zip(self.reading(&other)) {
                *score = score.max(found * OTHER_READING);
            }
        }
        best
    }

    /// The scores for one way to divide the query into words.
    fn reading(&self, words: &[String]) -> Vec<f32> {
        let mut best = vec![0.0_f32; self.codes.len()];
        let mut support = vec![0.0_f32; self.codes.len()];
        for fit in self.titles.fitting(words) {
            best[fit.occupation] = best[fit.occupation].max(fit.score);
            support[fit.occupation] += fit.score * fit.votes;
        }
        let blend = |(best, support): (&f32, f32)| {
            if *best > 0.0 { (1.0 - SUPPORT_WEIGHT) * best + SUPPORT_WEIGHT * support / (support + SUPPORT_HALF) } else { 0.0 }
        };
        best.iter().zip(support).map(blend).collect()
    }

    fn ranked(&self, scores: &[f32]) -> Vec<Hit> {
        let floor = KEPT_SHARE * scores.iter().copied().fold(0.0, f32::max);
        let all = self.codes.iter().zip(scores).map(|(&code, &score)| Hit { code, score });
        let mut hits: Vec<Hit> = all.filter(|hit| hit.score > 0.0 && hit.score >= floor).collect();
        hits.sort_by(best_first);
        hits
    }
}

fn best_first(a: &Hit, b: &Hit) -> Ordering {
    b.score.total_cmp(&a.score).then(a.code.cmp(&b.code))
}
