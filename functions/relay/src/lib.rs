//! From the events queue to an EventBridge bus.
//!
//! ```text
//! SQS record -> Event -> (claim check) -> entry of PutEvents
//! ```
//!
//! An event that the bus does not take stays on its queue and comes again; what is no event becomes a
//! dead letter at once. Events reach the bus in no order, from a FIFO queue too.

mod config;
mod event_bus;
mod port;

pub use config::RelayConfig;
pub use event_bus::EventBus;
pub use port::RelayOutput;

use std::borrow::Cow;
use teamwire_payload::Event;
use teamwire_transport::batch::{ForwardedEvent, RecordVerdict};
use teamwire_transport::{Delivery, Disposition, RecordFault};

/// The verdict on one delivery: the event that it is.
///
/// # Errors
/// [`NotAnEvent`], a dead letter.
pub fn read(delivery: &Delivery) -> RecordVerdict {
    let event: Event = serde_json::from_str(&delivery.body).map_err(|_| NotAnEvent)?;
    Ok(ForwardedEvent {
        event,
        trace: delivery.trace.clone(),
    })
}

/// Somebody else put it on the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is no event")]
pub struct NotAnEvent;

impl RecordFault for NotAnEvent {
    fn disposition(&self) -> Disposition {
        Disposition::Dead(self.label())
    }

    fn label(&self) -> Cow<'static, str> {
        "malformed".into()
    }
}
