//! The order of two events of one subject: the one that shows the later state. `docs/EVENTS.md`
//! says it in words, and `is_newer.json` has cases that any language can run.

use crate::{Event, Origin, PayloadKind};
use jiff::Timestamp;
use std::cmp::Ordering;

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
        let by_version = compare(&self.contentversion, &stored.contentversion);
        by_version
            .unwrap_or_else(|| self.shown_at().cmp(&stored.shown_at()))
            .then_with(|| self.is_deletion().cmp(&stored.is_deletion()))
            .then_with(|| self.id.cmp(&stored.id))
            .is_gt()
    }

    fn shows_a_state(&self) -> bool {
        match self.origin {
            Origin::Decrypted | Origin::Hydrated | Origin::Backfilled => true,
            Origin::Reference => {
                matches!(self.referencereason.as_deref(), Some("deleted" | "gone"))
            }
            Origin::Gap => false,
        }
    }

    fn is_deletion(&self) -> bool {
        self.event_type.ends_with(".deleted")
    }

    /// True if one is a view of a chat and the other the chat.
    fn is_apart_from(&self, other: &Self) -> bool {
        let is_view = |event: &Self| event.payloadkind == Some(PayloadKind::Viewpoint);
        let is_either_deleted = self.is_deletion() || other.is_deletion();
        is_view(self) != is_view(other) && !is_either_deleted
    }

    /// The time of the state that it shows: for a versioned resource, the time of the change.
    fn shown_at(&self) -> Option<Timestamp> {
        let at = match self.contentversion {
            Some(_) => &self.time,
            None => &self.receivedat,
        };
        at.parse().ok()
    }
}

/// Etags of Teams messages are milliseconds since 1970, and others' versions are dates.
fn compare(own: &Option<String>, other: &Option<String>) -> Option<Ordering> {
    let (own, other) = (own.as_deref()?, other.as_deref()?);
    if own == other {
        return Some(Ordering::Equal);
    }
    Some(nanoseconds(own)?.cmp(&nanoseconds(other)?))
}

fn nanoseconds(version: &str) -> Option<i128> {
    if version.bytes().all(|byte| byte.is_ascii_digit()) {
        return version.parse::<i128>().ok()?.checked_mul(1_000_000);
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
