//! What came of asking: for every job and field, from what was known before and after.

use std::collections::HashMap;

use serde_json::json;

use super::{
    Failure,
    drafts::{DraftFailure, WrittenDrafts},
};
use crate::{
    domain::{
        claim::Claim,
        coverage::{Asked, Drafting, NoDraft, Standing, gap},
        facts::Subject,
        fields::Field,
        job::Job,
        precedence::Precedence,
        provenance::Source,
        run::{Outcome, OutcomeKind},
        soc::SocCode,
        values::FieldValue,
    },
    service::changes::Draft,
    store::{DraftKey, FactKey, KnownDraft, KnownFact, RecordedClaim},
};

/// What is known, without values.
pub(super) type Known = HashMap<FactKey, KnownFact>;

/// What assistants drafted, without values.
pub(super) type Drafts = HashMap<DraftKey, KnownDraft>;

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

/// All that a batch found out, as far as outcomes and history need it.
pub(super) struct Found<'a> {
    pub(super) before: &'a Known,
    pub(super) after: &'a Known,
    pub(super) failures: &'a [Failure],
    pub(super) drafts: &'a WrittenDrafts,
    pub(super) draft_failures: &'a [DraftFailure],
    pub(super) precedence: &'a Precedence,
    pub(super) drafting: Drafting,
}

/// What a field answers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Winner<'a> {
    source: Source,
    provider: &'a str,
    release: Option<&'a str>,
    digest: &'a str,
}

/// The official answer that wins for a field, in the order of precedence of the field table.
fn official<'a>(code: SocCode, field: Field, facts: &'a Known, precedence: &Precedence) -> Option<Winner<'a>> {
    let of = |provider: &&'static str| {
        let fact = facts.get(&(code, field, (*provider).to_owned()))?;
        let digest = fact.digest.as_deref()?;
        Some(Winner { source: fact.source, provider, release: fact.release.as_deref(), digest })
    };
    precedence.of(field).iter().find_map(of)
}

fn draft(subject: Option<Subject>, field: Field, drafts: &Drafts) -> Option<Winner<'_>> {
    let draft = drafts.get(&(subject?, field))?;
    Some(Winner { source: Source::Ai, provider: &draft.provider, release: None, digest: draft.digest.as_deref()? })
}

impl Found<'_> {
    fn official(&self, job: &Job, field: Field) -> (Option<Winner<'_>>, Option<Winner<'_>>) {
        let of = |facts| job.inherits_from().and_then(|code| official(code, field, facts, self.precedence));
        (of(self.before), of(self.after))
    }

    fn drafts(&self, job: &Job, field: Field) -> (Option<Winner<'_>>, Option<Winner<'_>>) {
        let subject = Subject::of(job);
        (draft(subject, field, &self.drafts.before), draft(subject, field, &self.drafts.after))
    }

    /// What came of one field of a job.
    pub(super) fn outcome(&self, job: &Job, field: Field, attempts: i32) -> Outcome {
        let failure = self.failures.iter().find(|failure| failure.field == field && Some(failure.code) == job.inherits_from());
        let told = |result, winner: Winner<'_>| (result, Some(winner.provider.to_owned()), None);
        let (result, provider, message) = match (self.official(job, field), failure) {
            ((None, Some(is)), _) => told(OutcomeKind::Filled, is),
            ((Some(was), Some(is)), _) if was.digest != is.digest => told(OutcomeKind::Refreshed, is),
            ((_, Some(is)), _) => self.drafted(job, field).unwrap_or_else(|| told(OutcomeKind::Unchanged, is)),
            ((_, None), Some(failure)) => (OutcomeKind::Failed, Some(failure.provider.to_owned()), Some(failure.error.clone())),
            ((_, None), None) => {
                let kept = || self.drafts(job, field).1.map(|is| told(OutcomeKind::Unchanged, is));
                let nothing = || {
                    (OutcomeKind::NotAvailable, None, Some(gap(job, field, &self.asked(job, field), &Standing::well(self.drafting)).reason))
                };
                self.drafted(job, field).or_else(kept).unwrap_or_else(nothing)
            }
        };
        Outcome { job_id: job.id, field, result, provider, message, attempts }
    }

    /// What came of the assistant, when it made something, or failed to.
    fn drafted(&self, job: &Job, field: Field) -> Option<(OutcomeKind, Option<String>, Option<String>)> {
        let (was, is) = self.drafts(job, field);
        if let Some(is) = is.filter(|is| was.map(|was| was.digest) != Some(is.digest)) {
            return Some((OutcomeKind::Supplemented, Some(is.provider.to_owned()), None));
        }
        let failed = self.draft_failures.iter().find(|failure| Some(failure.subject) == Subject::of(job) && failure.field == field)?;
        Some((OutcomeKind::Failed, Some(failed.provider.clone()), Some(failed.error.clone())))
    }

    /// Who was asked and has nothing.
    fn asked(&self, job: &Job, field: Field) -> Asked {
        let asked =
            |provider: &&&str| job.inherits_from().is_some_and(|code| self.after.contains_key(&(code, field, (**provider).to_owned())));
        let no_draft = Subject::of(job).and_then(|subject| self.drafts.after.get(&(subject, field)));
        Asked {
            providers: self.precedence.of(field).iter().filter(asked).map(ToString::to_string).collect(),
            draft: match no_draft {
                None => NoDraft::NotAsked,
                Some(draft) if draft.word.is_some() => NoDraft::Rejected,
                Some(draft) => NoDraft::Nothing(draft.provider.clone()),
            },
        }
    }

    /// What history keeps of a job's fields whose official or drafted value is another now.
    pub(super) fn changes<'a>(&'a self, job: &'a Job, fields: &'a [Field]) -> impl Iterator<Item = Draft> + 'a {
        let described = |winner: Option<Winner<'_>>| {
            winner.map(|is| json!({ "source": is.source, "provider": is.provider, "release": is.release, "digest": is.digest }))
        };
        fields.iter().filter_map(move |field| {
            let ((was_official, official), (was_draft, draft)) = (self.official(job, *field), self.drafts(job, *field));
            let (was, is) = (was_official.or(was_draft), official.or(draft));
            (was.map(|was| was.digest) != is.map(|is| is.digest)).then(|| Draft {
                job: Some(job.id),
                field: Some(*field),
                action: "FIELD_ENRICHED",
                before: described(was),
                after: described(is),
            })
        })
    }
}
