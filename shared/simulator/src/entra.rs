//! Entra: who may call Graph, and how Graph proves itself.

pub(crate) mod apps;
mod assertion;
pub mod keys;
pub(crate) mod principals;
pub(crate) mod refusal;
mod routes;
mod sts;
pub mod tokens;

pub(crate) use routes::router;
