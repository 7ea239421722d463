//! `rolegraph runs`.

use std::{fmt::Write as _, sync::Arc};

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::Subcommand;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{output, report};
use crate::{
    domain::{
        access::Principal,
        page::PageRequest,
        run::{Outcome, Run},
    },
    graphql,
    service::{Service, Summary},
};

/// The most failures that are told one by one.
const FAILURES: u64 = 100;

#[derive(Debug, Subcommand)]
pub(super) enum Runs {
    /// Print the latest runs, the youngest first; `rolegraph runs` alone does the same.
    List(List),
    /// Print what came of a run: how many fields by outcome, and why the failed ones failed.
    Show {
        /// Its id, as `runs` or as the API tells it.
        id: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Call a run off: jobs that nobody has begun are not asked about.
    Cancel {
        /// Its id, as `runs` or as the API tells it.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// How many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1_000), value_name = "NUMBER")]
    latest: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Default for List {
    fn default() -> Self {
        Self { latest: 20, json: false }
    }
}

pub(super) async fn run(service: &Arc<Service>, command: Option<Runs>) -> Result<()> {
    match command.unwrap_or(Runs::List(List::default())) {
        Runs::List(options) => list(service, &options).await,
        Runs::Show { id, json } => show(service, &id, json).await,
        Runs::Cancel { id } => cancel(service, &id).await,
    }
}

/// The run that a person names, by its UUID or by the API's id.
pub(super) async fn named(service: &Service, id: &str) -> Result<Run> {
    let known = id.parse().ok().or_else(|| graphql::run_of(id)).with_context(|| format!("`{id}` is no id of a run"))?;
    service.run_now(known).await?.with_context(|| format!("there is no run {id}"))
}

async fn list(service: &Service, options: &List) -> Result<()> {
    let runs = service.enrichment_runs(&Principal::system("cli"), &PageRequest::first(options.latest)).await?.items;
    let now = service.clock().now();
    output::text(&if options.json { pretty(&runs.iter().map(|run| described(run, now)).collect::<Value>())? } else { table(&runs, now) });
    Ok(())
}

async fn show(service: &Service, id: &str, json: bool) -> Result<()> {
    let run = named(service, id).await?;
    let summary = service.run_summary(run.id).await?;
    let failures = service.run_failures(&Principal::system("cli"), run.id, FAILURES).await?;
    let now = service.clock().now();
    if !json {
        output::text(&told(&run, &summary, &failures, now));
        return Ok(());
    }
    let mut value = described(&run, now);
    value["outcomes"] = json!(summary.iter().map(|(kind, count)| (kind.name(), count)).collect::<std::collections::BTreeMap<_, _>>());
    value["failures"] = failures.iter().map(|(slug, outcome)| failure(slug, outcome)).collect();
    output::text(&pretty(&value)?);
    Ok(())
}

async fn cancel(service: &Service, id: &str) -> Result<()> {
    let run = named(service, id).await?;
    let run = service.cancel_run(&Principal::system("cli"), run.id).await?;
    output::text(&format!("Run {} is called off: {} of {} jobs were done.\n", run.id, run.done, run.total));
    Ok(())
}

fn table(runs: &[Run], now: DateTime<Utc>) -> String {
    let mut table = report::table(&["run", "asked for", "status", "jobs", "done", "failed", "seconds"], 3);
    for run in runs {
        let took = took(run, now).map_or_else(String::new, seconds);
        let counts = [run.total, run.done, run.failed].map(|count| count.to_string());
        table.add_row([run.id.to_string(), moment(run.created_at), run.status.name().to_owned()].into_iter().chain(counts).chain([took]));
    }
    format!("{table}\n")
}

fn told(run: &Run, summary: &Summary, failures: &[(String, Outcome)], now: DateTime<Utc>) -> String {
    let took = took(run, now).map_or_else(|| "not begun".to_owned(), |took| format!("{} s", seconds(took)));
    let mut text = format!("Run {}, asked for at {}, {took}\n\n{}", run.id, moment(run.created_at), report::run(run, summary));
    if failures.is_empty() {
        return text;
    }
    let mut table = report::table(&["job", "field", "provider", "tries", "why"], 5);
    for (slug, outcome) in failures {
        let (provider, why) = (outcome.provider.clone().unwrap_or_default(), outcome.message.clone().unwrap_or_default());
        table.add_row([slug.clone(), outcome.field.name().to_owned(), provider, outcome.attempts.to_string(), why]);
    }
    // Writing to a string does not fail.
    let _ = write!(text, "\n{table}\n");
    text
}

fn described(run: &Run, now: DateTime<Utc>) -> Value {
    let id: Uuid = run.id;
    json!({
        "id": id, "status": run.status, "total": run.total, "done": run.done, "failed": run.failed, "createdAt": run.created_at,
        "startedAt": run.started_at, "finishedAt": run.finished_at, "seconds": took(run, now).map(TimeDelta::as_seconds_f64),
    })
}

fn failure(slug: &str, outcome: &Outcome) -> Value {
    json!({ "job": slug, "field": outcome.field, "provider": outcome.provider, "attempts": outcome.attempts, "message": outcome.message })
}

/// How long it took, or has taken by now.
fn took(run: &Run, now: DateTime<Utc>) -> Option<TimeDelta> {
    Some(run.finished_at.unwrap_or(now) - run.started_at?)
}

fn seconds(span: TimeDelta) -> String {
    format!("{:.1}", span.as_seconds_f64())
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn pretty(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
