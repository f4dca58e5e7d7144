//! Figures, as a table or as JSON lines.

use crate::machine::{Load, Machine};
use serde::Serialize;
use serde_json::json;
use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Prints figures as they are made.
pub(crate) struct Report {
    json: bool,
    record: Option<RefCell<File>>,
}

/// One measured figure.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    measure: &'static str,
    case: String,
    value: f64,
    unit: &'static str,
    ratios: Vec<Ratio>,
    details: serde_json::Map<String, serde_json::Value>,
}

/// The figure divided by a limit, or by what a peer took or gave in the same run.
#[derive(Debug, Serialize)]
struct Ratio {
    to: String,
    of: f64,
    ratio: f64,
}

impl Figure {
    pub(crate) fn new(
        measure: &'static str,
        case: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            measure,
            case: case.into(),
            value,
            unit,
            ratios: Vec::new(),
            details: serde_json::Map::new(),
        }
    }

    /// Compares it with `of`, in its own unit.
    pub(crate) fn to(mut self, to: impl Into<String>, of: f64) -> Self {
        self.ratios.push(Ratio {
            to: to.into(),
            of,
            ratio: self.value / of,
        });
        self
    }

    /// Adds another number to it; the name says the unit if it is another one.
    pub(crate) fn with(mut self, name: &str, value: f64) -> Self {
        let rounded = (value * 1_000.0).round() / 1_000.0;
        self.details.insert(name.to_owned(), json!(rounded));
        self
    }
}

impl Report {
    /// In `json` or as a table; as JSON lines in a file too, where there is to be one.
    pub(crate) fn new(json: bool, record: Option<&Path>) -> anyhow::Result<Self> {
        let record = record.map(File::create).transpose()?.map(RefCell::new);
        Ok(Self { json, record })
    }

    pub(crate) fn figure(&self, figure: &Figure) -> anyhow::Result<()> {
        if self.told(&serde_json::to_string(figure)?)? {
            return Ok(());
        }
        let mut text = format!(
            "{:<10} {:<46} {:>12} {:<13}",
            figure.measure,
            figure.case,
            short(figure.value),
            figure.unit
        );
        for ratio in &figure.ratios {
            text += &format!(" {:>7} of {}", short(ratio.ratio), ratio.to);
        }
        for (name, value) in &figure.details {
            text += &format!("  {name} {}", short(value.as_f64().unwrap_or_default()));
        }
        line(&text)
    }

    pub(crate) fn machine(&self, machine: &Machine) -> anyhow::Result<()> {
        if self.told(&json!({ "machine": machine }).to_string())? {
            return Ok(());
        }
        line(&format!(
            "{} cores, {}; load {:.2}; binaries of {}",
            machine.cores, machine.cpu, machine.load, machine.binaries
        ))
    }

    pub(crate) fn load(&self, load: &Load) -> anyhow::Result<()> {
        if self.told(&json!({ "load": load }).to_string())? {
            return Ok(());
        }
        line(&format!(
            "cores busy on average: {:.2} with this, {:.2} with other work; load now {:.2}",
            load.own_cores, load.other_cores, load.load
        ))
    }

    /// Prints the line of JSON, if that is the format asked for; true if nothing else is to be
    /// printed.
    fn told(&self, json: &str) -> anyhow::Result<bool> {
        if let Some(record) = &self.record {
            writeln!(record.borrow_mut(), "{json}")?;
        }
        if self.json {
            line(json)?;
        }
        Ok(self.json)
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// Three digits that count.
fn short(value: f64) -> String {
    let whole = value.abs().log10().floor();
    let digits = if whole.is_finite() {
        (2.0 - whole).clamp(0.0, 6.0) as usize
    } else {
        0
    };
    format!("{value:.digits$}")
}

/// Measurements of one thing, in order of size.
#[derive(Debug)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn new(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        Self(samples)
    }

    /// The value that `share` of the samples do not exceed; NaN where there are none.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let position = (last as f64 * share).ceil() as usize;
        self.0.get(position).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(crate) fn max(&self) -> f64 {
        self.quantile(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples() {
        let samples = Samples::new(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(
            (samples.median(), samples.quantile(0.99), samples.max()),
            (3.0, 5.0, 5.0)
        );
        assert!(Samples::new(vec![]).median().is_nan());
    }

    #[test]
    fn numbers_are_shown_with_three_digits_that_count() {
        let shown = [0.0, 0.000_294, 0.0572, 1.0, 94.04, 3829.3].map(short);
        assert_eq!(shown, ["0", "0.000294", "0.0572", "1.00", "94.0", "3829"]);
    }

    #[test]
    fn a_ratio_is_the_value_over_what_it_is_compared_with() {
        let figure = Figure::new("m", "c", 2.0, "ms").to("limit", 8.0);
        assert_eq!(figure.ratios.first().map(|ratio| ratio.ratio), Some(0.25));
    }
}
