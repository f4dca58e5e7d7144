//! Resources that are read: their content, and paths outside of Teams.

mod content;
mod foreign;
mod subscriptions;
