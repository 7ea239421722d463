//! `rolegraph eval`. It needs no database.

use std::{fmt::Write, fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;

use super::output;
use crate::{
    domain::{assist::FieldScore, fields::Field},
    service::assistant::evaluation,
};

#[derive(Debug, Subcommand)]
pub(super) enum Eval {
    /// Measure the offline assistant: what is known of every occupation is left out, drafted, and compared. Prints the tables
    /// of docs/assistant.md.
    Assist {
        /// Only this field: `skills`, `coreResponsibilities`; may be given more than once.
        #[arg(long, value_parser = field, value_name = "FIELD")]
        field: Vec<Field>,
        /// Measure the confidence anew, write it here, and score with it.
        #[arg(long, value_name = "FILE", conflicts_with = "field")]
        to: Option<PathBuf>,
    },
}

fn field(name: &str) -> Result<Field, String> {
    let found = Field::ALL.into_iter().find(|field| field.key().eq_ignore_ascii_case(name) || field.name().eq_ignore_ascii_case(name));
    found.filter(|field| field.ai_may_draft()).ok_or_else(|| {
        let drafted: Vec<_> = Field::ALL.into_iter().filter(|field| field.ai_may_draft()).map(Field::key).collect();
        format!("the fields that may be drafted are {}", drafted.join(", "))
    })
}

pub(super) async fn run(command: Eval) -> Result<()> {
    let Eval::Assist { field, to } = command;
    let fields = if field.is_empty() { Field::ALL.to_vec() } else { field };
    output::note("Drafting for all occupations; this takes a while.");
    let measured = evaluation::measure(&fields, to.is_some()).await?;
    if let Some(file) = to {
        fs::write(&file, measured.table.to_tsv()).with_context(|| file.display().to_string())?;
    }
    output::text(&tables(&measured.scores));
    Ok(())
}

/// The tables of docs/assistant.md.
fn tables(scores: &[FieldScore]) -> String {
    let mut text = String::from("| basis | field | occupations | drafted | items a draft | precision | recall | mean confidence |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for score in scores {
        let items = score.items as f64 / score.drafted.max(1) as f64;
        let shares = percent([score.precision, score.recall, score.confidence]);
        let (basis, field) = (score.basis.name(), score.field.key());
        // Writing to a string does not fail.
        let _written = writeln!(text, "| {basis} | {field} | {} | {} | {items:.1} | {shares} |", score.occupations, score.drafted);
    }
    let mut ratings = scores.iter().filter_map(|score| Some((score, score.ratings?))).peekable();
    if ratings.peek().is_some() {
        text.push_str(
            "\n| basis | field | mean error, points | important: precision | important: recall |\n| --- | --- | --- | --- | --- |\n",
        );
    }
    for (score, rated) in ratings {
        let shares = percent([rated.important_precision, rated.important_recall]);
        let _written = writeln!(text, "| {} | {} | {:.1} | {shares} |", score.basis.name(), score.field.key(), rated.mean_error);
    }
    text
}

fn percent<const N: usize>(shares: [f64; N]) -> String {
    shares.map(|share| format!("{:.1} %", share * 100.0)).join(" | ")
}
