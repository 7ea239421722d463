//! Doing queued work: a batch of items at a time, each effect in the transaction that closes its item.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    EnrichOptions, Failure,
    answers::{Answers, Written},
    drafts::{DraftFailure, Drafted, Look, WrittenDrafts},
    outcomes::Found,
};
use crate::{
    domain::{
        access::{Actor, Audience},
        facts::Subject,
        fields::Field,
        job::Job,
        run::{Outcome, OutcomeKind},
        soc::SocCode,
        work::{EnrichJob, MAX_ATTEMPTS, REST, RefreshOccupation, WorkItem, WorkKind, backoff},
    },
    service::{Result, Service, replay::replayed},
    store::Unit,
};

/// One item, read.
pub(super) struct Piece<'a> {
    pub(super) item: &'a WorkItem,
    /// The job to be enriched; none for a refresh, and for a job that is no longer there.
    pub(super) job: Option<Job>,
    /// The occupation to ask about.
    pub(super) code: Option<SocCode>,
    options: EnrichOptions,
    /// Why it can never be done.
    broken: Option<String>,
    /// Its run was called off: there is nothing to do.
    off: bool,
}

/// How an item is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// For good.
    Done,
    /// To be tried again.
    Later,
    /// Given up.
    Dead,
}

impl<'a> Piece<'a> {
    fn nothing(item: &'a WorkItem) -> Self {
        Self { item, job: None, code: None, options: EnrichOptions::default(), broken: None, off: false }
    }

    fn broken(item: &'a WorkItem, why: String) -> Self {
        Self { broken: Some(why), ..Self::nothing(item) }
    }

    fn fields(&self) -> &[Field] {
        if self.options.fields.is_empty() { &Field::ALL } else { &self.options.fields }
    }

    /// What drafts would be about.
    fn subject(&self) -> Option<Subject> {
        self.code.map(Subject::Occupation).or_else(|| self.job.as_ref().and_then(Subject::of))
    }

    /// The wait before the next try, when there is one.
    fn next_try(&self) -> Option<TimeDelta> {
        match self.item.kind {
            _ if self.item.attempts < MAX_ATTEMPTS => Some(backoff(self.item.attempts, rand::random())),
            // Somebody has to ask sometime, and while it waits nobody queues it anew.
            WorkKind::RefreshOccupation => Some(REST),
            WorkKind::EnrichJob | WorkKind::BulkChunk | WorkKind::ReviewRole => None,
        }
    }

    /// What could not be asked for of what this item is about, and may be had later: who could not be asked, and why.
    fn failure(&self, came: &Came) -> Option<String> {
        let official = |failure: &&Failure| Some(failure.code) == self.code && self.fields().contains(&failure.field);
        let draft =
            |failure: &&DraftFailure| failure.may_pass && Some(failure.subject) == self.subject() && self.fields().contains(&failure.field);
        let official = came.answers.failures.iter().find(official).map(|failure| format!("{}: {}", failure.provider, failure.error));
        official.or_else(|| came.drafted.failures.iter().find(draft).map(|failure| format!("{}: {}", failure.provider, failure.error)))
    }
}

/// What came of asking.
struct Came {
    answers: Answers,
    drafted: Drafted,
}

/// What was written.
struct Effects {
    written: Written,
    drafts: WrittenDrafts,
}

impl Service {
    /// Does claimed work. Items whose claim was lost meanwhile leave no trace.
    pub async fn process(&self, items: &[WorkItem]) -> Result<()> {
        let of = |kind: WorkKind| items.iter().filter(move |item| item.kind == kind).cloned().collect::<Vec<_>>();
        let others = [WorkKind::BulkChunk, WorkKind::ReviewRole];
        let asked: Vec<_> = items.iter().filter(|item| !others.contains(&item.kind)).cloned().collect();
        if !asked.is_empty() {
            self.enrich_batch(&asked).await?;
        }
        let reviews = of(WorkKind::ReviewRole);
        if !reviews.is_empty() {
            Box::pin(self.review_roles(&reviews)).await?;
        }
        for chunk in &of(WorkKind::BulkChunk) {
            replayed(|| Box::pin(self.do_chunk(chunk))).await?;
        }
        Ok(())
    }

