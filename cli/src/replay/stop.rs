//! Ending early, but not in the middle of a batch.

use crate::dead_letters::source::{HIDDEN_ANEW, within};
use crate::terminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// Whether to end, and whether a person asked for it.
#[derive(Debug)]
pub(crate) struct Stop {
    asked: watch::Sender<bool>,
    interrupted: AtomicBool,
}

/// Exit status of what a person interrupted: what shells say of it.
pub(crate) const INTERRUPTED: u8 = 130;

impl Stop {
    /// One that Ctrl-C asks for, and so does SIGTERM. A second one ends the process at once; what is
    /// hidden then comes back by itself.
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
            signals.next().await;
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

    /// Until it is asked for.
    pub(crate) async fn wait(&self) {
        // The sender lives as long as this.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }
}

/// Everything that asks a process to end and lets it finish.
#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        ]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
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
}
