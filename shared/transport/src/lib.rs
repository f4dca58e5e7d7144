//! Transport on AWS: SQS batches in, messages and events out.
//!
//! A function that takes from a queue reads, in this order: [`config`] once, [`telemetry`] once,
//! then for every invocation [`batch::run`]. It takes each [`Delivery`] apart, asks
//! the function for a verdict on it, and [`settles`](batch) what each [`Disposition`] calls for:
//! the event goes to the events queue, a deferral back to its own queue with a delay, a dead
//! letter with its reason to the dead-letter queue, and a retry into the answer to Lambda.
//!
//! What is too large for a queue goes through [`claims`].

pub mod aws;
pub mod batch;
pub mod claims;
pub mod config;
pub mod deadline;
pub mod delivery;
pub mod disposition;
pub mod event_sink;
pub mod outgoing;
pub mod queue;
pub mod queue_urls;
pub mod refreshed;
pub mod secrets;
pub mod send;
mod sync;
pub mod tailed;
pub mod telemetry;

pub use batch::RecordBatchFault;
pub use claims::{ClaimFault, ClaimStore, S3Store, SharedStore, TextVersion};
pub use config::{ConfigFault, EnvironmentReader};
pub use deadline::Deadline;
pub use delivery::Delivery;
pub use disposition::{Disposition, RecordFailure, RecordFault};
pub use event_sink::EventSink;
pub use outgoing::OutgoingEntry;
pub use queue::{MessageQueue, SendFault, SqsQueue};
pub use queue_urls::QueueUrls;
pub use refreshed::RefreshedValue;
pub use tailed::TailedQueue;
