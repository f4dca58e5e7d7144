//! Work that the messages of one batch share.

use crate::SubscriptionsFault;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// A result that is worked out once.
pub(crate) type SharedRun<T> = Arc<OnceCell<Result<T, SubscriptionsFault>>>;

/// One result for each key.
pub(crate) struct BatchMemo<K, T>(Mutex<HashMap<K, SharedRun<T>>>);

impl<K, T> Default for BatchMemo<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, T> BatchMemo<K, T> {
    /// The result of `key`, which the first to ask for it works out.
    pub(crate) fn of(&self, key: K) -> SharedRun<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_default())
    }
}
