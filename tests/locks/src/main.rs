//! Every promise of the locks, and every planted fault: `teamwire-locks 100000 [SEED]`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it prints is what it is for"
)]

use std::process::ExitCode;
use std::time::Instant;
use teamwire_locks::{planted, promises, under};

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let schedules = numbers.next().and_then(Result::ok).map(usize::try_from);
    let (Some(Ok(schedules)), seed) = (schedules, numbers.next()) else {
        eprintln!("usage: teamwire-locks SCHEDULES [SEED]");
        return ExitCode::from(2);
    };
    let seed = seed.and_then(Result::ok).unwrap_or(0);
    let began = Instant::now();
    let (mut all, mut broken) = (0, 0);
    for promise in promises() {
        match under(&promise, schedules, seed) {
            Ok(done) => {
                all += done;
                println!("{}: {done} schedules", promise.name);
            }
            Err(fault) => {
                broken += 1;
                println!("{}: broken, {}", promise.name, fault.0);
            }
        }
    }
    // From here on what panics is what is looked for.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut faults, mut found) = (0, 0);
    for (name, promises) in planted() {
        faults += 1;
        let by = promises
            .iter()
            .find(|promise| under(promise, schedules, seed).is_err());
        found += usize::from(by.is_some());
        println!("planted, {name}: {}", by.map_or("not found", |by| by.name));
    }
    println!(
        "schedules {all}, broken {broken}, planted faults found {found} of {faults}, in {} s",
        began.elapsed().as_secs()
    );
    ExitCode::from(u8::from(broken > 0 || found < faults))
}
