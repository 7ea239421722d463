//! Undoing changes of overrides: a field is given back the override that it had, with the base that it had, or none.

use serde_json::Value;
use uuid::Uuid;

use super::{overrides::result, revert::conflict};
use crate::{
    domain::{
        bulk::BulkResult,
        fields::Field,
        history::Change,
        job::Job,
        overrides::{Override, OverrideContent},
        user_error::UserError,
    },
    service::{Result, Service, changes::Draft, overrides::FieldDone},
    store::{PastOverride, Unit},
};

/// The override that a change tells of: its mode and its operations; none when it tells of an inherited value.
fn told(value: Option<&Value>) -> Option<(&Value, &Value)> {
    value.filter(|told| told["source"] == "CUSTOM").map(|told| (&told["mode"], &told["operations"]))
}

fn is_told(content: &OverrideContent, (mode, operations): (&Value, &Value)) -> bool {
    *mode == content.mode().name() && *operations == content.to_json().unwrap_or_default()
}

fn same(one: Option<&Override>, other: Option<&Override>) -> bool {
    let says = |over: &Override| (over.content.clone(), over.base.digest.clone());
    one.map(says) == other.map(says)
}

/// What a change made of an override, what that was before, and what it is now.
struct Overrides<'a> {
    was: Option<&'a Override>,
    became: Option<&'a Override>,
    is: Option<&'a Override>,
}

impl<'a> Overrides<'a> {
    /// `ever` are all that the field ever had, the newest first. None when the one that it had is no longer kept.
    fn of(change: &Change, ever: &'a [PastOverride]) -> Option<Self> {
        let made = ever.iter().position(|past| past.changeset_id == change.changeset_id);
        let older = &ever[made.map_or(0, |place| place + 1)..];
        let was = match told(change.before.as_ref()) {
            Some(told) => Some(&older.iter().find(|past| is_told(&past.over.content, told))?.over),
            None => None,
        };
        let became = made.map(|place| &ever[place].over);
        Some(Self { was, became, is: ever.iter().find(|past| past.holds).map(|past| &past.over) })
    }
}

impl Service {
    /// Undoes a change of a field's override, in the changeset of that id.
    pub(super) async fn undo_override(
        &self,
        unit: &Unit,
        changeset: Uuid,
        (change, field): (&Change, Field),
        job: &Job,
        deleted: bool,
    ) -> Result<(BulkResult, Option<Draft>)> {
        if deleted {
            return Err(conflict("The job was deleted since").into());
        }
        let ever = unit.overrides_ever(job.id, field).await?;
        let lost = || UserError::invalid("The override that the field had is no longer kept.", &[]);
        let Overrides { was, became, is } = Overrides::of(change, &ever).ok_or_else(lost)?;
        let ground = self.ground(unit, std::slice::from_ref(job)).await?;
        let plan = match was {
            _ if same(is, was) => ground.as_it_is(job, field),
            _ if !same(is, became) => return Err(conflict("The field was overridden or restored again since").into()),
            Some(was) => ground.put_back(job, was, self.clock()),
            None => ground.restore_fields(job, &[field]),
        };
        let mut drafts = self.write_plan(unit, changeset, &plan).await?;
        let done = plan.fields.into_iter().next().map(|plan| result(job.id, FieldDone::from(plan)));
        Ok((done.unwrap_or_default(), drafts.pop()))
    }
}
