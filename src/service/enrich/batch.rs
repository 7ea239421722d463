//! Doing queued work: a batch of items at a time, each effect in the transaction that closes its item.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    EnrichOptions, Failure,
    answers::{Answers, Written},
    outcomes::{drafts, outcome},
};
use crate::{
    domain::{
        access::{Actor, Audience},
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

    /// What could not be asked for of what this item is about.
    fn failures<'f>(&self, answers: &'f Answers) -> impl Iterator<Item = &'f Failure> {
        answers.failures.iter().filter(move |failure| Some(failure.code) == self.code && self.fields().contains(&failure.field))
    }

    /// The wait before the next try, when there is one.
    fn next_try(&self) -> Option<TimeDelta> {
        match self.item.kind {
            _ if self.item.attempts < MAX_ATTEMPTS => Some(backoff(self.item.attempts, rand::random())),
            // Somebody has to ask sometime, and while it waits nobody queues it anew.
            WorkKind::RefreshOccupation => Some(REST),
            WorkKind::EnrichJob | WorkKind::BulkChunk => None,
        }
    }
}

impl Service {
    /// Does claimed work. Items whose claim was lost meanwhile leave no trace.
    pub async fn process(&self, items: &[WorkItem]) -> Result<()> {
        let (chunks, asked): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.kind == WorkKind::BulkChunk);
        if !asked.is_empty() {
            self.enrich_batch(&asked).await?;
        }
        for chunk in &chunks {
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
        let held = replayed(|| self.write(&pieces, &answers)).await?;
        if held < items.len() {
            tracing::warn!(lost = items.len() - held, "wrote nothing of what this worker had no claim on any more");
        }
        Ok(())
    }

    /// Writes everything that comes of the pieces. Answers how many of them still held.
    async fn write(&self, pieces: &[Piece<'_>], answers: &Answers) -> Result<usize> {
        let unit = self.store.begin().await?;
        let open = close(&unit, pieces, answers).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let codes: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.code).collect();
        let written = self.write_answers(&unit, &codes.into_iter().collect::<Vec<_>>(), answers).await?;
        self.tell(&unit, &open, answers, &written).await?;
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
                WorkKind::BulkChunk => Ok(Piece::nothing(item)),
            };
            read.unwrap_or_else(|why| Piece::broken(item, why))
        };
        Ok(items.iter().map(piece).collect())
    }

    /// Writes outcomes, history and the progress of runs.
    async fn tell(&self, unit: &Unit, open: &[(&Piece<'_>, End)], answers: &Answers, written: &Written) -> Result<()> {
        let now = self.clock.now();
        let (mut changes, mut outcomes) = (vec![], BTreeMap::<Uuid, Vec<_>>::new());
        let mut progress: BTreeMap<Uuid, (i32, i32)> = BTreeMap::new();
        for (piece, end) in open {
            let came = self.outcomes_of(piece, answers, written);
            let failed = *end == End::Dead || came.iter().any(|(_, outcome)| outcome.result == OutcomeKind::Failed);
            let over = *end != End::Later;
            if let Some(run) = piece.item.run.filter(|_| !piece.off) {
                outcomes.entry(run).or_default().extend(came);
                let counts = progress.entry(run).or_default();
                *counts = (counts.0 + i32::from(over), counts.1 + i32::from(over && failed));
            }
            if let Some(job) = piece.job.as_ref().filter(|_| over) {
                changes.extend(drafts(job, piece.fields(), &written.before, &written.after, self.store.precedence()));
            }
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

    fn outcomes_of(&self, piece: &Piece<'_>, answers: &Answers, written: &Written) -> Vec<(Uuid, Outcome)> {
        let Some(job) = &piece.job else { return vec![] };
        let of = |field: &Field| {
            outcome(job, *field, &written.before, &written.after, &answers.failures, piece.item.attempts, self.store.precedence())
        };
        piece.fields().iter().map(|field| (self.clock.new_id(), of(field))).collect()
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
async fn close<'t, 'a>(unit: &Unit, pieces: &'t [Piece<'a>], answers: &Answers) -> Result<Vec<(&'t Piece<'a>, End)>> {
    let mut open = Vec::with_capacity(pieces.len());
    let mut done = vec![];
    for piece in pieces {
        let failure = piece.failures(answers).next();
        if let Some(why) = &piece.broken {
            open.extend(unit.bury(piece.item, why).await?.then_some((piece, End::Dead)));
        } else if let Some((failure, wait)) = failure.zip(piece.next_try()) {
            let error = format!("{}: {}", failure.provider, failure.error);
            open.extend(unit.retry(piece.item, &error, wait).await?.then_some((piece, End::Later)));
        } else {
            done.push(piece);
        }
    }
    let held = unit.finish_all(&done.iter().map(|piece| piece.item).collect::<Vec<_>>()).await?;
    open.extend(done.into_iter().filter(|piece| held.contains(&piece.item.id)).map(|piece| (piece, End::Done)));
    Ok(open)
}
