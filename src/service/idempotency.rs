//! Requests that must not be done twice.

use std::time::Duration;

use super::{Result, Service};
use crate::store::{self, KeptAnswer, KeyClaim, KeyState, RequestKey};

impl Service {
    /// What is known of a request.
    pub async fn key_state(&self, request: &RequestKey) -> Result<KeyState> {
        Ok(self.store.key_state(request).await?)
    }

    /// Claims a request for so long; none when somebody else has it.
    pub async fn claim_key(&self, request: &RequestKey, lease: Duration) -> Result<Option<KeyClaim>> {
        Ok(self.store.claim_key(request, lease).await?)
    }

    /// Does `work` under a claim: nothing that it changes is committed once somebody else has taken the claim over.
    pub async fn under_claim<T>(&self, claim: KeyClaim, work: impl Future<Output = T>) -> T {
        store::under_claim(claim, work).await
    }

    /// Keeps the answer of a request that was done.
    pub async fn keep_answer(&self, claim: &KeyClaim, answer: &KeptAnswer) -> Result<()> {
        Ok(self.store.keep_answer(claim, answer).await?)
    }

    /// Gives a claim up whose request failed.
    pub async fn give_key_up(&self, claim: &KeyClaim) -> Result<()> {
        Ok(self.store.give_key_up(claim).await?)
    }

    /// Forgets answers that were kept long enough. Answers how many.
    pub async fn forget_keys(&self) -> Result<u64> {
        Ok(self.store.forget_keys().await?)
    }
}
