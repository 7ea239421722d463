//! Bulk operations, the jobs that were frozen for them, and what came of each.

use chrono::{DateTime, Utc};
use rolegraph_entity::{
    bulk_item as item,
    bulk_operation::{ActiveModel, Column, Entity, Model},
    bulk_result as result, job_data_override as over,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, json, page};
use crate::domain::{
    access::Audience,
    bulk::{BulkOperation, BulkResult},
    page::{Page, PageRequest},
    run::RunStatus,
};

fn operation(row: &Model) -> Result<BulkOperation> {
    let unreadable = |reason: &str| StoreError::unreadable("bulk_operations", row.id, reason);
    Ok(BulkOperation {
        id: row.id,
        request: json::read("bulk_operations", row.id, &row.request)?,
        status: RunStatus::from_name(&row.status).ok_or_else(|| unreadable("unknown status"))?,
        dry_run: row.dry_run,
        company_id: row.company_id,
        actor: json::read("bulk_operations", row.id, &row.actor)?,
        note: row.note.clone(),
        total: row.total,
        done: row.done,
        failed: row.failed,
        changeset_id: row.changeset_id,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}

fn row(operation: &BulkOperation) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(operation.id),
        kind: Set(operation.request.kind().name().to_owned()),
        status: Set(operation.status.name().to_owned()),
        dry_run: Set(operation.dry_run),
        company_id: Set(operation.company_id),
        request: Set(json::write(&operation.request)?),
        actor: Set(json::write(&operation.actor)?),
        note: Set(operation.note.clone()),
        total: Set(operation.total),
        done: Set(operation.done),
        failed: Set(operation.failed),
        changeset_id: Set(operation.changeset_id),
        created_at: Set(operation.created_at),
        started_at: Set(operation.started_at),
        finished_at: Set(operation.finished_at),
    })
}

fn read_result(row: &result::Model) -> Result<BulkResult> {
    let unreadable = |reason: String| StoreError::unreadable("bulk_results", row.id, reason);
    Ok(BulkResult {
        job_id: row.job_id,
        field: row.field.as_deref().map(str::parse).transpose().map_err(unreadable)?,
        changed: row.changed,
        before: json::read_optional("bulk_results", row.id, row.before.as_deref())?,
        after: json::read_optional("bulk_results", row.id, row.after.as_deref())?,
        error: json::read_optional("bulk_results", row.id, row.error.as_deref())?,
    })
}

fn visible(audience: Audience) -> Select<Entity> {
    match audience {
        Audience::Platform => Entity::find(),
        Audience::Company(id) => Entity::find().filter(Column::CompanyId.eq(id)),
        Audience::Public => Entity::find().filter(Expr::val(false)),
    }
}

fn results(operation: Uuid, only_failed: bool) -> Select<result::Entity> {
    let select = result::Entity::find().filter(result::Column::OperationId.eq(operation));
    if only_failed { select.filter(result::Column::Error.is_not_null()) } else { select }
}

impl Store {
    /// The operation of that id, when the audience may see it.
    pub async fn bulk_operation(&self, audience: Audience, id: Uuid) -> Result<Option<BulkOperation>> {
        visible(audience).filter(Column::Id.eq(id)).one(&self.db).await?.as_ref().map(operation).transpose()
    }

    /// Operations that the audience may see, the newest first.
    pub async fn bulk_operations_page(&self, audience: Audience, request: &PageRequest<DateTime<Utc>>) -> Result<Page<BulkOperation>> {
        let rows = page::narrow(visible(audience), Column::CreatedAt, Column::Id, true, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| operation(&row))
    }

    /// How many operations the audience may see.
    pub async fn bulk_operations_count(&self, audience: Audience) -> Result<u64> {
        Ok(visible(audience).count(&self.db).await?)
    }

