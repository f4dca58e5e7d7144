//! The last activity of each subscription, and the silent ones.

pub(crate) mod log;
pub(crate) mod record;
mod silence;
