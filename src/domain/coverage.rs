//! How much of a job has a value, and why the rest has none.

use std::collections::BTreeSet;

use crate::domain::{
    facts::{Fact, Subject},
    fields::Field,
    job::{Job, SocStatus},
    provenance::{FieldProfile, Source},
};

/// Whether an assistant drafts what official data lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafting {
    /// One is set up.
    On,
    /// None is.
    Off,
}

/// How those are who could fill a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether gaps may be drafted.
    pub drafting: Drafting,
    /// The providers that are configured and have been failing, by name.
    pub failing: BTreeSet<String>,
}

impl Standing {
    /// That drafting, and nobody fails.
    pub const fn well(drafting: Drafting) -> Self {
        Self { drafting, failing: BTreeSet::new() }
    }
}

/// Who was asked for a field and has nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The providers of official data, in the order of the alphabet.
    pub providers: Vec<String>,
    /// What came of the assistant.
    pub draft: NoDraft,
}

/// Why there is no draft.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum NoDraft {
    /// No assistant was asked.
    #[default]
    NotAsked,
    /// This one has nothing.
    Nothing(String),
    /// A person rejected what it drafted.
    Rejected,
}

impl Asked {
    /// Who of these has nothing.
    pub fn of<'a>(empty_handed: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut asked = Self::default();
        for fact in empty_handed {
            match fact.source {
                Source::Ai if fact.rejected => asked.draft = NoDraft::Rejected,
                Source::Ai => asked.draft = NoDraft::Nothing(fact.provider.to_string()),
                _ => asked.providers.push(fact.provider.to_string()),
            }
        }
        asked.providers.sort_unstable();
        asked
    }
}

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
    /// Counts the fields of `job`. `asked` tells who was asked for a field and has nothing.
    pub fn of<'a>(
        job: &Job,
        profiles: impl IntoIterator<Item = &'a FieldProfile>,
        asked: impl Fn(Field) -> Asked,
        standing: &Standing,
    ) -> Self {
        let mut coverage = Self { total: 0, filled: 0, sourced: 0, gaps: vec![] };
        for profile in profiles {
            coverage.total += 1;
            match profile.effective() {
                Some(layer) => {
                    coverage.filled += 1;
                    coverage.sourced += usize::from(layer.source != Source::Ai);
                }
                None => coverage.gaps.push(gap(job, profile.field(), &asked(profile.field()), standing)),
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

/// Why `field` of `job` has no value, and what would give it one.
pub fn gap(job: &Job, field: Field, asked: &Asked, standing: &Standing) -> Gap {
    let unasked = |name: &&str| !asked.providers.iter().any(|asked| asked == name);
    let others = || field.default_providers().iter().copied().filter(unasked);
    let (failing, others): (Vec<_>, Vec<_>) =
        others().filter(|_| job.inherits_from().is_some()).partition(|name| standing.failing.contains(*name));
    let (mut reason, mut steps) = match (job.soc_code, job.soc_status) {
        (None, _) => {
            ("The job has no SOC code, so there is no occupation to inherit from.".to_owned(), vec!["give the job a SOC code".to_owned()])
        }
        (Some(code), status) if status != SocStatus::Approved => (
            format!("The SOC code {code} is {status}, not approved: the job inherits nothing yet.", status = in_words(status)),
            vec!["approve a SOC code".to_owned()],
        ),
        (Some(code), _) if asked.providers.is_empty() && failing.is_empty() => {
            let reason = format!("No provider has been asked about {code} yet.");
            return Gap { field, reason, remedy: "Enrich the job (enrichJob, or `rolegraph enrich`).".to_owned() };
        }
        (Some(_), _) if asked.providers.is_empty() => (unanswered(&failing), vec![retry(&failing)]),
        (Some(code), _) => {
            let (names, have) = (asked.providers.join(" and "), if asked.providers.len() == 1 { "has" } else { "have" });
            let mut reason = format!("{names} {have} no {} for {code}.", in_prose(field));
            if failing.is_empty() {
                (reason, vec![])
            } else {
                reason.push(' ');
                (reason + &unanswered(&failing), vec![retry(&failing)])
            }
        }
    };
    match &asked.draft {
        NoDraft::NotAsked => {}
        NoDraft::Nothing(assistant) => reason = format!("{reason} {assistant} has no draft either."),
        NoDraft::Rejected => reason.push_str(" The draft of an assistant was rejected."),
    }
    if field.ai_may_draft() && Subject::of(job).is_some() {
        steps.extend(draft_step(&asked.draft, standing.drafting));
    }
    if !others.is_empty() {
        steps.push(format!("configure a provider that may have it ({})", others.join(", ")));
    }
    if steps.is_empty() {
        steps.push("wait for a release that has it".to_owned());
    }
    Gap { field, reason, remedy: capitalised(&format!("{}, or override the field.", steps.join(", "))) }
}

/// That these have not answered, and may have the value.
fn unanswered(failing: &[&str]) -> String {
    let was = if failing.len() == 1 { "it was" } else { "they were" };
    format!("{} may have it, but did not answer when {was} last asked.", failing.join(" and "))
}

fn retry(failing: &[&str]) -> String {
    format!("enrich the job again when {} answers (`rolegraph providers` tells)", failing.join(" or "))
}

/// How an assistant would give the field a value.
fn draft_step(draft: &NoDraft, drafting: Drafting) -> Option<String> {
    let step = match (drafting, draft) {
        (Drafting::Off, _) => "set up an assistant to draft the field (`assistant.kind`)",
        (Drafting::On, NoDraft::NotAsked) => "let the assistant draft the field (enrichJob)",
        (Drafting::On, NoDraft::Rejected) => "let the assistant draft another value (enrichJob with `force`)",
        (Drafting::On, NoDraft::Nothing(_)) => return None,
    };
    Some(step.to_owned())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + letters.as_str())
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
