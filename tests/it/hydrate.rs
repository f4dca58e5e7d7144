//! References: what is read, how often, and what becomes of the answer.

mod answers;
mod events;
mod faults;
mod reads;
pub(crate) mod stand_in;
