//! What the locks stand on, decided by shuttle.

use futures::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;

pub(crate) use shuttle::sync::{Mutex, MutexGuard};

/// A task whose panic is its own, as in tokio.
pub(crate) fn spawn<F>(task: F) -> shuttle::future::JoinHandle<std::thread::Result<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    shuttle::future::spawn(AssertUnwindSafe(task).catch_unwind())
}

/// A channel of tokio's, around whose sending others may go on.
pub(crate) mod watch {
    pub(crate) use tokio::sync::watch::Receiver;

    use std::ops::Deref;

    pub(crate) struct Sender<T>(tokio::sync::watch::Sender<T>);

    pub(crate) fn channel<T>(first: T) -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = tokio::sync::watch::channel(first);
        (Sender(sender), receiver)
    }

    impl<T> Sender<T> {
        pub(crate) fn send_replace(&self, value: T) {
            shuttle::thread::yield_now();
            self.0.send_replace(value);
            shuttle::thread::yield_now();
        }
    }

    impl<T> Deref for Sender<T> {
        type Target = tokio::sync::watch::Sender<T>;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
}
