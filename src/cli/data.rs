//! `rolegraph data`.

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use super::{output, report};
use crate::{
    domain::{access::Principal, provenance::OverrideMode},
    providers::bundle,
    service::{FieldRehearsal, Rehearsal, Service},
};

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
        /// Only tell what would change, per job and field, and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// With --dry-run: print JSON.
        #[arg(long, requires = "dry_run")]
        json: bool,
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
        Data::Import { source, release, dry_run: true, json } => {
            let rehearsal = service.rehearse_import(source, release).await?;
            output::text(&if json { rehearsed_json(&rehearsal)? } else { rehearsed(&rehearsal) });
        }
        Data::Import { source, release, .. } => {
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

/// A row per field of a job.
fn rehearsed(rehearsal: &Rehearsal) -> String {
    let header = ["job", "occupation", "field", "override", "added", "removed", "reworded", "re-rated", "carried forward", "conflicts"];
    let mut table = report::table(&header, 4);
    for change in &rehearsal.changes {
        let items = change.changes;
        let mut row = vec![change.job.clone(), change.occupation.to_string(), change.field.name().to_owned(), overridden(change)];
        let counts = [items.added, items.removed, items.reworded, items.rerated, items.carried_forward, change.conflicts.len()];
        row.extend(counts.map(|count| count.to_string()));
        table.add_row(row);
    }
    let report = &rehearsal.report;
    format!(
        "{table}\n{} facts of {} occupations would change, {} fields of jobs with them; {} overrides would drift.\n",
        report.changed_facts,
        report.changed_occupations,
        rehearsal.changes.len(),
        rehearsal.changes.iter().filter(|change| change.drifts).count()
    )
}

fn overridden(change: &FieldRehearsal) -> String {
    let mode = change.overridden.map(OverrideMode::name);
    mode.map_or_else(String::new, |mode| if change.drifts { format!("{mode}, drifts") } else { mode.to_owned() })
}

fn rehearsed_json(rehearsal: &Rehearsal) -> Result<String> {
    let report = &rehearsal.report;
    let tables: Vec<_> =
        report.tables.iter().map(|(name, release, rows)| json!({ "name": name, "release": release, "rows": rows })).collect();
    let value = json!({
        "tables": tables, "unknownTasks": report.unknown_tasks, "changedFacts": report.changed_facts,
        "changedOccupations": report.changed_occupations, "changes": rehearsal.changes,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
