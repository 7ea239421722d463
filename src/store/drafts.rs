//! Drafts of assistants: facts whose source is AI, of which an occupation or role has one a field at most.

mod past;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    ai_rejection as rejection,
    fact::{ActiveModel, Column, Entity},
    job,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json};
use crate::domain::{
    access::Actor,
    facts::Subject,
    fields::Field,
    provenance::{AiDraft, Approval, Derivation, Source},
    values::FieldValue,
};

/// Which draft: of which field, about what.
pub type DraftKey = (Subject, Field);

/// A current draft without its value, or an assistant's word that it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownDraft {
    /// The row.
    pub id: Uuid,
    /// The assistant's name.
    pub provider: String,
    /// The digest of the value; none when there is none.
    pub digest: Option<String>,
    /// What the assistant says of it.
    pub ai: Option<AiDraft>,
    /// A person's word: an approval, or of a draft that is no longer there a rejection.
    pub word: Option<Approval>,
    /// From when on it is stale.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A draft to be written, or an assistant's word that it has none.
#[derive(Debug, Clone)]
pub struct NewDraft<'a> {
    /// The id of its row.
    pub id: Uuid,
    /// What it is about.
    pub subject: Subject,
    /// The field.
    pub field: Field,
    /// The assistant's name.
    pub provider: &'a str,
    /// The value with what the assistant says of it.
    pub value: Option<(&'a FieldValue, &'a AiDraft)>,
    /// A person's word.
    pub word: Option<&'a Approval>,
    /// From when on it is stale.
    pub expires_at: Option<DateTime<Utc>>,
    /// The row that it takes the place of.
    pub replaces: Option<Uuid>,
}

/// A draft that stays, with something else said of it.
#[derive(Debug, Clone)]
pub struct RestatedDraft {
    /// The id of the new row.
    pub id: Uuid,
    /// The row that it takes the place of.
    pub replaces: Uuid,
    /// A person's word; what was said before when none.
    pub word: Option<Approval>,
    /// From when on it is stale.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A draft that a person rejected.
#[derive(Debug, Clone)]
pub struct NewRejection<'a> {
    /// Its id.
    pub id: Uuid,
    /// Of which field, about what.
    pub key: DraftKey,
    /// The digest of the value.
    pub digest: &'a str,
    /// The keys of its items.
    pub keys: &'a [String],
    /// Who rejected it.
    pub actor: &'a Actor,
    /// Why.
    pub note: Option<&'a str>,
}

type Known = (Uuid, Option<String>, Option<Uuid>, String, String, Option<String>, Option<String>, Option<String>, Option<DateTime<Utc>>);

fn subject(table: &'static str, id: Uuid, code: Option<&str>, job: Option<Uuid>) -> Result<Subject> {
    match (code, job) {
        (Some(code), _) => code.parse().map(Subject::Occupation).map_err(|error| StoreError::unreadable(table, id, error)),
        (None, Some(job)) => Ok(Subject::Job(job)),
        (None, None) => Err(StoreError::unreadable(table, id, "it is about nothing")),
    }
}

fn known((id, code, job, field, provider, digest, ai, word, expires_at): Known) -> Result<(DraftKey, KnownDraft)> {
    let subject = subject("facts", id, code.as_deref(), job)?;
    let field = field.parse().map_err(|error: String| StoreError::unreadable("facts", id, error))?;
    let ai = json::read_optional("facts", id, ai.as_deref())?;
    let word = json::read_optional("facts", id, word.as_deref())?;
    Ok(((subject, field), KnownDraft { id, provider, digest, ai, word, expires_at }))
}

/// The two columns that say what a row is about.
fn columns(subject: Subject) -> (Option<String>, Option<Uuid>) {
    match subject {
        Subject::Occupation(code) => (Some(code.to_string()), None),
        Subject::Job(id) => (None, Some(id)),
    }
}

fn is_about<C: ColumnTrait>(subjects: &[Subject], code: C, job: C) -> Condition {
    let columns = subjects.iter().map(|subject| columns(*subject));
    let (codes, jobs): (Vec<_>, Vec<_>) = columns.unzip();
    let codes: Vec<String> = codes.into_iter().flatten().collect();
    let jobs: Vec<Uuid> = jobs.into_iter().flatten().collect();
    let mut any = Condition::any();
    if !codes.is_empty() {
        any = any.add(code.is_in(codes));
    }
    if !jobs.is_empty() {
        any = any.add(job.is_in(jobs));
    }
    any
}

async fn known_drafts(db: &impl ConnectionTrait, subjects: &[Subject]) -> Result<HashMap<DraftKey, KnownDraft>> {
    let mut found = HashMap::new();
    for subjects in subjects.chunks(CHUNK / 2) {
        let rows: Vec<Known> = Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::OccupationCode,
                Column::JobId,
                Column::Field,
                Column::Provider,
                Column::ValueDigest,
                Column::Ai,
                Column::Approval,
                Column::ExpiresAt,
            ])
            .filter(is_about(subjects, Column::OccupationCode, Column::JobId))
            .filter(Column::Source.eq(Source::Ai.name()))
            .filter(Column::ValidTo.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for row in rows {
            let (key, draft) = known(row)?;
            found.insert(key, draft);
        }
    }
    Ok(found)
}

impl Store {
    /// The current drafts about these occupations and roles, without their values.
    pub async fn known_drafts(&self, subjects: &[Subject]) -> Result<HashMap<DraftKey, KnownDraft>> {
        known_drafts(&self.db, subjects).await
    }

