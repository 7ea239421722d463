//! Enrichment: asking providers about the occupations that jobs inherit from, and writing down what they answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Result, Service, actor, changes::Draft};
use crate::{
    domain::{
        access::{Actor, Principal},
        claim::Claim,
        coverage::gap,
        fields::Field,
        freshness,
        job::Job,
        run::{Outcome, OutcomeKind, Run, RunStatus},
        soc::SocCode,
        user_error::{UserError, UserErrorCode},
    },
    store::{FactKey, JobFilter, JobOrder, KnownFact, NewRun, PageRequest, RecordedClaim, Unit},
};

/// How many jobs are enriched in one unit of work.
const BATCH: usize = 100;

/// What to ask for.
#[derive(Debug, Clone)]
pub struct EnrichOptions {
    /// The fields; all when empty.
    pub fields: Vec<Field>,
    /// Ask again though what is known is still fresh.
    pub force: bool,
}

impl EnrichOptions {
    fn fields(&self) -> &[Field] {
        if self.fields.is_empty() { &Field::ALL } else { &self.fields }
    }
}

/// How far a run is, for whoever watches it.
pub type Progress<'a> = dyn Fn(&Run) + Send + Sync + 'a;

/// How many fields of a run had which outcome.
pub type Summary = BTreeMap<OutcomeKind, usize>;

/// What providers answered, and who could not be asked.
#[derive(Debug, Default)]
pub(super) struct Answers {
    claims: Vec<Claim>,
    failures: Vec<(Field, &'static str, String)>,
}

impl Service {
    /// Enriches one job.
    pub async fn enrich_job(&self, principal: &Principal, id: Uuid, options: &EnrichOptions) -> Result<Run> {
        let job = self.store.job(principal.audience(), id).await?.ok_or_else(|| UserError::not_found("job", &["id"]))?;
        let request = json!({ "job": id, "fields": options.fields, "force": options.force });
        Ok(self.run(principal, "enrichJob", vec![job], options, request, &|_| {}).await?.0)
    }

    /// Enriches the jobs that a filter lets through.
    pub async fn enrich_jobs(
        &self,
        principal: &Principal,
        filter: &JobFilter,
        options: &EnrichOptions,
        progress: &Progress<'_>,
    ) -> Result<(Run, Summary)> {
        let jobs = self.all_jobs(principal, filter).await?;
        if jobs.is_empty() {
            return Err(UserError::new(UserErrorCode::NotFound, "The filter lets no job through.", &["filter"]).into());
        }
        let request = json!({ "jobs": jobs.len(), "fields": options.fields, "force": options.force });
        self.run(principal, "enrichJobs", jobs, options, request, progress).await
    }

    /// All jobs that a filter lets through, a page at a time.
    pub async fn all_jobs(&self, principal: &Principal, filter: &JobFilter) -> Result<Vec<Job>> {
        let (mut jobs, order, mut request) = (vec![], JobOrder::default(), PageRequest::first(1_000));
        loop {
            let page = self.store.jobs_page(principal.audience(), filter, self.clock.now(), order, &request).await?;
            request.after = page.items.last().map(|job| (order.place(job), job.id));
            jobs.extend(page.items);
            if !page.has_next {
                return Ok(jobs);
            }
        }
    }

    async fn run(
        &self,
        principal: &Principal,
        action: &str,
        jobs: Vec<Job>,
        options: &EnrichOptions,
        request: serde_json::Value,
        progress: &Progress<'_>,
    ) -> Result<(Run, Summary)> {
        let actor = actor(principal)?;
        let mut run = self.new_run(jobs.len());
        let company_id = principal.company();
        let unit = self.store.begin().await?;
        unit.insert_run(&NewRun { run: run.clone(), actor, company_id, request }).await?;
        unit.commit().await?;
        let mut summary = Summary::new();
        for batch in jobs.chunks(BATCH) {
            let codes: BTreeSet<_> = batch.iter().filter_map(Job::inherits_from).collect();
            let answers = self.ask(&codes.into_iter().collect::<Vec<_>>(), options.fields(), options.force).await?;
            let unit = self.store.begin().await?;
            let (outcomes, drafts) = self.apply_answers(&unit, batch, options, &answers).await?;
            count(&mut run, &mut summary, &outcomes, batch.len());
            self.write_outcomes(&unit, run.id, outcomes).await?;
            if !drafts.is_empty() {
                self.record(&unit, actor, company_id, action, None, drafts).await?;
            }
            unit.update_run(&run).await?;
            unit.commit().await?;
            progress(&run);
        }
        run.status = finished(&run);
        run.finished_at = Some(self.clock.now());
        let unit = self.store.begin().await?;
        unit.update_run(&run).await?;
        unit.commit().await?;
        Ok((run, summary))
    }

