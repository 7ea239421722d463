//! A person's word on a draft: approving it, or rejecting it.
//!
//! Approving never changes who produced the value. What was rejected is remembered by the keys of its items, and is not
//! drafted again.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Actor, Principal, Scope},
        coverage::Drafting,
        event::EventKind,
        facts::Subject,
        fields::Field,
        history::Changeset,
        job::Job,
        provenance::{Approval, FieldProfile, Layer, Source},
        soc::SocCode,
        user_error::{UserError, UserErrorCode},
        values::{FieldValue, Item},
    },
    loaders::ProfileKey,
    service::{EnrichOptions, Result, Service, actor, changes::Draft, input},
    store::{DraftKey, KnownDraft, NewDraft, NewRejection, RestatedDraft, Unit},
};

/// Which draft a caller speaks of, and what they say.
#[derive(Debug, Clone)]
pub struct Word {
    /// The job that shows it.
    pub job: Uuid,
    /// The field.
    pub field: Field,
    /// Why.
    pub note: Option<String>,
}

/// A draft that is spoken of, before anything is locked.
struct Spoken {
    job: Job,
    key: DraftKey,
    layer: Layer,
}

impl Service {
    /// Notes that a person approves a draft. It is good for ever then, until it is rejected.
    pub async fn approve_ai_value(&self, principal: &Principal, word: &Word) -> Result<(Job, Changeset)> {
        let actor = actor(principal)?;
        let note = note(word.note.as_deref())?;
        let spoken = self.spoken(principal, word).await?;
        let unit = self.begin(principal).await?;
        let (job, draft) = self.hold(&unit, principal, &spoken).await?;
        if let Some(approval) = &draft.word {
            let message = format!("{} of this job was approved already, by {} at {}.", word.field, approval.by.name, approval.at);
            return Err(UserError::new(UserErrorCode::AlreadyDone, message, &["field"]).into());
        }
        let now = self.clock.now();
        let approval = Approval { by: actor.clone(), at: now, note: note.clone() };
        let restated = RestatedDraft { id: self.clock.new_id(), replaces: draft.id, word: Some(approval.clone()), expires_at: None };
        unit.restate_drafts(&[restated], now).await?;
        self.touch(&unit, spoken.key.0, EventKind::JobUpdated).await?;
        let after = told(&spoken.layer, &json!(approval));
        let change = change(&job, word.field, "AI_APPROVED", told(&spoken.layer, &Value::Null), Some(after));
        let set = self.record(&unit, actor, job.company_id, "approveAiValue", note, vec![change]).await?;
        self.done(unit, principal, job.id, set).await
    }

    /// Drops a draft, and remembers it so that the same is not drafted again. With `regenerate` another one is queued; else
    /// none is drafted until somebody enriches by force.
    pub async fn reject_ai_value(&self, principal: &Principal, word: &Word, regenerate: bool) -> Result<(Job, Changeset)> {
        let actor = actor(principal)?;
        let note = note(word.note.as_deref())?;
        if regenerate && self.drafting() == Drafting::Off {
            return Err(UserError::invalid("There is nobody to draft another value: `assistant.kind` is off.", &["regenerate"]).into());
        }
        let spoken = self.spoken(principal, word).await?;
        let unit = self.begin(principal).await?;
        let (job, draft) = self.hold(&unit, principal, &spoken).await?;
        self.drop_draft(&unit, actor, spoken.key, &spoken.layer.value, &draft, note.as_deref(), regenerate).await?;
        self.touch(&unit, spoken.key.0, EventKind::JobEnriched).await?;
        if regenerate {
            let options = EnrichOptions { fields: vec![word.field], force: false };
            self.queue_run(&unit, actor, job.company_id, std::slice::from_ref(&job), &options).await?;
        }
        let change = change(&job, word.field, "AI_REJECTED", told(&spoken.layer, &json!(draft.word)), None);
        let set = self.record(&unit, actor, job.company_id, "rejectAiValue", note, vec![change]).await?;
        self.done(unit, principal, job.id, set).await
    }

    /// The draft that is spoken of, when the caller may speak of it.
    async fn spoken(&self, principal: &Principal, word: &Word) -> Result<Spoken> {
        let job = self.store_for(principal).job(principal.audience(), word.job).await?;
        let job = job.filter(|job| principal.owns(job.company_id)).ok_or_else(|| UserError::not_found("job", &["jobId"]))?;
        let key = ProfileKey::from(&job);
        let profile = self.loaders(principal).many([key]).await?.remove(&key);
        let profile = profile.as_ref().map(|profile| profile.field(word.field));
        let layer = profile.and_then(|profile| profile.layers().iter().find(|layer| layer.source == Source::Ai));
        let layer = layer.ok_or_else(|| no_draft(word.field, profile.map(AsRef::as_ref)))?.clone();
        let subject = match layer.inherited_from {
            Some(code) if !principal.may(Scope::PlatformAdmin) => return Err(shared(word.field, code).into()),
            Some(code) => Subject::Occupation(code),
            None => Subject::Job(job.id),
        };
        Ok(Spoken { job, key: (subject, word.field), layer })
    }

