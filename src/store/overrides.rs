//! What companies, and platform admins, set in place of inherited values.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rolegraph_entity::job_data_override::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, json};
use crate::domain::{
    access::Actor,
    fields::Field,
    overrides::{Override, OverrideContent},
    provenance::{OverrideLayer, OverrideMode},
    values::FieldValue,
};

fn read(row: &Model) -> Result<Override> {
    let unreadable = |reason: String| StoreError::unreadable("job_data_overrides", row.id, reason);
    let field: Field = row.field.parse().map_err(unreadable)?;
    let mode = OverrideMode::from_name(&row.mode).ok_or_else(|| unreadable("unknown mode".to_owned()))?;
    let content = match (mode, row.operations.as_deref()) {
        (OverrideMode::Blank, _) => OverrideContent::Blank,
        (OverrideMode::Replace, Some(text)) => {
            OverrideContent::Replace(FieldValue::from_json(field.value_type(), text).map_err(|error| unreadable(error.to_string()))?)
        }
        _ => return Err(unreadable(format!("this version cannot read overrides of mode {}", row.mode))),
    };
    let by: Actor = json::read("job_data_overrides", row.id, &row.actor)?;
    let layer = OverrideLayer { mode, by, at: row.valid_from, note: row.note.clone(), base_digest: row.base_digest.clone() };
    Ok(Override { job_id: row.job_id, field, content, layer })
}

impl Store {
    /// The overrides of these jobs that hold now.
    pub async fn overrides_of_jobs(&self, jobs: &[Uuid]) -> Result<HashMap<Uuid, Vec<Override>>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for jobs in jobs.chunks(CHUNK) {
            let rows =
                Entity::find().filter(Column::JobId.is_in(jobs.iter().copied())).filter(Column::ValidTo.is_null()).all(&self.db).await?;
            for row in &rows {
                found.entry(row.job_id).or_default().push(read(row)?);
            }
        }
        Ok(found)
    }

    /// The overrides of a job that held at a moment.
    pub async fn overrides_at(&self, job: Uuid, at: DateTime<Utc>) -> Result<Vec<Override>> {
        let held = Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(at));
        let rows = Entity::find().filter(Column::JobId.eq(job)).filter(Column::ValidFrom.lte(at)).filter(held).all(&self.db).await?;
        rows.iter().map(read).collect()
    }
}
