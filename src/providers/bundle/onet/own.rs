//! Whose data answers for a code: its own, or that of several.

use super::super::{Bundle, BundleError};
use crate::domain::{provenance::Derivation, soc::SocCode};

/// What is known of a code: its own data; for an "All Other" code without, its details' data; for a publication code its
/// occupations' data. `own` reads what one occupation itself has, `merge` puts several occupations' data together.
pub(super) fn resolve<T>(
    bundle: &Bundle,
    code: SocCode,
    own: impl Fn(SocCode) -> Result<Option<T>, BundleError>,
    merge: impl Fn(&[(SocCode, T)]) -> T,
) -> Result<Option<(T, Derivation)>, BundleError> {
    let references = bundle.references();
    let Some(components) = references.aggregates.get(&code) else {
        return of_occupation(bundle, code.onet(), &own, &merge);
    };
    let mut parts = Vec::with_capacity(components.len());
    for &component in components {
        if let Some((part, _)) = of_occupation(bundle, component, &own, &merge)? {
            parts.push((component, part));
        }
    }
    Ok(merged(&parts, merge, |from| Derivation::Combined { from }))
}

fn of_occupation<T>(
    bundle: &Bundle,
    code: SocCode,
    own: impl Fn(SocCode) -> Result<Option<T>, BundleError>,
    merge: impl Fn(&[(SocCode, T)]) -> T,
) -> Result<Option<(T, Derivation)>, BundleError> {
    let references = bundle.references();
    if !references.occupations.contains(&code) {
        return Ok(None);
    }
    if let Some(direct) = own(code)? {
        return Ok(Some((direct, Derivation::Direct)));
    }
    let mut parts = Vec::new();
    for detail in references.details(code) {
        parts.extend(own(detail)?.map(|part| (detail, part)));
    }
    Ok(merged(&parts, merge, |from| Derivation::RolledUp { from }))
}

fn merged<T>(
    parts: &[(SocCode, T)],
    merge: impl Fn(&[(SocCode, T)]) -> T,
    derivation: impl Fn(Vec<SocCode>) -> Derivation,
) -> Option<(T, Derivation)> {
    let from: Vec<_> = parts.iter().map(|(code, _)| *code).collect();
    (!parts.is_empty()).then(|| (merge(parts), derivation(from)))
}
