//! The locks of our own, under very many schedules: what is worked out once for all who ask at a time.
//!
//! There are two, `SingleFlight` and `RefreshedValue`: callers wait in them for what one of them
//! began. Everything else that is locked is a `Mutex` or `RwLock` of the standard library over a few
//! lines that wait for nothing, or a `Mutex`, `OnceCell` or `Semaphore` of tokio.
//!
//! Their files are compiled here with a `sync` that is shuttle's: it runs one task at a time, and
//! decides by a seed who is next wherever one locks, spawns, sends or waits. Not loom, which would look
//! at every schedule, but has no tasks and can't take what stands on tokio. Tokio's channel is not
//! taken apart: what it does counts as one step.
#![expect(
    clippy::unwrap_used,
    reason = "what panics under a schedule is what is looked for"
)]

mod flights;
mod gate;
mod readings;
mod schedules;
mod sync;

#[allow(unreachable_pub, dead_code, reason = "as in its own crate")]
#[path = "../../../shared/transport/src/refreshed.rs"]
mod refreshed;
#[path = "../../../shared/graph/src/single_flight.rs"]
mod single_flight;

/// The same files with one fault each: `build.rs` says which.
#[allow(
    unreachable_pub,
    unused,
    unreachable_patterns,
    reason = "as in their own crates, and what a fault leaves over"
)]
mod planted {
    include!(concat!(env!("OUT_DIR"), "/planted.rs"));
}

pub use schedules::{Broken, under};

/// Something that has to be so under every schedule.
pub struct Promise {
    /// What is promised.
    pub name: &'static str,
    /// One execution, which panics or stands still where it isn't so.
    pub body: fn(),
}

/// What the locks promise.
pub fn promises() -> Vec<Promise> {
    let mut all = flights::promises::<single_flight::SingleFlight<usize>>();
    all.extend(readings::promises::<refreshed::RefreshedValue<usize, usize>>());
    all
}

/// The planted faults, each with what its copy promises.
pub fn planted() -> Vec<(&'static str, Vec<Promise>)> {
    planted::all()
}
