//! The messages of teamwire, in the order in which they move.
//!
//! 1. Graph POSTs a [`NotificationBatch`]; every item of it is parsed on its own.
//! 2. [`route`](route::route) says where an item goes: decrypt, hydrate, lifecycle, or straight
//!    to the events queue.
//! 3. Between functions an item travels as a [`QueueMessage`]: [`SealedChange`], [`ReferencedChange`] or
//!    [`LifecycleNotice`], each with its version, its time of arrival and its trace.
//! 4. A [`ResourcePath`] is what a notification is about; only it can be turned into a GET.
//! 5. What leaves is an [`Event`], CloudEvents 1.0, as `teamwire-events` defines it, with an id that is the same however often
//!    and by whichever way the change arrived.
//!
//! Nothing here does I/O, calls AWS, or reads a clock.

pub mod activity_report;
pub mod cloud;
pub mod content;
pub mod event;
pub mod gap;
pub mod json;
pub mod limits;
pub mod message;
pub mod notification;
pub mod printable;
pub mod redacted;
pub mod resource;
pub mod route;
pub mod secret_value;
pub mod subscribable;
pub mod suggestion;
pub mod tenant;
pub mod trace;
pub mod version;

pub use activity_report::ActivityReport;
pub use content::{ContentForm, ContentKind, WantedContent};
pub use gap::{CoverageGap, GapReason};
pub use message::{
    ClaimCheck, LifecycleNotice, QueueMessage, ReferencedChange, SealedChange, UnroutedItem,
};
pub use notification::{EncryptedContent, NotificationBatch, NotificationItem};
pub use printable::{printable, printable_lines};
pub use redacted::Redacted;
pub use resource::{ResourcePath, ResourceRef};
pub use route::{ChangeType, ItemRoute};
pub use subscribable::{SubscribableRow, SubscriptionPath};
pub use teamwire_events::{Event, Origin, ResourceType};
pub use tenant::TenantId;
