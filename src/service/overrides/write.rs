//! Writing what was planned.

use uuid::Uuid;

use super::plan::{JobPlan, described};
use crate::{
    domain::event::EventKind,
    service::{Result, Service, changes::Draft},
    store::{NewOverride, Unit},
};

impl Service {
    /// Writes a plan: closes the rows that no longer hold, adds those that do, raises the version of the job, and tells who
    /// listens. Answers the changes, which belong into that changeset. What changes nothing is not written.
    pub(in crate::service) async fn write_plan(&self, unit: &Unit, changeset: Uuid, plan: &JobPlan) -> Result<Vec<Draft>> {
        let now = self.clock.now();
        let (mut closed, mut opened, mut drafts) = (vec![], vec![], vec![]);
        for field in plan.fields.iter().filter(|field| field.changes()) {
            closed.extend(field.before.over().map(|over| over.id));
            let new = field.after.over();
            opened.extend(new.map(|over| NewOverride { over: (**over).clone(), company_id: plan.company, changeset_id: changeset }));
            let (before, after) = (described(&field.before), described(&field.after));
            drafts.push(Draft { job: Some(plan.job), field: Some(field.field), action: field.action, before, after });
        }
        if drafts.is_empty() {
            return Ok(drafts);
        }
        unit.close_overrides(&closed, now).await?;
        unit.insert_overrides(&opened).await?;
        unit.touch_jobs(&[plan.job], now).await?;
        self.publish(unit, EventKind::FieldChanged, [(plan.job, plan.company)]).await?;
        Ok(drafts)
    }
}
