//! `ingest`: the handshake, what is a batch, what becomes of each item, and what Graph is told.
//!
//! Every request is made four times, as the event that an HTTP API, a REST API, a function URL
//! and a load balancer make of it; all four have to get the same answer.

mod activity;
mod bodies;
mod claims;
mod conservation;
pub(crate) mod counters;
mod handshake;
mod items;
mod outages;
pub(crate) mod proxies;
mod secret;
pub(crate) mod site;
mod strangers;
mod unknown_states;
