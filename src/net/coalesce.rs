//! Callers who ask the same at the same time share one call.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};

type Running<T> = WeakShared<BoxFuture<'static, T>>;

/// The calls in flight, by key. A call ends when nobody waits for it any more.
pub(super) struct InFlight<T: Clone>(Arc<Mutex<Calls<T>>>);

struct Calls<T: Clone> {
    started: u64,
    running: HashMap<String, (u64, Running<T>)>,
}

/// Takes a call out of the list, however it ends.
struct Leave<T: Clone> {
    calls: Arc<Mutex<Calls<T>>>,
    key: String,
    number: u64,
}

impl<T: Clone> Drop for Leave<T> {
    fn drop(&mut self) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.running.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            calls.running.remove(&self.key);
        }
    }
}

impl<T: Clone + Send + Sync + 'static> InFlight<T> {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Calls { started: 0, running: HashMap::new() })))
    }

    /// Waits for the call of that key, and makes it when there is none.
    pub(super) fn join<F: Future<Output = T> + Send + 'static>(
        &self,
        key: String,
        make: impl FnOnce() -> F,
    ) -> Shared<BoxFuture<'static, T>> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = calls.running.get(&key).and_then(|(_, running)| running.upgrade()) {
            return running;
        }
        calls.started += 1;
        let leave = Leave { calls: Arc::clone(&self.0), key: key.clone(), number: calls.started };
        let call = make();
        let shared = async move {
            let _leave = leave;
            call.await
        }
        .boxed()
        .shared();
        if let Some(running) = shared.downgrade() {
            let number = calls.started;
            calls.running.insert(key, (number, running));
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_call_is_made_once_for_all_who_wait_and_again_afterwards() {
        let (calls, made) = (InFlight::new(), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let made = Arc::clone(&made);
            calls.join("k".to_owned(), move || async move {
                tokio::task::yield_now().await;
                made.fetch_add(1, Ordering::Relaxed)
            })
        };
        let all = futures::future::join_all((0..5_000).map(|_| ask())).await;
        assert!(all.iter().all(|number| *number == 0));
        assert_eq!((made.load(Ordering::Relaxed), ask().await), (1, 1));
        assert!(calls.0.lock().expect("whole").running.is_empty());
    }

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_is_given_up_and_forgotten() {
        let calls = InFlight::new();
        drop(calls.join("k".to_owned(), std::future::pending::<usize>));
        assert!(calls.0.lock().expect("whole").running.is_empty());
        assert_eq!(calls.join("k".to_owned(), || async { 7 }).await, 7);
    }
}