    /// The job and the draft as they are, held until the end of the unit. Facts are held before jobs, as enrichment does.
    async fn hold(&self, unit: &Unit, principal: &Principal, spoken: &Spoken) -> Result<(Job, KnownDraft)> {
        let (subject, field) = spoken.key;
        if let Subject::Occupation(code) = subject {
            unit.lock_facts(&[code]).await?;
        }
        let job = unit.job(principal.audience(), spoken.job.id).await?;
        let job = job.ok_or_else(|| UserError::not_found("job", &["jobId"]))?;
        let draft = unit.known_drafts(&[subject]).await?.remove(&spoken.key);
        // Who came first may have written the same value once more, with a word on it: that is told as what it is.
        let same = |draft: &KnownDraft| draft.digest.as_ref() == Some(&spoken.layer.value.digest());
        let gone = || {
            let message = format!("The draft of {field} was changed meanwhile: look at it again.");
            UserError::new(UserErrorCode::Conflict, message, &["field"])
        };
        let still = job.inherits_from() == spoken.job.inherits_from();
        Ok((job, draft.filter(|draft| still && same(draft)).ok_or_else(gone)?))
    }

    /// Takes a draft away, and remembers its items.
    #[expect(clippy::too_many_arguments, reason = "what a rejection says")]
    pub(in crate::service) async fn drop_draft(
        &self,
        unit: &Unit,
        by: &Actor,
        key: DraftKey,
        value: &FieldValue,
        draft: &KnownDraft,
        note: Option<&str>,
        regenerate: bool,
    ) -> Result<()> {
        let now = self.clock.now();
        let (digest, keys) = (value.digest(), keys(value));
        let rejection = NewRejection { id: self.clock.new_id(), key, digest: &digest, keys: &keys, actor: by, note };
        unit.insert_rejection(&rejection, now).await?;
        if regenerate {
            return Ok(unit.close_drafts(vec![draft.id], now).await?);
        }
        let word = Approval { by: by.clone(), at: now, note: note.map(str::to_owned) };
        let (subject, field) = key;
        let provider = draft.provider.as_str();
        let closed = NewDraft {
            id: self.clock.new_id(),
            subject,
            field,
            provider,
            value: None,
            word: Some(&word),
            expires_at: None,
            replaces: Some(draft.id),
        };
        Ok(unit.record_drafts(&[closed], now).await?)
    }

    /// Raises the jobs that show the draft.
    pub(in crate::service) async fn touch(&self, unit: &Unit, subject: Subject, event: EventKind) -> Result<()> {
        let now = self.clock.now();
        let touched = match subject {
            Subject::Occupation(code) => unit.touch_inheriting(&[code], now).await?,
            Subject::Job(id) => unit.touch_jobs(&[id], now).await?,
        };
        self.publish(unit, event, touched).await
    }

    async fn done(&self, unit: Unit, principal: &Principal, job: Uuid, set: Changeset) -> Result<(Job, Changeset)> {
        let job = unit.job(principal.audience(), job).await?.ok_or_else(|| UserError::not_found("job", &["jobId"]))?;
        unit.commit().await?;
        self.committed();
        Ok((job, set))
    }
}

fn note(text: Option<&str>) -> Result<Option<String>, UserError> {
    Ok(text.map(|text| input::note(text, &["note"])).transpose()?.flatten())
}

fn no_draft(field: Field, profile: Option<&FieldProfile>) -> UserError {
    let message = match profile.and_then(FieldProfile::effective) {
        Some(layer) => {
            let source = layer.source.name();
            format!("{field} of this job has no AI draft: its source is {source} ({}).", layer.provider)
        }
        None => format!("{field} of this job has no AI draft, and no other value either."),
    };
    UserError::invalid(message, &["field"])
}

fn shared(field: Field, code: SocCode) -> UserError {
    let message = format!(
        "The draft of {field} is that of the occupation {code}: it is the same for every job that inherits from it, so only a platform \
         admin may approve or reject it. Override the field to change it for this job alone."
    );
    UserError::new(UserErrorCode::Forbidden, message, &["field"])
}

/// The keys of a value's items; the level of what is no list.
fn keys(value: &FieldValue) -> Vec<String> {
    fn of<T: Item>(items: &[T]) -> Vec<String> {
        items.iter().map(|item| item.key().to_owned()).collect()
    }
    match value {
        FieldValue::TextList(list) => of(&list.0),
        FieldValue::TaskList(list) => of(&list.0),
        FieldValue::ToolList(list) => of(&list.0),
        FieldValue::RatedElementList(list) => of(&list.0),
        FieldValue::Education(education) => vec![education.typical_level.clone()],
        FieldValue::WorkExperience(work) => vec![work.typical.clone()],
        FieldValue::Outlook(_) | FieldValue::Wages(_) => vec![],
    }
}

/// A draft as history shows it.
fn told(layer: &Layer, word: &Value) -> Value {
    let ai = layer.ai.as_ref();
    json!({
        "source": layer.source, "provider": &*layer.provider, "model": ai.map(|ai| &ai.model), "confidence": ai.map(|ai| ai.confidence),
        "digest": layer.value.digest(), "approval": word,
    })
}

fn change(job: &Job, field: Field, action: &'static str, before: Value, after: Option<Value>) -> Draft {
    Draft { job: Some(job.id), field: Some(field), action, before: Some(before), after }
}
