//! Bulk operations in the background: a chunk of jobs at a time, its effects in the transaction that closes its work.

use super::Effect;
use crate::{
    domain::{
        access::Audience,
        bulk::{BulkOperation, BulkResult, CHUNK, LANES},
        work::{BulkChunk, MAX_ATTEMPTS, WorkItem},
    },
    service::{Result, Service},
    store::Unit,
};

/// How far the next chunk of a lane is from the one before.
fn stride() -> i32 {
    i32::try_from(LANES * CHUNK).unwrap_or(i32::MAX)
}

impl Service {
    /// Does one chunk. A claim that was lost meanwhile leaves no trace.
    pub(in crate::service) async fn do_chunk(&self, item: &WorkItem) -> Result<()> {
        let Some((chunk, operation)) = self.chunk_of(item).await? else { return self.close_idle(item).await };
        let (jobs, last_try) = (self.store.bulk_jobs(operation.id, chunk.first, CHUNK).await?, item.attempts >= MAX_ATTEMPTS);
        self.call_to_mind(&jobs).await?;
        let mut tried = None;
        if operation.dry_run {
            let unit = self.store.made_for(operation.tenant()).begin().await?;
            tried = Some(self.apply_to_all(&unit, &operation, &jobs, last_try).await?);
            unit.discard().await?;
        }
        let unit = self.store.made_for(operation.tenant()).begin().await?;
        if !unit.finish(item).await? {
            return Ok(());
        }
        let effects = match tried {
            Some(effects) => effects,
            None => self.apply_to_all(&unit, &operation, &jobs, last_try).await?,
        };
        self.close_chunk(&unit, chunk, effects).await?;
        unit.commit().await?;
        self.committed();
        Ok(())
    }

    /// Gives a chunk up whose workers never came back: its jobs have failed, and those behind them are gone on with.
    pub(in crate::service) async fn give_up_chunk(&self, item: &WorkItem, error: &str) -> Result<()> {
        let Some((chunk, operation)) = self.chunk_of(item).await? else { return self.close_idle(item).await };
        let jobs = self.store.bulk_jobs(operation.id, chunk.first, CHUNK).await?;
        let unit = self.store.begin().await?;
        if unit.bury(item, error).await? {
            let effects = jobs.into_iter().map(|job| Effect::of(vec![BulkResult::broken(job)])).collect();
            self.close_chunk(&unit, chunk, effects).await?;
            unit.commit().await?;
            self.committed();
        }
        Ok(())
    }

    /// Writes what came of a chunk, and queues the next one of its lane.
    async fn close_chunk(&self, unit: &Unit, chunk: BulkChunk, effects: Vec<Effect>) -> Result<()> {
        let Some(mut operation) = unit.bulk_operation(Audience::Platform, chunk.operation).await? else { return Ok(()) };
        self.write_effects(unit, &mut operation, chunk.first, effects).await?;
        let next = chunk.first.saturating_add(stride());
        if !operation.is_over() && next < operation.total {
            unit.enqueue(&[self.chunk_work(&operation, next)]).await?;
        }
        Ok(())
    }

    /// What an item asks for; none when there is nothing to be done any more.
    async fn chunk_of(&self, item: &WorkItem) -> Result<Option<(BulkChunk, BulkOperation)>> {
        let Ok(chunk) = serde_json::from_value::<BulkChunk>(item.payload.clone()) else { return Ok(None) };
        let operation = self.store.bulk_operation(Audience::Platform, chunk.operation).await?;
        Ok(operation.filter(|operation| !operation.is_over()).map(|operation| (chunk, operation)))
    }

    async fn close_idle(&self, item: &WorkItem) -> Result<()> {
        let unit = self.store.begin().await?;
        unit.finish(item).await?;
        Ok(unit.commit().await?)
    }
}
