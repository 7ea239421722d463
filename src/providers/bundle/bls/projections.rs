//! Employment projections.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    super::{Bundle, BundleError, Row, Table},
    published_as,
};
use crate::{
    domain::{
        claim::Claim,
        fields::Field,
        provenance::Source,
        soc::SocCode,
        values::{Education, FieldValue, GrowthCategory, Outlook, WorkExperience},
    },
    providers::{BLS_PROJECTIONS, Fetched, Provider, ProviderError},
};

const TABLE: &str = "Employment Projections";
const FIELDS: &[Field] = &[Field::Outlook, Field::Education, Field::WorkExperience];

/// Answers from the Employment Projections of a bundle: the outlook, and what BLS assigns as typical education,
/// experience and training at entry.
#[derive(Debug, Clone)]
pub struct BlsProjections {
    bundle: Arc<Bundle>,
}

impl BlsProjections {
    /// A provider over a bundle.
    pub fn new(bundle: Arc<Bundle>) -> Self {
        Self { bundle }
    }

    fn claims(&self, code: SocCode, fields: &[Field]) -> Result<Vec<Claim>, BundleError> {
        let table = self.bundle.table(TABLE)?;
        let (published, derivation) = published_as(code, &self.bundle.references().projections);
        let rows = table.rows(published)?;
        let row = rows.iter().next();
        let release = self.bundle.release(TABLE);
        let claim = |&field: &Field| {
            Ok(Claim {
                code,
                field,
                source: Source::Bls,
                provider: BLS_PROJECTIONS,
                release: release.map(str::to_owned),
                value: match row {
                    Some(row) => value(table, row, field, release)?,
                    None => None,
                },
                derivation: derivation.clone(),
            })
        };
        fields.iter().filter(|field| FIELDS.contains(field)).map(claim).collect()
    }
}

fn value(table: &Table, row: Row<'_>, field: Field, release: Option<&str>) -> Result<Option<FieldValue>, BundleError> {
    Ok(match field {
        Field::Outlook => outlook(table, row, release)?.map(Into::into),
        Field::Education => education(table, row)?.map(Into::into),
        Field::WorkExperience => work_experience(table, row)?.map(Into::into),
        _ => None,
    })
}

fn outlook(table: &Table, row: Row<'_>, release: Option<&str>) -> Result<Option<Outlook>, BundleError> {
    let columns = ["Employment", "Projected Employment", "Employment Change %", "Annual Openings"];
    let [employment, projected, change, openings] = table.columns(columns)?;
    let persons = |column| row.known(column).and_then(persons);
    let read = || {
        let (base_year, projected_year) = release.and_then(span)?;
        let percent_change = row.number(change)?;
        Some(Outlook {
            base_year,
            projected_year,
            employment: persons(employment)?,
            projected_employment: persons(projected)?,
            percent_change,
            annual_openings: persons(openings),
            growth: GrowthCategory::of(percent_change),
        })
    };
    Ok(read())
}

/// BLS's typical entry-level education.
fn education(table: &Table, row: Row<'_>) -> Result<Option<Education>, BundleError> {
    let [level] = table.columns(["Typical Entry Education"])?;
    Ok(row.known(level).map(|level| Education { typical_level: level.to_owned(), job_zone: None, distribution: vec![] }))
}

/// BLS's typical experience in a related occupation and training on the job. `None` is an answer: none is needed.
fn work_experience(table: &Table, row: Row<'_>) -> Result<Option<WorkExperience>, BundleError> {
    let [experience, training] = table.columns(["Work Experience", "On-the-job Training"])?;
    Ok(row.known(experience).map(|experience| WorkExperience {
        typical: experience.to_owned(),
        on_the_job_training: row.known(training).map(str::to_owned),
        job_zone: None,
    }))
}

/// Published thousands with at most three decimals, as persons: by their digits, so that nothing is rounded.
fn persons(thousands: &str) -> Option<i32> {
    let (whole, part) = thousands.split_once('.').unwrap_or((thousands, ""));
    (part.len() <= 3).then(|| format!("{whole}{part:0<3}").parse().ok())?
}

/// The years of `EP 2024-34`.
fn span(release: &str) -> Option<(i32, i32)> {
    let (base, projected) = release.strip_prefix("EP ")?.split_once('-')?;
    let base: i32 = base.parse().ok()?;
    let projected: i32 = projected.parse().ok()?;
    Some((base, base / 100 * 100 + projected + if projected < base % 100 { 100 } else { 0 }))
}

#[async_trait]
impl Provider for BlsProjections {
    fn name(&self) -> &'static str {
        BLS_PROJECTIONS
    }

    fn source(&self) -> Source {
        Source::Bls
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn release(&self) -> Option<String> {
        self.bundle.release(TABLE).map(str::to_owned)
    }

    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError> {
        let mut claims = Vec::with_capacity(codes.len() * fields.len());
        for &code in codes {
            claims.extend(
                self.claims(code, fields)
                    .map_err(|error| ProviderError::Bundle { provider: BLS_PROJECTIONS, reason: error.to_string() })?,
            );
            tokio::task::yield_now().await;
        }
        Ok(claims.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_become_persons_digit_by_digit() {
        let told = ["1693.8", "0.3", "-0.5", "12", "4347.7", "1.25", "x", "1.2345"].map(persons);
        assert_eq!(told, [Some(1_693_800), Some(300), Some(-500), Some(12_000), Some(4_347_700), Some(1_250), None, None]);
    }

    #[test]
    fn a_release_tells_its_years() {
        assert_eq!(["EP 2024-34", "EP 2095-05", "EP"].map(span), [Some((2024, 2034)), Some((2095, 2105)), None]);
    }
}
