//! Every target on what is kept for it, and for a moment on what is made of that.

use std::panic;
use teamwire_fuzz::{TARGETS, Target, run};

/// Executions of each target beyond its corpus.
const EXECUTIONS: u64 = 20_000;

#[test]
fn no_bytes_break_a_parser() {
    for target in TARGETS {
        let inputs: Vec<_> = target
            .inputs()
            .into_iter()
            .map(|(_, input)| input)
            .collect();
        if let Err(broken) = run(&target, &inputs, EXECUTIONS, 1) {
            panic!(
                "{}: {:?}",
                target.name,
                String::from_utf8_lossy(&broken.input)
            );
        }
    }
}

#[test]
fn each_parser_takes_the_seeds_that_inputs_are_made_of() {
    for target in TARGETS {
        let mut seeds = target.inputs();
        seeds.retain(|(name, _)| name.starts_with("seed"));
        assert!(!seeds.is_empty(), "{}", target.name);
        for (name, seed) in seeds {
            assert!((target.body)(&seed), "{}: {name}", target.name);
        }
    }
}

#[test]
fn a_parser_that_breaks_is_found() {
    let planted = Target::new("planted", |bytes| {
        assert!(!bytes.windows(2).any(|two| two == b"\"]"), "planted");
        true
    });
    let inputs = [br#"{"value":["a", 1]}"#.to_vec()];
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let found = run(&planted, &inputs, 100_000, 1);
    panic::set_hook(hook);
    assert!(found.is_err_and(|broken| broken.executions > 1));
}
