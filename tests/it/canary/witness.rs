//! Sees every log line, every metric and every text that faults and attributes turn into.

use crate::fakes::FakeQueue;
use crate::ingest::counters::Counters;
use metrics::LocalRecorderGuard;
use std::fmt::{Debug, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

#[derive(Default)]
pub(super) struct Witness {
    lines: Lines,
    counters: Counters,
    texts: Mutex<Vec<(String, String)>>,
}

/// The log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Witness {
    /// Watches this thread with the filter of the functions, all of it open.
    pub(super) fn watch(&self) -> (DefaultGuard, LocalRecorderGuard<'_>) {
        let targets = Targets::new()
            .with_default(LevelFilter::WARN)
            .with_target("teamwire", LevelFilter::TRACE);
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .with_writer(self.lines.clone());
        let subscriber = tracing_subscriber::registry().with(targets).with(lines);
        (
            tracing::subscriber::set_default(subscriber),
            self.counters.watch(),
        )
    }

    /// Something that could be printed somewhere.
    pub(super) fn hears(&self, what: &str, text: String) {
        self.texts.lock().unwrap().push((what.to_owned(), text));
    }

    /// A fault, in both ways it can be printed.
    pub(super) fn hears_fault(&self, what: &str, fault: &(impl Debug + Display)) {
        self.hears(what, format!("{fault} {fault:?}"));
    }

    /// Checks the attributes that SQS gets beside the bodies. Those are what they are.
    pub(super) fn hears_attributes(&self, what: &str, queue: &FakeQueue) {
        for entry in queue.accepted() {
            let beside = (
                &entry.attributes,
                &entry.group,
                &entry.deduplication,
                &entry.trace,
            );
            self.hears(what, format!("{beside:?}"));
        }
    }

    /// The log.
    pub(super) fn logs(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }

    /// The number of texts and metrics.
    pub(super) fn told(&self) -> usize {
        self.texts.lock().unwrap().len() + self.counters.names().len()
    }

    /// Every place that holds a marker.
    pub(super) fn found(&self, markers: &[String]) -> Vec<String> {
        let logs = self.logs();
        let logs = logs.lines().map(|line| ("log".to_owned(), line.to_owned()));
        let metrics = self
            .counters
            .names()
            .into_iter()
            .map(|name| ("metric".to_owned(), name));
        let texts = self.texts.lock().unwrap().clone();
        let holds = |text: &String| markers.iter().any(|marker| text.contains(marker));
        logs.chain(metrics)
            .chain(texts)
            .filter(|(_, text)| holds(text))
            .map(|(place, text)| format!("{place}: {text}"))
            .collect()
    }
}
