//! A body without what must not be shown.

use serde_json::{Value, json};
use teamwire_payload::Resource;

/// Members that hold neither secrets nor what people wrote, nor who they are.
const HARMLESS: [&str; 29] = [
    "bytes",
    "changeType",
    "changes",
    "contentskipped",
    "datacontenttype",
    "encryptionCertificateId",
    "encryptionCertificateThumbprint",
    "event",
    "expires",
    "id",
    "lifecycleEvent",
    "odataType",
    "origin",
    "payloadkind",
    "reason",
    "receivedAt",
    "receivedat",
    "referencereason",
    "sha256",
    "since",
    "source",
    "specversion",
    "subscriptionId",
    "subscriptionid",
    "tenantId",
    "tenantid",
    "type",
    "until",
    "version",
];
/// Members that hold others.
const OPENED: [&str; 2] = ["body", "content"];
/// Members that are a path: what kind it is may be seen, its keys may not.
const PATHS: [&str; 2] = ["resource", "subject"];

/// The body, with lengths for all that is not known to be harmless.
pub(super) fn redacted(body: &str) -> Value {
    match serde_json::from_str(body) {
        Ok(Value::Object(members)) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let value = member(&name, value);
                    (name, value)
                })
                .collect(),
        ),
        _ => json!(format!("[{} bytes that are no message]", body.len())),
    }
}

fn member(name: &str, value: Value) -> Value {
    match value {
        value if HARMLESS.contains(&name) => value,
        Value::Null => Value::Null,
        Value::Object(members) if OPENED.contains(&name) => members
            .into_iter()
            .map(|(name, value)| {
                let value = member(&name, value);
                (name, value)
            })
            .collect(),
        Value::String(path) if PATHS.contains(&name) => json!(without_keys(&path)),
        Value::String(text) => json!(format!("[{} bytes]", text.len())),
        other => json!(format!("[{} bytes]", other.to_string().len())),
    }
}

fn without_keys(path: &str) -> String {
    let Ok(Resource::Teams(known)) = Resource::parse(path) else {
        return format!("[{} bytes]", path.len());
    };
    let mut canonical = known.canonical();
    for (name, key) in known.keys() {
        canonical = canonical.replace(&format!("('{key}')"), &format!("({name})"));
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_and_who_they_are_is_a_length() {
        let sealed = json!({
            "version": "sealed.v1",
            "receivedAt": 1,
            "trace": "Root=1-a",
            "body": {
                "tenantId": "t",
                "subscriptionId": "s",
                "changeType": "created",
                "resource": "chats('19:secret_chat')/messages('1612')",
                "content": {"data": "c2VjcmV0", "dataKey": null, "encryptionCertificateId": "2026a"},
            },
        });
        let shown = redacted(&sealed.to_string());
        assert_eq!(
            shown["body"]["resource"],
            "chats(chatId)/messages(messageId)"
        );
        let content = json!({
            "data": "[8 bytes]",
            "dataKey": null,
            "encryptionCertificateId": "2026a",
        });
        assert_eq!(shown["body"]["content"], content);
        assert_eq!(shown["body"]["tenantId"], "t");

        let event = json!({"specversion": "1.0", "data": {"body": {"id": "secret"}}});
        assert_eq!(redacted(&event.to_string())["data"], "[24 bytes]");
        assert_eq!(redacted("secret"), "[6 bytes that are no message]");
        assert_eq!(redacted("[\"secret\"]"), "[10 bytes that are no message]");
    }
}
