//! `rolegraph data`.

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use clap::Subcommand;

use super::output;
use crate::{domain::access::Principal, providers::bundle, service::Service};

#[derive(Debug, Subcommand)]
pub(super) enum Data {
    /// Pack the official files into the bundle that is compiled in.
    Pack {
        /// The folder with `onet/bundle.json`, `soc/`, `oews/` and `projections/`.
        folder: PathBuf,
        /// Where to write.
        #[arg(long, default_value = "data", value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Import a newer release over the bundled one: all of it, or nothing.
    Import {
        /// A folder with the official text files, or the official zip.
        source: PathBuf,
        /// The release of O*NET's tables, such as 30.1, when neither their Read Me nor the folder's name tells it.
        #[arg(long)]
        release: Option<String>,
    },
    /// Print the tables in force.
    Show,
}

pub(super) async fn pack(folder: PathBuf, to: PathBuf) -> Result<()> {
    let packed = tokio::task::spawn_blocking(move || bundle::pack(&folder)).await??;
    packed.write_to(&to)?;
    let bytes: usize = packed.tables.iter().map(|table| table.bytes.len()).sum();
    output::text(&format!("Packed {} tables into {} KiB.\n", packed.tables.len(), bytes / 1024));
    Ok(())
}

pub(super) async fn run(service: &Arc<Service>, command: Data) -> Result<()> {
    match command {
        Data::Import { source, release } => {
            let report = service.import_data(&Principal::system("cli"), source, release).await?;
            for (table, release, rows) in &report.tables {
                output::text(&format!("{table}: {release}, {rows} rows\n"));
            }
            if report.unknown_tasks > 0 {
                output::text(&format!("{} rows name tasks that the task statements do not hold.\n", report.unknown_tasks));
            }
            output::text(&format!("{} facts of {} occupations changed.\n", report.changed_facts, report.changed_occupations));
        }
        Data::Show => {
            for table in &service.reference().tables {
                output::text(&format!("{}: {}, {} rows\n", table.name, table.release, table.rows));
            }
        }
        Data::Pack { folder, to } => pack(folder, to).await?,
    }
    Ok(())
}