    async fn enrich_batch(&self, items: &[WorkItem]) -> Result<()> {
        let pieces = self.read(items).await?;
        let mut answers = Answers::default();
        for force in [false, true] {
            let of_kind = || pieces.iter().filter(move |piece| piece.options.force == force);
            let codes: BTreeSet<_> = of_kind().filter_map(|piece| piece.code).collect();
            let fields: BTreeSet<_> = of_kind().flat_map(|piece| piece.fields().iter().copied()).collect();
            let (codes, fields): (Vec<_>, Vec<_>) = (codes.into_iter().collect(), fields.into_iter().collect());
            answers.add(self.ask(&codes, &fields, force).await?);
        }
        let drafted = self.draft_gaps(&self.looks(&pieces), &answers).await?;
        let came = Came { answers, drafted };
        let held = replayed(|| self.write(&pieces, &came)).await?;
        if held < items.len() {
            tracing::warn!(lost = items.len() - held, "wrote nothing of what this worker had no claim on any more");
        }
        Ok(())
    }

    /// Writes everything that comes of the pieces. Answers how many of them still held.
    async fn write(&self, pieces: &[Piece<'_>], came: &Came) -> Result<usize> {
        let unit = self.store.begin().await?;
        let open = close(&unit, pieces, came).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let codes: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.code).collect();
        let subjects: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.subject()).collect();
        let written = self.write_answers(&unit, &codes.into_iter().collect::<Vec<_>>(), &came.answers).await?;
        let subjects: Vec<_> = subjects.into_iter().collect();
        let drafts = self.write_drafts(&unit, &subjects, &came.drafted, &written.touched).await?;
        self.tell(&unit, &open, came, &Effects { written, drafts }).await?;
        unit.commit().await?;
        self.committed();
        Ok(open.len())
    }

    pub(super) async fn read<'a>(&self, items: &'a [WorkItem]) -> Result<Vec<Piece<'a>>> {
        let ids: BTreeSet<_> = items.iter().filter_map(|item| payload::<EnrichJob>(item).ok()).map(|wanted| wanted.job).collect();
        let jobs = self.store.jobs(Audience::Platform, &ids.into_iter().collect::<Vec<_>>()).await?;
        let jobs: HashMap<Uuid, Job> = jobs.into_iter().map(|job| (job.id, job)).collect();
        let runs: HashSet<_> = items.iter().filter_map(|item| item.run).collect();
        let cancelled = self.store.cancelled(&runs.into_iter().collect::<Vec<_>>()).await?;
        let piece = |item: &'a WorkItem| {
            if item.run.is_some_and(|run| cancelled.contains(&run)) {
                return Piece { off: true, ..Piece::nothing(item) };
            }
            let read = match item.kind {
                WorkKind::EnrichJob => payload::<EnrichJob>(item).map(|wanted| {
                    let job = jobs.get(&wanted.job).cloned();
                    let options = EnrichOptions { fields: wanted.fields, force: wanted.force };
                    Piece { code: job.as_ref().and_then(Job::inherits_from), job, options, ..Piece::nothing(item) }
                }),
                WorkKind::RefreshOccupation => {
                    payload::<RefreshOccupation>(item).map(|wanted| Piece { code: Some(wanted.code), ..Piece::nothing(item) })
                }
                // Done by `process`.
                WorkKind::BulkChunk | WorkKind::ReviewRole => Ok(Piece::nothing(item)),
            };
            read.unwrap_or_else(|why| Piece::broken(item, why))
        };
        Ok(items.iter().map(piece).collect())
    }

    /// What the items want of each occupation and role.
    fn looks(&self, pieces: &[Piece<'_>]) -> Vec<Look> {
        let reference = self.reference();
        let mut looks: BTreeMap<Subject, Look> = BTreeMap::new();
        for piece in pieces {
            let Some(subject) = piece.subject() else { continue };
            let fresh = || {
                let occupation = piece.code.and_then(|code| reference.catalogue.get(code));
                let of_job = |text: fn(&Job) -> String| piece.job.as_ref().map(text).unwrap_or_default();
                Look {
                    subject,
                    company: piece.job.as_ref().filter(|_| piece.code.is_none()).and_then(|job| job.company_id),
                    title: occupation.map_or_else(|| of_job(|job| job.title.clone()), |occupation| occupation.title.to_string()),
                    description: occupation.map_or_else(
                        || of_job(|job| job.description.clone().unwrap_or_default()),
                        |occupation| occupation.description.to_string(),
                    ),
                    fields: BTreeSet::new(),
                    force: false,
                }
            };
            let look = looks.entry(subject).or_insert_with(fresh);
            look.fields.extend(piece.fields());
            look.force |= piece.options.force;
        }
        looks.into_values().collect()
    }

    /// Writes outcomes, history and the progress of runs.
    async fn tell(&self, unit: &Unit, open: &[(&Piece<'_>, End)], came: &Came, effects: &Effects) -> Result<()> {
        let now = self.clock.now();
        let found = Found {
            before: &effects.written.before,
            after: &effects.written.after,
            failures: &came.answers.failures,
            drafts: &effects.drafts,
            draft_failures: &came.drafted.failures,
            precedence: self.store.precedence(),
            drafting: self.drafting(),
        };
        let (mut changes, mut outcomes) = (vec![], BTreeMap::<Uuid, Vec<_>>::new());
        let mut progress: BTreeMap<Uuid, (i32, i32)> = BTreeMap::new();
        for (piece, end) in open {
            let told = self.outcomes_of(piece, &found);
            let failed = *end == End::Dead || told.iter().any(|(_, outcome)| outcome.result == OutcomeKind::Failed);
            let over = *end != End::Later;
            if let Some(run) = piece.item.run.filter(|_| !piece.off) {
                outcomes.entry(run).or_default().extend(told);
                let counts = progress.entry(run).or_default();
                *counts = (counts.0 + i32::from(over), counts.1 + i32::from(over && failed));
            }
            // What was written is history, also when the item is tried again for what is missing.
            changes.extend(piece.job.iter().flat_map(|job| found.changes(job, piece.fields())));
        }
        for (run, outcomes) in &outcomes {
            unit.write_outcomes(*run, outcomes, now).await?;
        }
        if !changes.is_empty() {
            self.record(unit, &Actor::system("enrichment"), None, "enrich", None, changes).await?;
        }
        for (run, (done, failed)) in progress {
            unit.advance_run(run, done, failed, now).await?;
        }
        Ok(())
    }

    fn outcomes_of(&self, piece: &Piece<'_>, found: &Found<'_>) -> Vec<(Uuid, Outcome)> {
        let Some(job) = &piece.job else { return vec![] };
        let of = |field: &Field| (self.clock.new_id(), found.outcome(job, *field, piece.item.attempts));
        piece.fields().iter().map(of).collect()
    }

    /// What is told of a job whose item was given up.
    pub(super) fn failed(&self, piece: &Piece<'_>, error: &str) -> Vec<(Uuid, Outcome)> {
        let Some(job) = &piece.job else { return vec![] };
        let of = |field: &Field| Outcome {
            job_id: job.id,
            field: *field,
            result: OutcomeKind::Failed,
            provider: None,
            message: Some(error.to_owned()),
            attempts: piece.item.attempts,
        };
        piece.fields().iter().map(|field| (self.clock.new_id(), of(field))).collect()
    }
}

fn payload<T: DeserializeOwned>(item: &WorkItem) -> Result<T, String> {
    T::deserialize(&item.payload).map_err(|error| format!("its payload cannot be read: {error}"))
}

/// Closes the items: for good, or to be tried again when something could not be asked for. Answers those whose claim still
/// held, and how they ended.
async fn close<'t, 'a>(unit: &Unit, pieces: &'t [Piece<'a>], came: &Came) -> Result<Vec<(&'t Piece<'a>, End)>> {
    let mut open = Vec::with_capacity(pieces.len());
    let mut done = vec![];
    for piece in pieces {
        if let Some(why) = &piece.broken {
            open.extend(unit.bury(piece.item, why).await?.then_some((piece, End::Dead)));
        } else if let Some((error, wait)) = piece.failure(came).zip(piece.next_try()) {
            open.extend(unit.retry(piece.item, &error, wait).await?.then_some((piece, End::Later)));
        } else {
            done.push(piece);
        }
    }
    let held = unit.finish_all(&done.iter().map(|piece| piece.item).collect::<Vec<_>>()).await?;
    open.extend(done.into_iter().filter(|piece| held.contains(&piece.item.id)).map(|piece| (piece, End::Done)));
    Ok(open)
}
