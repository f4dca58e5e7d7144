use super::*;

const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
const SECRET: &str = "Anna's salary is 7";

fn sealed() -> Value {
    json!({
        "version": "sealed.v1",
        "receivedAt": 1,
        "trace": "Root=1-a",
        "body": {
            "tenantId": TENANT,
            "subscriptionId": TENANT,
            "changeType": "created",
            "resource": "chats('19:secret_chat')/messages('1612')",
            "odataType": "#Microsoft.Graph.ChatMessage",
            "content": {"data": "c2VjcmV0", "dataKey": null, "encryptionCertificateId": "2026a"},
        },
    })
}

fn event() -> Value {
    json!({
        "specversion": "1.0",
        "id": "A".repeat(43),
        "source": format!("https://graph.microsoft.com/{TENANT}"),
        "type": "microsoft.graph.chatMessage.created",
        "subject": "chats('19:secret_chat')/messages('1612')",
        "time": "2026-11-28T07:00:00.123Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:teamwire:event:v1:chatMessage",
        "tenantid": TENANT,
        "subscriptionid": TENANT,
        "origin": "decrypted",
        "receivedat": "2026-11-28T07:00:00.123Z",
        "data": {"body": {"id": "secret"}},
    })
}

fn gap() -> Value {
    let mut gap = event();
    gap["type"] = json!("teamwire.gap");
    gap["origin"] = json!("gap");
    gap["data"] = json!({"resource": "chats('19:secret_chat')", "since": "2026-11-28T07:00:00Z",
        "until": "2026-11-28T08:00:00Z", "unfilled": "http-403"});
    gap
}

#[test]
fn what_people_wrote_and_who_they_are_is_a_length() {
    let shown = body(&sealed().to_string());
    assert_eq!(shown["version"], "sealed.v1");
    assert_eq!(shown["trace"], "[8 bytes]");
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
    assert_eq!(shown["body"]["tenantId"], TENANT);

    let shown = body(&event().to_string());
    assert_eq!(shown["data"], "[24 bytes]");
    assert_eq!(shown["type"], "microsoft.graph.chatMessage.created");
    assert_eq!(shown["dataschema"], "urn:teamwire:event:v1:chatMessage");
    assert_eq!(shown["subject"], "chats(chatId)/messages(messageId)");
    assert_eq!(body(&gap().to_string())["data"]["unfilled"], "http-403");
    assert_eq!(body("secret"), "[6 bytes that are no message]");
    assert_eq!(body("[\"secret\"]"), "[10 bytes that are no message]");
}

#[test]
fn a_key_with_an_apostrophe_is_no_more_to_be_seen_than_any_other() {
    for path in [
        "chats('o''hara')",
        "chats('')('a''b')/messages('o''hara')",
        "chats('a')/messages('('')o''hara')",
        "users('o''hara')/chats('b')",
        "chats/o%27hara/messages/1",
    ] {
        let mut message = sealed();
        message["body"]["resource"] = json!(path);
        let shown = body(&message.to_string()).to_string();
        assert!(!shown.contains("hara"), "{path}: {shown}");
    }
}

/// Every member of every message, in turn, holds what it should not.
#[test]
fn no_member_shows_what_has_not_its_form() {
    let mut tried = 0;
    for message in [sealed(), event(), gap()] {
        for place in leaves(&message, "") {
            for hostile in [
                json!(SECRET),
                json!([SECRET]),
                json!({"a": SECRET}),
                json!({SECRET: 1}),
                json!({"tenantId": {"a": SECRET}}),
            ] {
                let mut message = message.clone();
                *message.pointer_mut(&place).unwrap() = hostile;
                let shown = body(&message.to_string()).to_string();
                assert!(!shown.contains("salary"), "{place}: {shown}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

#[test]
fn what_is_harmless_elsewhere_is_not_where_it_does_not_belong() {
    let message = json!({
        "version": "sealed.v1",
        "name": "created",
        "reason": "tampered",
        SECRET: 1,
        "body": {"id": TENANT, "content": {"tenantId": TENANT}},
    });
    let shown = body(&message.to_string());
    assert_eq!(shown["name"], "[7 bytes]");
    assert_eq!(shown["reason"], "[8 bytes]");
    assert_eq!(shown["body"]["id"], "[36 bytes]");
    assert_eq!(shown["body"]["content"]["tenantId"], "[36 bytes]");
    assert!(!shown.to_string().contains("salary"), "{shown}");
}

#[test]
fn an_attribute_is_shown_where_it_is_one_of_ours() {
    assert_eq!(attribute("reason", "http-403"), "http-403");
    assert_eq!(attribute("replayed", "3"), "3");
    assert_eq!(attribute("replayed", SECRET), "[18 bytes]");
    assert_eq!(attribute("reason", SECRET), "[18 bytes]");
    assert_eq!(attribute("other", "3"), "[1 bytes]");
    assert_eq!(group(TENANT), TENANT);
    assert_eq!(group("chats('19:secret_chat')"), "[23 bytes]");
    assert_eq!(
        trace("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"),
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    );
    assert_eq!(trace(SECRET), "[18 bytes]");
}

fn leaves(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let inside = |(name, value): (&String, &Value)| leaves(value, &format!("{at}/{name}"));
            members
                .iter()
                .flat_map(inside)
                .chain((!at.is_empty()).then(|| at.to_owned()))
                .collect()
        }
        _ => vec![at.to_owned()],
    }
}

#[test]
fn a_fault_shows_the_code_of_a_refusal_and_nothing_else_behind_a_label() {
    for (fault, is_seen) in [
        ("hmac", true),
        ("http-403", true),
        ("http-403 Authorization_RequestDenied", true),
        ("http-403 Anna's salary", false),
        ("http-403 adele@contoso.example", false),
        ("http-403 ", false),
        ("http-403 -", false),
        ("hmac Forbidden", false),
        ("Forbidden", false),
    ] {
        let shown = attribute(FAULT, fault);
        assert_eq!(shown == json!(fault), is_seen, "{fault}: {shown}");
    }
}
