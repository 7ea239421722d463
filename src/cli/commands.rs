//! `rolegraph enrich` and `rolegraph coverage`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{output, report, runs, serve::stopped};
use crate::{
    domain::{access::Principal, filter::JobFilter, job::JobKind, run::Run},
    service::{EnrichOptions, Service},
    work::Worker,
};

/// How often to look how far a run is that others work on.
const PATIENCE: Duration = Duration::from_millis(200);

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
    /// Only what has become stale, of all occupations.
    #[arg(long, conflicts_with_all = ["kind", "slug", "all", "force"])]
    stale: bool,
    /// Ask again though what is known is still fresh.
    #[arg(long)]
    force: bool,
    /// Go on with a run that was left, until it is over.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["kind", "slug", "all", "stale", "force"])]
    resume: Option<String>,
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
    if let Some(id) = &options.resume {
        let run = runs::named(service, id).await?;
        return told(service, run).await;
    }
    if !options.all && !options.stale && options.kind.is_none() && options.slug.is_none() {
        bail!("say which jobs: --all, --kind, --slug or --stale; or which run to go on with: --resume");
    }
    if options.stale {
        let queued = service.queue_stale(TimeDelta::zero()).await?;
        Worker::new(Arc::clone(service)).drain().await?;
        output::text(&format!("{queued} occupations with stale facts were asked about again.\n"));
        return Ok(());
    }
    let filter = JobFilter { kind: options.kind.map(Into::into), slugs: options.slug.map(|slug| vec![slug]), ..JobFilter::default() };
    let wanted = EnrichOptions { fields: vec![], force: options.force };
    let run = service.enrich_jobs(&Principal::system("cli"), &filter, &wanted).await?;
    told(service, run).await
}

/// Works until a run is over, and prints what came of it.
async fn told(service: &Arc<Service>, run: Run) -> Result<()> {
    let run = finished(service, run).await?;
    output::text(&report::run(&run, &service.run_summary(run.id).await?));
    Ok(())
}

/// Works until the run is over, together with whoever else works on the same database. Asked to stop, it ends with what it has
/// begun, and asked again at once: the run is in the database, so it is resumed by whoever works there.
async fn finished(service: &Arc<Service>, run: Run) -> Result<Run> {
    let id = run.id;
    let asked = Arc::new(AtomicBool::new(false));
    let first = Arc::clone(&asked);
    let twice = async move {
        stopped().await;
        first.store(true, Ordering::Relaxed);
        stopped().await;
    };
    let run = tokio::select! {
        run = worked_off(service, run, &asked) => run?,
        () = twice => service.run_now(id).await?.context("the run is gone")?,
    };
    if run.is_over() {
        return Ok(run);
    }
    bail!(
        "stopped, with {} of {} jobs done. The run is kept, and workers (rolegraph serve, rolegraph work) go on with it.\n\
         To go on here: rolegraph enrich --resume {id}\n\
         To call it off: rolegraph runs cancel {id}",
        run.done,
        run.total
    )
}

async fn worked_off(service: &Arc<Service>, mut run: Run, stop: &AtomicBool) -> Result<Run> {
    let bar =
        ProgressBar::new(run.total.unsigned_abs().into()).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} jobs {elapsed}")?);
    let worker = Worker::new(Arc::clone(service));
    while !run.is_over() && !stop.load(Ordering::Relaxed) {
        if worker.work_once().await? == 0 {
            tokio::time::sleep(PATIENCE).await;
        }
        run = service.run_now(run.id).await?.context("the run is gone")?;
        bar.set_position(run.done.unsigned_abs().into());
    }
    bar.finish_and_clear();
    Ok(run)
}

pub(super) async fn coverage(service: &Arc<Service>, options: Coverage) -> Result<()> {
    let principal = Principal::system("cli");
    let filter = JobFilter { kind: options.kind.map(Into::into), ..JobFilter::default() };
    let report = service.coverage(&principal, &filter).await?;
    let gaps = service.gaps(&principal, &filter).await?;
    output::text(&if options.json { report::coverage_json(&report, &gaps)? } else { report::coverage(&report, &gaps) });
    Ok(())
}
