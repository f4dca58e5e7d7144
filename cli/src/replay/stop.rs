//! Ending early, but not in the middle of a batch.

use crate::dead_letters::source::{HIDDEN_ANEW, within};
use crate::terminal;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// The stop signal, which knows if a person asked for it.
#[derive(Debug)]
pub(crate) struct StopSignal {
    asked: watch::Sender<bool>,
    interrupted: AtomicBool,
}

/// Exit status of what a person interrupted: what shells say of it.
pub(crate) const INTERRUPTED: u8 = 130;

impl StopSignal {
    /// One that Ctrl-C asks for, and so do SIGTERM and a terminal that is closed (SIGHUP). A second Ctrl-C
    /// or SIGTERM ends the process at once; what is hidden then comes back by itself.
    pub(crate) fn at_interrupt() -> Arc<Self> {
        let stop = Arc::new(Self {
            asked: watch::Sender::new(false),
            interrupted: AtomicBool::new(false),
        });
        let heard = Arc::clone(&stop);
        tokio::spawn(async move {
            let Ok(mut signals) = Signals::new() else {
                return;
            };
            signals.next().await;
            heard.interrupted.store(true, Ordering::Relaxed);
            heard.ask();
            signals.insists().await;
            // Nobody may read it any more.
            let _ = writeln!(
                terminal::stderr(),
                "teamwire: ended at once; SQS makes visible again what is hidden now, {}",
                within(HIDDEN_ANEW)
            );
            std::process::exit(INTERRUPTED.into());
        });
        stop
    }

    pub(crate) fn ask(&self) {
        self.asked.send_replace(true);
    }

    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Does the work to its end. Where what goes on beside it fails, the end is asked for and the work
    /// still waited for: it gives back what it holds.
    ///
    /// # Errors
    /// Those of the work; else those of what went on beside it.
    pub(crate) async fn beside(
        &self,
        work: impl Future<Output = anyhow::Result<()>>,
        other: impl Future<Output = anyhow::Result<Infallible>>,
    ) -> anyhow::Result<()> {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => done,
            fault = other => {
                self.ask();
                work.await.and(fault.map(|never| match never {}))
            }
        }
    }

    /// Until it is asked for.
    pub(crate) async fn wait(&self) {
        // The sender lives as long as this.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }
}

/// Everything that asks a process to end and lets it finish.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }

    /// A terminal that is closed sends SIGHUP twice: shell and kernel do.
    async fn insists(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // What can't be listened for never comes.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }

    async fn insists(&mut self) {
        self.next().await;
    }
}
