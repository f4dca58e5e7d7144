//! EventBridge behind the queue port.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::primitives::{DateTime, DateTimeFormat};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use teamwire_payload::limits;
use teamwire_transport::event_sink::{DETAIL_TYPE, TIME};
use teamwire_transport::{MessageQueue, OutgoingEntry, SendFault};

/// The `source` of every entry, for the patterns of rules.
const SOURCE: &str = "teamwire";

/// A bus. An entry's detail is the event as it stood on the queue.
#[derive(Debug, Clone)]
pub struct EventBus {
    client: Client,
    name: String,
}

impl EventBus {
    /// `name` is the bus's name or ARN.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    fn entry(&self, outgoing: &OutgoingEntry) -> PutEventsRequestEntry {
        let attribute = |name: &str| {
            let mut attributes = outgoing.attributes.iter();
            attributes.find_map(|(of, value)| (*of == name).then_some(value.as_str()))
        };
        let time = attribute(TIME)
            .and_then(|time| DateTime::from_str(time, DateTimeFormat::DateTime).ok());
        let trace = outgoing.trace.as_deref();
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .set_detail_type(attribute(DETAIL_TYPE).map(str::to_owned))
            .set_time(time)
            .detail(&outgoing.body)
            .set_trace_header(trace.filter(|trace| fits(trace)).map(str::to_owned))
            .build()
    }
}

/// EventBridge would refuse the request for the sake of a trace.
fn fits(trace: &str) -> bool {
    (1..=limits::EVENT_BUS_TRACE_CHARS).contains(&trace.chars().count())
}

impl MessageQueue for EventBus {
    const BATCH_BYTES: usize = limits::EVENT_BUS_BYTES;

    async fn send_batch(&self, entries: &[OutgoingEntry]) -> Result<Vec<bool>, SendFault> {
        let requests = entries
            .iter()
            .map(|outgoing| self.entry(outgoing))
            .collect();
        let request = self.client.put_events().set_entries(Some(requests));
        let answer = request.send().await.map_err(|fault| match fault {
            SdkError::ServiceError(service) if blames_an_entry(service.err().code()) => {
                SendFault::Refused
            }
            _ => SendFault::Unavailable,
        })?;
        Ok(answer.entries().iter().map(is_accepted).collect())
    }
}

/// Results stand in the order of the entries. One that is neither refused nor named is not accepted.
fn is_accepted(result: &PutEventsResultEntry) -> bool {
    match (result.event_id(), result.error_code()) {
        (Some(_), None) => true,
        (_, code) => {
            let code = code.unwrap_or("none");
            tracing::warn!(code, "the bus did not take an event");
            false
        }
    }
}

/// Whether an error is about what was sent, rather than about throttling, grants or the bus.
fn blames_an_entry(code: Option<&str>) -> bool {
    const CODES: [&str; 4] = [
        "InvalidArgument",
        "MalformedDetail",
        "SerializationException",
        "ValidationException",
    ];
    code.is_some_and(|code| CODES.contains(&code))
}

#[cfg(test)]
mod tests;
