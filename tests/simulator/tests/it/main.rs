//! The simulator over HTTP, with an endpoint of the test's own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod announcing;
mod api;
mod endpoint;
mod entra;
mod envelope;
mod faults;
mod reading;
mod subscribing;
