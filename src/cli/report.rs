//! Tables and JSON for people and scripts.

use std::fmt::Write as _;

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

use crate::{
    config::Loaded,
    domain::run::Run,
    service::{CoverageReport, DeadWork, FieldCoverage, GapOfJob, Summary},
};

/// An empty table; the columns from `numbers_from` on hold numbers.
pub(super) fn table(header: &[&str], numbers_from: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header.iter().copied());
    for column in numbers_from..header.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The settings in force.
pub(super) fn settings(loaded: &Loaded) -> String {
    let mut table = table(&["setting", "value", "from"], 3);
    for setting in loaded.effective() {
        table.add_row([setting.key.clone(), setting.value.clone().unwrap_or_else(|| "(none)".to_owned()), setting.origin.to_string()]);
    }
    format!("{table}\n")
}

/// A run, and what came of its fields.
pub(super) fn run(run: &Run, summary: &Summary) -> String {
    let mut table = table(&["outcome", "fields"], 1);
    for (outcome, count) in summary {
        table.add_row([outcome.name().to_owned(), count.to_string()]);
    }
    format!("{table}\n{} jobs, {} with a field that could not be asked for: {}.\n", run.done, run.failed, run.status.name())
}

/// Work that was given up; `all` is how much there is.
pub(super) fn dead(listed: &[DeadWork], all: u64) -> String {
    if listed.is_empty() {
        return "No work was given up.\n".to_owned();
    }
    let mut table = table(&["id", "work", "about", "attempts", "went wrong"], 5);
    for work in listed {
        let (item, error) = (&work.item, work.item.error.as_deref().unwrap_or_default());
        table.add_row([&item.id.to_string(), item.kind.name(), &work.about, &item.attempts.to_string(), error]);
    }
    let more = all.saturating_sub(listed.len() as u64);
    let more = if more == 0 { String::new() } else { format!("{more} more are not listed.\n") };
    format!("{table}\n{more}`rolegraph work retry ID` or `--all` tries them anew.\n")
}

/// Coverage per field, and every gap with its reason.
pub(super) fn coverage(report: &CoverageReport, gaps: &[GapOfJob]) -> String {
    let mut fields = table(&["field", "jobs", "filled", "%", "sourced %", "stale", "by source"], 1);
    for field in &report.fields {
        let by_source: Vec<_> = field.by_source.iter().map(|(source, count)| format!("{} {count}", source.name())).collect();
        fields.add_row([
            field.field.name().to_owned(),
            field.total.to_string(),
            field.filled().to_string(),
            format!("{:.1}", field.percent()),
            format!("{:.1}", field.sourced_percent()),
            field.stale.to_string(),
            by_source.join(", "),
        ]);
    }
    let mut text =
        format!("{fields}\n{} jobs: {:.1} % filled, {:.1} % without AI.\n", report.jobs, report.percent(), report.sourced_percent());
    if gaps.is_empty() {
        return text;
    }
    let mut by_reason: std::collections::BTreeMap<(&str, &str, &str), Vec<&str>> = std::collections::BTreeMap::new();
    for gap in gaps {
        by_reason.entry((&gap.slug, &gap.gap.reason, &gap.gap.remedy)).or_default().push(gap.gap.field.name());
    }
    for ((slug, reason, remedy), fields) in by_reason {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{slug}: {}\n  {reason}\n  {remedy}\n", fields.join(", "));
    }
    text
}

/// The fields of the API's CoverageReport, and every gap with its job.
pub(super) fn coverage_json(report: &CoverageReport, gaps: &[GapOfJob]) -> Result<String> {
    let field = |field: &FieldCoverage| {
        let by_source: Vec<_> = field.by_source.iter().map(|(source, count)| json!({ "source": source, "count": count })).collect();
        json!({
            "field": field.field, "total": field.total, "filled": field.filled(), "percent": field.percent(), "sourcedPercent": field.sourced_percent(),
            "stale": field.stale, "bySource": by_source,
        })
    };
    let gap = |gap: &GapOfJob| json!({ "job": gap.slug, "field": gap.gap.field, "reason": gap.gap.reason, "remedy": gap.gap.remedy });
    let value = json!({
        "jobs": report.jobs, "percent": report.percent(), "sourcedPercent": report.sourced_percent(),
        "fields": report.fields.iter().map(field).collect::<Vec<_>>(), "gaps": gaps.iter().map(gap).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
