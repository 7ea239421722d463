//! The bundled O*NET database as a provider.

mod own;
mod preparation;
mod rated;
mod responsibilities;
mod tasks;
mod titles;
mod tools;

use std::sync::Arc;

use async_trait::async_trait;

use super::{Bundle, BundleError};
use crate::{
    domain::{
        claim::Claim,
        fields::Field,
        provenance::{Derivation, Source},
        rollup::{self, Preparation},
        soc::SocCode,
        values::FieldValue,
    },
    providers::{Fetched, ONET_DATABASE, Provider, ProviderError},
};
use own::resolve;

/// Answers from the O*NET tables of a bundle.
///
/// An "All Other" code without data is rolled up from the detailed codes below it, a publication code is combined from its
/// occupations: see [`rollup`].
#[derive(Debug, Clone)]
pub struct OnetDatabase {
    bundle: Arc<Bundle>,
}

const FIELDS: &[Field] = &[
    Field::CoreResponsibilities,
    Field::Tasks,
    Field::ToolsAndTechnology,
    Field::Skills,
    Field::Knowledge,
    Field::Abilities,
    Field::RelatedTitles,
    Field::Education,
    Field::WorkExperience,
];

/// The table that a field's release is told by.
fn table(field: Field) -> &'static str {
    match field {
        Field::CoreResponsibilities | Field::Tasks => "Task Statements",
        Field::ToolsAndTechnology => "Technology Skills",
        Field::Skills => "Skills",
        Field::Knowledge => "Knowledge",
        Field::Abilities => "Abilities",
        Field::RelatedTitles => "Alternate Titles",
        Field::Education | Field::WorkExperience => "Education, Training, and Experience",
        Field::Outlook | Field::Wages => "Occupation Data",
    }
}

impl OnetDatabase {
    /// A provider over a bundle.
    pub fn new(bundle: Arc<Bundle>) -> Self {
        Self { bundle }
    }

    fn claim(&self, code: SocCode, field: Field) -> Result<Claim, BundleError> {
        let found = self.value(code, field)?;
        let (value, derivation) = found.map_or((None, Derivation::Direct), |(value, derivation)| (Some(value), derivation));
        Ok(Claim {
            code,
            field,
            source: Source::Onet,
            provider: ONET_DATABASE,
            release: self.release_of(field),
            value: value.filter(|value| !value.is_empty()),
            derivation,
        })
    }

    fn value(&self, code: SocCode, field: Field) -> Result<Option<(FieldValue, Derivation)>, BundleError> {
        let bundle = &self.bundle;
        Ok(match field {
            Field::CoreResponsibilities => responsibilities::of(bundle, code)?,
            Field::Tasks => typed(resolve(bundle, code, |code| tasks::own(bundle, code), rollup::tasks)?),
            Field::ToolsAndTechnology => typed(resolve(bundle, code, |code| tools::own(bundle, code), rollup::tools)?),
            Field::Skills | Field::Knowledge | Field::Abilities => {
                typed(resolve(bundle, code, |code| rated::own(bundle, table(field), code), rollup::rated)?)
            }
            Field::RelatedTitles => typed(resolve(bundle, code, |code| titles::own(bundle, code), rollup::texts)?),
            Field::Education => self.prepared(code, Preparation::to_education)?,
            Field::WorkExperience => self.prepared(code, Preparation::to_work_experience)?,
            Field::Outlook | Field::Wages => None,
        })
    }

    fn prepared<T: Into<FieldValue>>(
        &self,
        code: SocCode,
        to: impl Fn(&Preparation) -> Option<T>,
    ) -> Result<Option<(FieldValue, Derivation)>, BundleError> {
        let own = |code| Ok(preparation::own(&self.bundle, code)?.filter(|preparation| to(preparation).is_some()));
        let merge = |parts: &[(SocCode, Preparation)]| rollup::prepare(&parts.iter().map(|(_, part)| part.clone()).collect::<Vec<_>>());
        let found = resolve(&self.bundle, code, own, merge)?;
        Ok(found.and_then(|(preparation, derivation)| Some((to(&preparation)?.into(), derivation))))
    }
}

fn typed<T: Into<FieldValue>>(found: Option<(T, Derivation)>) -> Option<(FieldValue, Derivation)> {
    found.map(|(value, derivation)| (value.into(), derivation))
}

#[async_trait]
impl Provider for OnetDatabase {
    fn name(&self) -> &'static str {
        ONET_DATABASE
    }

    fn source(&self) -> Source {
        Source::Onet
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn release(&self) -> Option<String> {
        self.bundle.release("Occupation Data").map(str::to_owned)
    }

    fn release_of(&self, field: Field) -> Option<String> {
        self.bundle.release(table(field)).map(str::to_owned)
    }

    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError> {
        let mut claims = Vec::with_capacity(codes.len() * fields.len());
        for &code in codes {
            for &field in fields.iter().filter(|field| FIELDS.contains(field)) {
                claims.push(
                    self.claim(code, field)
                        .map_err(|error| ProviderError::Bundle { provider: ONET_DATABASE, reason: error.to_string() })?,
                );
            }
            // A code takes milliseconds: others may go on between two of them.
            tokio::task::yield_now().await;
        }
        Ok(claims.into())
    }
}
