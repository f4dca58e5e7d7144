//! Subscriptions, kept at a simulated Graph over real sockets: what is made, renewed, replaced,
//! left alone, and what gaps that leaves.

mod check;
mod diff;
mod failures;
mod gaps;
mod lifecycle;
mod links;
mod orders;
mod others;
mod reconcile;
mod refused;
mod rotation;
mod silence;
mod site;
mod weeks;
