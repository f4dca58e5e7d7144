//! Requests that take until somebody else lets them end.

use crate::sync::Mutex;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Waker};

/// What stands for the network: what waits at it goes on once it is open.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    pub(crate) fn open(&self) {
        let waker = {
            let mut gate = self.0.lock().unwrap();
            gate.0 = true;
            gate.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whoever opens it may do so between the moment in which this is known and the end of the poll.
    pub(crate) async fn pass(&self) {
        poll_fn(|context| {
            let is_open = {
                let mut gate = self.0.lock().unwrap();
                gate.1 = Some(context.waker().clone());
                gate.0
            };
            shuttle::thread::yield_now();
            if is_open {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// The requests of one execution: counted, and what they are let through.
#[derive(Clone, Default)]
pub(crate) struct Requests {
    pub(crate) gate: Gate,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    begun: AtomicUsize,
    ended: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
}

/// A request that is being made.
struct Running(Requests);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.counts.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Requests {
    /// The number of this request, once the gate let it through.
    pub(crate) async fn make(self) -> usize {
        let number = self.counts.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let running = self.counts.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.counts.most.fetch_max(running, Ordering::SeqCst);
        let _running = Running(self.clone());
        self.gate.pass().await;
        self.counts.ended.fetch_add(1, Ordering::SeqCst);
        number
    }

    pub(crate) fn begun(&self) -> usize {
        self.counts.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn ended(&self) -> usize {
        self.counts.ended.load(Ordering::SeqCst)
    }

    pub(crate) fn running(&self) -> usize {
        self.counts.running.load(Ordering::SeqCst)
    }

    /// The most that were made at one time.
    pub(crate) fn most(&self) -> usize {
        self.counts.most.load(Ordering::SeqCst)
    }
}

/// Lets others go on until it is so; an execution in which it never is has too many steps.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        shuttle::thread::yield_now();
    }
}
