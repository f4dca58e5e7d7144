//! A value that is read from elsewhere when it is first needed, and again when it no longer serves.

use crate::sync::{Mutex, MutexGuard, spawn, watch};
use std::future::Future;
use std::panic::resume_unwind;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// A failure to read is not repeated for this long: a whole batch fails once, not one by one.
const FAILURE_REMEMBERED: Duration = Duration::from_secs(5);

/// The value read last. Callers that can use it never wait for those who read it again. A reading
/// goes on to its end, whether or not a caller still waits: the next one finds what it gave.
pub struct RefreshedValue<T, E>(Arc<Mutex<RefreshState<T, E>>>);

struct RefreshState<T, E> {
    held: Option<HeldValue<T>>,
    failed: Option<(E, Instant)>,
    reading: Option<Reading<T, E>>,
}

struct HeldValue<T> {
    value: Arc<T>,
    /// The time at which the reading began that gave it.
    since: Instant,
}

/// What comes of a reading. Only its own task polls it: a caller who did, and gave up at the moment
/// in which it could go on, would leave everyone else waiting for ever, and so would a panic.
type Reading<T, E> = watch::Receiver<Option<Result<HeldValue<T>, E>>>;

impl<T, E> Clone for RefreshedValue<T, E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, E> RefreshState<T, E> {
    fn serving(&self, serves: &impl Fn(&T, Instant) -> bool) -> Option<Arc<T>> {
        let held = self.held.as_ref();
        let held = held.filter(|held| serves(&held.value, held.since))?;
        Some(Arc::clone(&held.value))
    }
}

impl<T> Clone for HeldValue<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            since: self.since,
        }
    }
}

impl<T, E> Default for RefreshedValue<T, E> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(RefreshState {
            held: None,
            failed: None,
            reading: None,
        })))
    }
}

impl<T, E> RefreshedValue<T, E> {
    /// The value read last, however old.
    pub fn latest(&self) -> Option<Arc<T>> {
        let state = self.state();
        state.held.as_ref().map(|held| Arc::clone(&held.value))
    }

    fn state(&self) -> MutexGuard<'_, RefreshState<T, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, E> RefreshedValue<T, E>
where
    T: Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// The value read last if it `serves`, given when its reading began; else the one that a
    /// reading gives which serves, or which began after this call. Callers at the same time share
    /// one reading.
    ///
    /// # Errors
    /// What `read` failed with, now or in the last 5 s.
    pub async fn get<R>(
        &self,
        serves: impl Fn(&T, Instant) -> bool,
        read: impl FnOnce() -> R,
    ) -> Result<Arc<T>, E>
    where
        R: Future<Output = Result<T, E>> + Send + 'static,
    {
        if let Some(value) = self.state().serving(&serves) {
            return Ok(value);
        }
        // Not while the state is locked: who reads may look at what was read last.
        let read = read();
        let reading = loop {
            let under_way = {
                let mut state = self.state();
                if let Some(value) = state.serving(&serves) {
                    return Ok(value);
                }
                if let Some(reading) = &state.reading {
                    reading.clone()
                } else {
                    let failed = state.failed.as_ref();
                    let failed = failed.filter(|(_, at)| at.elapsed() < FAILURE_REMEMBERED);
                    if let Some((fault, _)) = failed {
                        return Err(fault.clone());
                    }
                    let reading = self.start(read);
                    state.reading = Some(reading.clone());
                    break reading;
                }
            };
            match outcome(under_way).await {
                Some(Ok(held)) if serves(&held.value, held.since) => return Ok(held.value),
                Some(Err(fault)) => return Err(fault),
                // It is too old, or panicked: that is for the caller who began it.
                Some(Ok(_)) | None => {}
            }
        };
        let own = outcome(reading).await;
        let own = own.unwrap_or_else(|| resume_unwind(Box::new("the reading panicked")));
        own.map(|held| held.value)
    }

