//! A target, run on its inputs and on what is made of them.

use crate::Target;
use crate::mutate::{Dice, mutated};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An input that breaks a target.
#[derive(Debug)]
pub struct Broken {
    /// The input.
    pub input: Vec<u8>,
    /// Executions up to it.
    pub executions: u64,
}

/// Runs `target` on `inputs`, and then `executions` times on what is made of them by `seed`.
///
/// # Errors
/// [`Broken`], at the first input that makes it panic.
pub fn run(target: &Target, inputs: &[Vec<u8>], executions: u64, seed: u64) -> Result<u64, Broken> {
    let mut dice = Dice(seed);
    let mut done = 0;
    let given = inputs.iter().cloned();
    let made = (0..executions).map(|_| mutated(inputs, &mut dice));
    for input in given.chain(made) {
        done += 1;
        let body = AssertUnwindSafe(|| (target.body)(&input));
        if catch_unwind(body).is_err() {
            return Err(Broken {
                input,
                executions: done,
            });
        }
    }
    Ok(done)
}
