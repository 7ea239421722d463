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
        Ok(self.write_plans(unit, changeset, &[plan]).await?.pop().unwrap_or_default())
    }

    /// Writes the plans of some jobs, each of another one. Answers the changes of each, in the same order.
    pub(in crate::service) async fn write_plans(&self, unit: &Unit, changeset: Uuid, plans: &[&JobPlan]) -> Result<Vec<Vec<Draft>>> {
        let now = self.clock.now();
        let (mut closed, mut opened, mut touched, mut all) = (vec![], vec![], vec![], Vec::with_capacity(plans.len()));
        for plan in plans {
            let mut drafts = vec![];
            for field in plan.fields.iter().filter(|field| field.changes()) {
                closed.extend(field.before.over().map(|over| over.id));
                let new = field.after.over();
                opened.extend(new.map(|over| NewOverride { over: (**over).clone(), company_id: plan.company, changeset_id: changeset }));
                let (before, after) = (described(&field.before), described(&field.after));
                drafts.push(Draft { job: Some(plan.job), field: Some(field.field), action: field.action, before, after });
            }
            touched.extend((!drafts.is_empty()).then_some((plan.job, plan.company)));
            all.push(drafts);
        }
        if !touched.is_empty() {
            unit.close_overrides(&closed, now).await?;
            unit.insert_overrides(&opened).await?;
            unit.touch_jobs(&touched.iter().map(|(job, _)| *job).collect::<Vec<_>>(), now).await?;
            self.publish(unit, EventKind::FieldChanged, touched).await?;
        }
        Ok(all)
    }
}
