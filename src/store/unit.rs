//! A unit of work: what is changed together, or not at all.
//!
//! Units that lock the same things in different orders would wait for each other for ever, which PostgreSQL ends by
//! failing one of them. So there is one order: claims on work of one's own, names, facts of occupations (by code), jobs (by
//! id), runs (by id), turns, and last what is only added (work, events, history). Whoever has a job locked asks for no facts.

use sea_orm::{DatabaseTransaction, TransactionTrait};

use super::{Result, Store, dialect, idempotency};

/// One transaction. Dropped without [`commit`](Self::commit), it leaves everything as it was.
#[derive(Debug)]
pub struct Unit {
    pub(super) txn: DatabaseTransaction,
    pub(super) offset_micros: i64,
}

impl Store {
    /// Begins a unit of work.
    pub async fn begin(&self) -> Result<Unit> {
        let txn = self.db.begin_with_options(dialect::read_then_write()).await?;
        Ok(Unit { txn, offset_micros: self.offset_micros() })
    }
}

impl Unit {
    /// Begins a part of this unit that can be undone by itself. Nothing else is done in the unit until the part is kept or discarded.
    pub async fn part(&self) -> Result<Self> {
        Ok(Self { txn: self.txn.begin().await?, offset_micros: self.offset_micros })
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
        Ok(self.txn.commit().await?)
    }
}
