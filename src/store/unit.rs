//! A unit of work: what is changed together, or not at all.
//!
//! Units that lock the same things in different orders would wait for each other for ever, which PostgreSQL ends by
//! failing one of them. So there is one order: claims on work of one's own, names, facts of occupations (by code), jobs (by
//! id), runs (by id), turns, and last what is only added (work, events, history). Whoever has a job locked asks for no facts.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};

use super::{Result, Store, idempotency};

/// One transaction. Dropped without [`commit`](Self::commit), it leaves everything as it was.
#[derive(Debug)]
pub struct Unit {
    pub(super) txn: DatabaseTransaction,
    pub(super) offset_micros: i64,
    /// True when the database lets through what is one company's only.
    is_tenants: bool,
    /// How often this process has written: counted before a commit, and after it.
    writes: Arc<AtomicU64>,
}

impl Store {
    /// Begins a unit of work.
    pub async fn begin(&self) -> Result<Unit> {
        let txn = self.db.begin().await?;
        Ok(Unit { txn, offset_micros: self.offset_micros(), is_tenants: self.db.is_tenants(), writes: Arc::clone(&self.writes) })
    }
}

impl Unit {
    /// Begins a part of this unit that can be undone by itself. Nothing else is done in the unit until the part is kept or discarded.
    pub async fn part(&self) -> Result<Self> {
        Ok(Self {
            txn: self.txn.begin().await?,
            offset_micros: self.offset_micros,
            is_tenants: self.is_tenants,
            writes: Arc::clone(&self.writes),
        })
    }

    /// From here to [`act_for_caller`](Self::act_for_caller) the unit may do what is the service's own business, whoever it is
    /// for: write down what is known of occupations, which is everybody's.
    pub async fn act_for_all(&self) -> Result<()> {
        self.act_as("rolegraph_platform").await
    }

    /// From here on the unit may do again what its caller may.
    pub async fn act_for_caller(&self) -> Result<()> {
        self.act_as("rolegraph_tenant").await
    }

    async fn act_as(&self, role: &str) -> Result<()> {
        if self.is_tenants {
            self.txn.execute_unprepared(&format!("SET LOCAL ROLE {role}")).await?;
        }
        Ok(())
    }

    /// Makes what was done in a part belong to its unit.
    pub async fn keep(self) -> Result<()> {
        Ok(self.txn.commit().await?)
    }

    /// Undoes all that was done, in the unit or in the part.
    pub async fn discard(self) -> Result<()> {
        Ok(self.txn.rollback().await?)
    }

    /// Makes the changes last.
    pub async fn commit(self) -> Result<()> {
        idempotency::note_effect(&self.txn).await?;
        self.writes.fetch_add(1, Ordering::SeqCst);
        let committed = self.txn.commit().await;
        self.writes.fetch_add(1, Ordering::SeqCst);
        Ok(committed?)
    }
}
