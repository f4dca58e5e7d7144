//! Enumerations that have grown. Who does not say that it knows so sees `unknownFutureValue` in
//! the place of what was added after that value.

use axum::http::HeaderMap;
use serde_json::Value;

/// The value of a `Prefer` header that asks for every member.
pub const PREFERENCE: &str = "include-unknown-enum-members";

const UNKNOWN: &str = "unknownFutureValue";

/// The properties that such enumerations are in, and the members beyond the known ones, as the
/// models of Microsoft's SDKs have them.
const GROWN: [(&str, &[&str]); 6] = [
    ("messageType", &["systemEventMessage"]),
    ("membershipType", &["shared"]),
    ("userIdentityType", &["emailUser"]),
    ("callEventType", &["rosterUpdated"]),
    ("eventType", &["rosterUpdated"]),
    (
        "theme",
        &[
            "darkRed",
            "cranberry",
            "darkOrange",
            "bronze",
            "peach",
            "gold",
            "lime",
            "forest",
            "lightGreen",
            "jade",
            "lightTeal",
            "darkTeal",
            "steel",
            "skyBlue",
            "blueGray",
            "lavender",
            "lilac",
            "plum",
            "magenta",
            "darkBrown",
            "beige",
            "charcoal",
            "silver",
        ],
    ),
];

/// True if a request asks for every member.
pub fn all_are_asked_for(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .any(|preference| preference.trim().eq_ignore_ascii_case(PREFERENCE))
}

/// A JSON document for who knows nothing of what was added.
pub fn masked(json: String) -> String {
    let grown = GROWN.iter().flat_map(|(_, members)| members.iter());
    // Most have nothing to hide.
    if !grown.copied().any(|member| json.contains(member)) {
        return json;
    }
    match serde_json::from_str(&json) {
        Ok(mut value) => {
            mask(&mut value);
            value.to_string()
        }
        Err(_) => json,
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(members) => {
            for (name, value) in members {
                let grown = GROWN.iter().find(|(property, _)| property == name);
                match (grown, &value) {
                    (Some((_, beyond)), Value::String(member))
                        if beyond.contains(&member.as_str()) =>
                    {
                        *value = UNKNOWN.into();
                    }
                    _ => mask(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_preference_is_found_among_others() {
        for (values, expected) in [
            (vec![], false),
            (vec![PREFERENCE], true),
            (
                vec!["odata.maxpagesize=5", "Include-Unknown-Enum-Members"],
                true,
            ),
            (vec!["respond-async, include-unknown-enum-members"], true),
            (vec!["include-unknown-enum-members-not"], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append("prefer", HeaderValue::from_static(value));
            }
            assert_eq!(all_are_asked_for(&headers), expected, "{values:?}");
        }
    }

    #[test]
    fn what_was_added_is_hidden_wherever_it_is_and_what_was_known_is_not() {
        let json = r#"{"value":[{"membershipType":"shared","body":"shared"},
            {"membershipType":"private","messageType":"systemEventMessage"}]}"#;
        let value: Value = serde_json::from_str(&masked(json.to_owned())).unwrap();
        assert_eq!(value["value"][0]["membershipType"], UNKNOWN);
        assert_eq!(value["value"][0]["body"], "shared");
        assert_eq!(value["value"][1]["membershipType"], "private");
        assert_eq!(value["value"][1]["messageType"], UNKNOWN);
    }
}
