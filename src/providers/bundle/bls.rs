//! The bundled BLS files as providers.

mod oews;
mod projections;

pub use oews::BlsOews;
pub use projections::BlsProjections;

use std::collections::BTreeMap;

use crate::domain::{provenance::Derivation, soc::SocCode};

/// Under which code the figures of `code` are published, and what that makes of them.
///
/// BLS knows no O*NET details and publishes some SOC codes together; `published` tells the code for each SOC code.
fn published_as(code: SocCode, published: &BTreeMap<SocCode, SocCode>) -> (SocCode, Derivation) {
    let group = published.get(&code.soc()).copied().unwrap_or_else(|| code.soc());
    let own = group == code.soc() && code.detail().unwrap_or(0) == 0;
    (group, if own { Derivation::Direct } else { Derivation::PublishedFor { code: group } })
}
