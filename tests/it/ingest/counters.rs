//! Metrics, kept for a test to look at.

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, LocalRecorderGuard, Metadata,
    Recorder, SharedString, Unit,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The counters of this thread since they were set up. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Counters(Arc<Mutex<BTreeMap<String, u64>>>, Measured);

/// The last value of each histogram.
#[derive(Clone, Default)]
struct Measured(Arc<Mutex<BTreeMap<String, f64>>>);

impl Counters {
    /// Counts on this thread for as long as the guard lives.
    pub(crate) fn watch(&self) -> LocalRecorderGuard<'_> {
        metrics::set_default_local_recorder(self)
    }

    /// The sum of a counter over all its labels.
    pub(crate) fn total(&self, name: &str) -> u64 {
        let counts = self.0.lock().unwrap();
        let of_name = |key: &&String| key.split('{').next() == Some(name);
        counts.keys().filter(of_name).map(|key| counts[key]).sum()
    }

    /// A counter with one label.
    pub(crate) fn of(&self, name: &str, label: &str, value: &str) -> u64 {
        let key = format!("{name}{{{label}={value}}}");
        self.0.lock().unwrap().get(&key).copied().unwrap_or(0)
    }

    /// The last value measured.
    pub(crate) fn last(&self, name: &str) -> Option<f64> {
        self.1.0.lock().unwrap().get(name).copied()
    }

    /// Every name and label seen.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    fn seen(&self, key: &Key) -> String {
        let labels: Vec<String> = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let name = if labels.is_empty() {
            key.name().to_owned()
        } else {
            format!("{}{{{}}}", key.name(), labels.join(","))
        };
        self.0.lock().unwrap().entry(name.clone()).or_default();
        name
    }
}

struct Count {
    counters: Counters,
    name: String,
}

impl CounterFn for Count {
    fn increment(&self, value: u64) {
        *self.counters.0.lock().unwrap().get_mut(&self.name).unwrap() += value;
    }

    fn absolute(&self, value: u64) {
        self.counters
            .0
            .lock()
            .unwrap()
            .insert(self.name.clone(), value);
    }
}

struct Measure(Measured, String);

impl HistogramFn for Measure {
    fn record(&self, value: f64) {
        self.0.0.lock().unwrap().insert(self.1.clone(), value);
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let name = self.seen(key);
        Counter::from_arc(Arc::new(Count {
            counters: self.clone(),
            name,
        }))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.seen(key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let measure = Measure(self.1.clone(), self.seen(key));
        Histogram::from_arc(Arc::new(measure))
    }
}
