//! One promise under so many schedules.

use crate::Promise;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};
use std::any::Any;
use std::panic;

/// More steps than any execution takes that comes to its end: tens.
const STEPS: usize = 20_000;
/// The times at which one task is held back for the others, of the schedules that do so.
const HELD_BACK: usize = 3;

/// A promise that was broken, and how.
#[derive(Debug)]
pub struct Broken(pub String);

/// Runs the promise under `schedules` of each kind that `seed` makes: any task next, and one task
/// held back for long.
///
/// # Errors
/// [`Broken`] by the first schedule under which it doesn't hold.
pub fn under(promise: &Promise, schedules: usize, seed: u64) -> Result<usize, Broken> {
    let body = promise.body;
    let random = RandomScheduler::new_from_seed(seed, schedules);
    let held_back = PctScheduler::new_from_seed(seed, HELD_BACK, schedules);
    let run =
        || Runner::new(random, config()).run(body) + Runner::new(held_back, config()).run(body);
    panic::catch_unwind(panic::AssertUnwindSafe(run)).map_err(|payload| Broken(told(&*payload)))
}

fn config() -> Config {
    let mut config = Config::new();
    config.max_steps = MaxSteps::FailAfter(STEPS);
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
}

fn told(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| {
        payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
    });
    text.unwrap_or_default()
}
