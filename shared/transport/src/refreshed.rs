//! A value that is read from elsewhere when it is first needed, and again when it no longer does.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A failure to read is not repeated for this long: a whole batch fails once, not one by one.
const FAILURE_REMEMBERED: Duration = Duration::from_secs(5);

/// Holds the value. Those who can use what is held never wait for those who read it anew.
pub struct Refreshed<T, E> {
    held: RwLock<Option<Held<T>>>,
    failed: RwLock<Option<(E, Instant)>>,
    turn: Mutex<()>,
}

struct Held<T> {
    value: Arc<T>,
    since: Instant,
}

impl<T, E> Default for Refreshed<T, E> {
    fn default() -> Self {
        Self {
            held: RwLock::new(None),
            failed: RwLock::new(None),
            turn: Mutex::new(()),
        }
    }
}

impl<T, E: Clone> Refreshed<T, E> {
    /// The value held if it `serves`, told its age; else the one that `read` gives. Callers that
    /// need it read at the same time share one reading.
    ///
    /// # Errors
    /// What `read` failed with, now or in the last 5 s.
    pub async fn get(
        &self,
        serves: impl Fn(&T, Duration) -> bool,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        if let Some(value) = self.held(&serves) {
            return Ok(value);
        }
        let _turn = self.turn.lock().await;
        if let Some(value) = self.held(&serves) {
            return Ok(value);
        }
        if let Some(fault) = self.failure() {
            return Err(fault);
        }
        match read().await {
            Ok(value) => {
                let value = Arc::new(value);
                let held = Held {
                    value: Arc::clone(&value),
                    since: Instant::now(),
                };
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                Ok(value)
            }
            Err(fault) => {
                let failed = Some((fault.clone(), Instant::now()));
                *self.failed.write().unwrap_or_else(PoisonError::into_inner) = failed;
                Err(fault)
            }
        }
    }

    /// The value held, however old.
    pub fn latest(&self) -> Option<Arc<T>> {
        self.held(|_, _| true)
    }

    fn held(&self, serves: impl Fn(&T, Duration) -> bool) -> Option<Arc<T>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let held = held
            .as_ref()
            .filter(|held| serves(&held.value, held.since.elapsed()))?;
        Some(Arc::clone(&held.value))
    }

    fn failure(&self) -> Option<E> {
        let failed = self.failed.read().unwrap_or_else(PoisonError::into_inner);
        let (fault, at) = failed.as_ref()?;
        (at.elapsed() < FAILURE_REMEMBERED).then(|| fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Refreshed;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn callers_at_one_time_share_one_reading_and_one_failure() {
        for outcome in [Ok(7), Err("down")] {
            let (refreshed, readings) = (Refreshed::default(), AtomicUsize::new(0));
            let callers = (0..10).map(|_| {
                refreshed.get(
                    |_, _| true,
                    async || {
                        readings.fetch_add(1, Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        outcome
                    },
                )
            });
            let answers = futures::future::join_all(callers).await;
            assert!(
                answers
                    .into_iter()
                    .all(|answer| answer.map(|value| *value) == outcome)
            );
            assert_eq!(readings.load(Ordering::SeqCst), 1);
        }
    }

    #[tokio::test]
    async fn what_no_longer_serves_is_read_again_and_what_serves_is_not() {
        let refreshed = Refreshed::<u8, ()>::default();
        assert_eq!(
            *refreshed.get(|_, _| true, async || Ok(1)).await.unwrap(),
            1
        );
        assert_eq!(
            *refreshed
                .get(|value, _| *value == 1, async || Ok(2))
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            *refreshed
                .get(|value, _| *value > 1, async || Ok(2))
                .await
                .unwrap(),
            2
        );
    }

    #[tokio::test]
    async fn a_failure_leaves_what_is_held() {
        let refreshed = Refreshed::<u8, ()>::default();
        refreshed.get(|_, _| true, async || Ok(1)).await.unwrap();
        assert!(refreshed.get(|_, _| false, async || Err(())).await.is_err());
        assert_eq!(
            *refreshed.get(|_, _| true, async || Err(())).await.unwrap(),
            1
        );
    }
}