    fn new_run(&self, jobs: usize) -> Run {
        let now = self.clock.now();
        let total = i32::try_from(jobs).unwrap_or(i32::MAX);
        Run {
            id: self.clock.new_id(),
            status: RunStatus::Running,
            total,
            done: 0,
            failed: 0,
            created_at: now,
            started_at: Some(now),
            finished_at: None,
        }
    }

    /// Writes down what was answered about the occupation of a job that is about to be written.
    pub(super) async fn take_answers(&self, unit: &Unit, job: &Job, answers: &Answers) -> Result<Vec<Outcome>> {
        if job.inherits_from().is_none() {
            return Ok(vec![]);
        }
        let options = EnrichOptions { fields: vec![], force: false };
        Ok(self.apply_answers(unit, std::slice::from_ref(job), &options, answers).await?.0)
    }

    /// Writes what came of [`take_answers`](Self::take_answers) as a run of its own.
    pub(super) async fn record_run(&self, unit: &Unit, actor: &Actor, job: &Job, outcomes: Vec<Outcome>) -> Result<()> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let mut run = self.new_run(1);
        unit.insert_run(&NewRun { run: run.clone(), actor, company_id: job.company_id, request: json!({ "job": job.id }) }).await?;
        count(&mut run, &mut Summary::new(), &outcomes, 1);
        self.write_outcomes(unit, run.id, outcomes).await?;
        run.status = finished(&run);
        run.finished_at = Some(self.clock.now());
        Ok(unit.update_run(&run).await?)
    }

    async fn write_outcomes(&self, unit: &Unit, run: Uuid, outcomes: Vec<Outcome>) -> Result<()> {
        let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| (self.clock.new_id(), outcome)).collect();
        Ok(unit.insert_outcomes(run, &outcomes, self.clock.now()).await?)
    }

    /// Asks every provider once, for all codes that it has not answered yet, or no longer freshly, or from another release.
    pub(super) async fn ask(&self, codes: &[SocCode], fields: &[Field], force: bool) -> Result<Answers> {
        let mut answers = Answers::default();
        if codes.is_empty() {
            return Ok(answers);
        }
        let known = self.store.known_facts(codes).await?;
        let now = self.clock.now();
        for provider in &self.reference().bundled {
            let fields: Vec<_> = provider.fields().iter().copied().filter(|field| fields.contains(field)).collect();
            let fresh = |code: SocCode, field: Field| {
                let fact = known.get(&(code, field, provider.name().to_owned()));
                fact.is_some_and(|fact| !freshness::is_stale(fact.expires_at, now))
            };
            let asked: Vec<_> = codes.iter().copied().filter(|code| force || fields.iter().any(|field| !fresh(*code, *field))).collect();
            if asked.is_empty() || fields.is_empty() {
                continue;
            }
            match provider.fetch(&asked, &fields).await {
                Ok(fetched) => {
                    answers.claims.extend(fetched.claims);
                    let failed = fetched.failures.into_iter();
                    answers.failures.extend(failed.map(|failure| (failure.field, provider.name(), failure.error.to_string())));
                }
                Err(error) => answers.failures.extend(fields.iter().map(|field| (*field, provider.name(), error.to_string()))),
            }
        }
        Ok(answers)
    }

    /// Writes the answers down, and tells for every job and field what came of them.
    async fn apply_answers(
        &self,
        unit: &Unit,
        jobs: &[Job],
        options: &EnrichOptions,
        answers: &Answers,
    ) -> Result<(Vec<Outcome>, Vec<Draft>)> {
        let codes: BTreeSet<_> = jobs.iter().filter_map(Job::inherits_from).collect();
        let codes: Vec<_> = codes.into_iter().collect();
        if !answers.claims.is_empty() {
            unit.lock_facts(&codes).await?;
        }
        let before = unit.known_facts(&codes).await?;
        let now = self.clock.now();
        let recorded: Vec<_> = answers.claims.iter().filter_map(|claim| self.to_record(claim, &before, options.force, now)).collect();
        if !recorded.is_empty() {
            unit.record_claims(&recorded, now).await?;
        }
        let changed: BTreeSet<_> =
            recorded.iter().filter(|recorded| changes_value(recorded.claim, &before)).map(|recorded| recorded.claim.code).collect();
        unit.touch_inheriting(&changed.into_iter().collect::<Vec<_>>(), now).await?;
        let after = merged(&before, &recorded);
        let outcome = |job: &Job, field: Field| outcome(job, field, &before, &after, &answers.failures);
        let outcomes = jobs
            .iter()
            .flat_map(|job| options.fields().iter().map(move |field| (job, *field)))
            .map(|(job, field)| outcome(job, field))
            .collect();
        let drafts = jobs.iter().flat_map(|job| drafts(job, options.fields(), &before, &after)).collect();
        Ok((outcomes, drafts))
    }

    /// A claim that says something new: another value, another release, or the same again after it had become stale.
    fn to_record<'a>(
        &self,
        claim: &'a Claim,
        before: &HashMap<FactKey, KnownFact>,
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

