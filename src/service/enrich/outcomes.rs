//! What came of asking: for every job and field, from what was known before and after.

use std::collections::HashMap;

use serde_json::json;

use super::Failure;
use crate::{
    domain::{
        claim::Claim,
        coverage::gap,
        fields::Field,
        job::Job,
        precedence::Precedence,
        run::{Outcome, OutcomeKind},
        soc::SocCode,
        values::FieldValue,
    },
    service::changes::Draft,
    store::{FactKey, KnownFact, RecordedClaim},
};

/// What is known, without values.
pub(super) type Known = HashMap<FactKey, KnownFact>;

pub(super) fn key(claim: &Claim) -> FactKey {
    (claim.code, claim.field, claim.provider.to_owned())
}

pub(super) fn digest(claim: &Claim) -> Option<String> {
    claim.value.as_ref().filter(|value| !value.is_empty()).map(FieldValue::digest)
}

pub(in crate::service) fn changes_value(claim: &Claim, before: &Known) -> bool {
    before.get(&key(claim)).and_then(|fact| fact.digest.clone()) != digest(claim)
}

pub(super) fn merged(before: &Known, recorded: &[RecordedClaim<'_>]) -> Known {
    let mut after = before.clone();
    after.extend(recorded.iter().map(|recorded| {
        let claim = recorded.claim;
        let fact = KnownFact {
            id: recorded.id,
            digest: digest(claim),
            release: claim.release.clone(),
            expires_at: Some(recorded.expires_at),
            source: claim.source,
        };
        (key(claim), fact)
    }));
    after
}

/// The official answer that wins for a field, in the order of precedence of the field table.
fn winner<'k>(code: SocCode, field: Field, facts: &'k Known, precedence: &Precedence) -> Option<(&'static str, &'k KnownFact)> {
    let of = |provider: &&'static str| {
        facts.get(&(code, field, (*provider).to_owned())).filter(|fact| fact.digest.is_some()).map(|fact| (*provider, fact))
    };
    precedence.of(field).iter().find_map(of)
}

pub(super) fn outcome(
    job: &Job,
    field: Field,
    before: &Known,
    after: &Known,
    failures: &[Failure],
    attempts: i32,
    precedence: &Precedence,
) -> Outcome {
    let failure = failures.iter().find(|failure| failure.field == field && Some(failure.code) == job.inherits_from());
    let (was, is) = match job.inherits_from() {
        Some(code) => (winner(code, field, before, precedence), winner(code, field, after, precedence)),
        None => (None, None),
    };
    let (result, provider, message) = match (was, is, failure) {
        (None, Some((provider, _)), _) => (OutcomeKind::Filled, Some(provider), None),
        (Some((_, old)), Some((provider, new)), _) if old.digest == new.digest => (OutcomeKind::Unchanged, Some(provider), None),
        (Some(_), Some((provider, _)), _) => (OutcomeKind::Refreshed, Some(provider), None),
        (_, None, Some(failure)) => (OutcomeKind::Failed, Some(failure.provider), Some(failure.error.clone())),
        (_, None, None) => (OutcomeKind::NotAvailable, None, Some(gap(job, field, &empty_handed(job, field, after, precedence)).reason)),
    };
    Outcome { job_id: job.id, field, result, provider: provider.map(str::to_owned), message, attempts }
}

fn empty_handed(job: &Job, field: Field, facts: &Known, precedence: &Precedence) -> Vec<String> {
    let asked = |provider: &&&str| job.inherits_from().is_some_and(|code| facts.contains_key(&(code, field, (**provider).to_owned())));
    precedence.of(field).iter().filter(asked).map(ToString::to_string).collect()
}

/// What history keeps of a field whose official value is another now.
pub(super) fn drafts<'a>(
    job: &'a Job,
    fields: &'a [Field],
    before: &'a Known,
    after: &'a Known,
    precedence: &'a Precedence,
) -> impl Iterator<Item = Draft> + 'a {
    let described = |found: Option<(&'static str, &KnownFact)>| {
        found.map(|(provider, fact)| json!({ "source": fact.source, "provider": provider, "release": fact.release, "digest": fact.digest }))
    };
    job.inherits_from().into_iter().flat_map(move |code| {
        fields.iter().filter_map(move |field| {
            let (was, is) = (winner(code, *field, before, precedence), winner(code, *field, after, precedence));
            let changed = was.map(|(_, fact)| &fact.digest) != is.map(|(_, fact)| &fact.digest);
            changed.then(|| Draft {
                job: Some(job.id),
                field: Some(*field),
                action: "FIELD_ENRICHED",
                before: described(was),
                after: described(is),
            })
        })
    })
}
