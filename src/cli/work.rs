//! `rolegraph work dead` and `rolegraph work retry`.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Subcommand;
use uuid::Uuid;

use super::{output, report};
use crate::service::{Service, ServiceError};

/// How many items are listed.
const LISTED: u64 = 1_000;

#[derive(Debug, Subcommand)]
pub(super) enum Work {
    /// List work that was given up, with what went wrong last.
    Dead,
    /// Try work anew that was given up. Workers do it; their runs are open again.
    Retry {
        /// The id of an item, as `dead` lists it.
        id: Option<Uuid>,
        /// All of them.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

pub(super) async fn run(service: &Arc<Service>, command: Work) -> Result<()> {
    match command {
        Work::Dead => output::text(&report::dead(&service.dead_work(LISTED).await?, service.work_counts().await?.dead)),
        Work::Retry { id: None, all: false } => bail!("say which work: an id that `rolegraph work dead` lists, or --all"),
        Work::Retry { id, .. } => match service.revive_work(id).await {
            Ok(count) => output::text(&format!("{count} items are tried anew.\n")),
            Err(ServiceError::User(errors)) => bail!("{}", errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")),
            Err(error) => return Err(error.into()),
        },
    }
    Ok(())
}
