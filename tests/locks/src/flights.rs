//! What a single flight promises.

use crate::Promise;
use crate::gate::{Requests, until};
use crate::sync::spawn;
use futures::FutureExt;
use futures::future::BoxFuture;
use shuttle::future::block_on;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A single flight, or a copy of it with a fault.
pub(crate) trait Flight: Default + Send + Sync + 'static {
    fn run(
        &self,
        start: impl FnOnce() -> BoxFuture<'static, usize> + Send,
    ) -> impl Future<Output = usize> + Send;

    fn run_to_its_end(
        &self,
        start: impl FnOnce() -> BoxFuture<'static, usize> + Send,
    ) -> impl Future<Output = usize> + Send;
}

/// Makes a [`Flight`] of a module that has a `SingleFlight`.
macro_rules! flight {
    ($module:ident) => {
        impl crate::flights::Flight for $module::SingleFlight<usize> {
            fn run(
                &self,
                start: impl FnOnce() -> futures::future::BoxFuture<'static, usize> + Send,
            ) -> impl Future<Output = usize> + Send {
                self.run(start)
            }

            fn run_to_its_end(
                &self,
                start: impl FnOnce() -> futures::future::BoxFuture<'static, usize> + Send,
            ) -> impl Future<Output = usize> + Send {
                self.run_to_its_end(start)
            }
        }
    };
}
pub(crate) use flight;

use crate::single_flight;
flight!(single_flight);

pub(crate) fn promises<F: Flight>() -> Vec<Promise> {
    let named: [(&'static str, fn()); 6] = [
        ("flight: callers at a time share one request", share::<F>),
        (
            "flight: who gives up keeps nobody from the answer",
            give_up::<F>,
        ),
        (
            "flight: a panic is that of the caller whose request it was",
            panic_alone::<F>,
        ),
        (
            "flight: an answer that was given is not given to who comes later",
            come_later::<F>,
        ),
        (
            "flight: a request that nobody waits for ends",
            end_unwaited::<F>,
        ),
        (
            "flight: one that runs to its end does so unwaited",
            go_on_unwaited::<F>,
        ),
    ];
    named
        .into_iter()
        .map(|(name, body)| Promise { name, body })
        .collect()
}

fn share<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let callers: Vec<_> = (0..3)
        .map(|_| spawn(ask(Arc::clone(&flight), requests.clone())))
        .collect();
    requests.gate.open();
    for caller in callers {
        let answer = block_on(caller).unwrap().unwrap();
        assert!((1..=requests.begun()).contains(&answer));
    }
    assert_eq!(requests.most(), 1);
}

fn give_up<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let callers: Vec<_> = (0..3)
        .map(|_| spawn(ask(Arc::clone(&flight), requests.clone())))
        .collect();
    let gate = requests.gate.clone();
    let opener = spawn(async move { gate.open() });
    let mut callers = callers.into_iter();
    callers.next().unwrap().abort();
    for caller in callers {
        block_on(caller).unwrap().unwrap();
    }
    block_on(opener).unwrap().unwrap();
}

fn panic_alone<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let panics = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..3)
        .map(|nth| {
            let (flight, requests) = (Arc::clone(&flight), requests.clone());
            let panics = Arc::clone(&panics);
            spawn(async move {
                let start = || {
                    async move {
                        let number = requests.make().await;
                        if nth == 0 {
                            panics.fetch_add(1, Ordering::SeqCst);
                            resume_unwind(Box::new("a bug of the request"));
                        }
                        number
                    }
                    .boxed()
                };
                let answer = AssertUnwindSafe(flight.run(start)).catch_unwind().await;
                (nth, answer.is_err())
            })
        })
        .collect();
    requests.gate.open();
    let mut panicked = Vec::new();
    for caller in callers {
        let (nth, is_panic) = block_on(caller).unwrap().unwrap();
        if is_panic {
            panicked.push(nth);
        }
    }
    let expected = vec![0; panics.load(Ordering::SeqCst)];
    assert_eq!(panicked, expected, "whose request panicked, panics");
    block_on(ask(flight, requests));
}

fn come_later<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let given = Arc::new(AtomicUsize::new(0));
    requests.gate.open();
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (flight, requests) = (Arc::clone(&flight), requests.clone());
            let given = Arc::clone(&given);
            spawn(async move {
                for _ in 0..2 {
                    let before = given.load(Ordering::SeqCst);
                    let answer = ask(Arc::clone(&flight), requests.clone()).await;
                    assert!(answer > before, "{answer} was given before");
                    given.fetch_max(answer, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for caller in callers {
        block_on(caller).unwrap().unwrap();
    }
}

fn end_unwaited<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let callers: Vec<_> = (0..2)
        .map(|_| spawn(ask(Arc::clone(&flight), requests.clone())))
        .collect();
    for caller in &callers {
        caller.abort();
    }
    for caller in callers {
        assert!(block_on(caller).is_err());
    }
    until(|| requests.running() == 0);
    assert_eq!(requests.ended(), 0);
    requests.gate.open();
    block_on(ask(flight, requests));
}

fn go_on_unwaited<F: Flight>() {
    let (flight, requests) = (Arc::new(F::default()), Requests::default());
    let callers: Vec<_> = (0..2)
        .map(|_| {
            let (flight, requests) = (Arc::clone(&flight), requests.clone());
            spawn(async move { flight.run_to_its_end(|| requests.make().boxed()).await })
        })
        .collect();
    let gate = requests.gate.clone();
    let opener = spawn(async move { gate.open() });
    for caller in &callers {
        caller.abort();
    }
    block_on(opener).unwrap().unwrap();
    for caller in callers {
        drop(block_on(caller));
    }
    until(|| requests.ended() == requests.begun());
}

async fn ask<F: Flight>(flight: Arc<F>, requests: Requests) -> usize {
    flight.run(|| requests.make().boxed()).await
}
