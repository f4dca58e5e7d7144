//! Logs and metrics, both on standard output: JSON lines, and CloudWatch's embedded metric format.

use crate::config::{ConfigFault, EnvironmentReader};
use metrics::Unit;
use metrics_cloudwatch_embedded::{Builder, Collector};
use std::io::{self, Write, stdout};
use teamwire_contract::variable::LOG_LEVEL;
use teamwire_contract::{StackFunction, metric};
use teamwire_payload::printable_lines;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// The function's full name, which Lambda sets: two stacks in one account keep apart by it.
const FULL_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

/// The metrics of one process.
#[derive(Clone, Copy)]
pub struct Telemetry(&'static Collector);

impl Telemetry {
    /// Sets up logging and metrics for the process, once. Every metric has the dimension
    /// `function`: the function's full name, and outside of Lambda the plain one, `function`.
    ///
    /// # Errors
    /// [`ConfigFault`] where `RUST_LOG` is not a level, or telemetry is set up already.
    pub fn start(
        env: &EnvironmentReader<'_>,
        function: StackFunction,
    ) -> Result<Self, ConfigFault> {
        let level = env.parsed(LOG_LEVEL, LevelFilter::INFO, |level| {
            level
                .parse()
                .map_err(|_| "must be one of off, error, warn, info, debug, trace")
        })?;
        // Libraries log requests and bodies at their lower levels: theirs stay closed.
        let targets = Targets::new()
            .with_default(LevelFilter::WARN.min(level))
            .with_target("teamwire", level);
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(|| PrintableLines(stdout()));
        let once = |_| EnvironmentReader::fault(LOG_LEVEL, "telemetry is set up already");
        tracing_subscriber::registry()
            .with(targets)
            .with(lines)
            .try_init()
            .map_err(once)?;
        // The default hook prints the panic's message, which may quote what was worked on.
        std::panic::set_hook(Box::new(|panic| {
            let at = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            tracing::error!(panic.location = at, "panic");
        }));
        let collector = Builder::new()
            .cloudwatch_namespace(metric::NAMESPACE)
            .with_dimension("function", dimension(env, function.name()))
            .init()
            .map_err(|_| EnvironmentReader::fault(LOG_LEVEL, "metrics are set up already"))?;
        for counted in metric::COUNTERS {
            metrics::describe_counter!(counted, Unit::Count, "");
        }
        for measured in [
            metric::SUBSCRIPTIONS_WANTED,
            metric::SUBSCRIPTIONS_LIVE,
            metric::SUBSCRIPTIONS_SILENT,
        ] {
            metrics::describe_histogram!(measured, Unit::Count, "");
        }
        metrics::describe_histogram!(metric::ANSWER_MILLISECONDS, Unit::Milliseconds, "");
        Ok(Self(collector))
    }

    /// Writes out what was counted since the last time; at the end of each invocation.
    pub fn flush(&self) {
        if let Err(fault) = self.0.flush(stdout().lock()) {
            tracing::warn!(%fault, "metrics could not be written");
        }
    }
}

/// Log lines, in which nothing commands the terminal of whoever reads them: JSON itself escapes only the
/// first of the control characters, and a line may quote what Graph says.
struct PrintableLines<W>(W);

impl<W: Write> Write for PrintableLines<W> {
    /// The formatter writes each line at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.0.write_all(printable_lines(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn dimension(env: &EnvironmentReader<'_>, function: &str) -> String {
    env.optional(FULL_NAME)
        .unwrap_or_else(|| function.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_two_stacks_keep_apart_by_the_full_name() {
        let lookup = |name: &str| (name == FULL_NAME).then(|| "second-ingest".to_owned());
        assert_eq!(
            dimension(&EnvironmentReader::new(&lookup), "ingest"),
            "second-ingest"
        );
    }

    #[test]
    fn what_a_line_quotes_commands_no_terminal_and_the_line_means_the_same() {
        let said = serde_json::json!({"fault": "Graph said \u{9b}2J\u{202e}\u{2028}"});
        let mut log = PrintableLines(Vec::new());
        writeln!(log, "{said}").unwrap();
        let line = String::from_utf8(log.0).unwrap();
        assert!(line.is_ascii() && line.lines().count() == 1, "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read, said);
    }

    #[test]
    fn outside_of_lambda_the_plain_name_is_the_dimension() {
        assert_eq!(
            dimension(&EnvironmentReader::new(&|_| None), "ingest"),
            "ingest"
        );
    }
}
