//! `rolegraph jobs`.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::output;
use crate::{
    domain::{access::Principal, filter::JobFilter},
    service::{EnrichOptions, ImportedJob, Service, ServiceError},
    work::Worker,
};

#[derive(Debug, Subcommand)]
pub(super) enum Jobs {
    /// Add the jobs of a file, all or none; those that are there already are left alone. Then enrich them.
    Import {
        /// A .json or .csv file, as `export` writes it.
        file: PathBuf,
    },
    /// Write all jobs.
    Export {
        /// A .json or .csv file; JSON on standard output when absent.
        file: Option<PathBuf>,
    },
}

pub(super) async fn run(service: &Arc<Service>, command: Jobs) -> Result<()> {
    match command {
        Jobs::Import { file } => import(service, &file).await,
        Jobs::Export { file } => export(service, file.as_deref()).await,
    }
}

enum Format {
    Json,
    Csv,
}

fn format(file: &Path) -> Result<Format> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        _ => bail!("{} ends neither in .json nor in .csv", file.display()),
    }
}

async fn import(service: &Arc<Service>, file: &Path) -> Result<()> {
    let format = format(file)?;
    let reader = BufReader::new(File::open(file).with_context(|| format!("cannot read {}", file.display()))?);
    let jobs = match format {
        Format::Json => ImportedJob::from_json(reader),
        Format::Csv => ImportedJob::from_csv(reader),
    };
    let jobs = jobs.with_context(|| format!("cannot read {}", file.display()))?;
    let principal = Principal::system("cli");
    let summary = match service.import_jobs(&principal, &jobs, "importJobs").await {
        Err(ServiceError::User(errors)) => {
            let lines: Vec<_> = errors.iter().map(|error| format!("  {}: {}", error.path.join("."), error.message)).collect();
            bail!("nothing was imported from {}:\n{}", file.display(), lines.join("\n"))
        }
        other => other?,
    };
    if summary.added > 0 {
        service.enrich_jobs(&principal, &JobFilter::default(), &EnrichOptions::default()).await?;
        Worker::new(Arc::clone(service)).drain().await?;
    }
    output::text(&format!(
        "{} jobs added, {} were there already; {} companies added.\n",
        summary.added, summary.skipped, summary.companies
    ));
    Ok(())
}

async fn export(service: &Arc<Service>, file: Option<&Path>) -> Result<()> {
    let jobs = service.export_jobs(&Principal::system("cli"), &JobFilter::default()).await?;
    let Some(file) = file else {
        let mut text = vec![];
        ImportedJob::to_json(&jobs, &mut text)?;
        text.push(b'\n');
        output::bytes(&text);
        return Ok(());
    };
    let format = format(file)?;
    let mut writer = BufWriter::new(File::create(file).with_context(|| format!("cannot write {}", file.display()))?);
    match format {
        Format::Json => ImportedJob::to_json(&jobs, &mut writer)?,
        Format::Csv => ImportedJob::to_csv(&jobs, &mut writer)?,
    }
    writer.flush().with_context(|| format!("cannot write {}", file.display()))
}
