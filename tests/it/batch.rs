//! One SQS batch: what becomes of its records, and which of them are reported.

mod counted;
mod dispositions;
mod laws;
mod onward;
mod outages;
mod records;
mod tail;
mod told;
mod traps;
