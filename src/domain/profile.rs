//! The profile of a job: all its fields with their layers laid over each other.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::domain::{
    coverage::{Asked, JobCoverage, Standing},
    facts::Facts,
    fields::Field,
    freshness,
    job::Job,
    overrides::Override,
    precedence::Precedence,
    provenance::{FieldProfile, Source},
};

/// The name that a platform admin's overrides of occupations go by.
pub const PLATFORM: &str = "rolegraph";

/// What is known about one occupation: the facts, and the profile that they make by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Knowledge {
    facts: Facts,
    fields: Vec<Arc<FieldProfile>>,
    fresh_until: Option<DateTime<Utc>>,
}

impl Knowledge {
    /// Lays the facts over each other.
    pub fn new(facts: Facts, precedence: &Precedence) -> Self {
        let lay = |field| Arc::new(FieldProfile::new(field, facts.layers(field).cloned(), precedence));
        let fields = Field::ALL.into_iter().map(lay).collect();
        // Drafts are looked after by themselves: readers need not ask for them.
        let fresh_until = facts.iter().filter(|fact| fact.source != Source::Ai).filter_map(|fact| fact.expires_at).min();
        Self { facts, fields, fresh_until }
    }

    /// True when it is time to ask again about some of it.
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        freshness::is_stale(self.fresh_until, now)
    }

    /// The facts.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// One field.
    pub fn field(&self, field: Field) -> &Arc<FieldProfile> {
        &self.fields[field.index()]
    }
}

/// The profile of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    fields: Vec<Arc<FieldProfile>>,
    empty_handed: BTreeMap<Field, Asked>,
}

impl Profile {
    /// Lays a job's overrides over the facts of the occupation that it inherits from, and those over facts of its own.
    /// `owner` is the company's name, or [`PLATFORM`].
    pub fn lay(
        inherited: Option<&Knowledge>,
        own: Option<&Facts>,
        overrides: &[Arc<Override>],
        owner: &Arc<str>,
        precedence: &Precedence,
    ) -> Self {
        let lay = |field: Field| {
            let over = overrides.iter().find(|over| over.field == field);
            let own: Vec<_> = own.into_iter().flat_map(|facts| facts.layers(field).cloned()).collect();
            let official = match inherited {
                Some(knowledge) if own.is_empty() => Arc::clone(knowledge.field(field)),
                _ => {
                    let inherited = inherited.into_iter().flat_map(|knowledge| knowledge.facts.layers(field).cloned());
                    Arc::new(FieldProfile::new(field, own.into_iter().chain(inherited), precedence))
                }
            };
            match over {
                Some(over) => Arc::new(Arc::unwrap_or_clone(official).overridden(Arc::clone(over), owner)),
                None => official,
            }
        };
        let facts = || inherited.map(Knowledge::facts).into_iter().chain(own);
        let asked = |field: Field| Asked::of(facts().flat_map(|facts| facts.empty_handed(field)));
        let empty_handed =
            Field::ALL.into_iter().map(|field| (field, asked(field))).filter(|(_, asked)| *asked != Asked::default()).collect();
        Self { fields: Field::ALL.into_iter().map(lay).collect(), empty_handed }
    }

    /// The same as it was at a moment that is past.
    #[must_use]
    pub fn as_of(mut self, at: DateTime<Utc>) -> Self {
        for field in &mut self.fields {
            *field = Arc::new(FieldProfile::clone(field).as_of(at));
        }
        self
    }

    /// One field.
    pub fn field(&self, field: Field) -> &Arc<FieldProfile> {
        &self.fields[field.index()]
    }

    /// All fields, in the order of the table.
    pub fn fields(&self) -> impl Iterator<Item = &Arc<FieldProfile>> {
        self.fields.iter()
    }

    /// How much of `job` has a value. `standing` tells who could fill the gaps.
    pub fn coverage(&self, job: &Job, standing: &Standing) -> JobCoverage {
        let asked = |field| self.empty_handed.get(&field).cloned().unwrap_or_default();
        JobCoverage::of(job, self.fields.iter().map(AsRef::as_ref), asked, standing)
    }

    /// When the first of the effective values becomes stale; none when none ever does.
    pub fn fresh_until(&self) -> Option<DateTime<Utc>> {
        self.fields.iter().filter_map(|field| field.effective()?.expires_at).min()
    }
}
