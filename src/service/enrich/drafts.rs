//! Drafts: what the assistant makes of the gaps that official answers leave. It is asked outside of any transaction; what it
//! makes is written in the unit that closes the work.
//!
//! A draft is asked for where official data is missing, or thin, and nobody who may have it failed; where there is a draft
//! already, only when that is stale, or by force. An approved draft is never asked for again. Another draft takes the place
//! of one that is there unless it is less likely to be right; what stays is good for another term.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{answers::Answers, outcomes::Drafts, wanted::Wish};
use crate::{
    domain::{event::EventKind, facts::Subject, fields::Field, freshness, provenance::AiDraft, soc::SocCode, values::FieldValue},
    providers::assistant::{Answered, Assistant, AssistantError},
    service::{Result, Service},
    store::{DraftKey, KnownDraft, NewDraft, RestatedDraft, Unit},
};

/// All that a batch looks at of one occupation or role.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) subject: Subject,
    /// Whose budget pays.
    pub(super) company: Option<Uuid>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) fields: BTreeSet<Field>,
    pub(super) force: bool,
}

/// A draft that could not be made.
#[derive(Debug, Clone)]
pub(super) struct DraftFailure {
    pub(super) subject: Subject,
    pub(super) field: Field,
    pub(super) provider: String,
    pub(super) error: String,
    /// Asking again soon may help.
    pub(super) may_pass: bool,
}

/// What came of the assistant, to be written.
#[derive(Debug, Default)]
pub(super) struct Drafted {
    provider: String,
    results: Vec<DraftResult>,
    pub(super) failures: Vec<DraftFailure>,
}

#[derive(Debug)]
struct DraftResult {
    key: DraftKey,
    /// The row that was current when the assistant was asked.
    seen: Option<Uuid>,
    came: Came,
}

#[derive(Debug)]
enum Came {
    /// A draft.
    Draft(Box<(FieldValue, AiDraft)>),
    /// The assistant has nothing.
    Nothing,
    /// The assistant failed: what is there stays.
    Kept,
    /// Official data is there: a draft is not looked after any more.
    Shadowed,
}

/// The drafts before and after a batch was written.
#[derive(Debug, Default)]
pub(super) struct WrittenDrafts {
    pub(super) before: Drafts,
    pub(super) after: Drafts,
}

/// What is written for one result.
enum Write {
    Nothing,
    New,
    Restate(Option<DateTime<Utc>>),
    Close,
}

impl Service {
    /// Asks the assistant for what official answers, the given ones among them, leave open.
    pub(super) async fn draft_gaps(&self, looks: &[Look], answers: &Answers) -> Result<Drafted> {
        let (wishes, shadowed) = self.wishes(looks, answers).await?;
        let mut drafted = Drafted { results: shadowed.into_iter().map(shadow).collect(), ..Drafted::default() };
        if wishes.is_empty() {
            return Ok(drafted);
        }
        let requests = self.draft_requests(&wishes).await?;
        let Some(assistant) = self.assistant() else { return Ok(drafted) };
        assistant.name().clone_into(&mut drafted.provider);
        let answered = assistant.draft(&requests).await;
        let generated_at = self.clock.now();
        for (wish, answer) in wishes.iter().zip(answered) {
            drafted.add(wish, &*assistant, answer, generated_at);
        }
        Ok(drafted)
    }

    /// Writes drafts about these, unless somebody came between, and raises the versions of the jobs that show them. `touched`
    /// are occupations whose jobs have been raised already.
    pub(super) async fn write_drafts(
        &self,
        unit: &Unit,
        subjects: &[Subject],
        drafted: &Drafted,
        touched: &BTreeSet<SocCode>,
    ) -> Result<WrittenDrafts> {
        let results: Vec<&DraftResult> = drafted.results.iter().filter(|result| subjects.contains(&result.key.0)).collect();
        self.lock(unit, &results).await?;
        let before = unit.known_drafts(subjects).await?;
        let (now, mut batch) = (self.clock.now(), Batch::default());
        for result in &results {
            let current = before.get(&result.key);
            batch.take(self, result, current, decide(result, current, now, || self.draft_expiry(now)), &drafted.provider);
        }
        unit.close_drafts(batch.closed.clone(), now).await?;
        unit.record_drafts(&batch.new, now).await?;
        unit.restate_drafts(&batch.restated, now).await?;
        let after = batch.after(&before);
        self.tell_drafts(unit, &before, &after, touched).await?;
        Ok(WrittenDrafts { before, after })
    }

    /// Nobody else writes drafts about these until the end of the unit.
    async fn lock(&self, unit: &Unit, results: &[&DraftResult]) -> Result<()> {
        let (mut codes, mut jobs) = (BTreeSet::new(), BTreeSet::new());
        for result in results {
            match result.key.0 {
                Subject::Occupation(code) => codes.insert(code),
                Subject::Job(id) => jobs.insert(id),
            };
        }
        unit.lock_facts(&codes.into_iter().collect::<Vec<_>>()).await?;
        Ok(unit.lock_jobs(&jobs.into_iter().collect::<Vec<_>>()).await?)
    }

