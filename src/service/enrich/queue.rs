//! The queue as workers and operators see it.

use std::slice;

use uuid::Uuid;

use crate::{
    domain::{
        user_error::UserError,
        work::{MAX_ATTEMPTS, WorkItem, WorkKind, backoff},
    },
    service::{Result, Service, replay::replayed},
    store::WorkCounts,
};

/// Work that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadWork {
    /// The item.
    pub item: WorkItem,
    /// What it is about: a job's slug, an occupation's code, or the payload when it is about neither.
    pub about: String,
}

impl Service {
    /// Claims work that is due.
    pub async fn claim_work(&self, limit: u64) -> Result<Vec<WorkItem>> {
        replayed(|| async { Ok(self.store.claim(limit).await?) }).await
    }

    /// Holds claims for another lease. False when one of them was lost.
    pub async fn renew_work(&self, items: &[WorkItem]) -> Result<bool> {
        Ok(self.store.renew(items).await?)
    }

    /// Gives claims back that are not done. Answers how many.
    pub async fn release_work(&self, items: &[WorkItem]) -> Result<u64> {
        replayed(|| async { Ok(self.store.release(items).await?) }).await
    }

    /// How much work there is.
    pub async fn work_counts(&self) -> Result<WorkCounts> {
        Ok(self.store.work_counts().await?)
    }

    /// Puts an item back that failed as a whole, or gives it up after the last try.
    pub async fn put_back(&self, item: &WorkItem, error: &str) -> Result<()> {
        if item.attempts >= MAX_ATTEMPTS {
            return self.give_up(item, error).await;
        }
        replayed(|| async {
            let unit = self.store.begin().await?;
            unit.retry(item, error, backoff(item.attempts, rand::random())).await?;
            Ok(unit.commit().await?)
        })
        .await
    }

    /// Gives an item up that can never be done. What a run of it did not get counts as failed.
    pub async fn give_up(&self, item: &WorkItem, error: &str) -> Result<()> {
        match item.kind {
            WorkKind::BulkChunk => replayed(|| Box::pin(self.give_up_chunk(item, error))).await,
            WorkKind::EnrichJob | WorkKind::RefreshOccupation => replayed(|| self.bury(item, error)).await,
        }
    }

    async fn bury(&self, item: &WorkItem, error: &str) -> Result<()> {
        let pieces = self.read(slice::from_ref(item)).await?;
        let unit = self.store.begin().await?;
        if !unit.bury(item, error).await? {
            return Ok(());
        }
        if let Some(run) = item.run {
            let now = self.clock.now();
            let failed: Vec<_> = pieces.iter().flat_map(|piece| self.failed(piece, error)).collect();
            unit.write_outcomes(run, &failed, now).await?;
            unit.advance_run(run, 1, 1, now).await?;
        }
        Ok(unit.commit().await?)
    }

    /// Work that was given up, the oldest first.
    pub async fn dead_work(&self, limit: u64) -> Result<Vec<DeadWork>> {
        let items = self.store.dead_work(limit).await?;
        let pieces = self.read(&items).await?;
        let about = pieces.iter().map(|piece| {
            let job = piece.job.as_ref().map(|job| job.slug.clone());
            job.or_else(|| piece.code.map(|code| code.to_string())).unwrap_or_else(|| piece.item.payload.to_string())
        });
        Ok(items.iter().cloned().zip(about).map(|(item, about)| DeadWork { item, about }).collect())
    }

    /// Tries work anew that was given up: one item, or all that can be. Their runs are open again. Answers how many.
    pub async fn revive_work(&self, id: Option<Uuid>) -> Result<u64> {
        let revived = replayed(|| async {
            let unit = self.store.begin().await?;
            let revived = unit.revive(id).await?;
            for (run, jobs) in &revived.runs {
                unit.reopen_run(*run, *jobs).await?;
            }
            unit.commit().await?;
            Ok(revived)
        });
        let revived = revived.await?;
        if id.is_some() && revived.items + revived.superseded == 0 {
            return Err(UserError::not_found("item of work that was given up and can be tried anew", &["id"]).into());
        }
        self.committed();
        Ok(revived.items)
    }
}
