//! What a provider says about occupations.

use crate::domain::{
    fields::Field,
    provenance::{Derivation, Source},
    soc::SocCode,
    values::FieldValue,
};

/// One provider's answer for one field of one occupation.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The occupation, or the publication code, that was asked for.
    pub code: SocCode,
    /// The field.
    pub field: Field,
    /// Who produced the value.
    pub source: Source,
    /// The provider's name.
    pub provider: &'static str,
    /// The release of the data.
    pub release: Option<String>,
    /// None: the provider was asked, and has nothing.
    pub value: Option<FieldValue>,
    /// How the provider came to it.
    pub derivation: Derivation,
}