    async fn tell_drafts(&self, unit: &Unit, before: &Drafts, after: &Drafts, touched: &BTreeSet<SocCode>) -> Result<()> {
        let digest = |drafts: &Drafts, key: &DraftKey| drafts.get(key).and_then(|draft| draft.digest.clone());
        let changed: BTreeSet<Subject> =
            before.keys().chain(after.keys()).filter(|key| digest(before, key) != digest(after, key)).map(|key| key.0).collect();
        let codes: Vec<SocCode> =
            changed.iter().filter_map(|subject| occupation(*subject)).filter(|code| !touched.contains(code)).collect();
        let jobs: Vec<Uuid> = changed.iter().filter_map(|subject| if let Subject::Job(id) = subject { Some(*id) } else { None }).collect();
        let now = self.clock.now();
        let mut told = unit.touch_inheriting(&codes, now).await?;
        told.extend(unit.touch_jobs(&jobs, now).await?);
        self.publish(unit, EventKind::JobEnriched, told).await
    }

    /// How long a draft that is made now is good for.
    fn draft_expiry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        freshness::expires_at(now, self.ttl(""))
    }
}

fn occupation(subject: Subject) -> Option<SocCode> {
    if let Subject::Occupation(code) = subject { Some(code) } else { None }
}

fn shadow((key, seen): (DraftKey, Uuid)) -> DraftResult {
    DraftResult { key, seen: Some(seen), came: Came::Shadowed }
}

impl Drafted {
    fn add(&mut self, wish: &Wish, assistant: &dyn Assistant, answer: Result<Answered, AssistantError>, generated_at: DateTime<Utc>) {
        let key = (wish.look.subject, wish.field);
        let came = match answer {
            Ok(Answered { draft, model }) => {
                let ai = AiDraft {
                    model,
                    prompt_version: assistant.version().to_owned(),
                    confidence: draft.confidence,
                    generated_at,
                    based_on: draft.based_on,
                };
                Came::Draft(Box::new((draft.value, ai)))
            }
            Err(AssistantError::NothingShared | AssistantError::NotAllowed(_)) => Came::Nothing,
            Err(error) => {
                let (subject, field) = key;
                let (provider, may_pass) = (assistant.name().to_owned(), error.may_pass());
                self.failures.push(DraftFailure { subject, field, provider, error: error.to_string(), may_pass });
                Came::Kept
            }
        };
        self.results.push(DraftResult { key, seen: wish.current, came });
    }
}

/// What is written, when `current` is what is there. What somebody did meanwhile goes before what was drafted without knowing of it.
fn decide(result: &DraftResult, current: Option<&KnownDraft>, now: DateTime<Utc>, expiry: impl Fn() -> DateTime<Utc>) -> Write {
    if current.map(|draft| draft.id) != result.seen {
        return Write::Nothing;
    }
    let stale = current.is_some_and(|draft| freshness::is_stale(draft.expires_at, now));
    let stays = || if stale { Write::Restate(Some(expiry())) } else { Write::Nothing };
    match (&result.came, current.filter(|draft| draft.digest.is_some())) {
        (Came::Draft(new), Some(old)) if old.digest.as_deref() == Some(new.0.digest().as_str()) => stays(),
        (Came::Draft(new), Some(old)) if old.ai.as_ref().is_some_and(|ai| new.1.confidence < ai.confidence) => stays(),
        (Came::Draft(_), _) | (Came::Nothing, None) => Write::New,
        (Came::Nothing | Came::Kept, Some(_)) => stays(),
        (Came::Shadowed, Some(_)) => Write::Restate(None),
        (Came::Kept, None) => Write::Nothing,
        (Came::Shadowed, None) => Write::Close,
    }
}

/// What is written of a batch.
#[derive(Default)]
struct Batch<'a> {
    new: Vec<NewDraft<'a>>,
    restated: Vec<RestatedDraft>,
    closed: Vec<Uuid>,
    changed: HashMap<DraftKey, Option<KnownDraft>>,
}

impl<'a> Batch<'a> {
    fn take(&mut self, service: &Service, result: &'a DraftResult, current: Option<&KnownDraft>, write: Write, provider: &'a str) {
        let id = service.clock.new_id();
        let (subject, field) = result.key;
        let after = match (write, current) {
            (Write::New, _) => {
                let value = if let Came::Draft(draft) = &result.came { Some((&draft.0, &draft.1)) } else { None };
                let expires_at = Some(service.draft_expiry(service.clock.now()));
                let replaces = current.map(|draft| draft.id);
                self.new.push(NewDraft { id, subject, field, provider, value, word: None, expires_at, replaces });
                Some(KnownDraft {
                    id,
                    provider: provider.to_owned(),
                    digest: value.map(|(value, _)| value.digest()),
                    ai: value.map(|(_, ai)| ai.clone()),
                    word: None,
                    expires_at,
                })
            }
            (Write::Restate(expires_at), Some(current)) => {
                self.restated.push(RestatedDraft { id, replaces: current.id, word: None, expires_at });
                Some(KnownDraft { id, expires_at, ..current.clone() })
            }
            (Write::Close, Some(current)) => {
                self.closed.push(current.id);
                None
            }
            _ => return,
        };
        self.changed.insert(result.key, after);
    }

    fn after(self, before: &Drafts) -> Drafts {
        let mut after: BTreeMap<_, _> = before.iter().map(|(key, draft)| (*key, Some(draft.clone()))).collect();
        after.extend(self.changed);
        after.into_iter().filter_map(|(key, draft)| Some((key, draft?))).collect()
    }
}
