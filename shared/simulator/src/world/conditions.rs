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