    /// The keys of all items that people rejected.
    pub async fn rejected_keys(&self, subjects: &[Subject]) -> Result<HashMap<DraftKey, BTreeSet<String>>> {
        let mut found: HashMap<_, BTreeSet<_>> = HashMap::new();
        for subjects in subjects.chunks(CHUNK / 2) {
            let about = is_about(subjects, rejection::Column::OccupationCode, rejection::Column::JobId);
            for row in rejection::Entity::find().filter(about).all(&self.db).await? {
                let subject = subject("ai_rejections", row.id, row.occupation_code.as_deref(), row.job_id)?;
                let field = row.field.parse().map_err(|error: String| StoreError::unreadable("ai_rejections", row.id, error))?;
                let keys: Vec<String> = json::read("ai_rejections", row.id, &row.keys)?;
                found.entry((subject, field)).or_default().extend(keys);
            }
        }
        Ok(found)
    }

    /// The roles with a draft of their own that is stale at that time.
    pub async fn jobs_with_expiring_drafts(&self, at: DateTime<Utc>) -> Result<Vec<Uuid>> {
        let there = Query::select()
            .column(job::Column::Id)
            .from(job::Entity)
            .and_where(Expr::col((job::Entity, job::Column::DeletedAt)).is_null())
            .take();
        let jobs = Entity::find()
            .select_only()
            .column(Column::JobId)
            .distinct()
            .filter(Column::ValidTo.is_null())
            .filter(Column::Source.eq(Source::Ai.name()))
            .filter(Column::JobId.in_subquery(there))
            .filter(Column::ExpiresAt.lte(at));
        Ok(jobs.into_tuple().all(&self.db).await?)
    }
}

impl Unit {
    /// The current drafts about these occupations and roles, without their values.
    pub async fn known_drafts(&self, subjects: &[Subject]) -> Result<HashMap<DraftKey, KnownDraft>> {
        known_drafts(&self.txn, subjects).await
    }

    /// Writes drafts, and closes the rows that they take the place of.
    pub async fn record_drafts(&self, drafts: &[NewDraft<'_>], now: DateTime<Utc>) -> Result<()> {
        self.close(drafts.iter().filter_map(|draft| draft.replaces).collect(), now).await?;
        for drafts in drafts.chunks(CHUNK / 20) {
            let rows = drafts.iter().map(|draft| row(draft, now)).collect::<Result<Vec<_>>>()?;
            Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// Says something else of drafts that stay.
    pub async fn restate_drafts(&self, restated: &[RestatedDraft], now: DateTime<Utc>) -> Result<()> {
        for restated in restated.chunks(CHUNK / 20) {
            let ids: Vec<Uuid> = restated.iter().map(|restated| restated.replaces).collect();
            let before = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&self.txn).await?;
            self.close(ids, now).await?;
            let mut rows = Vec::with_capacity(before.len());
            for row in before {
                let Some(restated) = restated.iter().find(|restated| restated.replaces == row.id) else { continue };
                let mut row = row.into_active_model().reset_all();
                row.id = Set(restated.id);
                row.expires_at = Set(restated.expires_at);
                row.valid_from = Set(now);
                row.valid_to = Set(None);
                if let Some(word) = &restated.word {
                    row.approval = Set(Some(json::write(word)?));
                }
                rows.push(row);
            }
            if !rows.is_empty() {
                Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
            }
        }
        Ok(())
    }

    /// Closes drafts, nothing in their place.
    pub async fn close_drafts(&self, ids: Vec<Uuid>, now: DateTime<Utc>) -> Result<()> {
        self.close(ids, now).await
    }

    /// Remembers what a person rejected.
    pub async fn insert_rejection(&self, new: &NewRejection<'_>, now: DateTime<Utc>) -> Result<()> {
        let (occupation_code, job_id) = columns(new.key.0);
        let row = rejection::ActiveModel {
            id: Set(new.id),
            occupation_code: Set(occupation_code),
            job_id: Set(job_id),
            field: Set(new.key.1.name().to_owned()),
            value_digest: Set(new.digest.to_owned()),
            keys: Set(json::write(&new.keys)?),
            actor: Set(json::write(new.actor)?),
            note: Set(new.note.map(str::to_owned)),
            rejected_at: Set(now),
        };
        rejection::Entity::insert(row).exec_without_returning(&self.txn).await?;
        Ok(())
    }
}

fn row(draft: &NewDraft<'_>, now: DateTime<Utc>) -> Result<ActiveModel> {
    let (occupation_code, job_id) = columns(draft.subject);
    Ok(ActiveModel {
        id: Set(draft.id),
        occupation_code: Set(occupation_code),
        job_id: Set(job_id),
        field: Set(draft.field.name().to_owned()),
        source: Set(Source::Ai.name().to_owned()),
        provider: Set(draft.provider.to_owned()),
        release: Set(None),
        derivation: Set(json::write(&Derivation::Direct)?),
        ai: Set(draft.value.map(|(_, ai)| json::write(ai)).transpose()?),
        approval: Set(draft.word.map(json::write).transpose()?),
        fetched_at: Set(now),
        expires_at: Set(draft.expires_at),
        valid_from: Set(now),
        valid_to: Set(None),
        value_digest: Set(draft.value.map(|(value, _)| value.digest())),
        value: Set(draft.value.map(|(value, _)| json::write(value)).transpose()?),
    })
}
