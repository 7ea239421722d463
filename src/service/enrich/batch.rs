//! Doing queued work: a batch of items at a time, each effect in the transaction that closes its item.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
        work::{EnrichJob, MAX_ATTEMPTS, RefreshOccupation, WorkItem, WorkKind, backoff},
    },
    service::{Result, Service},
    store::Unit,
};

/// One item, read.
struct Piece<'a> {
    item: &'a WorkItem,
    /// The job to be enriched; none for a refresh, and for a job that is no longer there.
    job: Option<Job>,
    /// The occupation to ask about.
    code: Option<SocCode>,
    options: EnrichOptions,
}

impl Piece<'_> {
    fn fields(&self) -> &[Field] {
        if self.options.fields.is_empty() { &Field::ALL } else { &self.options.fields }
    }

    /// What could not be asked for of what this item is about.
    fn failures<'f>(&self, answers: &'f Answers) -> impl Iterator<Item = &'f Failure> {
        answers.failures.iter().filter(move |failure| Some(failure.code) == self.code && self.fields().contains(&failure.field))
    }
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
        for chunk in of(WorkKind::BulkChunk) {
            Box::pin(self.do_chunk(&chunk)).await?;
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
        let unit = self.store.begin().await?;
        let open = self.close(&unit, &pieces, &answers).await?;
        if open.is_empty() {
            return Ok(());
        }
        let codes: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.code).collect();
        let written = self.write_answers(&unit, &codes.into_iter().collect::<Vec<_>>(), &answers).await?;
        self.tell(&unit, &open, &answers, &written).await?;
        unit.commit().await?;
        self.committed();
        Ok(())
    }

    /// Gives an item up that can never be done.
    pub async fn give_up(&self, item: &WorkItem, error: &str) -> Result<()> {
        if item.kind == WorkKind::BulkChunk {
            return Box::pin(self.give_up_chunk(item, error)).await;
        }
        let unit = self.store.begin().await?;
        if unit.bury(item, error).await? {
            if let Some(run) = item.run {
                unit.advance_run(run, 1, 1, self.clock.now()).await?;
            }
            unit.commit().await?;
        }
        Ok(())
    }

    /// Puts an item back that failed as a whole, or gives it up after the last try.
    pub async fn put_back(&self, item: &WorkItem, error: &str) -> Result<()> {
        if item.attempts >= MAX_ATTEMPTS {
            return self.give_up(item, error).await;
        }
        let unit = self.store.begin().await?;
        unit.retry(item, error, backoff(item.attempts, rand::random())).await?;
        Ok(unit.commit().await?)
    }

    async fn read<'a>(&self, items: &'a [WorkItem]) -> Result<Vec<Piece<'a>>> {
        let wanted = |item: &WorkItem| serde_json::from_value::<EnrichJob>(item.payload.clone()).ok();
        let ids: BTreeSet<_> = items.iter().filter_map(wanted).map(|wanted| wanted.job).collect();
        let jobs = self.store.jobs(Audience::Platform, &ids.into_iter().collect::<Vec<_>>()).await?;
        let jobs: HashMap<Uuid, Job> = jobs.into_iter().map(|job| (job.id, job)).collect();
        let piece = |item: &'a WorkItem| match item.kind {
            WorkKind::EnrichJob => {
                let wanted = wanted(item);
                let job = wanted.as_ref().and_then(|wanted| jobs.get(&wanted.job)).cloned();
                let options = wanted.map(|wanted| EnrichOptions { fields: wanted.fields, force: wanted.force }).unwrap_or_default();
                Piece { item, code: job.as_ref().and_then(Job::inherits_from), job, options }
            }
            WorkKind::RefreshOccupation => {
                let wanted = serde_json::from_value::<RefreshOccupation>(item.payload.clone()).ok();
                Piece { item, job: None, code: wanted.map(|wanted| wanted.code), options: EnrichOptions::default() }
            }
            // Done by `process`.
            WorkKind::BulkChunk | WorkKind::ReviewRole => Piece { item, job: None, code: None, options: EnrichOptions::default() },
        };
        Ok(items.iter().map(piece).collect())
    }

    /// Closes the items: for good, or to be tried again when something could not be asked for. Answers those whose claim
    /// still held, and whether they are done.
    async fn close<'t, 'a>(&self, unit: &Unit, pieces: &'t [Piece<'a>], answers: &Answers) -> Result<Vec<(&'t Piece<'a>, bool)>> {
        let mut open = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let failure = piece.failures(answers).next();
            let (held, done) = match failure {
                Some(failure) if piece.item.attempts < MAX_ATTEMPTS => {
                    let error = format!("{}: {}", failure.provider, failure.error);
                    (unit.retry(piece.item, &error, backoff(piece.item.attempts, rand::random())).await?, false)
                }
                _ => (unit.finish(piece.item).await?, true),
            };
            if held {
                open.push((piece, done));
            }
        }
        Ok(open)
    }

    /// Writes outcomes, history and the progress of runs.
    async fn tell(&self, unit: &Unit, open: &[(&Piece<'_>, bool)], answers: &Answers, written: &Written) -> Result<()> {
        let now = self.clock.now();
        let mut changes = vec![];
        let mut progress: BTreeMap<Uuid, (i32, i32)> = BTreeMap::new();
        for (piece, done) in open {
            let outcomes = self.outcomes_of(piece, answers, written);
            let failed = outcomes.iter().any(|(_, outcome)| outcome.result == OutcomeKind::Failed);
            if let Some(run) = piece.item.run {
                unit.write_outcomes(run, &outcomes, now).await?;
                let counts = progress.entry(run).or_default();
                *counts = (counts.0 + i32::from(*done), counts.1 + i32::from(*done && failed));
            }
            if let Some(job) = piece.job.as_ref().filter(|_| *done) {
                changes.extend(drafts(job, piece.fields(), &written.before, &written.after, self.store.precedence()));
            }
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
}
