//! Copies of the locks with one fault each, made of their files: a line that is no longer there stops
//! the build.

use std::error::Error;
use std::fmt::Write;
use std::{env, fs};

/// Name, and each text with the one in its place.
type Fault = (&'static str, &'static [(&'static str, &'static str)]);

const FLIGHT: &str = "../../shared/graph/src/single_flight.rs";
const FLIGHTS: &[Fault] = &[
    (
        "nobody_finds_the_request",
        &[("*under_way = Arc::downgrade(&flight);", "")],
    ),
    (
        "an_answer_is_given_to_who_comes_later",
        &[("flight.borrow().is_none() && ", "")],
    ),
    (
        "who_began_it_polls_the_request",
        &[
            (
                "drop(spawn(fly(flight, start(), to_its_end)));",
                "let flown = fly(flight, start(), to_its_end);",
            ),
            ("break answer;", "break (flown, answer);"),
            (
                "landed(own).await;",
                "{ own.0.await; landed(own.1).await };",
            ),
        ],
    ),
    (
        "after_a_panic_nobody_begins_another",
        &[(
            "return answer;\n            }\n",
            "return answer;\n            }\n            std::future::pending::<()>().await;\n",
        )],
    ),
    (
        "nobody_ends_the_request",
        &[(
            "= if to_its_end {",
            "= if to_its_end || !flight.is_closed() {",
        )],
    ),
];

const READING: &str = "../../shared/transport/src/refreshed.rs";
const READINGS: &[Fault] = &[
    (
        "nobody_finds_the_reading",
        &[("state.reading = Some(reading.clone());", "")],
    ),
    (
        "a_reading_that_panicked_stays",
        &[("self.0.state().reading = None;", "")],
    ),
    (
        "a_reading_is_over_before_its_value_is_held",
        &[
            (
                "let mut state = ending.0.state();",
                "drop(ending); let mut state = kept.state();",
            ),
            (
                "let (sender, reading)",
                "let kept = self.clone(); let (sender, reading)",
            ),
            ("drop(state);\n            drop(ending);", "drop(state);"),
        ],
    ),
    (
        "what_is_too_old_is_taken",
        &[(" if serves(&held.value, held.since) =>", " =>")],
    ),
    (
        "a_failure_is_not_remembered",
        &[(
            "state.failed = Some((fault.clone(), Instant::now()))",
            "drop(fault.clone())",
        )],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let (mut modules, mut listed) = (String::new(), String::new());
    for (file, faults, made, promised) in [
        (
            FLIGHT,
            FLIGHTS,
            "flights::flight",
            "flights::promises::<NAME::SingleFlight<usize>>",
        ),
        (
            READING,
            READINGS,
            "readings::refreshed",
            "readings::promises::<NAME::RefreshedValue<usize, usize>>",
        ),
    ] {
        println!("cargo::rerun-if-changed={file}");
        let text = fs::read_to_string(file)?;
        let (code, _) = text.split_once("#[cfg(test)]").ok_or("no tests")?;
        for (name, changes) in faults {
            let copy = changed(code, changes).map_err(|text| format!("{name}: {text:?}"))?;
            let promised = promised.replace("NAME", name);
            write!(
                modules,
                "pub(crate) mod {name} {{\n{copy}}}\ncrate::{made}!({name});\n"
            )?;
            writeln!(listed, "(\"{name}\", crate::{promised}()),")?;
        }
    }
    let all = format!(
        "pub(crate) fn all() -> Vec<(&'static str, Vec<crate::Promise>)> {{ vec![\n{listed}] }}\n"
    );
    fs::write(
        format!("{}/planted.rs", env::var("OUT_DIR")?),
        modules + &all,
    )?;
    Ok(())
}

/// The code with the changes, less what its file says of itself; or the text that it doesn't have once.
fn changed(code: &str, changes: &[(&str, &str)]) -> Result<String, String> {
    let code = code.lines().filter(|line| !line.starts_with("//!"));
    let mut code: String = code.flat_map(|line| [line, "\n"]).collect();
    for (from, to) in changes {
        if code.matches(from).count() != 1 {
            return Err((*from).to_owned());
        }
        code = code.replace(from, to);
    }
    Ok(code)
}