    /// What came of an operation, in the order of its jobs: for every result its id, its place, and itself.
    pub async fn bulk_results_page(
        &self,
        operation: Uuid,
        only_failed: bool,
        request: &PageRequest<i32>,
    ) -> Result<Page<(Uuid, i32, BulkResult)>> {
        let select = results(operation, only_failed);
        let rows = page::narrow(select, result::Column::Position, result::Column::Id, false, request).all(&self.db).await?;
        page::assemble(rows, request).try_map(|row| Ok((row.id, row.position, read_result(&row)?)))
    }

    /// How many results an operation has.
    pub async fn bulk_results_count(&self, operation: Uuid, only_failed: bool) -> Result<u64> {
        Ok(results(operation, only_failed).count(&self.db).await?)
    }

    /// The frozen jobs of an operation from a place on, `limit` at most.
    pub async fn bulk_jobs(&self, operation: Uuid, first: i32, limit: usize) -> Result<Vec<Uuid>> {
        let jobs = item::Entity::find()
            .select_only()
            .column(item::Column::JobId)
            .filter(item::Column::OperationId.eq(operation))
            .filter(item::Column::Position.gte(first))
            .order_by_asc(item::Column::Position)
            .limit(limit as u64);
        Ok(jobs.into_tuple().all(&self.db).await?)
    }
}

impl Unit {
    /// Adds an operation.
    pub async fn insert_bulk(&self, operation: &BulkOperation) -> Result<()> {
        Entity::insert(row(operation)?).exec_without_returning(&self.txn).await?;
        Ok(())
    }

    /// Freezes the jobs of an operation, in this order.
    pub async fn freeze_jobs(&self, operation: Uuid, jobs: &[Uuid]) -> Result<()> {
        let rows: Vec<_> = (0..)
            .zip(jobs)
            .map(|(position, job)| item::ActiveModel { operation_id: Set(operation), position: Set(position), job_id: Set(*job) })
            .collect();
        for chunk in rows.chunks(CHUNK) {
            item::Entity::insert_many(chunk.to_vec()).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// The operation of that id, locked until the end of the unit, when the audience may see it.
    pub async fn bulk_operation(&self, audience: Audience, id: Uuid) -> Result<Option<BulkOperation>> {
        visible(audience).filter(Column::Id.eq(id)).lock_exclusive().one(&self.txn).await?.as_ref().map(operation).transpose()
    }

    /// True when some field of the job is overridden.
    pub async fn has_overrides(&self, job: Uuid) -> Result<bool> {
        let holding = over::Entity::find().filter(over::Column::JobId.eq(job)).filter(over::Column::ValidTo.is_null());
        Ok(holding.limit(1).count(&self.txn).await? > 0)
    }

    /// Writes how far an operation is.
    pub async fn update_bulk(&self, operation: &BulkOperation) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(operation.status.name()))
            .col_expr(Column::Done, Expr::value(operation.done))
            .col_expr(Column::Failed, Expr::value(operation.failed))
            .col_expr(Column::ChangesetId, Expr::value(operation.changeset_id))
            .col_expr(Column::StartedAt, Expr::value(operation.started_at))
            .col_expr(Column::FinishedAt, Expr::value(operation.finished_at))
            .filter(Column::Id.eq(operation.id))
            .exec(&self.txn)
            .await?;
        Ok(())
    }

    /// Writes what came of some jobs, each with its id and its place.
    pub async fn insert_bulk_results(&self, operation: Uuid, results: &[(Uuid, i32, BulkResult)]) -> Result<()> {
        for chunk in results.chunks(CHUNK / 2) {
            let mut rows = Vec::with_capacity(chunk.len());
            for (id, position, one) in chunk {
                rows.push(result::ActiveModel {
                    id: Set(*id),
                    operation_id: Set(operation),
                    position: Set(*position),
                    job_id: Set(one.job_id),
                    field: Set(one.field.map(|field| field.name().to_owned())),
                    changed: Set(one.changed),
                    before: Set(one.before.as_ref().map(json::write).transpose()?),
                    after: Set(one.after.as_ref().map(json::write).transpose()?),
                    error: Set(one.error.as_ref().map(json::write).transpose()?),
                });
            }
            result::Entity::insert_many(rows).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }
}
