//! What a refreshed value promises.

use crate::Promise;
use crate::gate::{Requests, until};
use crate::sync::spawn;
use futures::FutureExt;
use shuttle::future::block_on;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type Answer = Result<Arc<usize>, usize>;

/// A refreshed value, or a copy of it with a fault.
pub(crate) trait Refreshed: Default + Send + Sync + 'static {
    fn get<R>(
        &self,
        serves: impl Fn(&usize) -> bool + Send,
        read: impl FnOnce() -> R + Send,
    ) -> impl Future<Output = Answer> + Send
    where
        R: Future<Output = Result<usize, usize>> + Send + 'static;
}

/// Makes a [`Refreshed`] of a module that has a `RefreshedValue`.
macro_rules! refreshed {
    ($module:ident) => {
        impl crate::readings::Refreshed for $module::RefreshedValue<usize, usize> {
            fn get<R>(
                &self,
                serves: impl Fn(&usize) -> bool + Send,
                read: impl FnOnce() -> R + Send,
            ) -> impl Future<Output = Result<std::sync::Arc<usize>, usize>> + Send
            where
                R: Future<Output = Result<usize, usize>> + Send + 'static,
            {
                self.get(move |value, _| serves(value), read)
            }
        }
    };
}
pub(crate) use refreshed;

use crate::refreshed as refreshed_value;
refreshed!(refreshed_value);

pub(crate) fn promises<V: Refreshed>() -> Vec<Promise> {
    let named: [(&'static str, fn()); 5] = [
        ("reading: callers at a time share one", share::<V>),
        (
            "reading: it goes on, and serves, whoever gives up",
            give_up::<V>,
        ),
        (
            "reading: a panic is that of the caller who began it",
            panic_alone::<V>,
        ),
        (
            "reading: who needs what is newer gets what began after the call",
            need_newer::<V>,
        ),
        (
            "reading: a failure is shared, and what is held is left",
            share_failure::<V>,
        ),
    ];
    named
        .into_iter()
        .map(|(name, body)| Promise { name, body })
        .collect()
}

fn share<V: Refreshed>() {
    let (value, requests) = (Arc::new(V::default()), Requests::default());
    let callers: Vec<_> = (0..3)
        .map(|_| spawn(any(Arc::clone(&value), requests.clone())))
        .collect();
    requests.gate.open();
    for caller in callers {
        assert_eq!(*block_on(caller).unwrap().unwrap().unwrap(), 1);
    }
    assert_eq!(requests.begun(), 1);
}

fn give_up<V: Refreshed>() {
    let (value, requests) = (Arc::new(V::default()), Requests::default());
    let callers: Vec<_> = (0..2)
        .map(|_| spawn(any(Arc::clone(&value), requests.clone())))
        .collect();
    let gate = requests.gate.clone();
    let opener = spawn(async move { gate.open() });
    for caller in &callers {
        caller.abort();
    }
    let last = block_on(any(value, requests.clone()));
    assert_eq!(*last.unwrap(), 1);
    assert_eq!(requests.begun(), 1);
    block_on(opener).unwrap().unwrap();
    for caller in callers {
        drop(block_on(caller));
    }
}

fn panic_alone<V: Refreshed>() {
    let (value, requests) = (Arc::new(V::default()), Requests::default());
    let panics = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..3)
        .map(|nth| {
            let (value, requests) = (Arc::clone(&value), requests.clone());
            let panics = Arc::clone(&panics);
            spawn(async move {
                let read = || async move {
                    let number = requests.make().await;
                    if nth == 0 {
                        panics.fetch_add(1, Ordering::SeqCst);
                        resume_unwind(Box::new("a bug of the reader"));
                    }
                    Ok(number)
                };
                let answer = AssertUnwindSafe(value.get(|_| true, read)).catch_unwind();
                (nth, answer.await.is_err())
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
    assert_eq!(panicked, expected, "whose reading panicked, panics");
    assert!(block_on(any(value, requests)).is_ok());
}

fn need_newer<V: Refreshed>() {
    let (value, requests) = (Arc::new(V::default()), Requests::default());
    requests.gate.open();
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (value, requests) = (Arc::clone(&value), requests.clone());
            spawn(async move {
                let before = requests.begun();
                let read = {
                    let requests = requests.clone();
                    || async move { Ok(requests.make().await) }
                };
                let newer = value.get(|number| *number > before, read).await;
                assert!(*newer.unwrap() > before);
            })
        })
        .collect();
    for caller in callers {
        block_on(caller).unwrap().unwrap();
    }
    assert_eq!(requests.most(), 1);
}

fn share_failure<V: Refreshed>() {
    let (value, requests) = (Arc::new(V::default()), Requests::default());
    requests.gate.open();
    let held = block_on(any(Arc::clone(&value), requests.clone()));
    assert_eq!(held, Ok(Arc::new(1)));
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (value, requests) = (Arc::clone(&value), requests.clone());
            spawn(async move {
                let fail = || async move { Err(requests.make().await) };
                value.get(|_| false, fail).await
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(block_on(caller).unwrap().unwrap(), Err(2));
    }
    assert_eq!(requests.begun(), 2);
    let held = block_on(any(value, requests.clone()));
    assert_eq!(held, Ok(Arc::new(1)));
    until(|| requests.running() == 0);
}

async fn any<V: Refreshed>(value: Arc<V>, requests: Requests) -> Answer {
    let read = || async move { Ok(requests.make().await) };
    value.get(|_| true, read).await
}
