//! Queueing work: owners take turns, and what is queued already is not queued again.

use std::collections::BTreeMap;

use rolegraph_entity::{
    work_item::{Column, Entity},
    work_turn,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SimpleExpr},
};

use super::{PLATFORM, READY, in_state};
use crate::{
    domain::work::{NewWork, Priority},
    store::{CHUNK, Result, StoreError, Unit, dialect, json},
};

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
            .filter(in_state(READY))
            .filter(Column::Priority.eq(priority as i32))
            .into_tuple::<Option<i64>>();
        Ok(least.one(&self.txn).await?.flatten().unwrap_or(0))
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
