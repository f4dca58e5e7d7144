//! Runs every target for so many executions: `teamwire-fuzz 1000000 [SEED]`. Needs nothing but Rust.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it prints is what it is for"
)]

use std::process::ExitCode;
use std::time::Instant;
use teamwire_fuzz::{TARGETS, run};

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(executions)), seed) = (numbers.next(), numbers.next()) else {
        eprintln!("usage: teamwire-fuzz EXECUTIONS [SEED]");
        return ExitCode::from(2);
    };
    let seed = seed.and_then(Result::ok).unwrap_or(0);
    let (mut all, mut broken) = (0, 0);
    let began = Instant::now();
    for target in TARGETS {
        let began = Instant::now();
        let inputs: Vec<_> = target
            .inputs()
            .into_iter()
            .map(|(_, input)| input)
            .collect();
        match run(&target, &inputs, executions, seed) {
            Ok(done) => {
                all += done;
                println!(
                    "{}: {done} executions in {} ms",
                    target.name,
                    began.elapsed().as_millis()
                );
            }
            Err(found) => {
                all += found.executions;
                broken += 1;
                println!(
                    "{}: broken by {:?}",
                    target.name,
                    String::from_utf8_lossy(&found.input)
                );
            }
        }
    }
    println!(
        "executions {all}, broken {broken}, in {} s",
        began.elapsed().as_secs()
    );
    ExitCode::from(u8::from(broken > 0))
}
