//! The queue of durable work, in tables of our own.
//!
//! A claim gives an item an epoch and a lease. Whoever finishes an item deletes it `WHERE epoch = ?` in the transaction that
//! writes its effects: a worker that slept through its lease finds that its epoch is no longer the item's, and writes
//! nothing. Times are the database's, moved by an offset that is zero outside of tests.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rolegraph_entity::{
    work_item::{Column, Entity, Model},
    work_turn,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, TransactionTrait,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Order, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{CHUNK, Result, Store, StoreError, Unit, dialect, json};
use crate::domain::work::{LEASE, NewWork, Priority, WorkItem, WorkKind};

const READY: &str = "READY";
const LEASED: &str = "LEASED";
const DEAD: &str = "DEAD";
/// The owner of the platform's own work.
const PLATFORM: &str = "platform";

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

fn item(row: Model) -> Result<WorkItem> {
    Ok(WorkItem {
        kind: WorkKind::from_name(&row.kind).ok_or_else(|| StoreError::unreadable("work_items", row.id, "unknown kind"))?,
        payload: json::read("work_items", row.id, &row.payload)?,
        id: row.id,
        run: row.run_id,
        attempts: row.attempts,
        epoch: row.epoch,
        error: row.error,
    })
}

fn this_claim(item: &WorkItem) -> Condition {
    Condition::all().add(Column::Id.eq(item.id)).add(Column::Epoch.eq(item.epoch)).add(Column::State.eq(LEASED))
}

impl Store {
    /// Claims up to `limit` items that are due, or whose claim has run out: the most urgent first, owners in turn.
    pub async fn claim(&self, limit: u64) -> Result<Vec<WorkItem>> {
        let now = self.now();
        let due = Condition::any()
            .add(Condition::all().add(Column::State.eq(READY)).add(Expr::col(Column::RunAt).lte(now.clone())))
            .add(Condition::all().add(Column::State.eq(LEASED)).add(Expr::col(Column::LeaseUntil).lt(now.clone())));
        let mut wanted = Query::select();
        wanted.column(Column::Id).from(Entity).cond_where(due).limit(limit);
        for column in [Column::Priority, Column::Turn, Column::Id] {
            wanted.order_by(column, Order::Asc);
        }
        wanted.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        let txn = self.db.begin_with_options(dialect::read_then_write()).await?;
        let ids: Vec<Uuid> = txn.query_all(&wanted).await?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(vec![]);
        }
        Entity::update_many()
            .col_expr(Column::State, Expr::value(LEASED))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
            .col_expr(Column::LeaseUntil, now.add(LEASE.num_microseconds().unwrap_or_default()))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(&txn)
            .await?;
        let rows = Entity::find().filter(Column::Id.is_in(ids)).all(&txn).await?;
        txn.commit().await?;
        rows.into_iter().map(item).collect()
    }

    /// Holds claims for another lease. False when one of them was lost.
    pub async fn renew(&self, items: &[WorkItem]) -> Result<bool> {
        let until = self.now().add(LEASE.num_microseconds().unwrap_or_default());
        let mine = items.iter().fold(Condition::any(), |any, item| any.add(this_claim(item)));
        let renewed = Entity::update_many().col_expr(Column::LeaseUntil, until).filter(mine).exec(&self.db).await?;
        Ok(renewed.rows_affected == items.len() as u64)
    }

    /// Gives claims back, as if they had not been made: for a worker that is asked to stop.
    pub async fn release(&self, items: &[WorkItem]) -> Result<()> {
        for item in items {
            Entity::update_many()
                .col_expr(Column::State, Expr::value(READY))
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
                .filter(this_claim(item))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }

    /// How much work there is.
    pub async fn work_counts(&self) -> Result<WorkCounts> {
        let count = async |state: &str| Entity::find().filter(Column::State.eq(state)).count(&self.db).await;
        Ok(WorkCounts { ready: count(READY).await?, leased: count(LEASED).await?, dead: count(DEAD).await? })
    }

    /// Work that was given up, with what went wrong, the oldest first.
    pub async fn dead_work(&self, limit: u64) -> Result<Vec<WorkItem>> {
        let rows = Entity::find().filter(Column::State.eq(DEAD)).limit(limit).all(&self.db).await?;
        rows.into_iter().map(item).collect()
    }

    /// Now by the database's clock, in microseconds since 1970.
    fn now(&self) -> SimpleExpr {
        dialect::now_micros(self.db.get_database_backend(), self.offset_micros())
    }
}

impl Unit {
    /// Queues work. What has the dedupe key of living work is left out. Answers how much was queued.
    pub async fn enqueue(&self, work: &[NewWork]) -> Result<u64> {
        let mut turns = self.turns(work).await?;
        let now = dialect::now_micros(self.txn.get_database_backend(), self.offset_micros);
        let mut queued = 0;
        for chunk in work.chunks(CHUNK / 20) {
            let mut insert = Query::insert();
            insert.into_table(Entity).columns(COLUMNS).on_conflict(OnConflict::new().do_nothing().to_owned());
            for new in chunk {
                let owner = owner(new);
                let turn = turns.entry((owner.clone(), new.priority)).and_modify(|turn| *turn += 1).or_default();
                insert.values(values(new, owner, *turn, &now)?).map_err(|error| StoreError::Database(DbErr::Custom(error.to_string())))?;
            }
            queued += self.txn.execute(&insert).await?.rows_affected();
        }
        Ok(queued)
    }

