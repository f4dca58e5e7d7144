//! Reading from Graph over real sockets, on this machine.

mod access;
mod connections;
mod pauses;
mod requests;
mod server;
mod statuses;
