//! Items that can't be read, or whose tenant can't.

use super::{Dropped, Row, alone, assert_fates, proven, unknown};
use crate::ingest::site::{basic, rich, sealed, with, without};
use crate::mint::{OTHER_TENANT, TENANT};
use serde_json::{Value, json};

fn unreadable() -> Vec<Row> {
    let bad = Dropped("malformed");
    let set = |name: &str, value: Value| with(basic(), name, value).to_string();
    let doubled = |name: &str, value: &str| {
        basic()
            .to_string()
            .replacen('{', &format!(r#"{{"{name}":{value},"#), 1)
    };
    let content = |text: &str| doubled("encryptedContent", text);
    vec![
        alone("an item null", "null", bad),
        alone("an item a number", "7", bad),
        alone("an item a text", "\"x\"", bad),
        alone("an item true", "true", bad),
        alone("an item an array", "[]", bad),
        alone(
            "an item by position",
            format!(
                r#"["s","{TENANT}",null,"a static value of ours","created",null,"chats('a')"]"#
            ),
            bad,
        ),
        alone(
            "subscription a number",
            set("subscriptionId", json!(7)),
            bad,
        ),
        alone("tenant a number", set("tenantId", json!(7)), bad),
        alone("tenant an array", set("tenantId", json!([TENANT])), bad),
        alone(
            "change type an array",
            set("changeType", json!(["created"])),
            bad,
        ),
        alone("resource an object", set("resource", json!({"a": 1})), bad),
        alone("event true", set("lifecycleEvent", json!(true)), bad),
        proven("content a text", content("\"x\""), bad),
        proven("content true", content("true"), bad),
        proven("content a number", content("0"), bad),
        proven("content an array", content("[]"), bad),
        proven(
            "content by position",
            content(r#"["QUFB","QUFB","QUFB"]"#),
            bad,
        ),
        proven("content with a number in it", content(r#"{"data":7}"#), bad),
        proven(
            "content with data twice",
            content(r#"{"data":"QUFB","data":"QkJC"}"#),
            bad,
        ),
        proven(
            "content twice",
            rich()
                .to_string()
                .replacen('{', r#"{"encryptedContent":null,"#, 1),
            bad,
        ),
        proven(
            "content in both spellings",
            rich()
                .to_string()
                .replacen('{', r#"{"EncryptedContent":{},"#, 1),
            bad,
        ),
        proven(
            "content in both spellings, one null",
            rich()
                .to_string()
                .replacen('{', r#"{"EncryptedContent":null,"#, 1),
            bad,
        ),
        alone("state twice", doubled("clientState", "\"x\""), bad),
        alone(
            "tenant twice",
            doubled("tenantId", &format!("\"{OTHER_TENANT}\"")),
            bad,
        ),
        alone(
            "tenant twice, once escaped",
            doubled("tenant\\u0049d", &format!("\"{OTHER_TENANT}\"")),
            bad,
        ),
        alone("resource twice", doubled("resource", "\"x\""), bad),
        alone(
            "half a surrogate in resource",
            basic().to_string().replace("19:a@", r"19:\ud800@"),
            bad,
        ),
        alone(
            "half a surrogate in state",
            basic().to_string().replace("a static", r"\udc00 static"),
            bad,
        ),
        alone(
            "two tenants",
            set("organizationId", json!(OTHER_TENANT)),
            Dropped("two-tenants"),
        ),
        alone(
            "subscription of 129",
            set("subscriptionId", json!("s".repeat(129))),
            Dropped("too-long"),
        ),
        alone(
            "a path of 4097",
            set("resource", json!("a".repeat(4097))),
            Dropped("too-long"),
        ),
        alone(
            "tenant of 129",
            set("tenantId", json!("t".repeat(129))),
            Dropped("too-long"),
        ),
        proven(
            "certificate id of 129",
            content(&with(sealed("QUFB"), "encryptionCertificateId", "c".repeat(129)).to_string()),
            Dropped("too-long"),
        ),
        alone(
            "tenant empty",
            set("tenantId", json!("")),
            Dropped("no-tenant"),
        ),
        alone(
            "tenant not a GUID",
            set("tenantId", json!("common")),
            Dropped("no-tenant"),
        ),
        alone(
            "tenant in braces",
            set("tenantId", json!(format!("{{{TENANT}}}"))),
            Dropped("no-tenant"),
        ),
        alone(
            "tenant a path",
            set("tenantId", json!("../../common")),
            Dropped("no-tenant"),
        ),
        alone(
            "tenant with a space",
            set("tenantId", json!(format!("{TENANT} "))),
            Dropped("no-tenant"),
        ),
        alone(
            "no tenant, state unknown",
            without(unknown(basic()), "tenantId"),
            Dropped("no-tenant"),
        ),
        proven(
            "no tenant, state unknown, token",
            without(unknown(basic()), "tenantId"),
            Dropped("no-tenant"),
        ),
    ]
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_dropped() {
    assert_fates(unreadable(), 40).await;
}
