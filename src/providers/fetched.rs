//! What a provider brings back.

use std::sync::Arc;

use super::ProviderError;
use crate::{
    domain::{
        claim::Claim,
        fields::Field,
        provenance::{Derivation, Source},
        soc::SocCode,
        values::FieldValue,
    },
    net::CallError,
};

/// What a provider answered, and what it could not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fetched {
    /// Its answers.
    pub claims: Vec<Claim>,
    /// What is not known, because asking went wrong.
    pub failures: Vec<FieldFailure>,
}

/// One field of one occupation that could not be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFailure {
    /// The occupation.
    pub code: SocCode,
    /// The field.
    pub field: Field,
    /// Why.
    pub error: Arc<ProviderError>,
}

impl From<Vec<Claim>> for Fetched {
    fn from(claims: Vec<Claim>) -> Self {
        Self { claims, failures: vec![] }
    }
}

/// A value as an upstream gave it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) value: FieldValue,
    /// Whose data it is.
    pub(super) source: Source,
    pub(super) release: Option<String>,
    pub(super) derivation: Derivation,
}

impl Found {
    /// A value for just the code that was asked for, of no known release.
    pub(super) fn new(source: Source, value: impl Into<FieldValue>) -> Self {
        Self { value: value.into(), source, release: None, derivation: Derivation::Direct }
    }

    #[must_use]
    pub(super) fn of_release(self, release: Option<String>) -> Self {
        Self { release, ..self }
    }

    #[must_use]
    pub(super) fn derived(self, derivation: Derivation) -> Self {
        Self { derivation, ..self }
    }
}

/// What was found for one field: nothing, when the upstream has nothing.
pub(super) type FieldAnswer = Result<Option<Found>, CallError>;

impl Fetched {
    /// Enters what was found. An empty value is none.
    pub(super) fn enter(&mut self, provider: &'static str, source: Source, code: SocCode, field: Field, answer: FieldAnswer) {
        let found = match answer {
            Ok(found) => found.filter(|found| !found.value.is_empty()),
            Err(error) => return self.failures.push(FieldFailure { code, field, error: Arc::new(error.into()) }),
        };
        let claim = Claim { code, field, source, provider, release: None, value: None, derivation: Derivation::Direct };
        self.claims.push(match found {
            None => claim,
            Some(Found { value, source, release, derivation }) => Claim { source, release, value: Some(value), derivation, ..claim },
        });
    }
}
