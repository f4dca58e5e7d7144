//! Nothing that others wrote commands the terminal, ends a line of ours, or reads otherwise than it is:
//! of every command, what it reads is made hostile, one place after the other.
//!
//! Places are the strings in AWS's and the function's answers and in files, JSON within strings included,
//! and the names of members. A command that is not in the table fails the test.

mod commands;
mod places;
mod proxy;

use crate::parties::Ran;
use commands::commands;
use places::Part;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// The text that no line may begin with.
const FORGED: &str = "FORGED";
/// The words for such a line.
const THEIR_LINE: &str = "a line of theirs";
/// Runs at once.
const RUNS: usize = 4;

/// The faults of the output, but for the line feeds of a document.
fn faults(ran: &Ran) -> Vec<String> {
    let mut faults = Vec::new();
    for (which, printed) in [("out", &ran.out), ("err", &ran.err)] {
        let raw = printed
            .chars()
            .filter(|char| *char != '\n' && places::is_hostile(*char));
        faults.extend(raw.map(|char| format!("{which}: {char:?}")));
        // Indented, it goes on with the line before.
        let forged = printed.lines().filter(|line| line.starts_with(FORGED));
        faults.extend(forged.map(|_| format!("{which}: {THEIR_LINE}")));
    }
    faults
}

/// Does it on a runtime of its own, and closes every socket that it opened.
fn alone<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(work)
}

#[test]
fn no_command_prints_what_commands_a_terminal_wherever_it_reads_it() {
    let tried = Mutex::new(BTreeMap::<&str, (usize, usize)>::new());
    let wrong = Mutex::new(BTreeSet::new());
    let commands = commands();
    let all = alone(commands::all());
    let in_table = commands.iter().map(|command| command.name().to_owned());
    assert_eq!(
        in_table.collect::<BTreeSet<_>>(),
        all,
        "a command that is not tried"
    );
    for command in &commands {
        let places = alone(command.places());
        let next = Mutex::new(places.iter());
        let try_some = || {
            loop {
                let place = next.lock().unwrap().next();
                let Some(place) = place else { break };
                let mut runs = 0;
                // Of one part of a value in both forms, of the others for people.
                let outputs = command.outputs();
                for output in outputs.take(if place.part == Part::End { 2 } else { 1 }) {
                    runs += 1;
                    let mut faults = faults(&alone(command.run(output, Some(place))));
                    if command.prints_document() {
                        faults.retain(|fault| {
                            !(fault.starts_with("out: ") && fault.ends_with(THEIR_LINE))
                        });
                    }
                    let said = |fault| format!("{} {place:?}: {fault}", command.name());
                    wrong.lock().unwrap().extend(faults.into_iter().map(said));
                }
                let mut tried = tried.lock().unwrap();
                let tried = tried.entry(command.name()).or_default();
                *tried = (tried.0 + 1, tried.1 + runs);
            }
        };
        std::thread::scope(|threads| {
            for _ in 0..RUNS {
                threads.spawn(try_some);
            }
        });
    }
    eprintln!("{:<28} {:>6} {:>6}", "", "places", "runs");
    for (name, (places, runs)) in tried.into_inner().unwrap() {
        eprintln!("{name:<28} {places:>6} {runs:>6}");
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Of what a person types, and of the names of files, likewise.
#[tokio::test]
async fn no_command_prints_arguments_and_names_of_files_as_they_are() {
    for name in commands::all().await {
        let mut words: Vec<&str> = name.split(' ').collect();
        for more in [
            &["--output", places::HOSTILE][..],
            &[places::HOSTILE],
            &["--no-such-option", places::HOSTILE],
            &[places::HOSTILE, places::HOSTILE, places::HOSTILE],
        ] {
            words.truncate(name.split(' ').count());
            words.extend(more);
            let ran = commands::bare(&words).await;
            assert_eq!(
                faults(&ran),
                Vec::<String>::new(),
                "{name} {more:?}: {}",
                ran.err
            );
        }
    }
}

/// Into a pipe go the very bytes, on a terminal what does no harm.
#[cfg(unix)]
#[tokio::test]
async fn decrypt_gives_the_very_bytes_but_not_to_a_terminal() {
    let plaintext = format!(r#"{{"id":"{}"}}"#, "\u{9b}31m\u{202e}");
    let (key, item) = commands::sealed(&plaintext);
    let arguments = ["decrypt", "--key", &key, &item];
    let piped = commands::bare(&arguments).await;
    assert_eq!(
        (piped.status, piped.out),
        (Some(0), format!("{plaintext}\n"))
    );
    let Some(shown) = commands::on_a_terminal(&arguments).await else {
        return;
    };
    assert!(shown.contains(r#"{"id":"\u009b31m\u202e"}"#), "{shown:?}");
    assert!(
        !shown
            .chars()
            .any(|char| char == '\u{9b}' || char == '\u{202e}'),
        "{shown:?}"
    );
}