    /// Reads in a task of its own, and keeps what comes of it.
    fn start(&self, read: impl Future<Output = Result<T, E>> + Send + 'static) -> Reading<T, E> {
        let (ending, since) = (Ending(self.clone()), Instant::now());
        let (sender, reading) = watch::channel(None);
        let read = async move {
            let outcome = read.await.map(|value| HeldValue {
                value: Arc::new(value),
                since,
            });
            let mut state = ending.0.state();
            match &outcome {
                Ok(held) => state.held = Some(held.clone()),
                Err(fault) => state.failed = Some((fault.clone(), Instant::now())),
            }
            drop(state);
            drop(ending);
            sender.send_replace(Some(outcome));
        };
        drop(spawn(read));
        reading
    }
}

/// What a reading gave, or `None` where it panicked.
async fn outcome<T, E: Clone>(mut reading: Reading<T, E>) -> Option<Result<HeldValue<T>, E>> {
    reading.wait_for(Option::is_some).await.ok()?.clone()
}

/// Ends a reading, even one that panicked: the next caller starts another.
struct Ending<T, E>(RefreshedValue<T, E>);

impl<T, E> Drop for Ending<T, E> {
    fn drop(&mut self) {
        self.0.state().reading = None;
    }
}

#[cfg(test)]
mod tests {
    use super::RefreshedValue;
    use futures::FutureExt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn callers_at_one_time_share_one_reading_and_one_failure() {
        for outcome in [Ok(7), Err("down")] {
            let (refreshed, readings) = (RefreshedValue::default(), Arc::new(AtomicUsize::new(0)));
            let callers = (0..10).map(|_| {
                let readings = Arc::clone(&readings);
                refreshed.get(
                    |_, _| true,
                    move || async move {
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
        let refreshed = RefreshedValue::<u8, ()>::default();
        let read = |value| move || async move { Ok(value) };
        assert_eq!(*refreshed.get(|_, _| true, read(1)).await.unwrap(), 1);
        let is_one = refreshed.get(|value, _| *value == 1, read(2)).await;
        assert_eq!(*is_one.unwrap(), 1);
        let is_more = refreshed.get(|value, _| *value > 1, read(2)).await;
        assert_eq!(*is_more.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_failure_leaves_what_is_held() {
        let refreshed = RefreshedValue::<u8, ()>::default();
        let fail = || async { Err(()) };
        refreshed
            .get(|_, _| true, || async { Ok(1) })
            .await
            .unwrap();
        assert!(refreshed.get(|_, _| false, fail).await.is_err());
        assert_eq!(*refreshed.get(|_, _| true, fail).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_reading_that_its_caller_gave_up_goes_on_and_serves_the_next() {
        let refreshed = RefreshedValue::<u8, ()>::default();
        let (answer, slow) = oneshot::channel();
        let given_up = refreshed.get(|_, _| true, || async { slow.await.map_err(drop) });
        assert!(given_up.now_or_never().is_none());
        answer.send(7).unwrap();
        let unasked = || async { Err(()) };
        assert_eq!(*refreshed.get(|_, _| true, unasked).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn who_needs_what_is_newer_than_the_reading_under_way_waits_for_another() {
        let refreshed = RefreshedValue::<u8, ()>::default();
        let (answer, slow) = oneshot::channel();
        let first = refreshed.get(|_, _| true, || async { slow.await.map_err(drop) });
        assert!(first.now_or_never().is_none());
        let came = Instant::now();
        let newer = refreshed.get(|_, since| since >= came, || async { Ok(2) });
        answer.send(1).unwrap();
        assert_eq!(*newer.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn who_reads_may_look_at_what_was_read_before() {
        let refreshed = RefreshedValue::<u8, ()>::default();
        for expected in 1..=3 {
            let next = || {
                let before = refreshed.latest().map_or(0, |value| *value);
                async move { Ok(before + 1) }
            };
            assert_eq!(*refreshed.get(|_, _| false, next).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn a_reading_that_panics_does_so_for_who_began_it_and_the_others_read_again() {
        let refreshed = RefreshedValue::<u8, ()>::default();
        let panics = refreshed.get(|_, _| true, || async { panic!("a reader's bug") });
        let panics = std::panic::AssertUnwindSafe(panics).catch_unwind();
        let others = refreshed.get(|_, _| true, || async { Ok(3) });
        let (panicked, others) = futures::join!(panics, others);
        assert!(panicked.is_err());
        assert_eq!(*others.unwrap(), 3);
    }
}
