//! What a lock of our own stands on. `tests/locks` has the same file in terms of shuttle, which then
//! decides who goes on when.

pub(crate) use std::sync::Mutex;
pub(crate) use tokio::spawn;
pub(crate) use tokio::sync::watch;
