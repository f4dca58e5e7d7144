//! The simulator over HTTP, with an endpoint of the test's own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod announcing;
mod answers;
mod api;
mod asking;
mod assertions;
mod clock;
mod documented;
mod endpoint;
mod entra;
mod envelope;
mod faults;
mod lists;
mod permissions;
mod reading;
mod resources;
mod sizes;
mod subscribing;
mod tls;
mod trouble;
mod walking;
mod watching;
