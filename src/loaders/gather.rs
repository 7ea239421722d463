//! Gathering what the resolvers of one request ask for at the same time, so that it is read together.
//!
//! All resolvers of a request run in one task, which gives each of them its turn. Whoever asks first waits for turns, not
//! for time, until a whole round has brought no further key: how many statements a page costs does not depend on how busy
//! the machine is.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{sync::OnceCell, task::yield_now};

use super::LoadError;

/// The batches that still take keys, by the type of their keys.
#[derive(Default)]
pub(super) struct Gathering(Mutex<HashMap<TypeId, Box<dyn Any + Send>>>);

/// Keys that are read together.
struct Batch<K, V> {
    keys: Mutex<Vec<K>>,
    found: OnceCell<Result<HashMap<K, V>, LoadError>>,
}

impl Gathering {
    /// What `load` finds for `key`, together with all keys that are asked for meanwhile.
    pub(super) async fn one<K, V, F>(&self, key: K, load: impl FnOnce(Vec<K>) -> F) -> Result<Option<V>, LoadError>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        V: Send + Sync + Clone + 'static,
        F: Future<Output = Result<HashMap<K, V>, LoadError>>,
    {
        let batch = self.join::<K, V>(key.clone());
        let found = batch.found.get_or_init(async || load(self.gathered(&batch).await).await).await;
        found.as_ref().map(|found| found.get(&key).cloned()).map_err(Clone::clone)
    }

    /// The batch that takes keys now, with this key added.
    fn join<K: Send + Sync + 'static, V: Send + Sync + 'static>(&self, key: K) -> Arc<Batch<K, V>> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.get(&TypeId::of::<K>()).and_then(|batch| batch.downcast_ref::<Arc<Batch<K, V>>>()).cloned();
        let batch = known.unwrap_or_else(|| {
            let batch = Arc::new(Batch { keys: Mutex::default(), found: OnceCell::new() });
            open.insert(TypeId::of::<K>(), Box::new(Arc::clone(&batch)));
            batch
        });
        batch.keys.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        batch
    }

    /// Waits until nobody adds a key any more, and closes the batch.
    async fn gathered<K: Clone + 'static, V>(&self, batch: &Batch<K, V>) -> Vec<K> {
        let mut before = 0;
        loop {
            yield_now().await;
            let now = batch.keys.lock().unwrap_or_else(PoisonError::into_inner).len();
            if now == before {
                break;
            }
            before = now;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&TypeId::of::<K>());
        batch.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_asked_for_in_one_round_is_read_together_however_long_that_takes() {
        let (gathering, loads) = (Gathering::default(), AtomicUsize::new(0));
        let ask = async |key: usize| {
            std::thread::sleep(std::time::Duration::from_micros(200));
            let load = async |keys: Vec<usize>| {
                loads.fetch_add(1, Ordering::SeqCst);
                Ok(keys.into_iter().filter(|key| *key != 7).map(|key| (key, key * 2)).collect())
            };
            gathering.one(key, load).await.expect("read")
        };
        let found = join_all((0..200).map(&ask)).await;
        assert!(found.iter().enumerate().all(|(key, found)| *found == (key != 7).then_some(key * 2)));
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        assert_eq!(ask(3).await, Some(6));
        assert_eq!(loads.load(Ordering::SeqCst), 2, "a batch that was read takes no further key");
    }
}
