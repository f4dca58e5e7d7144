//! When each subscription was last active, and which are silent.

pub(crate) mod log;
pub(crate) mod record;
mod silence;
