//! Ending early, but not in the middle of a batch.

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
    /// One that Ctrl-C asks for. A second Ctrl-C ends the process at once; what is hidden then comes
    /// back by itself.
    pub(crate) fn at_interrupt() -> Arc<Self> {
        let stop = Arc::new(Self {
            asked: watch::Sender::new(false),
            interrupted: AtomicBool::new(false),
        });
        let heard = Arc::clone(&stop);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                heard.interrupted.store(true, Ordering::Relaxed);
                heard.ask();
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(INTERRUPTED.into());
                }
            }
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
