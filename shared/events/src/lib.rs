//! Events of [teamwire](https://docs.rs/teamwire-events): every change in Microsoft Teams as one
//! CloudEvent, and the resources of Teams typed.
//!
//! An [`Event`] is the body of a message on the events queue. [`Event::resource`] gives its data as a
//! [`TeamsResource`], and [`Event::is_newer`] tells which of two events of one subject shows the later
//! state. Nothing here does I/O or depends on AWS.
//!
//! A consumer, from the body of a message to what happened:
//!
//! ```
//! use teamwire_events::Event;
//! use teamwire_events::teams::{ChatType, EventDetail, TeamsResource};
//!
//! /// What a consumer does with the body of an SQS message.
//! fn handle(body: &str) -> Result<String, Box<dyn std::error::Error>> {
//!     let event: Event = serde_json::from_str(body)?;
//!     // What stands in a bucket is read by `TeamsResource::parse`, once it is fetched.
//!     Ok(match event.resource()? {
//!         TeamsResource::ChatMessage(message) => match message.event_detail.value() {
//!             Some(EventDetail::MembersAdded(added)) => {
//!                 let members = added.members.as_deref().unwrap_or_default();
//!                 format!("{} joined", members.len())
//!             }
//!             Some(detail) => format!("{:?} happened", detail.odata_type()),
//!             None => {
//!                 let body = message.body.value().and_then(|body| body.content.as_deref());
//!                 format!("said: {}", body.unwrap_or_default())
//!             }
//!         },
//!         TeamsResource::Chat(chat) if chat.chat_type.value() == Some(&ChatType::Group) => {
//!             // An absent topic is unchanged, one that is null was taken away.
//!             match (chat.topic.as_deref(), chat.topic.is_null()) {
//!                 (Some(topic), _) => format!("the topic is {topic}"),
//!                 (None, true) => "there is no topic".to_owned(),
//!                 (None, false) => "the topic is as it was".to_owned(),
//!             }
//!         }
//!         other => format!("a {}", other.resource_type()),
//!     })
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let body = r#"{
//!     "specversion": "1.0",
//!     "id": "hfmreREst1zYQW36cUNlqinzQzQXXP-diNzNAPDlYhQ",
//!     "source": "https://graph.microsoft.com/3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
//!     "type": "microsoft.graph.chatMessage.created",
//!     "subject": "chats('19:8c1f4e0a@thread.v2')/messages('1795251600123')",
//!     "time": "2026-11-21T09:00:00.123Z",
//!     "datacontenttype": "application/json",
//!     "dataschema": "urn:teamwire:event:v1:chatMessage",
//!     "tenantid": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
//!     "subscriptionid": "b0a5f7c2-8d43-4f19-a6e0-19c2d7e8f3a4",
//!     "origin": "decrypted",
//!     "contentversion": "1795251600123",
//!     "receivedat": "2026-11-21T09:00:00.840Z",
//!     "data": {"id": "1795251600123", "body": {"contentType": "text", "content": "At nine."}}
//! }"#;
//! assert_eq!(handle(body)?, "said: At nine.");
//! # Ok(())
//! # }
//! ```
//!
//! # Applying events in order
//!
//! Queues deliver out of order and more than once. Keep the last event of each subject, and replace it
//! where the one that comes is newer:
//!
//! ```
//! use std::collections::HashMap;
//! use teamwire_events::Event;
//!
//! fn apply(stored: &mut HashMap<(String, String), Event>, event: Event) {
//!     let key = (event.tenantid.clone(), event.subject.clone());
//!     match stored.get(&key) {
//!         Some(last) if !event.is_newer(last) => {}
//!         _ => drop(stored.insert(key, event)),
//!     }
//! }
//! ```
//!
//! # Members
//!
//! Every member of a resource is a [`ResourceMember`](teams::ResourceMember): absent, null or a value. A member without
//! a field of its own is in `other`, as it came, and enumerations keep names that they do not know, so
//! a resource that is read and written again is the same JSON. Member names are Graph's, in snake case.
//! The types read JSON text; behind `serde`'s `flatten` and `untagged` they can't, as those hold no
//! text any more.

mod event;
mod order;
mod resource_type;
#[cfg(test)]
mod schema;
mod schema_id;
pub mod teams;

pub use event::{Event, Origin, PayloadKind};
pub use resource_type::{ResourceType, type_of};
pub use schema_id::schema_id;
pub use teams::{NoResource, TeamsResource};
