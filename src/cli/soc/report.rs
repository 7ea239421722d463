//! How figures and candidates are printed.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::{
    cli::report::table,
    domain::{
        occupation::Catalogue,
        soc::{
            evaluation::{Figures, Outcome, figures, labelled::Labelled},
            ranker::Candidate,
        },
    },
};

const HEADER: [&str; 15] =
    ["", "n", "top1", "top3", "top5", "top10", "minor", "major", "ece", "cov80", "prec80", "cov90", "prec90", "p50 ms", "p95 ms"];

/// The figures over all outcomes; shares from 0 to 1.
pub(super) fn json(outcomes: &[Outcome]) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(&figures(&outcomes.iter().collect::<Vec<_>>()))?))
}

/// The figures of each source, and of all, in percent.
pub(super) fn by_source(rows: &[Labelled], outcomes: &[Outcome]) -> String {
    let of = |fits: &dyn Fn(&Labelled) -> bool| {
        let chosen: Vec<&Outcome> = rows.iter().zip(outcomes).filter(|(row, _)| fits(row)).map(|(_, outcome)| outcome).collect();
        figures(&chosen)
    };
    let mut table = table(&HEADER, 1);
    let sources: BTreeSet<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    for source in sources {
        table.add_row(line(source, &of(&|row| row.source == source)));
    }
    table.add_row(line("with description", &of(&|row| !row.description.is_empty())));
    table.add_row(line("without dmtf", &of(&|row| !row.is_dictionary())));
    table.add_row(line("all", &of(&|_| true)));
    format!("{table}\n")
}

fn line(name: &str, f: &Figures) -> Vec<String> {
    let shares = [f.top1, f.top3, f.top5, f.top10, f.minor, f.major, f.ece, f.at80.coverage, f.at80.precision, f.at90.coverage];
    let shares = shares.into_iter().chain([f.at90.precision]).map(|share| format!("{:.1}", share * 100.0));
    let times = [f.p50_ms, f.p95_ms].map(|time| format!("{time:.2}"));
    [name.to_owned(), f.n.to_string()].into_iter().chain(shares).chain(times).collect()
}

/// Candidates, the likeliest first, each with the strongest evidence.
pub(super) fn candidates(candidates: &[Candidate], catalogue: &Catalogue) -> String {
    let mut table = table(&["code", "occupation", "because of", "confidence"], 3);
    for candidate in candidates {
        let title = catalogue.get(candidate.code).map(|occupation| occupation.title.to_string()).unwrap_or_default();
        let because = candidate.evidence.first().map(|evidence| evidence.text.clone()).unwrap_or_default();
        let confidence = format!("{:.3}", candidate.confidence);
        table.add_row([candidate.code.to_string(), title, because, confidence]);
    }
    format!("{table}\n")
}
