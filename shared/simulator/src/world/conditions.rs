//! The conditions by which a list of messages can be narrowed, beside dates.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The properties that the documents name.
const PROPERTIES: [&str; 4] = [
    "from/user/id",
    "from/user/userIdentityType",
    "from/application/applicationIdentityType",
    "messageType",
];

/// The properties that meetings are found by.
const MEETINGS: [&str; 2] = ["joinWebUrl", "joinMeetingIdSettings/joinMeetingId"];

/// One of these is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnyOf(Vec<Condition>);

/// A property that is to have a value, or not to have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Condition {
    property: String,
    equal: bool,
    value: String,
}

impl AnyOf {
    /// Reads conditions with `or` between them; `None` where one is not documented.
    pub fn read(text: &str) -> Option<Self> {
        text.split(" or ")
            .map(Condition::read)
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Reads the one condition that meetings are found by; `None` where it is another.
    pub fn of_meetings(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [property, operator, value] = words.as_slice() else {
            return None;
        };
        let property = MEETINGS
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(property))?;
        let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
        operator.eq_ignore_ascii_case("eq").then(|| {
            Self(vec![Condition {
                property: property.to_owned(),
                equal: true,
                value: value.replace("''", "'"),
            }])
        })
    }

    pub(super) fn holds(&self, resource: &Value) -> bool {
        self.0.iter().any(|condition| condition.holds(resource))
    }
}

impl Condition {
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [property, operator, value] = words.as_slice() else {
            return None;
        };
        let equal = match (operator.to_ascii_lowercase().as_str(), *property) {
            ("eq", _) => true,
            ("ne", "messageType") => false,
            _ => return None,
        };
        let quoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
        let value = quoted('\'').or_else(|| quoted('"'))?;
        PROPERTIES.contains(property).then(|| Self {
            property: (*property).to_owned(),
            equal,
            value: value.to_owned(),
        })
    }

    fn holds(&self, resource: &Value) -> bool {
        let found = resource.pointer(&format!("/{}", self.property));
        let is_so = found
            .and_then(Value::as_str)
            .is_some_and(|found| found.eq_ignore_ascii_case(&self.value));
        is_so == self.equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_meeting_is_found_by_what_it_is_joined_by_and_by_nothing_else() {
        let meeting = json!({ "joinWebUrl": "https://teams.microsoft.com/l/a", "subject": "b" });
        for (text, expected) in [
            (
                "JoinWebUrl eq 'https://teams.microsoft.com/l/a'",
                Some(true),
            ),
            (
                "joinWebUrl eq 'https://teams.microsoft.com/l/b'",
                Some(false),
            ),
            ("joinMeetingIdSettings/joinMeetingId eq '1'", Some(false)),
            ("joinWebUrl ne 'https://teams.microsoft.com/l/b'", None),
            ("joinWebUrl eq https://teams.microsoft.com/l/a", None),
            ("subject eq 'b'", None),
        ] {
            let read = AnyOf::of_meetings(text).map(|any| any.holds(&meeting));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn conditions_are_what_the_documents_have() {
        let message = json!({
            "messageType": "message",
            "from": { "user": { "id": "u", "userIdentityType": "aadUser" }, "application": null },
        });
        for (text, expected) in [
            ("from/user/id eq 'U'", Some(true)),
            ("from/user/id eq 'v'", Some(false)),
            ("from/user/id eq 'v' or from/user/id eq 'u'", Some(true)),
            ("messageType ne 'systemEventMessage'", Some(true)),
            ("messageType eq \"systemEventMessage\"", Some(false)),
            (
                "from/application/applicationIdentityType eq 'bot'",
                Some(false),
            ),
            ("from/user/id ne 'u'", None),
            ("from/user/id eq u", None),
            ("subject eq 'a'", None),
            ("messageType", None),
        ] {
            let read = AnyOf::read(text).map(|any| any.holds(&message));
            assert_eq!(read, expected, "{text}");
        }
    }
}
