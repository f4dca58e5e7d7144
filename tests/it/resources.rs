//! What becomes of resources that are read: their content, and paths that are not of Teams.

mod content;
mod foreign;
mod subscriptions;
