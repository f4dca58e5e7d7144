//! Several callers, one request.

use crate::sync::{Mutex, spawn, watch};
use futures::future::{BoxFuture, Either, select};
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::{Arc, PoisonError, Weak};

/// Lets everyone who asks while a request is under way share its answer. The lock is held only
/// to look for that request, never while it runs. A request that nobody waits for any more ends,
/// unless it was started to run to its end. One that panics does so for the caller who started it:
/// the others make another.
///
/// It has a task of its own. Were it polled by its callers, one who gives up at the moment in which
/// it could go on would leave the others waiting for ever, and so would a panic.
pub(crate) struct SingleFlight<T> {
    /// The request under way keeps this alive.
    under_way: Mutex<Weak<watch::Sender<Option<T>>>>,
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            under_way: Mutex::default(),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// The answer of the request under way, or of the one `start` makes.
    pub(crate) async fn run(&self, start: impl FnOnce() -> BoxFuture<'static, T>) -> T {
        self.answer(start, false).await
    }

    /// The same of a request that goes on even when nobody waits for it any more.
    pub(crate) async fn run_to_its_end(&self, start: impl FnOnce() -> BoxFuture<'static, T>) -> T {
        self.answer(start, true).await
    }

    async fn answer(&self, start: impl FnOnce() -> BoxFuture<'static, T>, to_its_end: bool) -> T {
        let own = loop {
            let others = {
                let mut under_way = self
                    .under_way
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // One that has its answer already was for those who asked before, and one that
                // nobody waits for is about to end.
                let joined = under_way.upgrade().filter(|flight| {
                    flight.borrow().is_none() && (to_its_end || !flight.is_closed())
                });
                if let Some(flight) = joined {
                    flight.subscribe()
                } else {
                    let (flight, answer) = watch::channel(None);
                    let flight = Arc::new(flight);
                    *under_way = Arc::downgrade(&flight);
                    drop(spawn(fly(flight, start(), to_its_end)));
                    break answer;
                }
            };
            if let Some(answer) = landed(others).await {
                return answer;
            }
        };
        let answer = landed(own).await;
        answer.unwrap_or_else(|| resume_unwind(Box::new("the request that others share panicked")))
    }
}

async fn fly<T>(
    flight: Arc<watch::Sender<Option<T>>>,
    request: BoxFuture<'static, T>,
    to_its_end: bool,
) {
    let answer = if to_its_end {
        Some(request.await)
    } else {
        match select(pin!(flight.closed()), request).await {
            Either::Left(_) => None,
            Either::Right((answer, _)) => Some(answer),
        }
    };
    flight.send_replace(answer);
}

/// The answer, or `None` where the request ended without one.
async fn landed<T: Clone>(mut flight: watch::Receiver<Option<T>>) -> Option<T> {
    flight.wait_for(Option::is_some).await.ok()?.clone()
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
    async fn a_request_that_panics_does_so_for_who_started_it_and_the_others_make_another() {
        let (flight, starts) = (SingleFlight::default(), Arc::new(AtomicUsize::new(0)));
        let panics = flight.run(|| async { panic!("a bug of the request") }.boxed());
        let panics = std::panic::AssertUnwindSafe(panics).catch_unwind();
        let (panicked, other) = futures::join!(panics, asked(&flight, &starts));
        assert!(panicked.is_err());
        assert_eq!(other, 0);
    }

    #[tokio::test]
    async fn a_request_that_every_caller_gave_up_is_not_taken_up_again() {
        let (flight, starts) = (SingleFlight::default(), Arc::new(AtomicUsize::new(0)));
        let begun = Arc::clone(&starts);
        let mut given_up = flight
            .run(|| {
                async move {
                    begun.fetch_add(1, Ordering::SeqCst);
                    std::future::pending().await
                }
                .boxed()
            })
            .boxed();
        assert!((&mut given_up).now_or_never().is_none());
        tokio::task::yield_now().await;
        drop(given_up);
        assert_eq!(asked(&flight, &starts).await, 1);
    }
}
