//! Reading bulk operations.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::{Stream, stream};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Principal, Scope},
        bulk::{BulkOperation, BulkResult},
        page::{Page, PageRequest},
    },
    service::{Result, Service},
};

/// How often to look how far an operation is, on whichever replica it is done.
const POLL: Duration = Duration::from_millis(250);

/// Who may start a bulk operation may see those of the same company.
pub const MAY_SEE: [Scope; 4] = [Scope::OverridesWrite, Scope::JobsWrite, Scope::SocReview, Scope::HistoryRead];

impl Service {
    /// A bulk operation, when the caller may see it.
    pub async fn bulk_operation(&self, principal: &Principal, id: Uuid) -> Result<Option<BulkOperation>> {
        if !MAY_SEE.iter().any(|scope| principal.may(*scope)) {
            return Ok(None);
        }
        Ok(self.store_for(principal).bulk_operation(principal.audience(), id).await?)
    }

    /// Bulk operations that the caller may see, the newest first.
    pub async fn bulk_operations(&self, principal: &Principal, request: &PageRequest<DateTime<Utc>>) -> Result<Page<BulkOperation>> {
        Ok(self.store_for(principal).bulk_operations_page(principal.audience(), request).await?)
    }

    /// How many bulk operations the caller may see.
    pub async fn bulk_operations_count(&self, principal: &Principal) -> Result<u64> {
        Ok(self.store_for(principal).bulk_operations_count(principal.audience()).await?)
    }

    /// What came of an operation: for every result its id, its place, and itself.
    pub async fn bulk_results(
        &self,
        operation: Uuid,
        only_failed: bool,
        request: &PageRequest<i32>,
    ) -> Result<Page<(Uuid, i32, BulkResult)>> {
        Ok(self.store.bulk_results_page(operation, only_failed, request).await?)
    }

    /// How many results an operation has.
    pub async fn bulk_results_count(&self, operation: Uuid, only_failed: bool) -> Result<u64> {
        Ok(self.store.bulk_results_count(operation, only_failed).await?)
    }

    /// An operation each time that it is further, until it is over.
    pub fn bulk_progress(self: &Arc<Self>, principal: Principal, id: Uuid) -> impl Stream<Item = Result<BulkOperation>> + use<> {
        let service = Arc::clone(self);
        stream::unfold((service, principal, None::<BulkOperation>), move |(service, principal, last)| async move {
            if last.as_ref().is_some_and(BulkOperation::is_over) {
                return None;
            }
            loop {
                match service.bulk_operation(&principal, id).await {
                    Ok(Some(now)) if last.as_ref() != Some(&now) => return Some((Ok(now.clone()), (service, principal, Some(now)))),
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(error) => return Some((Err(error), (service, principal, last))),
                }
                tokio::time::sleep(POLL).await;
            }
        })
    }
}
