//! `rolegraph history`.

use anyhow::{Result, bail};
use clap::Subcommand;

use super::output;
use crate::service::{HistoryCheck, Service};

#[derive(Debug, Subcommand)]
pub(super) enum History {
    /// Check that nobody has altered what history says; names the rows that were.
    Verify,
}

pub(super) async fn run(service: &Service, command: &History) -> Result<()> {
    match command {
        History::Verify => {
            let check = service.check_history().await?;
            if !check.tampered.is_empty() {
                bail!("history was altered:\n{}", told(&check).trim_end());
            }
            output::text(&told(&check));
            Ok(())
        }
    }
}

fn told(check: &HistoryCheck) -> String {
    let unchained = format!("{} changes are from before changes were chained, and cannot be checked.\n", check.unchained);
    let tampered = check.tampered.iter().map(|row| format!("{} {}: {}\n", row.table, row.id, row.reason));
    let good = format!("{} changes in {} chains are as they were written.\n", check.changes, check.chains);
    tampered.chain([good]).chain((check.unchained > 0).then_some(unchained)).collect()
}
