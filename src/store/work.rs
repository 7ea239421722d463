//! The queue of durable work, in tables of our own.
//!
//! A claim gives an item an epoch and a lease. Whoever finishes an item deletes it `WHERE epoch = ?` in the transaction that
//! writes its effects: a worker that slept through its lease finds that its epoch is no longer the item's, and writes
//! nothing. Times are the database's, moved by an offset that is zero outside of tests.

mod dead;
mod queue;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use rolegraph_entity::work_item::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType, SimpleExpr},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, dialect};
use crate::domain::work::{MAX_ATTEMPTS, WorkItem, WorkKind};

pub use dead::Revived;

const READY: &str = "READY";
const LEASED: &str = "LEASED";
const DEAD: &str = "DEAD";
/// The owner of the platform's own work.
const PLATFORM: &str = "platform";

/// How many claims are named in one condition.
const CLAIMS: usize = CHUNK / 10;

/// How much work there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorkCounts {
    /// Waiting, some of it for a later time.
    pub ready: u64,
    /// Claimed.
    pub leased: u64,
    /// Given up.
    pub dead: u64,
}

/// Where an item stands in the queue: priority, turn, id.
type Place = (i32, i64, Uuid);

fn item(row: Model) -> Result<WorkItem> {
    Ok(WorkItem {
        kind: WorkKind::from_name(&row.kind).ok_or_else(|| StoreError::unreadable("work_items", row.id, "unknown kind"))?,
        // Whoever does the work tells what is wrong with it: one bad row must not hold up the others.
        payload: serde_json::from_str(&row.payload).unwrap_or_default(),
        id: row.id,
        run: row.run_id,
        attempts: row.attempts,
        epoch: row.epoch,
        error: row.error,
    })
}

/// A state as a literal: with a parameter the database could not tell that an index of only that state will do.
fn in_state(state: &'static str) -> SimpleExpr {
    Expr::col(Column::State).eq(Expr::cust(format!("'{state}'")))
}

/// Kinds that another version of the service queued are left to it.
fn of_known_kind() -> SimpleExpr {
    Column::Kind.is_in(WorkKind::ALL.map(WorkKind::name))
}

fn this_claim(item: &WorkItem) -> Condition {
    Condition::all().add(Column::Id.eq(item.id)).add(Column::Epoch.eq(item.epoch)).add(Column::State.eq(LEASED))
}

fn these_claims<'a>(items: impl IntoIterator<Item = &'a WorkItem>) -> Condition {
    items.into_iter().fold(Condition::any(), |any, item| any.add(this_claim(item)))
}

impl Store {
    /// Claims up to `limit` items that are due: the most urgent first, owners in turn. An item whose claim ran out is
    /// claimed alone: it may be what ended the process that had it, and must not take others with it a second time. Of such
    /// those that were begun least go first, so that processes that are killed again and again do not find the same item in
    /// their hands each time.
    pub async fn claim(&self, limit: u64) -> Result<Vec<WorkItem>> {
        let txn = self.db.begin().await?;
        let due = Condition::all().add(in_state(READY)).add(Expr::col(Column::RunAt).lte(self.now()));
        let run_out = Condition::all().add(in_state(LEASED)).add(Expr::col(Column::LeaseUntil).lt(self.now()));
        let due = next(&txn, due, &[Column::Priority], limit).await?;
        let run_out = next(&txn, run_out, &[Column::Priority, Column::Attempts], 1).await?;
        let alone = run_out.first().is_some_and(|left| due.first().is_none_or(|first| left < first));
        let ids: Vec<Uuid> = if alone { run_out } else { due }.into_iter().map(|(_, _, id)| id).collect();
        if ids.is_empty() {
            return Ok(vec![]);
        }
        Entity::update_many()
            .col_expr(Column::State, Expr::value(LEASED))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
            .col_expr(Column::LeaseUntil, self.lease_end())
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(&txn)
            .await?;
        let rows = Entity::find().filter(Column::Id.is_in(ids)).all(&txn).await?;
        txn.commit().await?;
        rows.into_iter().map(item).collect()
    }

