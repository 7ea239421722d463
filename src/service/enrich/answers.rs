//! Asking providers, and writing down what they answer.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use futures::future::join_all;

use super::{
    Failure,
    outcomes::{Known, changes_value, digest, key, merged},
};
use crate::{
    domain::{claim::Claim, event::EventKind, facts::Subject, fields::Field, freshness, soc::SocCode},
    providers::{Provider, ProviderError},
    service::{Result, Service},
    store::{RecordedClaim, Unit},
};

/// What providers answered, and who could not be asked.
#[derive(Debug, Default)]
pub(in crate::service) struct Answers {
    pub(in crate::service) claims: Vec<Claim>,
    pub(super) failures: Vec<Failure>,
    force: bool,
}

impl Answers {
    pub(super) fn add(&mut self, other: Self) {
        self.claims.extend(other.claims);
        self.failures.extend(other.failures);
        self.force |= other.force;
    }

    /// True when somebody who may know the field of that occupation could not be asked.
    pub(super) fn failed(&self, subject: Subject, field: Field) -> bool {
        self.failures.iter().any(|failure| failure.field == field && Subject::Occupation(failure.code) == subject)
    }
}

/// What was known before the answers were written, and after.
#[derive(Debug)]
pub(in crate::service) struct Written {
    pub(super) before: Known,
    pub(super) after: Known,
    /// The occupations whose jobs have been raised.
    pub(super) touched: BTreeSet<SocCode>,
}

impl Service {
    /// What the bundled data says of codes that it has not been asked about yet: at once, without a call to anybody.
    pub(in crate::service) async fn ask_bundle(&self, codes: &[SocCode]) -> Result<Answers> {
        self.ask_of(&self.reference().bundled, codes, &Field::ALL, false).await
    }

    /// Asks every provider once, for all codes that it has not answered yet, or no longer freshly.
    pub(in crate::service) async fn ask(&self, codes: &[SocCode], fields: &[Field], force: bool) -> Result<Answers> {
        let providers: Vec<_> = self.reference().bundled.iter().chain(self.upstreams.providers()).cloned().collect();
        self.ask_of(&providers, codes, fields, force).await
    }

    async fn ask_of(&self, providers: &[Arc<dyn Provider>], codes: &[SocCode], fields: &[Field], force: bool) -> Result<Answers> {
        let mut answers = Answers { force, ..Answers::default() };
        if codes.is_empty() {
            return Ok(answers);
        }
        let known = self.store.known_facts(codes).await?;
        let now = self.clock.now();
        let questions = providers.iter().filter_map(|provider| {
            let fields: Vec<_> = self.upstreams.fields_of(&**provider).into_iter().filter(|field| fields.contains(field)).collect();
            let releases: Vec<_> = fields.iter().map(|field| (*field, provider.release_of(*field))).collect();
            let fresh = |code: SocCode, (field, release): &(Field, Option<String>)| {
                let fact = known.get(&(code, *field, provider.name().to_owned()));
                fact.is_some_and(|fact| {
                    !freshness::is_stale(fact.expires_at, now) && !freshness::is_outdated(fact.release.as_deref(), release.as_deref())
                })
            };
            let wanted = |code: &SocCode| force || releases.iter().any(|field| !fresh(*code, field));
            let asked: Vec<_> = codes.iter().copied().filter(wanted).collect();
            (!asked.is_empty() && !fields.is_empty()).then(|| ask_one(&**provider, asked, fields))
        });
        for answer in join_all(questions).await {
            answers.add(answer);
        }
        Ok(answers)
    }

    /// What the bundled data says of codes, without a look into the database: for a unit of work that is under way.
    pub(in crate::service) async fn bundle_says(&self, codes: &[SocCode]) -> Answers {
        let mut answers = Answers::default();
        for provider in &self.reference().bundled {
            answers.add(ask_one(&**provider, codes.to_vec(), provider.fields().to_vec()).await);
        }
        answers
    }

    /// Writes answers down, and raises the versions of the jobs whose values they change: all jobs, whoever asked.
    pub(in crate::service) async fn write_answers(&self, unit: &Unit, codes: &[SocCode], answers: &Answers) -> Result<Written> {
        unit.act_for_all().await?;
        let written = self.write_for_all(unit, codes, answers).await?;
        unit.act_for_caller().await?;
        Ok(written)
    }

    async fn write_for_all(&self, unit: &Unit, codes: &[SocCode], answers: &Answers) -> Result<Written> {
        if !answers.claims.is_empty() {
            unit.lock_facts(codes).await?;
        }
        let before = unit.known_facts(codes).await?;
        let now = self.clock.now();
        let of_these = |claim: &&Claim| codes.contains(&claim.code);
        let recorded: Vec<_> =
            answers.claims.iter().filter(of_these).filter_map(|claim| self.to_record(claim, &before, answers.force, now)).collect();
        if !recorded.is_empty() {
            unit.record_claims(&recorded, now).await?;
        }
        let touched: BTreeSet<_> =
            recorded.iter().filter(|recorded| changes_value(recorded.claim, &before)).map(|recorded| recorded.claim.code).collect();
        let jobs = unit.touch_inheriting(&touched.iter().copied().collect::<Vec<_>>(), now).await?;
        self.publish(unit, EventKind::JobEnriched, jobs).await?;
        let after = merged(&before, &recorded);
        Ok(Written { before, after, touched })
    }

    /// A claim that says something new: another value, another release, or the same again after it had become stale.
    pub(in crate::service) fn to_record<'a>(
        &self,
        claim: &'a Claim,
        before: &Known,
        force: bool,
        now: DateTime<Utc>,
    ) -> Option<RecordedClaim<'a>> {
        let known = before.get(&key(claim));
        let same = known.is_some_and(|fact| {
            fact.digest == digest(claim) && fact.release == claim.release && !freshness::is_stale(fact.expires_at, now)
        });
        let expires_at = freshness::expires_at(now, self.ttl(claim.provider));
        (force || !same).then(|| RecordedClaim { id: self.clock.new_id(), claim, expires_at, replaces: known.map(|fact| fact.id) })
    }
}

/// Asks one provider about all codes together.
async fn ask_one(provider: &dyn Provider, codes: Vec<SocCode>, fields: Vec<Field>) -> Answers {
    let failure = |code, field, error: &ProviderError| Failure { code, field, provider: provider.name(), error: error.to_string() };
    match provider.fetch(&codes, &fields).await {
        Ok(fetched) => {
            let failures = fetched.failures.iter().map(|failed| failure(failed.code, failed.field, &failed.error)).collect();
            Answers { claims: fetched.claims, failures, force: false }
        }
        Err(error) => {
            let all = codes.iter().flat_map(|code| fields.iter().map(|field| (*code, *field)));
            Answers { claims: vec![], failures: all.map(|(code, field)| failure(code, field, &error)).collect(), force: false }
        }
    }
}
