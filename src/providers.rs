//! Upstreams that know facts about occupations.

pub mod assistant;
pub mod bls;
pub mod bundle;
pub mod careeronestop;
pub mod lightcast;
pub mod onet;
pub mod reference;
pub mod registry;
pub mod skills;
pub mod soc;

mod fetched;
mod responsibilities;
mod wire;

use std::fmt;

use async_trait::async_trait;
use thiserror::Error;

use crate::{
    domain::{fields::Field, provenance::Source, soc::SocCode},
    net::CallError,
};

pub use fetched::{Fetched, FieldFailure};

/// The bundled O*NET database.
pub const ONET_DATABASE: &str = "onet-database";
/// O*NET Web Services.
pub const ONET_WEB_SERVICES: &str = "onet-web-services";
/// CareerOneStop's Web API.
pub const CAREER_ONE_STOP: &str = "careeronestop";
/// The bundled files of Occupational Employment and Wage Statistics.
pub const BLS_OEWS: &str = "bls-oews";
/// The bundled files of Employment Projections.
pub const BLS_PROJECTIONS: &str = "bls-projections";
/// BLS's Public Data API.
pub const BLS_PUBLIC_DATA: &str = "bls-public-data";
/// Lightcast's Open Skills and Titles, which fill no field by themselves.
pub const LIGHTCAST: &str = "lightcast";

/// An upstream that is asked for many occupations at once.
#[async_trait]
pub trait Provider: fmt::Debug + Send + Sync {
    /// The name in settings, facts and provenance.
    fn name(&self) -> &'static str;

    /// Whose data it is.
    fn source(&self) -> Source;

    /// The fields that it can fill.
    fn fields(&self) -> &'static [Field];

    /// The release of its data, when it has one: `O*NET 30.0`.
    fn release(&self) -> Option<String>;

    /// The release that a claim about a field would have, as far as that is known without asking.
    fn release_of(&self, _field: Field) -> Option<String> {
        self.release()
    }

    /// For every one of `codes` and every one of `fields` that the provider can fill, a claim or a failure. A claim without
    /// a value says that the provider was asked and has nothing, also for codes that nobody knows. What fails for one code
    /// or field is lost for no other; an error means that nothing at all could be asked.
    async fn fetch(&self, codes: &[SocCode], fields: &[Field]) -> Result<Fetched, ProviderError>;
}

/// Why a provider gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProviderError {
    /// A call to an upstream failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The bundled data cannot be read.
    #[error("{provider}: {reason}")]
    Bundle {
        /// The provider.
        provider: &'static str,
        /// Why.
        reason: String,
    },
}

/// The text that a provider's licence, or the custom of its publisher, wants shown beside its data.
pub fn attribution(provider: &str, release: Option<&str>) -> Option<String> {
    let text = match provider {
        ONET_DATABASE => {
            let database = release.map_or_else(|| "O*NET Database".to_owned(), |release| format!("{release} Database"));
            format!(
                "This product includes information from the {database} by the U.S. Department of Labor, Employment and Training \
                 Administration (USDOL/ETA). Used under the CC BY 4.0 license (https://creativecommons.org/licenses/by/4.0/). O*NET® is a \
                 trademark of USDOL/ETA. This project has modified all or some of this information. USDOL/ETA has not approved, endorsed, \
                 or tested these modifications."
            )
        }
        ONET_WEB_SERVICES => "This product includes information from O*NET Web Services by the U.S. Department of Labor, Employment and \
             Training Administration (USDOL/ETA). Used under the CC BY 4.0 license (https://creativecommons.org/licenses/by/4.0/). O*NET® is a \
             trademark of USDOL/ETA. This project has modified all or some of this information. USDOL/ETA has not approved, endorsed, or \
             tested these modifications."
            .to_owned(),
        BLS_OEWS => cited("Occupational Employment and Wage Statistics", release.map(|release| release.trim_start_matches("OEWS "))),
        BLS_PROJECTIONS => cited("Employment Projections", release.map(|release| release.trim_start_matches("EP "))),
        BLS_PUBLIC_DATA => cited("Public Data API", release),
        CAREER_ONE_STOP => "CareerOneStop (https://www.careeronestop.org), sponsored by the U.S. Department of Labor, Employment and Training \
             Administration."
            .to_owned(),
        _ => return None,
    };
    Some(text)
}

fn cited(program: &str, release: Option<&str>) -> String {
    let release = release.map_or_else(String::new, |release| format!(", {release}"));
    format!("Source: U.S. Bureau of Labor Statistics, {program}{release}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribution_names_publisher_and_release() {
        let onet = attribution(ONET_DATABASE, Some("O*NET 30.0")).expect("known");
        assert!(onet.starts_with("This product includes information from the O*NET 30.0 Database by the U.S. Department of Labor"));
        let oews = attribution(BLS_OEWS, Some("OEWS May 2025"));
        let expected = "Source: U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics, May 2025.";
        assert_eq!(oews.as_deref(), Some(expected));
        let outlook = attribution(BLS_PROJECTIONS, Some("EP 2024-34"));
        assert_eq!(outlook.as_deref(), Some("Source: U.S. Bureau of Labor Statistics, Employment Projections, 2024-34."));
        assert_eq!(attribution("Cloudstride", None), None);
    }
}
