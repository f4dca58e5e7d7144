//! Several callers, one request.

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use std::sync::{Mutex, PoisonError};

/// Lets everyone who asks while a request is under way share its answer. The lock is held only
/// to look for that request, never while it runs. A request that nobody waits for any more ends,
/// unless it was started to run to its end.
pub(crate) struct SingleFlight<T: Clone> {
    running: Mutex<Option<WeakShared<BoxFuture<'static, T>>>>,
}

impl<T: Clone> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            running: Mutex::new(None),
        }
    }
}

impl<T: Clone + Send + Sync> SingleFlight<T> {
    /// The answer of the request under way, or of the one `start` makes.
    pub(crate) async fn run(&self, start: impl FnOnce() -> BoxFuture<'static, T>) -> T {
        self.flight(start).0.await
    }

    /// The same of a request that goes on even when nobody waits for it any more.
    pub(crate) async fn run_to_its_end(&self, start: impl FnOnce() -> BoxFuture<'static, T>) -> T
    where
        T: 'static,
    {
        let (flight, is_new) = self.flight(start);
        if is_new {
            drop(tokio::spawn(flight.clone()));
        }
        flight.await
    }

    /// The request, and whether it is a new one.
    fn flight(
        &self,
        start: impl FnOnce() -> BoxFuture<'static, T>,
    ) -> (Shared<BoxFuture<'static, T>>, bool) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // One that has its answer already was for those who asked before.
        let under_way = running.as_ref().and_then(WeakShared::upgrade);
        if let Some(flight) = under_way.filter(|flight| flight.peek().is_none()) {
            return (flight, false);
        }
        let flight = start().shared();
        *running = flight.downgrade();
        (flight, true)
    }
}

#[cfg(test)]
mod tests {
    use super::SingleFlight;
    use futures::FutureExt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    async fn asked(flight: &SingleFlight<usize>, starts: &Arc<AtomicUsize>) -> usize {
        let starts = Arc::clone(starts);
        flight
            .run(move || {
                async move {
                    let nth = starts.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    nth
                }
                .boxed()
            })
            .await
    }

    #[tokio::test]
    async fn callers_at_one_time_share_one_request_and_later_ones_make_their_own() {
        let (flight, starts) = (SingleFlight::default(), Arc::new(AtomicUsize::new(0)));
        let answers = futures::future::join_all((0..20).map(|_| asked(&flight, &starts))).await;
        assert_eq!(answers, vec![0; 20]);
        assert_eq!(asked(&flight, &starts).await, 1);
    }

    #[tokio::test]
    async fn one_that_runs_to_its_end_is_shared_by_those_who_come_after_all_gave_up() {
        let (flight, starts) = (SingleFlight::default(), Arc::new(AtomicUsize::new(0)));
        let slow = || {
            let starts = Arc::clone(&starts);
            async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                starts.fetch_add(1, Ordering::SeqCst)
            }
            .boxed()
        };
        assert!(flight.run_to_its_end(slow).now_or_never().is_none());
        assert_eq!(flight.run_to_its_end(slow).await, 0);
    }

    #[tokio::test]
    async fn a_request_that_every_caller_gave_up_is_not_taken_up_again() {
        let (flight, starts) = (SingleFlight::default(), Arc::new(AtomicUsize::new(0)));
        assert!(asked(&flight, &starts).now_or_never().is_none());
        assert_eq!(asked(&flight, &starts).await, 1);
    }
}
