//! Changesets: what a verb changed, written in the same unit of work.

use serde_json::json;
use uuid::Uuid;

use super::{Result, Service};
use crate::{
    domain::{
        access::Actor,
        fields::Field,
        history::{Change, Changeset, JobRecord},
        job::Job,
    },
    store::Unit,
};

/// One change before it has an id.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) job: Option<Uuid>,
    pub(super) field: Option<Field>,
    pub(super) action: &'static str,
    pub(super) before: Option<serde_json::Value>,
    pub(super) after: Option<serde_json::Value>,
}

impl Draft {
    /// A change of a job itself.
    pub(super) fn of_job(action: &'static str, id: Uuid, before: Option<&Job>, after: Option<&Job>) -> Self {
        Self { job: Some(id), field: None, action, before: before.map(described), after: after.map(described) }
    }
}

/// A job as history shows it.
pub(super) fn described(job: &Job) -> serde_json::Value {
    json!(JobRecord::from(job))
}

impl Service {
    /// Writes a changeset.
    pub(super) async fn record(
        &self,
        unit: &Unit,
        actor: &Actor,
        company: Option<Uuid>,
        action: &str,
        note: Option<String>,
        drafts: Vec<Draft>,
    ) -> Result<Changeset> {
        self.record_as(unit, self.clock.new_id(), actor, company, action, note, drafts).await
    }

    /// Writes a changeset under an id that rows name already.
    #[expect(clippy::too_many_arguments, reason = "what a changeset holds")]
    pub(super) async fn record_as(
        &self,
        unit: &Unit,
        id: Uuid,
        actor: &Actor,
        company: Option<Uuid>,
        action: &str,
        note: Option<String>,
        drafts: Vec<Draft>,
    ) -> Result<Changeset> {
        let set = Changeset {
            id,
            company_id: company,
            actor: actor.clone(),
            action: action.to_owned(),
            note,
            reverted_by: None,
            at: self.clock.now(),
        };
        let changes: Vec<_> = drafts.into_iter().map(|draft| self.change(set.id, draft)).collect();
        unit.insert_changeset(&set, &changes).await?;
        Ok(set)
    }

    /// A change with its id.
    pub(super) fn change(&self, changeset: Uuid, draft: Draft) -> Change {
        Change {
            id: self.clock.new_id(),
            changeset_id: changeset,
            job_id: draft.job,
            field: draft.field,
            action: draft.action.to_owned(),
            before: draft.before,
            after: draft.after,
        }
    }
}
