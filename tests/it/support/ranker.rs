//! A ranker that tests decide. Unpacking the one that is built in takes seconds in a test build.

use rolegraph::{
    domain::soc::{
        evidence::{Evidence, EvidenceKind},
        ranker::{Candidate, InputError},
        review::Versions,
    },
    providers::soc::{RankError, Ranks},
};

/// Suggests what the title tells it to: the last number is the confidence in percent, 60 without one. A title with "Cook"
/// means cooks, one with "Nurse" nurses, any other developers; one with "Direct" is a Direct Match, one with "?" says
/// nothing.
#[derive(Debug, Clone)]
pub(crate) struct TestRanker {
    pub(crate) index: &'static str,
}

impl Default for TestRanker {
    fn default() -> Self {
        Self { index: "test-index" }
    }
}

impl Ranks for TestRanker {
    fn rank(&self, title: &str, _description: &str) -> Result<Vec<Candidate>, RankError> {
        if title.contains('?') {
            return Err(InputError::TooShort.into());
        }
        let codes = match title {
            _ if title.contains("Cook") => ["35-2014.00", "35-2011.00", "35-2015.00"],
            _ if title.contains("Nurse") => ["29-1141.00", "29-1171.00", "29-2061.00"],
            _ => ["15-1252.00", "15-1253.00", "15-1254.00"],
        };
        let percent = title.split_whitespace().filter_map(|word| word.parse::<u32>().ok()).next_back().unwrap_or(60);
        let first = f64::from(percent.min(99)) / 100.0;
        let kind = if title.contains("Direct") { EvidenceKind::DirectMatch } else { EvidenceKind::SimilarTitle };
        let candidate = |(code, confidence): (&str, f64)| Candidate {
            code: code.parse().expect("a code"),
            confidence,
            evidence: vec![Evidence { kind, text: title.to_owned(), weight: 0.5 }],
        };
        let others = [(1.0 - first) / 2.0, (1.0 - first) / 4.0].map(|other| other.min(first));
        Ok(codes.into_iter().zip([first, others[0], others[1]]).map(candidate).collect())
    }

    fn versions(&self) -> Versions {
        Versions { index: self.index.to_owned(), model: "test-weights".to_owned(), recalibration: None }
    }
}
