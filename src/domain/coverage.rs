//! How much of a job has a value, and why the rest has none.

use crate::domain::{
    fields::Field,
    job::{Job, SocStatus},
    provenance::{FieldProfile, Source},
};

/// The coverage of one job. A field that was blanked on purpose counts as filled.
#[derive(Debug, Clone, PartialEq)]
pub struct JobCoverage {
    /// How many fields there are.
    pub total: usize,
    /// How many have a value.
    pub filled: usize,
    /// How many have a value that no assistant drafted.
    pub sourced: usize,
    /// The fields without a value, in the order of the table.
    pub gaps: Vec<Gap>,
}

/// A field without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The field.
    pub field: Field,
    /// Why it has none.
    pub reason: String,
    /// What would give it one.
    pub remedy: String,
}

impl JobCoverage {
    /// Counts the fields of `job`. `asked` tells which providers were asked for a field and have nothing.
    pub fn of<'a>(job: &Job, profiles: impl IntoIterator<Item = &'a FieldProfile>, asked: impl Fn(Field) -> Vec<String>) -> Self {
        let mut coverage = Self { total: 0, filled: 0, sourced: 0, gaps: vec![] };
        for profile in profiles {
            coverage.total += 1;
            match profile.effective() {
                Some(layer) => {
                    coverage.filled += 1;
                    coverage.sourced += usize::from(layer.source != Source::Ai);
                }
                None => coverage.gaps.push(gap(job, profile.field(), &asked(profile.field()))),
            }
        }
        coverage
    }

    /// Filled fields in percent, 0 to 100, two decimals.
    pub fn percent(&self) -> f64 {
        percent(self.filled, self.total)
    }

    /// Fields filled by official data or by a company, in percent, 0 to 100, two decimals.
    pub fn sourced_percent(&self) -> f64 {
        percent(self.sourced, self.total)
    }
}

/// `part` of `whole` in percent, two decimals; of nothing, everything is there.
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 100.0;
    }
    (10_000.0 * part as f64 / whole as f64).round() / 100.0
}

/// Why `field` of `job` has no value. `asked` are the providers that have nothing.
pub fn gap(job: &Job, field: Field, asked: &[String]) -> Gap {
    let (reason, remedy) = match (job.soc_code, job.soc_status) {
        (None, _) => (
            "The job has no SOC code, so there is no occupation to inherit from.".to_owned(),
            "Give the job a SOC code, or override the field.".to_owned(),
        ),
        (Some(code), status) if status != SocStatus::Approved => (
            format!("The SOC code {code} is {status}, not approved: the job inherits nothing yet.", status = in_words(status)),
            "Approve a SOC code, or override the field.".to_owned(),
        ),
        (Some(code), _) if asked.is_empty() => {
            (format!("No provider has been asked about {code} yet."), "Enrich the job (enrichJob, or `rolegraph enrich`).".to_owned())
        }
        (Some(code), _) => (
            format!("{} {} no {} for {code}.", asked.join(" and "), if asked.len() == 1 { "has" } else { "have" }, in_prose(field)),
            remedy(field, asked),
        ),
    };
    Gap { field, reason, remedy }
}

fn remedy(field: Field, asked: &[String]) -> String {
    let draft = if field.ai_may_draft() { "Let an assistant draft the field" } else { "Wait for a release that has it" };
    let others: Vec<_> = field.default_providers().iter().filter(|name| !asked.iter().any(|asked| asked == *name)).copied().collect();
    let configure =
        if others.is_empty() { String::new() } else { format!(", configure a provider that may have it ({})", others.join(", ")) };
    format!("{draft}{configure}, or override the field.")
}

/// A status as it reads in a sentence.
pub fn in_words(status: SocStatus) -> &'static str {
    match status {
        SocStatus::Unassigned => "unassigned",
        SocStatus::Proposed => "proposed",
        SocStatus::InReview => "in review",
        SocStatus::Approved => "approved",
    }
}

/// A field's name as it reads in a sentence: `tools and technology`.
pub fn in_prose(field: Field) -> String {
    field.name().replace('_', " ").to_ascii_lowercase()
}
