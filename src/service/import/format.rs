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
    /// Names of skills that its company asks for, at most 200, in any words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// Anything else that is to be kept with the job.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub metadata: serde_json::Value,
}

/// A row of the CSV form: the same columns, the metadata as JSON text, the skills divided by semicolons.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CsvRow {
    #[serde(default)]
    slug: Option<String>,
    kind: String,
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    company_name: Option<String>,
    #[serde(default)]
    soc_code: Option<String>,
    #[serde(default)]
    soc_status: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    skills: Option<String>,
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
        let header = rows.headers().context("this is not a table of jobs")?.clone();
        let job = |record: csv::Result<csv::StringRecord>| {
            let record = record.context("this is not a table of jobs")?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = record.deserialize(Some(&header)).context("this is not a table of jobs");
            row.and_then(Self::from_row).with_context(|| format!("line {line}"))
        };
        rows.records().map(job).collect()
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
        let kind = |text: &str| JobKind::from_name(text).with_context(|| format!("`{text}` is neither OCCUPATION nor FEATURED_ROLE"));
        let status = |text: &str| SocStatus::from_name(text).with_context(|| format!("`{text}` is no status of a code"));
        let metadata = cell("metadata", row.metadata.as_deref(), |text| Ok(serde_json::from_str(text)?))?;
        Ok(Self {
            slug: row.slug,
            kind: kind(&row.kind).context("column `kind`")?,
            title: row.title,
            description: row.description,
            company: row.company,
            company_name: row.company_name,
            soc_code: cell("socCode", row.soc_code.as_deref(), |text| Ok(text.parse()?))?,
            soc_status: cell("socStatus", row.soc_status.as_deref(), status)?,
            published: cell("published", row.published.as_deref(), |text| Ok(text.parse()?))?,
            skills: cell("skills", row.skills.as_deref(), read_skills)?.unwrap_or_default(),
            metadata: metadata.unwrap_or_default(),
        })
    }

    fn to_row(&self) -> CsvRow {
        CsvRow {
            slug: self.slug.clone(),
            kind: self.kind.name().to_owned(),
            title: self.title.clone(),
            description: self.description.clone(),
            company: self.company.clone(),
            company_name: self.company_name.clone(),
            soc_code: self.soc_code.map(|code| code.to_string()),
            soc_status: self.soc_status.map(|status| status.name().to_owned()),
            published: self.published.map(|published| published.to_string()),
            skills: (!self.skills.is_empty()).then(|| write_skills(&self.skills)),
            metadata: (!self.metadata.is_null()).then(|| self.metadata.to_string()),
        }
    }
}

/// A cell that may be empty, read; an error names its column.
fn cell<T>(column: &str, text: Option<&str>, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    text.map(read).transpose().with_context(|| format!("column `{column}`"))
}

/// `HVAC; SQL`, or a JSON array.
fn read_skills(text: &str) -> Result<Vec<String>> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).context("this begins like a JSON array of names, and is none");
    }
    Ok(text.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Divided by semicolons where that is read back as it is, else as a JSON array.
fn write_skills(names: &[String]) -> String {
    let joined = names.join("; ");
    let is_plain = read_skills(&joined).is_ok_and(|read| read == names);
    if is_plain { joined } else { serde_json::Value::from(names).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_skills_are_read_back_whatever_they_hold() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (given, written) in [
            (names(&["HVAC", "C++", "Refrigerants (EPA 608)"]), "HVAC; C++; Refrigerants (EPA 608)"),
            (names(&["a;b", "\"c\""]), r#"["a;b","\"c\""]"#),
            (names(&["[x]"]), r#"["[x]"]"#),
            (names(&[" spaced "]), r#"[" spaced "]"#),
        ] {
            assert_eq!(write_skills(&given), written);
            assert_eq!(read_skills(written).expect("readable"), given);
        }
        assert_eq!(read_skills(" HVAC ;; SQL;").expect("readable"), ["HVAC", "SQL"]);
        assert!(read_skills("[HVAC]").is_err());
    }
}
