//! One SQS batch: what becomes of its records, and which of them are reported.

mod counted;
mod dispositions;
mod follow_ups;
mod laws;
mod outages;
mod records;
mod tail;
mod told;
mod traps;
