//! Sealed notifications: what is opened, what is refused, what waits.

mod claims;
mod events;
mod faults;
pub(crate) mod keys;
mod sealed_record;
mod tampering;
