//! Other input that a person has at hand: an event, a message between functions, a dead letter as
//! it is shown.

use crate::dead_letters::subject::LetterSubject;
use serde::Serialize;
use serde_json::Value;
use teamwire_contract::dead_letter::{DeadLetterReason, NONE, ReplayOutlook};
use teamwire_payload::Event;

/// Messages between functions, and which queue each is for.
const MESSAGES: [(&str, &str); 7] = [
    ("sealed.v1", "decrypt"),
    ("reference.v1", "hydrate"),
    ("lifecycle.v1", "lifecycle"),
    ("heard.v1", "lifecycle"),
    ("gap.v1", "backfill"),
    ("claim.v1", "the queue of the message that it stands for"),
    ("unrouted.v1", "none: no function takes it"),
];

/// The line of one.
#[derive(Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct OtherLine {
    index: usize,
    kind: &'static str,
    /// Of a message between functions: its version.
    version: Option<String>,
    /// Of a message: the queue of the function that takes it.
    queue: Option<&'static str>,
    /// Of an event: its id and type.
    id: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    resource_type: Option<String>,
    tenant: Option<String>,
    subscription: Option<String>,
    /// Of an event: what changed, when, and how its data was come by.
    subject: Option<String>,
    time: Option<String>,
    origin: Option<String>,
    /// Of a dead letter: why it is one, and what a replay comes to.
    reason: Option<String>,
    fault: Option<String>,
    replay: Option<String>,
    pub(super) problems: Vec<String>,
}

impl OtherLine {
    fn of(index: usize, kind: &'static str, item: &Value) -> Self {
        let LetterSubject {
            version,
            tenant,
            subscription,
            resource_type,
        } = LetterSubject::of(&item.to_string(), None);
        Self {
            index,
            kind,
            version: version.filter(|version| version != "event"),
            queue: None,
            id: None,
            event_type: None,
            resource_type,
            tenant,
            subscription,
            subject: None,
            time: None,
            origin: None,
            reason: None,
            fault: None,
            replay: None,
            problems: Vec::new(),
        }
    }
}

/// The line of an item, if it is one of these.
pub(super) fn line(index: usize, item: &Value) -> Option<OtherLine> {
    let has = |names: &[&str]| names.iter().all(|name| item.get(name).is_some());
    if has(&["specversion"]) {
        return Some(event(index, item));
    }
    if has(&["version", "body"]) && !has(&["receives"]) {
        return Some(message(index, item));
    }
    if has(&["id", "receives", "reason"]) {
        return Some(dead_letter(index, item));
    }
    None
}

fn event(index: usize, item: &Value) -> OtherLine {
    let mut line = OtherLine::of(index, "event", item);
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    line.id = text("id");
    line.event_type = text("type");
    line.subject = text("subject");
    line.time = text("time");
    line.origin = text("origin");
    // From text: data is kept as it stands.
    if let Err(fault) = serde_json::from_str::<Event>(&item.to_string()) {
        line.problems
            .push(format!("it is no event of teamwire's: {fault}"));
    }
    line
}

fn message(index: usize, item: &Value) -> OtherLine {
    let mut line = OtherLine::of(index, "message", item);
    let version = item
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match MESSAGES.iter().find(|(known, _)| *known == version) {
        Some((_, queue)) => line.queue = Some(queue),
        None => line
            .problems
            .push("its version is unknown to this teamwire".to_owned()),
    }
    line
}

/// As `dead-letters list` and `show` print it.
fn dead_letter(index: usize, item: &Value) -> OtherLine {
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let reason = text("reason").unwrap_or_else(|| NONE.to_owned());
    let queue = text("queue").or_else(|| text("source"));
    let mut line = OtherLine::of(index, "dead-letter", item);
    line.version = text("version");
    line.id = text("id");
    line.resource_type = text("resourceType");
    line.tenant = text("tenant");
    line.subscription = text("subscription");
    line.fault = text("fault");
    match DeadLetterReason::find(&reason, queue.as_deref()).map(|reason| reason.outlook) {
        Some(ReplayOutlook::Once(remedy)) => line.replay = Some(format!("once {remedy}")),
        Some(ReplayOutlook::Never(why)) => line.replay = Some(format!("never: {why}")),
        None => line
            .problems
            .push("no function gives that reason".to_owned()),
    }
    line.reason = Some(reason);
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    #[test]
    fn an_event_a_message_and_a_dead_letter_are_told_apart() {
        let event = json!({"specversion": "1.0", "id": "i", "source": "s", "subject": "chats('a')",
            "type": "microsoft.graph.chat.updated", "time": "t", "datacontenttype": "application/json",
            "tenantid": TENANT, "subscriptionid": TENANT, "origin": "hydrated", "receivedat": "r"});
        let line = line(0, &event).unwrap();
        assert_eq!(
            (line.kind, line.resource_type.as_deref()),
            ("event", Some("chat"))
        );
        assert_eq!(line.problems, Vec::<String>::new());

        let body = json!({"tenantId": TENANT, "subscriptionId": "s", "resource": "chats('a')"});
        let message = json!({"version": "sealed.v1", "receivedAt": 1, "body": body});
        let line = super::line(0, &message).unwrap();
        assert_eq!((line.kind, line.queue), ("message", Some("decrypt")));
        assert_eq!(line.subscription.as_deref(), Some("s"));

        for (reason, queue, replay) in [
            (json!("tampered"), "decrypt", "never: "),
            (json!("http-403"), "hydrate", "once "),
            (json!(null), "events", "once "),
        ] {
            let letter = json!({"id": "i", "receives": 1, "reason": reason, "queue": queue,
                "version": "sealed.v1", "body": {"version": "sealed.v1"}});
            let line = super::line(0, &letter).unwrap();
            assert_eq!(line.kind, "dead-letter");
            assert!(line.replay.unwrap().starts_with(replay), "{reason}");
        }
    }

    #[test]
    fn what_is_nothing_of_ours_is_none_and_what_is_incomplete_says_so() {
        for item in [
            json!({}),
            json!([]),
            json!({"value": []}),
            json!({"id": "a"}),
        ] {
            assert_eq!(line(0, &item), None, "{item}");
        }
        let event = line(0, &json!({"specversion": "1.0"})).unwrap();
        assert!(
            event.problems[0].contains("no event of teamwire's"),
            "{event:?}"
        );
        let message = line(0, &json!({"version": "sealed.v9", "body": {}})).unwrap();
        assert!(message.problems[0].contains("unknown"), "{message:?}");
    }
}
