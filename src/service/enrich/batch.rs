//! Doing queued work: a batch of items at a time, each effect in the transaction that closes its item.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
        run::OutcomeKind,
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

    /// What drafts would be about.
    fn subject(&self) -> Option<Subject> {
        self.code.map(Subject::Occupation).or_else(|| self.job.as_ref().and_then(Subject::of))
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
        let (chunks, asked): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|item| item.kind == WorkKind::BulkChunk);
        if !asked.is_empty() {
            self.enrich_batch(&asked).await?;
        }
        for chunk in &chunks {
            Box::pin(self.do_chunk(chunk)).await?;
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
        let unit = self.store.begin().await?;
        let open = self.close(&unit, &pieces, &came).await?;
        if open.is_empty() {
            return Ok(());
        }
        let codes: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.code).collect();
        let subjects: BTreeSet<_> = open.iter().filter_map(|(piece, _)| piece.subject()).collect();
        let written = self.write_answers(&unit, &codes.into_iter().collect::<Vec<_>>(), &came.answers).await?;
        let subjects: Vec<_> = subjects.into_iter().collect();
        let drafts = self.write_drafts(&unit, &subjects, &came.drafted, &written.touched).await?;
        self.tell(&unit, &open, &came, &Effects { written, drafts }).await?;
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
            WorkKind::BulkChunk => Piece { item, job: None, code: None, options: EnrichOptions::default() },
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

    /// Closes the items: for good, or to be tried again when something could not be asked for. Answers those whose claim
    /// still held, and whether they are done.
    async fn close<'t, 'a>(&self, unit: &Unit, pieces: &'t [Piece<'a>], came: &Came) -> Result<Vec<(&'t Piece<'a>, bool)>> {
        let mut open = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let (held, done) = match piece.failure(came) {
                Some(error) if piece.item.attempts < MAX_ATTEMPTS => {
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
    async fn tell(&self, unit: &Unit, open: &[(&Piece<'_>, bool)], came: &Came, effects: &Effects) -> Result<()> {
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
        let mut changes = vec![];
        let mut progress: BTreeMap<Uuid, (i32, i32)> = BTreeMap::new();
        for (piece, done) in open {
            let Some(job) = &piece.job else {
                if let Some(run) = piece.item.run {
                    progress.entry(run).or_default().0 += i32::from(*done);
                }
                continue;
            };
            let outcome = |field: &Field| (self.clock.new_id(), found.outcome(job, *field, piece.item.attempts));
            let outcomes: Vec<_> = piece.fields().iter().map(outcome).collect();
            let failed = outcomes.iter().any(|(_, outcome)| outcome.result == OutcomeKind::Failed);
            if let Some(run) = piece.item.run {
                unit.write_outcomes(run, &outcomes, now).await?;
                let counts = progress.entry(run).or_default();
                *counts = (counts.0 + i32::from(*done), counts.1 + i32::from(*done && failed));
            }
            // What was written is history, also when the item is tried again for what is missing.
            changes.extend(found.changes(job, piece.fields()));
        }
        if !changes.is_empty() {
            self.record(unit, &Actor::system("enrichment"), None, "enrich", None, changes).await?;
        }
        for (run, (done, failed)) in progress {
            unit.advance_run(run, done, failed, now).await?;
        }
        Ok(())
    }
}
