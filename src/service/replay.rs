//! Doing a unit of work again when another transaction was in its way.

use std::time::Duration;

use super::{Result, ServiceError};
use crate::store::StoreError;

/// How often a unit is tried.
const TRIES: u32 = 5;

/// The wait before the second try; it doubles. Each wait is between half and the whole of it.
const WAIT: Duration = Duration::from_millis(20);

/// Does a unit of work: from the beginning to its commit, so that a failed try leaves nothing behind. When the database
/// says that another transaction was in the way (a deadlock, a write lock that did not come), it is done again.
pub(super) async fn replayed<T, F: Future<Output = Result<T>>>(unit: impl Fn() -> F) -> Result<T> {
    for tried in 1..TRIES {
        match Box::pin(unit()).await {
            Err(error) if is_contention(&error) => tracing::debug!(tried, "done again: {error}"),
            other => return other,
        }
        tokio::time::sleep(WAIT.mul_f64(f64::from(1_u32 << (tried - 1)) * (0.5 + 0.5 * rand::random::<f64>()))).await;
    }
    Box::pin(unit()).await
}

pub(super) fn is_contention(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Store(StoreError::Contended(_)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::domain::user_error::UserError;

    #[tokio::test(start_paused = true)]
    async fn only_what_was_in_the_way_of_another_is_done_again_and_not_for_ever() {
        let tries = Cell::new(0);
        let late = |fails: u32| {
            let tries = &tries;
            move || async move {
                tries.set(tries.get() + 1);
                if tries.get() <= fails { Err(StoreError::overtaken().into()) } else { Ok(tries.get()) }
            }
        };
        assert_eq!(replayed(late(3)).await.expect("done"), 4);
        tries.set(0);
        let given_up = replayed(late(9)).await;
        assert_eq!((given_up.is_err(), tries.get()), (true, 5));
        tries.set(0);
        let refused = replayed(|| async {
            tries.set(tries.get() + 1);
            Err::<(), _>(UserError::not_found("job", &["id"]).into())
        });
        assert_eq!((refused.await.is_err(), tries.get()), (true, 1));
    }
}
