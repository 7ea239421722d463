//! Answers to anonymous queries, kept for a moment: who asks the same while it is being answered waits for that answer, and who
//! asks it again before anything was written, and within a second, gets the same.
//!
//! An answer stands under what it was asked with, and under a moment: how often this process had written when it was begun, and
//! the second. So a change that this process has committed is never followed by an answer from before it, and one of another
//! process for a second at most.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::Request;
use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use moka::future::Cache;
use sha2::{Digest, Sha256};

use super::accept::Media;
use crate::{metrics, service::Service};

/// How long nobody needs to have asked for an answer that is dropped.
const FORGOTTEN: Duration = Duration::from_secs(2);
/// Larger answers are not kept, in bytes.
const LARGEST: usize = 1 << 20;
/// What an entry takes besides its body, about, in bytes.
const OVERHEAD: usize = 1 << 10;

/// What an answer stands under.
pub(super) type Key = [u8; 32];

/// An answer, whole.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        (self.status, self.headers, self.body).into_response()
    }
}

/// The answers that this process keeps.
#[derive(Debug, Clone)]
pub(in crate::http) struct Answers {
    /// None keeps nothing.
    kept: Option<Cache<Key, Kept>>,
    began: Instant,
}

impl Answers {
    /// Of so many bytes at most; 0 keeps none.
    pub(in crate::http) fn new(bytes: u64) -> Self {
        let weigh = |_: &Key, kept: &Kept| u32::try_from(kept.body.len() + OVERHEAD).unwrap_or(u32::MAX);
        let kept = (bytes > 0).then(|| Cache::builder().max_capacity(bytes).weigher(weigh).time_to_idle(FORGOTTEN).build());
        Self { kept, began: Instant::now() }
    }

    /// False when nothing is kept.
    pub(super) fn any(&self) -> bool {
        self.kept.is_some()
    }

    /// What `request` stands under now, told with its cost or without; none when nothing is kept.
    pub(super) fn key(&self, service: &Service, request: &Request, media: Media, with_cost: bool) -> Option<Key> {
        self.kept.as_ref()?;
        let mut key = Sha256::new();
        for number in [service.store().writes(), self.began.elapsed().as_secs(), service.clock().now().timestamp().cast_unsigned()] {
            key.update(number.to_le_bytes());
        }
        key.update([u8::from(with_cost)]);
        let variables = serde_json::to_string(&request.variables).ok()?;
        for part in [media.content_type(), request.operation_name.as_deref().unwrap_or_default(), &variables, &request.query] {
            key.update(part.len().to_le_bytes());
            key.update(part);
        }
        Some(key.finalize().into())
    }

    /// The answer under that key, or the one that `answer` makes. Whoever asks meanwhile waits for it.
    pub(super) async fn get(&self, key: Key, answer: impl Future<Output = Response>) -> Response {
        let Some(kept) = &self.kept else { return answer.await };
        let mut made = false;
        let found = kept.try_get_with(key, async {
            made = true;
            whole(answer.await).await
        });
        let answer = found.await.unwrap_or_else(|fleeting: Arc<Kept>| (*fleeting).clone());
        metrics::kept_answer(!made);
        answer.into_response()
    }
}

/// An answer to be kept, or one that is only for those who wait: with errors, or too large.
async fn whole(answer: Response) -> Result<Kept, Kept> {
    let (parts, body) = answer.into_parts();
    // What this process wrote itself is in memory already.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let good = parts.status == StatusCode::OK && body.len() <= LARGEST && parts.extensions.get::<WithErrors>().is_none();
    let kept = Kept { status: parts.status, headers: parts.headers, body };
    if good { Ok(kept) } else { Err(kept) }
}

/// Marks an answer that tells of errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct WithErrors;

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn what_has_errors_is_told_to_who_waits_and_not_kept() {
        let answer = |marked: bool| {
            let mut answer = Response::new(Body::from("{}"));
            if marked {
                answer.extensions_mut().insert(WithErrors);
            }
            answer
        };
        assert!(whole(answer(false)).await.is_ok());
        assert!(whole(answer(true)).await.is_err());
    }
}
