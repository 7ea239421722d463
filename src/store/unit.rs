//! A unit of work: what is changed together, or not at all.

use sea_orm::{DatabaseTransaction, TransactionTrait};

use super::{Result, Store, dialect};

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
    /// Makes the changes last.
    pub async fn commit(self) -> Result<()> {
        Ok(self.txn.commit().await?)
    }
}
