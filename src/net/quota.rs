//! The tries of a day where they are counted outside: for all processes together, and over their ends.

use std::fmt;

use async_trait::async_trait;

/// Grants the tries of an upstream that allows so many in 24 hours.
#[async_trait]
pub trait Quota: fmt::Debug + Send + Sync {
    /// Takes one of the `daily` tries of the last 24 hours: how many are left then, none when all are taken. What is taken is
    /// never given back, also when the try is then not made. An error says why it cannot be told; the try is not made then.
    async fn take(&self, upstream: &'static str, daily: u32) -> Result<Option<u32>, String>;
}
