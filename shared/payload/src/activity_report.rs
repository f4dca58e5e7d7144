//! Activity reports: the subscriptions that something was announced for.

use crate::TenantId;
use crate::message::MessageBody;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The activity that one process of ingest has seen: `{"tenants": {"<guid>": {"<subscription>":
/// 1763715600123}}}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActivityReport {
    /// The time of the last notification for each subscription, in milliseconds since 1970, by
    /// tenant.
    pub tenants: BTreeMap<TenantId, BTreeMap<String, u64>>,
}

impl MessageBody for ActivityReport {
    const VERSION: &'static str = "heard.v1";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MessageFault;
    use crate::{LifecycleNotice, QueueMessage};

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    fn message() -> QueueMessage<ActivityReport> {
        let heard = BTreeMap::from([("s".to_owned(), 1_763_715_600_123)]);
        QueueMessage {
            received_at: 1_763_715_600_456,
            trace: None,
            body: ActivityReport {
                tenants: BTreeMap::from([(TENANT.parse().unwrap(), heard)]),
            },
        }
    }

    #[test]
    fn what_was_heard_of_is_read_as_it_was_written() {
        let text = message().to_json().unwrap();
        let expected = format!(
            r#"{{"version":"heard.v1","receivedAt":1763715600456,"body":{{"tenants":{{"{TENANT}":{{"s":1763715600123}}}}}}}}"#
        );
        assert_eq!(text, expected);
        assert_eq!(QueueMessage::parse(&text).unwrap(), message());
    }

    #[test]
    fn it_is_no_lifecycle_event_and_a_later_version_is_unknown() {
        let text = message().to_json().unwrap();
        let unknown = Err(MessageFault::UnknownVersion);
        assert_eq!(QueueMessage::<LifecycleNotice>::parse(&text), unknown);
        let later = text.replace("heard.v1", "heard.v2");
        let unknown = Err(MessageFault::UnknownVersion);
        assert_eq!(QueueMessage::<ActivityReport>::parse(&later), unknown);
    }

    #[test]
    fn what_names_no_tenant_is_malformed() {
        let text = message().to_json().unwrap().replace(TENANT, "contoso");
        let malformed = Err(MessageFault::Malformed);
        assert_eq!(QueueMessage::<ActivityReport>::parse(&text), malformed);
    }
}