    /// Sets a row of turns aside for every owner of the work: behind the owner's own last one, and not before what is being
    /// served now, so that an owner who comes anew starts at the front and one with thousands of items shares. Answers the
    /// turn before the first of each row.
    async fn turns(&self, work: &[NewWork]) -> Result<BTreeMap<(String, Priority), i64>> {
        let mut counts: BTreeMap<(String, Priority), i64> = BTreeMap::new();
        for new in work {
            *counts.entry((owner(new), new.priority)).or_default() += 1;
        }
        let mut turns = BTreeMap::new();
        for ((owner, priority), count) in counts {
            let front = self.front(priority).await?;
            let row = work_turn::ActiveModel { owner: Set(owner.clone()), turn: Set(front + count) };
            let last = Expr::col((work_turn::Entity, work_turn::Column::Turn));
            let next: SimpleExpr = Expr::case(last.clone().gte(front), last.add(count)).finally(front + count).into();
            let upsert = OnConflict::column(work_turn::Column::Owner).value(work_turn::Column::Turn, next).to_owned();
            work_turn::Entity::insert(row).on_conflict(upsert).exec_without_returning(&self.txn).await?;
            let last = work_turn::Entity::find_by_id(&owner).one(&self.txn).await?.map_or(front + count, |row| row.turn);
            turns.insert((owner, priority), last - count);
        }
        Ok(turns)
    }

    /// The least turn that waits in a priority.
    async fn front(&self, priority: Priority) -> Result<i64> {
        let least = Entity::find()
            .select_only()
            .expr_as(Expr::col(Column::Turn).min(), "turn")
            .filter(Column::State.eq(READY))
            .filter(Column::Priority.eq(priority as i32))
            .into_tuple::<Option<i64>>();
        Ok(least.one(&self.txn).await?.flatten().unwrap_or(0))
    }

    /// Closes a claim because its work is done. False when the claim was lost: then nothing of it may be written.
    pub async fn finish(&self, item: &WorkItem) -> Result<bool> {
        Ok(Entity::delete_many().filter(this_claim(item)).exec(&self.txn).await?.rows_affected == 1)
    }

    /// Closes a claim because its work has to be tried again later. False when the claim was lost.
    pub async fn retry(&self, item: &WorkItem, error: &str, wait: TimeDelta) -> Result<bool> {
        let at = dialect::now_micros(self.txn.get_database_backend(), self.offset_micros).add(wait.num_microseconds().unwrap_or_default());
        let later = Entity::update_many()
            .col_expr(Column::State, Expr::value(READY))
            .col_expr(Column::RunAt, at)
            .col_expr(Column::Error, Expr::value(error))
            .filter(this_claim(item));
        Ok(later.exec(&self.txn).await?.rows_affected == 1)
    }

    /// Closes a claim because its work is given up; it stays, with what went wrong. False when the claim was lost.
    pub async fn bury(&self, item: &WorkItem, error: &str) -> Result<bool> {
        let dead = Entity::update_many()
            .col_expr(Column::State, Expr::value(DEAD))
            .col_expr(Column::Error, Expr::value(error))
            .filter(this_claim(item));
        Ok(dead.exec(&self.txn).await?.rows_affected == 1)
    }

    /// Takes the work of a run away, as far as nobody has claimed it. Answers how much it was.
    pub async fn cancel_work(&self, run: Uuid) -> Result<u64> {
        let waiting = Entity::delete_many().filter(Column::RunId.eq(run)).filter(Column::State.eq(READY));
        Ok(waiting.exec(&self.txn).await?.rows_affected)
    }
}

const COLUMNS: [Column; 13] = [
    Column::Id,
    Column::Kind,
    Column::Payload,
    Column::DedupeKey,
    Column::State,
    Column::Priority,
    Column::Turn,
    Column::Owner,
    Column::RunId,
    Column::Attempts,
    Column::Epoch,
    Column::RunAt,
    Column::CreatedAt,
];

fn owner(new: &NewWork) -> String {
    new.company.map_or_else(|| PLATFORM.to_owned(), |id| id.to_string())
}

fn values(new: &NewWork, owner: String, turn: i64, now: &SimpleExpr) -> Result<Vec<SimpleExpr>> {
    Ok(vec![
        new.id.into(),
        new.kind.name().into(),
        json::write(&new.payload)?.into(),
        new.dedupe_key.clone().into(),
        READY.into(),
        (new.priority as i32).into(),
        turn.into(),
        owner.into(),
        new.run.into(),
        0.into(),
        0_i64.into(),
        now.clone(),
        now.clone(),
    ])
}
