//! The form of a job in a file: a JSON array of objects, or CSV with a header.

use std::io;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::domain::{
    job::{JobKind, SocStatus},
    soc::SocCode,
};

/// A job as a file tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportedJob {
    /// Its slug; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// `OCCUPATION` or `FEATURED_ROLE`.
    pub kind: JobKind,
    /// Its title.
    pub title: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The slug of the company of a featured role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The company's name, for one that is not there yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// Its SOC code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soc_code: Option<SocCode>,
    /// How far the code is settled; an occupation's is approved, a role's proposed when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soc_status: Option<SocStatus>,
    /// Whether it is public; occupations are, roles are not when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<bool>,
    /// Anything else that is to be kept with the job.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub metadata: serde_json::Value,
}

/// A row of the CSV form: the same columns, the metadata as JSON text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CsvRow {
    slug: Option<String>,
    kind: JobKind,
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    company_name: Option<String>,
    #[serde(default)]
    soc_code: Option<SocCode>,
    #[serde(default)]
    soc_status: Option<SocStatus>,
    #[serde(default)]
    published: Option<bool>,
    #[serde(default)]
    metadata: Option<String>,
}

impl ImportedJob {
    /// Reads a JSON array.
    pub fn from_json(reader: impl io::Read) -> Result<Vec<Self>> {
        serde_json::from_reader(reader).context("this is not a JSON array of jobs")
    }

    /// Writes a JSON array.
    pub fn to_json(jobs: &[Self], writer: impl io::Write) -> Result<()> {
        serde_json::to_writer_pretty(writer, jobs).context("writing JSON")
    }

    /// Reads CSV with a header.
    pub fn from_csv(reader: impl io::Read) -> Result<Vec<Self>> {
        let mut rows = csv::Reader::from_reader(reader);
        rows.deserialize().map(|row| Self::from_row(row.context("this is not a table of jobs")?)).collect()
    }

    /// Writes CSV with a header.
    pub fn to_csv(jobs: &[Self], writer: impl io::Write) -> Result<()> {
        let mut rows = csv::Writer::from_writer(writer);
        for job in jobs {
            rows.serialize(job.to_row()).context("writing CSV")?;
        }
        rows.flush().context("writing CSV")
    }

    fn from_row(row: CsvRow) -> Result<Self> {
        let metadata = row.metadata.map(|text| serde_json::from_str(&text)).transpose().context("the column metadata holds JSON")?;
        Ok(Self {
            slug: row.slug,
            kind: row.kind,
            title: row.title,
            description: row.description,
            company: row.company,
            company_name: row.company_name,
            soc_code: row.soc_code,
            soc_status: row.soc_status,
            published: row.published,
            metadata: metadata.unwrap_or_default(),
        })
    }

    fn to_row(&self) -> CsvRow {
        CsvRow {
            slug: self.slug.clone(),
            kind: self.kind,
            title: self.title.clone(),
            description: self.description.clone(),
            company: self.company.clone(),
            company_name: self.company_name.clone(),
            soc_code: self.soc_code,
            soc_status: self.soc_status,
            published: self.published,
            metadata: (!self.metadata.is_null()).then(|| self.metadata.to_string()),
        }
    }
}
