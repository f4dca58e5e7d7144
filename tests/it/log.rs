//! The log of a test's thread.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;

/// A second listener, that is always there. With one alone, what a thread without any comes by first is
/// taken to be heard by nobody, on every thread.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| {
    let nobody = tracing_subscriber::fmt().with_writer(std::io::sink);
    Dispatch::new(nobody.finish())
});

/// The lines, as JSON.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens on this thread until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        LazyLock::force(&SECOND);
        let writer = self.clone();
        let log = tracing_subscriber::fmt().json();
        let log = log.with_writer(move || writer.clone()).finish();
        tracing::subscriber::set_default(log)
    }

    /// The lines that hold `what`.
    pub(crate) fn lines(&self, what: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().filter(|line| line.contains(what));
        lines.map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
