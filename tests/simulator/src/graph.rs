//! Graph: subscriptions, and the resources behind their notifications.

pub mod endpoint;
pub mod errors;
pub mod handshake;
pub mod rates;
mod read;
pub mod resources;
mod routes;
pub mod rules;
pub mod subscription;
pub mod subscriptions;
pub mod trouble;

pub(crate) use routes::router;
