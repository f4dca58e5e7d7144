//! Laws of types: whatever is read is written again as it was.

use super::samples::sample;
use super::{TYPES, there_and_back};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use teamwire_events::teams::{Chat, ResourceMember, TeamsResource};
use teamwire_payload::ResourceType;

/// Any JSON, a few levels deep.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Fractions that are exact in binary read back as they were.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Choices, drawn one by one; nothing happens any more when it is used up.
struct Choices {
    indices: std::vec::IntoIter<Index>,
    others: std::vec::IntoIter<(String, Value)>,
    texts: std::vec::IntoIter<String>,
}

impl Choices {
    fn one_of(&mut self, count: usize) -> usize {
        self.indices
            .next()
            .map_or(count, |index| index.index(count))
    }
}

prop_compose! {
    fn choices()(
        indices in prop::collection::vec(any::<Index>(), 0..200),
        others in prop::collection::vec(("~.{0,8}", json()), 0..8),
        texts in prop::collection::vec(any::<String>(), 0..8),
    ) -> Choices {
        Choices {
            indices: indices.into_iter(),
            others: others.into_iter(),
            texts: texts.into_iter(),
        }
    }
}

impl std::fmt::Debug for Choices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("choices")
    }
}

/// The same shape with members left out, null or added, lists shorter and texts different.
fn vary(value: &mut Value, choices: &mut Choices) {
    match value {
        Value::Object(members) => vary_members(members, choices),
        Value::Array(items) => {
            if choices.one_of(4) == 0 {
                items.pop();
            }
            items.iter_mut().for_each(|item| vary(item, choices));
        }
        Value::String(text) if choices.one_of(4) == 0 => {
            *text = choices.texts.next().unwrap_or_default();
        }
        _ => {}
    }
}

fn vary_members(members: &mut Map<String, Value>, choices: &mut Choices) {
    let names: Vec<String> = members.keys().cloned().collect();
    for name in names {
        match choices.one_of(6) {
            0 => drop(members.remove(&name)),
            1 => members[&name] = Value::Null,
            _ => vary(&mut members[&name], choices),
        }
    }
    if choices.one_of(3) == 0 {
        members.extend(choices.others.next());
    }
}

/// Names that have a field in some type, and some that have not.
fn name() -> impl Strategy<Value = String> {
    let mut names: Vec<String> = Vec::new();
    for resource_type in TYPES {
        names.extend(sample(resource_type).as_object().unwrap().keys().cloned());
    }
    prop_oneof![select(names), any::<String>()]
}

proptest! {
    #[test]
    fn a_resource_is_whole_whatever_is_left_out_null_or_new(
        resource_type in select(&TYPES[..]),
        mut choices in choices(),
    ) {
        let mut resource = sample(resource_type);
        vary(&mut resource, &mut choices);
        there_and_back(resource_type, &resource.to_string()).unwrap();
    }

    #[test]
    fn an_object_is_whole_or_refused(
        resource_type in select(&TYPES[..]),
        members in prop::collection::btree_map(name(), json(), 0..6),
    ) {
        let object = Value::Object(members.into_iter().collect());
        let read = there_and_back(resource_type, &object.to_string());
        // Read from a tree rather than from text, it is no different.
        let from_tree = serde_json::from_value::<Chat>(object);
        if resource_type == ResourceType::Chat {
            prop_assert_eq!(read.is_ok(), from_tree.is_ok());
        }
    }
}

#[test]
fn what_has_no_field_keeps_its_text() {
    let members = r#""big":12345678901234567890.10,"e":1E+2,"half":"\ud800","nil":null"#;
    for text in [
        format!(r#"{{"id":"c",{members}}}"#),
        format!(r#"{{"viewpoint":{{"isHidden":true,{members}}}}}"#),
    ] {
        let chat: Chat = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&chat).unwrap(), text);
    }
    let message = format!(r#"{{"eventDetail":{{"@odata.type":"new",{members}}}}}"#);
    let read = TeamsResource::parse(ResourceType::ChatMessage, &message).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), message);
}

#[test]
fn absent_and_null_are_told_apart() {
    let text = r#"{"id":"c","topic":null,"viewpoint":{"isHidden":false}}"#;
    let chat: Chat = serde_json::from_str(text).unwrap();
    assert_eq!(chat.topic, ResourceMember::Null);
    assert_eq!(chat.chat_type, ResourceMember::Absent);
    let viewpoint = chat.viewpoint.value().unwrap();
    assert_eq!(viewpoint.is_hidden.value(), Some(&false));
    assert!(viewpoint.last_message_read_date_time.is_absent());
}

#[test]
fn a_member_without_a_field_can_be_read_by_name() {
    let chat: Chat = serde_json::from_str(r#"{"tabs":[{"id":"t"}]}"#).unwrap();
    let tabs: Vec<Map<String, Value>> = chat.other["tabs"].parse().unwrap();
    assert_eq!(tabs[0]["id"], "t");
    assert_eq!(chat.other["tabs"].text(), r#"[{"id":"t"}]"#);
}
