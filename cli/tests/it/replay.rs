//! `teamwire replay` and `teamwire dead-letters`

pub(crate) mod fake_sqs;
mod kills;
pub(crate) mod letters;
mod looks;
mod moves;
mod refusals;
mod ways;
