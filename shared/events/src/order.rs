//! The order of two events of one subject: the one that shows the later state. `docs/EVENTS.md`
//! says it in words, and `is_newer.json` has cases that any language can run.

use crate::{Event, Origin, PayloadKind};
use jiff::Timestamp;

/// Etags of Teams messages are milliseconds since 1970: so many digits from 2001 to 2286. Another
/// number is no time.
const ETAG_DIGITS: usize = 13;

impl Event {
    /// True if this replaces what `stored` left of the same subject.
    ///
    /// A gap, and a reference that is no tombstone, show no state and replace nothing. Views of a
    /// chat are ordered among themselves.
    pub fn is_newer(&self, stored: &Self) -> bool {
        if !self.shows_a_state() {
            return false;
        }
        if !stored.shows_a_state() || self.is_apart_from(stored) {
            return true;
        }
        self.moment()
            .cmp(&stored.moment())
            .then_with(|| self.is_deletion().cmp(&stored.is_deletion()))
            .then_with(|| self.id.cmp(&stored.id))
            .is_gt()
    }

    /// True of a resource with its data, and of a tombstone. What else there is, a gap and any other
    /// reference, is for the consumer to read by itself.
    pub fn shows_a_state(&self) -> bool {
        match self.origin {
            Origin::Decrypted | Origin::Hydrated | Origin::Backfilled => true,
            Origin::Reference => self.is_tombstone(),
            Origin::Gap => false,
        }
    }

    /// True if it says only that the resource is gone. Tombstones of one resource share an `id`, and
    /// each counts.
    pub fn is_tombstone(&self) -> bool {
        matches!(self.referencereason.as_deref(), Some("deleted" | "gone"))
    }

    /// True of a tombstone, and of data that came with a deletion.
    pub fn is_deletion(&self) -> bool {
        self.event_type.ends_with(".deleted")
    }

    /// True if one is a view of a chat and the other the chat.
    fn is_apart_from(&self, other: &Self) -> bool {
        let is_view = |event: &Self| event.payloadkind == Some(PayloadKind::Viewpoint);
        let is_either_deleted = self.is_deletion() || other.is_deletion();
        is_view(self) != is_view(other) && !is_either_deleted
    }

    /// The moment of the state that it shows, in nanoseconds since 1970. One number for each state,
    /// whatever it is compared with: else the last of three would depend on which two meet first.
    fn moment(&self) -> Option<i128> {
        let instead = match self.contentversion {
            Some(_) => &self.time,
            None => &self.receivedat,
        };
        let version = self.contentversion.as_deref();
        version
            .and_then(nanoseconds)
            .or_else(|| nanoseconds(instead))
    }
}

/// Of an etag, or of a date, as other versions are.
fn nanoseconds(version: &str) -> Option<i128> {
    if version.len() == ETAG_DIGITS && version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(version.parse::<i128>().ok()? * 1_000_000);
    }
    let date: Timestamp = version.parse().ok()?;
    Some(date.as_nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        stored: Value,
        incoming: Value,
        newer: bool,
    }

    fn cases() -> Vec<Case> {
        serde_json::from_str(include_str!("../is_newer.json")).unwrap()
    }

    /// The attributes of a case, and of the others whatever they are.
    fn event(attributes: &Value) -> Event {
        let mut event = json!({
            "specversion": "1.0", "source": "s", "subject": "chats('c')", "tenantid": "t",
            "datacontenttype": "application/json", "subscriptionid": "s",
        });
        let members = event.as_object_mut().unwrap();
        members.extend(attributes.as_object().unwrap().clone());
        serde_json::from_value(event).unwrap()
    }

    #[test]
    fn every_case_is_decided_as_it_is_written() {
        let cases = cases();
        assert!(cases.len() > 50);
        for Case {
            name,
            stored,
            incoming,
            newer,
        } in cases
        {
            assert_eq!(event(&incoming).is_newer(&event(&stored)), newer, "{name}");
        }
    }

    #[test]
    fn of_two_states_one_is_newer_or_they_are_one() {
        for case in cases() {
            let (stored, incoming) = (event(&case.stored), event(&case.incoming));
            let is_state = stored.shows_a_state() && incoming.shows_a_state();
            if is_state && !incoming.is_apart_from(&stored) {
                let both = (incoming.is_newer(&stored), stored.is_newer(&incoming));
                let is_one = case.stored["id"] == case.incoming["id"];
                assert!(both.0 != both.1 || is_one, "{}", case.name);
                assert_ne!(both, (true, true), "{}", case.name);
            }
        }
    }

    /// States whose version says another thing than their time, too.
    fn states() -> Vec<Event> {
        let versions = [
            "1795251601000",
            "1795251602000",
            "2026-11-21T09:00:01.5Z",
            "an etag",
            "7",
        ];
        let versions = versions.map(Some).into_iter().chain([None]);
        let moments = [1, 2].map(|second| format!("2026-11-21T09:00:0{second}.000Z"));
        let mut states = Vec::new();
        for version in versions {
            for time in &moments {
                for receivedat in &moments {
                    for change in ["updated", "deleted"] {
                        let mut state = json!({
                            "id": states.len().to_string(), "time": time, "receivedat": receivedat,
                            "type": format!("microsoft.graph.chatMessage.{change}"),
                            "origin": "decrypted",
                        });
                        if let Some(version) = version {
                            state["contentversion"] = version.into();
                        }
                        states.push(event(&state));
                    }
                }
            }
        }
        states
    }

    #[test]
    fn three_states_end_with_the_same_one_in_whatever_order_they_come() {
        let states = states();
        let last = |order: [&Event; 3]| {
            let events = order.into_iter();
            let last = events.reduce(|last, event| if event.is_newer(last) { event } else { last });
            last.unwrap().id.clone()
        };
        for a in &states {
            for b in &states {
                for c in &states {
                    let expected = last([a, b, c]);
                    for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
                        assert_eq!(last(order), expected, "{a:?} {b:?} {c:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_last_state_is_the_same_in_whatever_order_the_events_come() {
        let state = |id: &str, minute: u32| {
            event(&json!({
                "id": id, "type": "microsoft.graph.chatMessage.updated", "origin": "decrypted",
                "contentversion": (1_795_251_600_000_i64 + i64::from(minute) * 60_000).to_string(),
                "time": format!("2026-11-21T09:{minute:02}:00.000Z"),
                "receivedat": format!("2026-11-21T09:{minute:02}:01.000Z"),
            }))
        };
        let tombstone = |minute: u32| {
            event(&json!({
                "id": "t", "type": "microsoft.graph.chatMessage.deleted", "origin": "reference",
                "referencereason": "deleted", "time": format!("2026-11-21T09:{minute:02}:30.000Z"),
                "receivedat": format!("2026-11-21T09:{minute:02}:30.000Z"),
            }))
        };
        // Written, edited, deleted, restored, edited, deleted.
        let events = [
            state("a", 0),
            state("b", 1),
            tombstone(2),
            state("c", 3),
            state("d", 4),
            tombstone(5),
        ];
        for last in 1..=events.len() {
            let (told, expected) = (&events[..last], &events[last - 1]);
            for turn in 0..last {
                for reversed in [false, true] {
                    let mut order: Vec<_> = told.iter().collect();
                    order.rotate_left(turn);
                    if reversed {
                        order.reverse();
                    }
                    let stored = order.into_iter().reduce(|stored, event| {
                        if event.is_newer(stored) {
                            event
                        } else {
                            stored
                        }
                    });
                    let stored = stored.unwrap();
                    assert_eq!(stored.receivedat, expected.receivedat);
                }
            }
        }
    }
}
