//! Undoing a person's word on a draft: an approval is taken back, and what was rejected is there again.

use serde::Deserialize;
use uuid::Uuid;

use super::revert::conflict;
use crate::{
    domain::{
        access::{Principal, Scope},
        bulk::BulkResult,
        event::EventKind,
        facts::Subject,
        fields::Field,
        history::Change,
        job::Job,
        provenance::Approval,
        user_error::{UserError, UserErrorCode},
    },
    service::{Result, Service, actor, changes::Draft},
    store::{DraftKey, KnownDraft, Unit},
};

/// A draft as history tells of it.
#[derive(Deserialize, PartialEq)]
struct Told {
    digest: String,
    approval: Option<Approval>,
}

fn told(value: Option<&serde_json::Value>) -> Result<Option<Told>> {
    let read = value.map(|value| serde_json::from_value(value.clone())).transpose();
    Ok(read.map_err(|_| UserError::invalid("History does not tell what the draft was.", &[]))?)
}

/// What is there now, as history would tell of it. A row without a value notes that there is none.
fn there(current: Option<&KnownDraft>) -> Option<Told> {
    let current = current?;
    Some(Told { digest: current.digest.clone()?, approval: current.word.clone() })
}

/// What is done to a draft when it is given back what it was.
fn inverse(was: Option<&Told>, became: Option<&Told>) -> &'static str {
    match (was, became) {
        (Some(_), None) => "AI_REINSTATED",
        (None, _) => "AI_REJECTED",
        (Some(was), Some(_)) if was.approval.is_some() => "AI_APPROVED",
        (Some(_), Some(_)) => "AI_UNAPPROVED",
    }
}

impl Service {
    /// Holds the facts that a person's word is about. Facts are held before jobs, as enrichment does.
    pub(super) async fn hold_drafts(&self, unit: &Unit, changes: &[Change], job: Uuid) -> Result<()> {
        if changes.iter().any(|change| change.action.starts_with("AI_"))
            && let Some(code) = unit.code_of_job(job).await?
        {
            unit.act_for_all().await?;
            unit.lock_facts(&[code]).await?;
            unit.act_for_caller().await?;
        }
        Ok(())
    }

    /// Undoes a person's word on the draft of a field.
    pub(super) async fn undo_word(
        &self,
        unit: &Unit,
        principal: &Principal,
        (change, field): (&Change, Field),
        job: &Job,
        deleted: bool,
    ) -> Result<(BulkResult, Option<Draft>)> {
        if deleted {
            return Err(conflict("The job was deleted since").into());
        }
        let (was, became) = (told(change.before.as_ref())?, told(change.after.as_ref())?);
        let (key, past) = self.draft_spoken_of(unit, job, field, was.as_ref().or(became.as_ref()), was.is_none()).await?;
        if matches!(key.0, Subject::Occupation(_)) && !principal.may(Scope::PlatformAdmin) {
            let message = "The draft is the occupation's, the same for all that inherit it: only a platform admin may undo that.";
            return Err(UserError::new(UserErrorCode::Forbidden, message, &[]).into());
        }
        let current = unit.known_drafts(&[key.0]).await?.remove(&key);
        let (before, after) = (change.after.clone(), change.before.clone());
        let result = BulkResult { job_id: job.id, field: Some(field), before, after, ..BulkResult::default() };
        let is = there(current.as_ref());
        if is == was {
            return Ok((BulkResult { before: result.after.clone(), ..result }, None));
        }
        if is != became {
            return Err(conflict("Another draft was made, or somebody else spoke of it since").into());
        }
        let now = self.clock.now();
        match (&was, past, current) {
            (Some(was), Some(past), current) => {
                unit.close_drafts(current.into_iter().map(|draft| draft.id).collect(), now).await?;
                unit.bring_back_draft(past, self.clock.new_id(), now).await?;
                unit.forget_rejection(key, &was.digest).await?;
            }
            (None, _, Some(current)) => {
                let value = unit.draft_value(current.id, field).await?.ok_or_else(lost)?;
                self.drop_draft(unit, actor(principal)?, key, &value, &current, None, false).await?;
            }
            _ => return Err(lost().into()),
        }
        let kind = if became.is_some() && was.is_some() { EventKind::JobUpdated } else { EventKind::JobEnriched };
        self.touch(unit, key.0, kind).await?;
        let action = inverse(was.as_ref(), became.as_ref());
        let draft = Draft { job: Some(job.id), field: Some(field), action, before: result.before.clone(), after: result.after.clone() };
        Ok((BulkResult { changed: true, ..result }, Some(draft)))
    }

    /// About what the draft is that a change tells of: the job, or the occupation that it inherits from; and the row that has it.
    async fn draft_spoken_of(
        &self,
        unit: &Unit,
        job: &Job,
        field: Field,
        told: Option<&Told>,
        is_current: bool,
    ) -> Result<(DraftKey, Option<Uuid>)> {
        let told = told.ok_or_else(lost)?;
        let of_occupation = job.inherits_from().map(Subject::Occupation);
        for subject in of_occupation.into_iter().chain([Subject::Job(job.id)]) {
            let key = (subject, field);
            if is_current {
                let current = unit.known_drafts(&[subject]).await?.remove(&key);
                if current.is_some_and(|draft| draft.digest.as_ref() == Some(&told.digest)) {
                    return Ok((key, None));
                }
            } else if let Some(past) = unit.past_draft(key, &told.digest, told.approval.as_ref()).await? {
                return Ok((key, Some(past)));
            }
        }
        Err(lost().into())
    }
}

fn lost() -> UserError {
    conflict("The draft is no longer that of this job")
}
