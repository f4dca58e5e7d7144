//! Mismatches: they are refused by name, and nothing of their content is shown.

use super::samples::sample;
use super::{TYPES, there_and_back};
use serde_json::{Value, json};
use teamwire_events::teams::{ConversationMember, TeamsResource};
use teamwire_payload::ResourceType;

const MARKER: &str = "marker-7c1e";

/// Every way down to a value, by member names and places in lists.
fn ways(value: &Value, way: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, it)| (name.clone(), it))
            .collect(),
        Value::Array(items) => (0..).map(|at: usize| at.to_string()).zip(items).collect(),
        _ => Vec::new(),
    };
    for (step, value) in inner {
        way.push(step);
        found.push(way.clone());
        ways(value, way, found);
        way.pop();
    }
}

fn at<'a>(value: &'a mut Value, way: &[String]) -> &'a mut Value {
    way.iter().fold(value, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        other => &mut other[step],
    })
}

/// JSON of every other kind than `value`'s.
fn other_kinds(value: &Value) -> Vec<Value> {
    let mut kinds = vec![
        json!(MARKER),
        json!(true),
        json!(7_077_077),
        json!(70.77),
        json!([MARKER]),
        json!({ MARKER: MARKER }),
    ];
    kinds.retain(|kind| match (kind, value) {
        (Value::Number(number), Value::Number(_)) => number.is_f64(),
        (kind, value) => std::mem::discriminant(kind) != std::mem::discriminant(value),
    });
    kinds
}

#[test]
fn a_member_of_another_kind_is_refused_by_its_way_there() {
    let mut refused = 0;
    for resource_type in TYPES {
        let whole = sample(resource_type);
        let mut all = Vec::new();
        ways(&whole, &mut Vec::new(), &mut all);
        for way in all {
            let mut changed = whole.clone();
            let place = at(&mut changed, &way);
            for other in other_kinds(&place.clone()) {
                *at(&mut changed, &way) = other;
                let error = there_and_back(resource_type, &changed.to_string()).unwrap_err();
                let message = error.to_string();
                let expected: String = way
                    .iter()
                    .map(|step| match step.parse::<usize>() {
                        Ok(at) => format!("[{at}]: "),
                        Err(_) => format!("{step}: "),
                    })
                    .collect();
                assert!(message.starts_with(&expected), "{expected}{message}");
                assert!(message.contains(" is expected, not "), "{message}");
                assert!(
                    !message.contains(MARKER) && !message.contains("7077"),
                    "{message}"
                );
                refused += 1;
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

#[test]
fn the_error_reads_as_a_sentence() {
    for (text, expected) in [
        (
            r#"{"roles":"owner"}"#,
            "roles: a list is expected, not text",
        ),
        (
            r#"{"roles":["owner",null]}"#,
            "roles: [1]: text is expected, not null",
        ),
        (
            r#"{"displayName":["Ines"]}"#,
            "displayName: text is expected, not a list",
        ),
        ("[]", "an object is expected, not a list"),
        ("null", "an object is expected, not null"),
        (r#"{"id":"a","id":"b"}"#, "id: is there twice"),
        (r#"{"x":1,"x":2}"#, "a member is there twice"),
    ] {
        let error = serde_json::from_str::<ConversationMember>(text).unwrap_err();
        let message = error.to_string();
        assert_eq!(message.split(" at line").next(), Some(expected), "{text}");
    }
}

/// The detail is read on its own, and counts its columns from its own start. The place that is
/// told is its end.
#[test]
fn an_error_in_a_system_event_has_one_place_and_it_is_in_the_whole_text() {
    let text = r#"{"eventDetail":{"@odata.type":"tabUpdatedEventMessageDetail","tabId":[]}}"#;
    let error = TeamsResource::parse(ResourceType::ChatMessage, text).unwrap_err();
    let expected = format!(
        "eventDetail: tabId: text is expected, not a list at line 1 column {}",
        text.len()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_number_that_would_be_another_text_is_refused() {
    for id in ["1.0", "1e0", "-0.0", "9223372036854775808"] {
        let text = format!(r#"{{"mentions":[{{"id":{id}}}]}}"#);
        let error = TeamsResource::parse(ResourceType::ChatMessage, &text).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("mentions: [0]: id: a whole number"),
            "{error}"
        );
    }
}

#[test]
fn a_text_that_is_no_json_is_refused() {
    for text in [
        "",
        "{",
        r#"{"id":}"#,
        r#"{"eventDetail":{"a":}}"#,
        "{}{}",
        "7",
    ] {
        for resource_type in TYPES {
            assert!(TeamsResource::parse(resource_type, text).is_err(), "{text}");
        }
    }
}
