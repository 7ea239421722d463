//! Coverage of a job, and of many.

use async_graphql::SimpleObject;

use super::enums::{DataSource, JobField};
use crate::{domain::coverage, service};

/// How much of one job has a value: with AI drafts, and without.
#[derive(SimpleObject, Debug)]
pub(crate) struct JobCoverage {
    /// How many fields there are.
    total: i32,
    /// How many have a value; a field that was blanked on purpose counts.
    filled: i32,
    /// Filled fields in percent.
    percent: f64,
    /// Fields filled by official data or by a company, in percent.
    sourced_percent: f64,
    /// The fields without a value.
    gaps: Vec<CoverageGap>,
}

/// A field without a value.
#[derive(SimpleObject, Debug)]
pub(crate) struct CoverageGap {
    /// The field.
    field: JobField,
    /// Why it has none.
    reason: String,
    /// What would give it one.
    remedy: String,
}

/// How much of many jobs has a value.
#[derive(SimpleObject, Debug)]
pub(crate) struct CoverageReport {
    /// How many jobs.
    jobs: i32,
    /// Filled fields in percent.
    percent: f64,
    /// Fields filled by official data or by a company, in percent.
    sourced_percent: f64,
    /// A row per field.
    fields: Vec<FieldCoverage>,
}

/// How much of one field has a value.
#[derive(SimpleObject, Debug)]
pub(crate) struct FieldCoverage {
    /// The field.
    field: JobField,
    /// How many jobs.
    total: i32,
    /// How many of them have a value.
    filled: i32,
    /// In percent.
    percent: f64,
    /// Filled by official data or by a company, in percent.
    sourced_percent: f64,
    /// How many of the values are stale.
    stale: i32,
    /// How many values come from which source.
    by_source: Vec<SourceCount>,
}

/// How many values come from one source.
#[derive(SimpleObject, Debug)]
pub(crate) struct SourceCount {
    /// The source.
    source: DataSource,
    /// How many.
    count: i32,
}

fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl From<coverage::JobCoverage> for JobCoverage {
    fn from(coverage: coverage::JobCoverage) -> Self {
        let (percent, sourced_percent) = (coverage.percent(), coverage.sourced_percent());
        let gap = |gap: coverage::Gap| CoverageGap { field: gap.field.into(), reason: gap.reason, remedy: gap.remedy };
        Self {
            total: int(coverage.total),
            filled: int(coverage.filled),
            percent,
            sourced_percent,
            gaps: coverage.gaps.into_iter().map(gap).collect(),
        }
    }
}

impl From<&service::CoverageReport> for CoverageReport {
    fn from(report: &service::CoverageReport) -> Self {
        Self {
            jobs: int(report.jobs),
            percent: report.percent(),
            sourced_percent: report.sourced_percent(),
            fields: report.fields.iter().map(Into::into).collect(),
        }
    }
}

impl From<&service::FieldCoverage> for FieldCoverage {
    fn from(coverage: &service::FieldCoverage) -> Self {
        let count =
            |(source, count): (&crate::domain::provenance::Source, &usize)| SourceCount { source: (*source).into(), count: int(*count) };
        Self {
            field: coverage.field.into(),
            total: int(coverage.total),
            filled: int(coverage.filled()),
            percent: coverage.percent(),
            sourced_percent: coverage.sourced_percent(),
            stale: int(coverage.stale),
            by_source: coverage.by_source.iter().map(count).collect(),
        }
    }
}
