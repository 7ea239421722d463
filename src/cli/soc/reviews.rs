//! `rolegraph soc agreement`, `recalibrate` and `refine`: what is decided about codes, in the database of the settings.

use std::{fmt::Write as _, sync::Arc};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    cli::{commands::Kind, output, report::table},
    domain::{
        access::Principal,
        filter::JobFilter,
        job::JobKind,
        soc::review::{
            agreement::{Agreement, Shares},
            recalibration::Quality,
        },
    },
    service::{
        Service,
        soc::{Recalibrated, Refined},
    },
    work::Worker,
};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Reviews {
    /// Print how often people decided as the ranker suggested.
    Agreement {
        /// Print JSON; shares are from 0 to 1.
        #[arg(long)]
        json: bool,
    },
    /// Fit what a confidence is worth to the decisions of people; the ranking stays.
    Recalibrate {
        /// Print the figures, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Suggest codes for all jobs without an approved one.
    Refine(Refine),
}

/// Suggest codes for all jobs without an approved one.
#[derive(Debug, Args)]
pub(in crate::cli) struct Refine {
    /// Only jobs of this kind.
    #[arg(long, value_enum, default_value_t = Kind::FeaturedRole)]
    kind: Kind,
    /// Approve the first candidate where its confidence is at least this, 0 to 1. Nothing is approved without it.
    #[arg(long, value_name = "CONFIDENCE")]
    approve_above: Option<f64>,
    /// Print JSON, with all candidates and what speaks for them.
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run(service: &Arc<Service>, command: Reviews) -> Result<()> {
    match command {
        Reviews::Agreement { json } => {
            let agreement = service.soc_agreement().await?;
            output::text(&if json { pretty(&agreement)? } else { agreement_table(&agreement) });
        }
        Reviews::Recalibrate { dry_run, json } => {
            let done = service.recalibrate_soc(&Principal::system("cli"), dry_run).await?;
            output::text(&if json { pretty(&done)? } else { recalibrated(&done) });
        }
        Reviews::Refine(options) => refine(service, options).await?,
    }
    Ok(())
}

async fn refine(service: &Arc<Service>, options: Refine) -> Result<()> {
    if let Some(threshold) = options.approve_above.filter(|threshold| !(0.0..=1.0).contains(threshold)) {
        bail!("--approve-above is 0 to 1; this is {threshold}");
    }
    let filter = JobFilter { kind: Some(JobKind::from(options.kind)), ..JobFilter::default() };
    let refined = service.refine_soc(&Principal::system("cli"), &filter, options.approve_above).await?;
    if refined.iter().any(|one| one.approved) {
        Worker::new(Arc::clone(service)).drain().await?;
    }
    output::text(&if options.json { refined_json(service, &refined)? } else { refined_table(service, &refined) });
    Ok(())
}

fn pretty(value: &impl serde::Serialize) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

fn title(service: &Service, code: crate::domain::soc::SocCode) -> String {
    service.reference().catalogue.get(code).map(|occupation| occupation.title.to_string()).unwrap_or_default()
}

fn refined_json(service: &Service, refined: &[Refined]) -> Result<String> {
    let one = |one: &Refined| {
        let candidate = |candidate: &crate::domain::soc::review::Ranked| {
            let mut told = serde_json::to_value(candidate).unwrap_or_default();
            told["title"] = title(service, candidate.code).into();
            told
        };
        json!({
            "slug": one.job.slug,
            "title": one.job.title,
            "current": one.job.soc_code,
            "status": one.job.soc_status,
            "candidates": one.candidates.iter().map(candidate).collect::<Vec<_>>(),
            "approved": one.approved,
            "problem": one.problem,
        })
    };
    pretty(&refined.iter().map(one).collect::<Vec<_>>())
}

fn refined_table(service: &Service, refined: &[Refined]) -> String {
    let mut table = table(&["job", "current", "first", "title", "confidence", "second", "confidence", "approved"], 8);
    for one in refined {
        let code = |place: usize| one.candidates.get(place).map(|candidate| candidate.code.to_string()).unwrap_or_default();
        let confidence =
            |place: usize| one.candidates.get(place).map(|candidate| format!("{:.2}", candidate.confidence)).unwrap_or_default();
        table.add_row([
            one.job.slug.clone(),
            one.job.soc_code.map(|code| code.to_string()).unwrap_or_default(),
            code(0),
            one.candidates.first().map(|first| title(service, first.code)).unwrap_or_default(),
            confidence(0),
            code(1),
            confidence(1),
            if one.approved { "yes".to_owned() } else { String::new() },
        ]);
    }
    let approved = refined.iter().filter(|one| one.approved).count();
    let mut text = format!("{table}\n{} jobs without an approved code, {approved} of them approved now.\n", refined.len());
    for one in refined {
        if let Some(problem) = &one.problem {
            let _ = writeln!(text, "{}: {problem}", one.job.slug);
        }
    }
    text
}

fn agreement_table(agreement: &Agreement) -> String {
    let mut table = table(&["", "decisions", "first %", "first 3 %", "first 5 %", "confidence %"], 1);
    let mut row = |name: String, shares: &Shares| {
        let share = |share: f64| if shares.decisions == 0 { String::new() } else { format!("{:.1}", 100.0 * share) };
        let Shares { decisions, first, first3, first5, confidence } = *shares;
        table.add_row([name, decisions.to_string(), share(first), share(first3), share(first5), share(confidence)]);
    };
    row("all".to_owned(), &agreement.all);
    for band in &agreement.bands {
        row(format!("confidence {:.1} to {:.1}", band.from, band.to), &band.shares);
    }
    for version in &agreement.versions {
        let recalibration = version.recalibration.map(|number| format!(", recalibration {number}")).unwrap_or_default();
        row(format!("index {}, weights {}{recalibration}", version.index, version.model), &version.shares);
    }
    let Agreement { rejected, by_threshold, .. } = agreement;
    format!("{table}\nNot counted: {rejected} rejected, {by_threshold} approved by threshold.\n")
}

fn recalibrated(done: &Recalibrated) -> String {
    let mut table = table(&["", "log loss", "ECE %", "mean confidence %"], 1);
    for (name, Quality { confidence, log_loss, ece }) in
        [("as shipped", done.fit.before), ("recalibrated, cross-validated", done.fit.after)]
    {
        table.add_row([name.to_owned(), format!("{log_loss:.4}"), format!("{:.1}", 100.0 * ece), format!("{:.1}", 100.0 * confidence)]);
    }
    let force = match done.version {
        Some(version) => format!("Version {version} is in force, on all replicas."),
        None => "Nothing was changed.".to_owned(),
    };
    let better = if done.fit.after.log_loss < done.fit.before.log_loss { "" } else { "It is no better than as shipped.\n" };
    format!(
        "{table}\n{} decisions; the first candidate was approved in {:.1} % of them. Intercept {:.3}, slope {:.3}.\n{better}{force}\n",
        done.fit.decisions,
        100.0 * done.fit.first,
        done.fit.curve.intercept,
        done.fit.curve.slope,
    )
}
