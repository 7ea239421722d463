//! What companies, and platform admins, set in place of inherited values. Rows are closed, never overwritten.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use rolegraph_entity::job_data_override::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json};
use crate::domain::{
    access::Actor,
    fields::Field,
    overrides::{Base, ListPatch, Override, OverrideContent},
    provenance::OverrideMode,
    values::FieldValue,
};

/// The overrides of jobs.
pub type Overrides = HashMap<Uuid, Vec<Arc<Override>>>;

/// An override to be written.
#[derive(Debug, Clone)]
pub struct NewOverride {
    /// The override.
    pub over: Override,
    /// The job's company.
    pub company_id: Option<Uuid>,
    /// The changeset that makes it.
    pub changeset_id: Uuid,
}

/// An override that a field has, or had.
#[derive(Debug, Clone)]
pub struct PastOverride {
    /// The override.
    pub over: Override,
    /// The changeset that made it.
    pub changeset_id: Uuid,
    /// True while it holds.
    pub holds: bool,
}

fn content(row: &Model, field: Field) -> Result<OverrideContent> {
    let unreadable = |reason: String| StoreError::unreadable("job_data_overrides", row.id, reason);
    let told = |error: serde_json::Error| unreadable(error.to_string());
    let mode = OverrideMode::from_name(&row.mode).ok_or_else(|| unreadable("unknown mode".to_owned()))?;
    match (mode, row.operations.as_deref()) {
        (OverrideMode::Blank, _) => Ok(OverrideContent::Blank),
        (OverrideMode::Replace, Some(text)) => FieldValue::from_json(field.value_type(), text).map(OverrideContent::Replace).map_err(told),
        (OverrideMode::Patch, Some(text)) => ListPatch::from_json(field.value_type(), text)
            .ok_or_else(|| unreadable(format!("{field} is no list, and has a patch")))?
            .map(OverrideContent::Patch)
            .map_err(told),
        (_, None) => Err(unreadable("it has no operations".to_owned())),
    }
}

fn read(row: &Model) -> Result<Override> {
    let unreadable = |reason: String| StoreError::unreadable("job_data_overrides", row.id, reason);
    let field: Field = row.field.parse().map_err(unreadable)?;
    let value = row.base_value.as_deref().map(|text| FieldValue::from_json(field.value_type(), text)).transpose();
    let value = value.map_err(|error| unreadable(error.to_string()))?;
    let by: Actor = json::read("job_data_overrides", row.id, &row.actor)?;
    Ok(Override {
        id: row.id,
        job_id: row.job_id,
        field,
        content: content(row, field)?,
        base: Base { digest: row.base_digest.clone(), release: row.base_release.clone(), value: value.map(Arc::new) },
        by,
        at: row.valid_from,
        note: row.note.clone(),
    })
}

fn row(new: &NewOverride) -> Result<ActiveModel> {
    let over = &new.over;
    Ok(ActiveModel {
        id: Set(over.id),
        job_id: Set(over.job_id),
        company_id: Set(new.company_id),
        field: Set(over.field.name().to_owned()),
        mode: Set(over.content.mode().name().to_owned()),
        operations: Set(over.content.to_json().as_ref().map(json::write).transpose()?),
        stands_alone: Set(over.stands_alone()),
        base_digest: Set(over.base.digest.clone()),
        base_release: Set(over.base.release.clone()),
        base_value: Set(over.base.value.as_deref().map(json::write).transpose()?),
        actor: Set(json::write(&over.by)?),
        note: Set(over.note.clone()),
        changeset_id: Set(new.changeset_id),
        valid_from: Set(over.at),
        valid_to: Set(None),
    })
}

async fn overrides_of_jobs(db: &impl ConnectionTrait, jobs: &[Uuid]) -> Result<Overrides> {
    let mut found: Overrides = HashMap::new();
    for jobs in jobs.chunks(CHUNK) {
        let rows = Entity::find().filter(Column::JobId.is_in(jobs.iter().copied())).filter(Column::ValidTo.is_null()).all(db).await?;
        for row in &rows {
            found.entry(row.job_id).or_default().push(Arc::new(read(row)?));
        }
    }
    Ok(found)
}

impl Store {
    /// The overrides of these jobs that hold now.
    pub async fn overrides_of_jobs(&self, jobs: &[Uuid]) -> Result<Overrides> {
        overrides_of_jobs(&self.db, jobs).await
    }

    /// The overrides of a job that held at a moment.
    pub async fn overrides_at(&self, job: Uuid, at: DateTime<Utc>) -> Result<Vec<Arc<Override>>> {
        let held = Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(at));
        let rows = Entity::find().filter(Column::JobId.eq(job)).filter(Column::ValidFrom.lte(at)).filter(held).all(&self.db).await?;
        rows.iter().map(|row| read(row).map(Arc::new)).collect()
    }
}

impl Unit {
    /// The overrides of these jobs that hold now.
    pub async fn overrides_of_jobs(&self, jobs: &[Uuid]) -> Result<Overrides> {
        overrides_of_jobs(&self.txn, jobs).await
    }

    /// All overrides that a field of a job ever had, the newest first.
    pub async fn overrides_ever(&self, job: Uuid, field: Field) -> Result<Vec<PastOverride>> {
        let rows = Entity::find().filter(Column::JobId.eq(job)).filter(Column::Field.eq(field.name())).order_by_desc(Column::Id);
        let past = |row: Model| Ok(PastOverride { over: read(&row)?, changeset_id: row.changeset_id, holds: row.valid_to.is_none() });
        rows.all(&self.txn).await?.into_iter().map(past).collect()
    }

    /// Ends overrides: they held until then.
    pub async fn close_overrides(&self, ids: &[Uuid], at: DateTime<Utc>) -> Result<()> {
        for ids in ids.chunks(CHUNK) {
            let these = Column::Id.is_in(ids.iter().copied());
            Entity::update_many().col_expr(Column::ValidTo, Expr::value(at)).filter(these).exec(&self.txn).await?;
        }
        Ok(())
    }

    /// Writes overrides. What held before on their fields has to be closed first.
    pub async fn insert_overrides(&self, new: &[NewOverride]) -> Result<()> {
        for new in new.chunks(CHUNK / 20) {
            let rows = new.iter().map(row).collect::<Result<Vec<_>>>()?;
            Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }
}