    /// Holds claims for another lease. False when one of them was lost. Waits for nobody: what is locked is being closed.
    pub async fn renew(&self, items: &[WorkItem]) -> Result<bool> {
        let mut held = 0;
        for items in items.chunks(CLAIMS) {
            let txn = self.db.begin().await?;
            let mine = Entity::find().select_only().column(Column::Id).filter(these_claims(items));
            let free: Vec<Uuid> =
                mine.clone().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).into_tuple().all(&txn).await?;
            Entity::update_many().col_expr(Column::LeaseUntil, self.lease_end()).filter(Column::Id.is_in(free)).exec(&txn).await?;
            held += mine.count(&txn).await?;
            txn.commit().await?;
        }
        Ok(held == items.len() as u64)
    }

    /// Gives claims back, as if they had not been made: for a worker that is asked to stop. Those that were closed or lost
    /// meanwhile are left alone. Answers how many it gave back.
    pub async fn release(&self, items: &[WorkItem]) -> Result<u64> {
        let mut released = 0;
        for items in items.chunks(CLAIMS) {
            let given_back = Entity::update_many()
                .col_expr(Column::State, Expr::value(READY))
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
                .filter(these_claims(items));
            released += given_back.exec(&self.db).await?.rows_affected;
        }
        Ok(released)
    }

    /// How much work there is.
    pub async fn work_counts(&self) -> Result<WorkCounts> {
        let count = async |state: &str| Entity::find().filter(Column::State.eq(state)).count(&self.db).await;
        Ok(WorkCounts { ready: count(READY).await?, leased: count(LEASED).await?, dead: count(DEAD).await? })
    }

    /// Now by the database's clock, in microseconds since 1970.
    fn now(&self) -> SimpleExpr {
        dialect::now_micros(self.db.get_database_backend(), self.offset_micros())
    }

    /// When a claim that is made or renewed now runs out.
    fn lease_end(&self) -> SimpleExpr {
        self.now().add(self.lease.num_microseconds().unwrap_or_default())
    }
}

/// The first items of these, by those columns and then by their places, locked; what others have locked is passed over.
async fn next(txn: &DatabaseTransaction, of: Condition, first: &[Column], limit: u64) -> Result<Vec<Place>> {
    let of_these = Entity::find().select_only().columns([Column::Priority, Column::Turn, Column::Id]).filter(of).filter(of_known_kind());
    let places = first
        .iter()
        .fold(of_these, |select, column| select.order_by_asc(*column))
        .order_by_asc(Column::Turn)
        .order_by_asc(Column::Id)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Ok(places.into_tuple().all(txn).await?)
}

impl Unit {
    /// Closes a claim because its work is done. False when the claim was lost: then nothing of it may be written.
    pub async fn finish(&self, item: &WorkItem) -> Result<bool> {
        Ok(!self.finish_all(&[item]).await?.is_empty())
    }

    /// Closes claims because their work is done. Answers which of them still held: of the others nothing may be written.
    pub async fn finish_all(&self, items: &[&WorkItem]) -> Result<BTreeSet<Uuid>> {
        let mut held = BTreeSet::new();
        for items in items.chunks(CLAIMS) {
            let done = Entity::delete_many().filter(these_claims(items.iter().copied())).exec_with_returning(&self.txn).await?;
            held.extend(done.into_iter().map(|row| row.id));
        }
        Ok(held)
    }

    /// Closes a claim because its work has to be tried again later. False when the claim was lost.
    pub async fn retry(&self, item: &WorkItem, error: &str, wait: TimeDelta) -> Result<bool> {
        let at = dialect::now_micros(self.txn.get_database_backend(), self.offset_micros).add(wait.num_microseconds().unwrap_or_default());
        let later = Entity::update_many()
            .col_expr(Column::State, Expr::value(READY))
            .col_expr(Column::RunAt, at)
            .col_expr(Column::Error, Expr::value(error))
            // Work that is never given up has one more attempt each time.
            .col_expr(Column::Attempts, Expr::value(Ord::min(item.attempts, MAX_ATTEMPTS - 1)))
            .filter(this_claim(item));
        Ok(later.exec(&self.txn).await?.rows_affected == 1)
    }

    /// Takes the work of a run away, as far as nobody has claimed it. Answers how much it was.
    pub async fn cancel_work(&self, run: Uuid) -> Result<u64> {
        let waiting = Entity::delete_many().filter(Column::RunId.eq(run)).filter(Column::State.is_in([READY, DEAD]));
        Ok(waiting.exec(&self.txn).await?.rows_affected)
    }
}
