//! Reading from Graph over real sockets, on this machine.

mod access;
mod assertions;
mod certificates;
mod connections;
mod credentials;
mod pauses;
mod refusals;
mod requests;
pub(crate) mod server;
mod statuses;
