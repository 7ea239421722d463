//! `rolegraph export`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::{commands::Kind, output};
use crate::{
    domain::{access::Principal, api_id::api_id},
    graphql::{ExportFilter, Exporter, RequestId},
    service::Service,
};

/// Write all jobs with all their fields, and where each comes from.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// How.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// Into this file, all or nothing; on standard output when absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only jobs of this kind.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only jobs of this company.
    #[arg(long, value_name = "SLUG")]
    company: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A job a line, as JSON.
    Jsonl,
}

pub(super) async fn run(service: &Arc<Service>, options: Export) -> Result<()> {
    let Format::Jsonl = options.format;
    let company = match options.company {
        Some(slug) => {
            let found = service.company_by_slug(&slug).await?.with_context(|| format!("there is no company {slug}"))?;
            Some(api_id("Company", found.id))
        }
        None => None,
    };
    let filter = ExportFilter { kind: options.kind.map(Into::into), company };
    let Some(file) = options.out else {
        write(service, &filter, |lines| {
            output::bytes(lines);
            Ok(())
        })
        .await?;
        return Ok(());
    };
    let jobs = whole(&file, service, &filter).await.with_context(|| format!("cannot write {}", file.display()))?;
    output::text(&format!("{jobs} jobs are in {}.\n", file.display()));
    Ok(())
}

/// Writes beside the file and puts the whole in its place, so that nobody reads half of it.
async fn whole(file: &Path, service: &Arc<Service>, filter: &ExportFilter) -> Result<usize> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let mut out = BufWriter::new(File::create(&beside)?);
    let written = write(service, filter, |lines| Ok(out.write_all(lines)?)).await;
    let kept = written.and_then(|jobs| {
        out.flush()?;
        out.get_ref().sync_all()?;
        std::fs::rename(&beside, file)?;
        Ok(jobs)
    });
    if kept.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    kept
}

/// Reads page after page. Answers how many jobs there were.
async fn write(service: &Arc<Service>, filter: &ExportFilter, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<usize> {
    let (exporter, principal) = (Exporter::new(Arc::clone(service)), Principal::system("cli"));
    let (mut jobs, mut after) = (0, None);
    loop {
        let page = exporter.page(&principal, RequestId("cli".to_owned()), filter, after.as_deref()).await?;
        take(&page.lines)?;
        jobs += page.jobs;
        after = page.next;
        if after.is_none() {
            return Ok(jobs);
        }
    }
}
