//! `rolegraph enrich` and `rolegraph coverage`.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{output, report};
use crate::{
    domain::{access::Principal, filter::JobFilter, job::JobKind, run::Run},
    service::{EnrichOptions, Service},
};

/// Ask the providers about jobs.
#[derive(Debug, Args)]
pub(super) struct Enrich {
    /// Only jobs of this kind.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only this job.
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// All jobs.
    #[arg(long, conflicts_with_all = ["kind", "slug"])]
    all: bool,
    /// Ask again though what is known is still fresh.
    #[arg(long)]
    force: bool,
}

/// Print how much of the jobs has a value, and why the rest has none.
#[derive(Debug, Args)]
pub(super) struct Coverage {
    /// Only of jobs of this kind.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Occupation,
    FeaturedRole,
}

impl From<Kind> for JobKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Occupation => Self::Occupation,
            Kind::FeaturedRole => Self::FeaturedRole,
        }
    }
}

pub(super) async fn enrich(service: &Arc<Service>, options: Enrich) -> Result<()> {
    if !options.all && options.kind.is_none() && options.slug.is_none() {
        bail!("say which jobs: --all, --kind or --slug");
    }
    let filter = JobFilter { kind: options.kind.map(Into::into), slugs: options.slug.map(|slug| vec![slug]), ..JobFilter::default() };
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} jobs {elapsed}")?);
    let progress = |run: &Run| {
        bar.set_length(run.total.unsigned_abs().into());
        bar.set_position(run.done.unsigned_abs().into());
    };
    let wanted = EnrichOptions { fields: vec![], force: options.force };
    let (run, summary) = service.enrich_jobs(&Principal::system("cli"), &filter, &wanted, &progress).await?;
    bar.finish_and_clear();
    output::text(&report::run(&run, &summary));
    Ok(())
}

pub(super) async fn coverage(service: &Arc<Service>, options: Coverage) -> Result<()> {
    let principal = Principal::system("cli");
    let filter = JobFilter { kind: options.kind.map(Into::into), ..JobFilter::default() };
    let report = service.coverage(&principal, &filter).await?;
    let gaps = service.gaps(&principal, &filter).await?;
    output::text(&if options.json { report::coverage_json(&report, &gaps)? } else { report::coverage(&report, &gaps) });
    Ok(())
}
