//! Work that was given up.

use std::collections::{BTreeMap, BTreeSet};

use rolegraph_entity::work_item::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{DEAD, READY, in_state, item, of_known_kind, this_claim};
use crate::{
    domain::work::{WorkItem, WorkKind},
    store::{CHUNK, Result, Store, Unit, dialect},
};

/// Work that is tried again after it was given up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revived {
    /// How many items wait again.
    pub items: u64,
    /// How many were queued again meanwhile, and are off the list.
    pub superseded: u64,
    /// How many of each run.
    pub runs: BTreeMap<Uuid, i32>,
}

impl Store {
    /// Work that was given up, with what went wrong, the oldest first.
    pub async fn dead_work(&self, limit: u64) -> Result<Vec<WorkItem>> {
        let dead = Entity::find().filter(in_state(DEAD)).filter(of_known_kind());
        let rows = dead.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit).all(&self.db).await?;
        rows.into_iter().map(item).collect()
    }
}

impl Unit {
    /// Closes a claim because its work is given up; it stays, with what went wrong, in the place of an earlier one of the
    /// same key. False when the claim was lost.
    pub async fn bury(&self, item: &WorkItem, error: &str) -> Result<bool> {
        let dead = Entity::update_many()
            .col_expr(Column::State, Expr::value(DEAD))
            .col_expr(Column::Error, Expr::value(error))
            .filter(this_claim(item));
        if dead.exec(&self.txn).await?.rows_affected == 0 {
            return Ok(false);
        }
        if let Some(key) = Entity::find_by_id(item.id).one(&self.txn).await?.and_then(|row| row.dedupe_key) {
            let earlier = Entity::delete_many().filter(in_state(DEAD)).filter(Column::DedupeKey.eq(key));
            earlier.filter(Column::Id.ne(item.id)).exec(&self.txn).await?;
        }
        Ok(true)
    }

    /// Lets work that was given up be tried anew: this item, or all. What was queued again meanwhile is only taken off the
    /// list.
    pub async fn revive(&self, id: Option<Uuid>) -> Result<Revived> {
        let kinds = WorkKind::REVIVABLE.map(WorkKind::name);
        let dead = Entity::find().filter(in_state(DEAD)).filter(Column::Kind.is_in(kinds)).order_by_asc(Column::Id).lock_exclusive();
        let dead = if let Some(id) = id { dead.filter(Column::Id.eq(id)) } else { dead };
        let rows = dead.all(&self.txn).await?;
        let living = self.living(&rows).await?;
        let (again, superseded): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| row.dedupe_key.as_ref().is_none_or(|key| !living.contains(key)));
        let now = dialect::now_micros(self.txn.get_database_backend(), self.offset_micros);
        let mut revived = Revived::default();
        for rows in again.chunks(CHUNK) {
            let ready = Entity::update_many()
                .col_expr(Column::State, Expr::value(READY))
                .col_expr(Column::Attempts, Expr::value(0))
                .col_expr(Column::RunAt, now.clone())
                .filter(Column::Id.is_in(rows.iter().map(|row| row.id)));
            revived.items += ready.exec(&self.txn).await?.rows_affected;
        }
        for rows in superseded.chunks(CHUNK) {
            let off = Entity::delete_many().filter(Column::Id.is_in(rows.iter().map(|row| row.id)));
            revived.superseded += off.exec(&self.txn).await?.rows_affected;
        }
        for run in again.iter().filter_map(|row| row.run_id) {
            *revived.runs.entry(run).or_default() += 1;
        }
        Ok(revived)
    }

    /// The keys of these rows that living work has.
    async fn living(&self, rows: &[Model]) -> Result<BTreeSet<String>> {
        let keys: Vec<_> = rows.iter().filter_map(|row| row.dedupe_key.clone()).collect();
        let mut living = BTreeSet::new();
        for keys in keys.chunks(CHUNK) {
            let of_keys = Entity::find().select_only().column(Column::DedupeKey).filter(Column::DedupeKey.is_in(keys));
            let found: Vec<String> = of_keys.filter(Expr::col(Column::State).ne(DEAD)).into_tuple().all(&self.txn).await?;
            living.extend(found);
        }
        Ok(living)
    }
}
