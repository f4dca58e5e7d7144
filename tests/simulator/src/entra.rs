//! Entra: who may call Graph, and how Graph proves itself.

pub mod keys;
mod routes;
pub mod tokens;

pub(crate) use routes::router;