fn key(claim: &Claim) -> FactKey {
    (claim.code, claim.field, claim.provider.to_owned())
}

fn digest(claim: &Claim) -> Option<String> {
    claim.value.as_ref().filter(|value| !value.is_empty()).map(crate::domain::values::FieldValue::digest)
}

fn changes_value(claim: &Claim, before: &HashMap<FactKey, KnownFact>) -> bool {
    before.get(&key(claim)).and_then(|fact| fact.digest.clone()) != digest(claim)
}

fn merged(before: &HashMap<FactKey, KnownFact>, recorded: &[RecordedClaim<'_>]) -> HashMap<FactKey, KnownFact> {
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
fn winner<'a>(code: SocCode, field: Field, facts: &'a HashMap<FactKey, KnownFact>) -> Option<(&'static str, &'a KnownFact)> {
    let of = |provider: &&'static str| {
        facts.get(&(code, field, (*provider).to_owned())).filter(|fact| fact.digest.is_some()).map(|fact| (*provider, fact))
    };
    field.default_providers().iter().find_map(of)
}

fn outcome(
    job: &Job,
    field: Field,
    before: &HashMap<FactKey, KnownFact>,
    after: &HashMap<FactKey, KnownFact>,
    failures: &[(Field, &'static str, String)],
) -> Outcome {
    let failure = failures.iter().find(|(failed, ..)| *failed == field);
    let (was, is) = match job.inherits_from() {
        Some(code) => (winner(code, field, before), winner(code, field, after)),
        None => (None, None),
    };
    let (result, provider, message) = match (was, is, failure) {
        (None, Some((provider, _)), _) => (OutcomeKind::Filled, Some(provider), None),
        (Some((_, old)), Some((provider, new)), _) if old.digest == new.digest => (OutcomeKind::Unchanged, Some(provider), None),
        (Some(_), Some((provider, _)), _) => (OutcomeKind::Refreshed, Some(provider), None),
        (_, None, Some((_, provider, error))) => (OutcomeKind::Failed, Some(*provider), Some(error.clone())),
        (_, None, None) => (OutcomeKind::NotAvailable, None, Some(gap(job, field, &empty_handed(job, field, after)).reason)),
    };
    Outcome { job_id: job.id, field, result, provider: provider.map(str::to_owned), message, attempts: 1 }
}

fn empty_handed(job: &Job, field: Field, facts: &HashMap<FactKey, KnownFact>) -> Vec<String> {
    let asked = |provider: &&&str| job.inherits_from().is_some_and(|code| facts.contains_key(&(code, field, (**provider).to_owned())));
    field.default_providers().iter().filter(asked).map(ToString::to_string).collect()
}

/// What history keeps of a field whose official value is another now.
fn drafts<'a>(
    job: &'a Job,
    fields: &'a [Field],
    before: &'a HashMap<FactKey, KnownFact>,
    after: &'a HashMap<FactKey, KnownFact>,
) -> impl Iterator<Item = Draft> + 'a {
    let described = |found: Option<(&'static str, &KnownFact)>| {
        found.map(|(provider, fact)| json!({ "source": fact.source, "provider": provider, "release": fact.release, "digest": fact.digest }))
    };
    job.inherits_from().into_iter().flat_map(move |code| {
        fields.iter().filter_map(move |field| {
            let (was, is) = (winner(code, *field, before), winner(code, *field, after));
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

fn count(run: &mut Run, summary: &mut Summary, outcomes: &[Outcome], jobs: usize) {
    let failed: BTreeSet<_> =
        outcomes.iter().filter(|outcome| outcome.result == OutcomeKind::Failed).map(|outcome| outcome.job_id).collect();
    run.done += i32::try_from(jobs).unwrap_or(i32::MAX);
    run.failed += i32::try_from(failed.len()).unwrap_or(i32::MAX);
    for outcome in outcomes {
        *summary.entry(outcome.result).or_default() += 1;
    }
}

fn finished(run: &Run) -> RunStatus {
    match run.failed {
        0 => RunStatus::Complete,
        failed if failed < run.total => RunStatus::Partial,
        _ => RunStatus::Failed,
    }
}
