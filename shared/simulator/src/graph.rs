//! Graph: subscriptions, and the resources behind their notifications.

pub mod calls;
pub mod delivery;
mod directory;
pub mod endpoint;
pub mod errors;
mod extension;
mod gate;
pub mod handshake;
mod headers;
mod list;
mod meetings;
pub(crate) mod options;
mod pace;
mod permissions;
mod query;
pub mod rates;
mod read;
pub mod resources;
mod routes;
pub mod rules;
pub mod selector;
pub mod storm;
pub mod subscription;
pub mod subscriptions;
pub mod trouble;

pub(crate) use routes::router;
