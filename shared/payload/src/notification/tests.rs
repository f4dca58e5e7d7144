use super::*;

fn one(item: &str) -> Result<NotificationItem, ItemFault> {
    let body = format!(r#"{{"value":[{item}]}}"#);
    NotificationBatch::parse(body.as_bytes())
        .unwrap()
        .items
        .remove(0)
        .map_err(|unreadable| unreadable.fault)
}

#[test]
fn both_spellings_of_encrypted_content_are_read() {
    for name in ["encryptedContent", "EncryptedContent"] {
        let item = one(&format!(r#"{{"{name}":{{"data":"AA=="}}}}"#)).unwrap();
        assert_eq!(
            item.encrypted_content.unwrap().data.as_deref(),
            Some("AA==")
        );
    }
}

#[test]
fn both_spellings_at_once_are_malformed() {
    let item = r#"{"encryptedContent":null,"EncryptedContent":{"data":"AA=="}}"#;
    assert_eq!(one(item), Err(ItemFault::Malformed));
}

#[test]
fn nulls_and_unknown_members_are_as_good_as_absent() {
    let item = one(
        r#"{"encryptedContent":null,"resourceData":null,"sequence":null,"later":{"a":[1]},
            "subscriptionExpirationDateTime":7}"#,
    )
    .unwrap();
    assert_eq!(item.encrypted_content, None);
    assert_eq!(item.subscription_expiration, None);
}

#[test]
fn what_can_t_be_read_still_shows_whose_it_may_be() {
    for (item, state) in [
        (r#"{"clientState":"s","tenantId":7}"#, Some("s")),
        (
            r#"{"clientState":"s","tenantId":"a","organizationId":"b"}"#,
            Some("s"),
        ),
        (r#"{"clientState":"s","clientState":"s"}"#, None),
        (r#"{"clientState":7}"#, None),
        ("[]", None),
        ("7", None),
    ] {
        let body = format!(r#"{{"value":[{item}]}}"#);
        let batch = NotificationBatch::parse(body.as_bytes()).unwrap();
        let unreadable = batch.items[0].as_ref().unwrap_err();
        let shown = unreadable
            .client_state
            .as_ref()
            .map(|s| s.expose().as_str());
        assert_eq!(shown, state, "{item}");
    }
}

#[test]
fn organization_id_stands_in_for_tenant_id() {
    let item = one(r#"{"organizationId":"b"}"#).unwrap();
    assert_eq!(item.tenant_id.as_deref(), Some("b"));
    let item = one(r#"{"tenantId":"A","organizationId":"a"}"#).unwrap();
    assert_eq!(item.tenant_id.as_deref(), Some("A"));
    assert_eq!(
        one(r#"{"tenantId":"a","organizationId":"b"}"#),
        Err(ItemFault::TwoTenants)
    );
}

#[test]
fn members_by_position_are_no_object() {
    for item in [
        r#"["s","t",null,"state","created",null,"chats('a')"]"#,
        r#"{"encryptedContent":["AA=="]}"#,
        "[]",
    ] {
        assert_eq!(one(item), Err(ItemFault::Malformed), "{item}");
    }
}

#[test]
fn oddities_of_open_members_do_not_cost_the_item() {
    let item = one(
        r#"{"resource":"chats('a')","resourceData":{"big":1e999,"half":"\ud800"},
            "subscriptionExpirationDateTime":"\ud800"}"#,
    )
    .unwrap();
    assert_eq!(item.resource_data, ResourceData::default());
    assert_eq!(item.subscription_expiration, None);
}

#[test]
fn null_tokens_are_no_tokens() {
    let batch = NotificationBatch::parse(br#"{"value":[],"validationTokens":null}"#).unwrap();
    assert!(batch.validation_tokens.is_empty() && batch.items.is_empty());
}

#[test]
fn a_bad_item_is_only_its_own_loss() {
    let batch =
        NotificationBatch::parse(br#"{"value":[7,{"resource":"chats('a')"},{"resource":1}]}"#)
            .unwrap();
    let read: Vec<bool> = batch.items.iter().map(Result::is_ok).collect();
    assert_eq!(read, [false, true, false]);
}

#[test]
fn what_is_not_a_batch_is_refused() {
    for body in [
        "",
        "null",
        "[]",
        "[[]]",
        "[[],null]",
        "7",
        "{}",
        r#"{"value":null}"#,
        r#"{"value":{}}"#,
        "{",
        "\u{feff}{\"value\":[]}",
    ] {
        assert_eq!(
            NotificationBatch::parse(body.as_bytes()).err(),
            Some(NotificationBatchFault::NotABatch),
            "{body}"
        );
    }
}

/// Members that a person would think of when breaking the parser, each `#` replaced by some depth.
const MEMBERS: [&str; 22] = [
    r#""subscriptionId":"s""#,
    r#""subscriptionId":null"#,
    r#""tenantId":"a\u0041""#,
    r#""tenantId":"\ud800""#,
    r#""organizationId":"b""#,
    r#""clientState":"state""#,
    r#""clientState":7"#,
    r#""changeType":"created""#,
    r#""re\u0073ource":"chats('a')""#,
    r#""resource":"chats('b')""#,
    r#""resourceData":{"@odata.id":"chats('a')","@odata.type":"x","@odata.etag":"W/\"1\""}"#,
    r#""resourceData":{"@odata.id":7,"big":1e999}"#,
    r#""resourceData":{"@odata.id":"a","@odata.id":"b"}"#,
    r#""resourceData":[[#]]"#,
    r#""encryptedContent":{"data":"AA==","dataKey":"AA==","later":[#]}"#,
    r#""EncryptedContent":{"data":"A\/=="}"#,
    r#""encryptedContent":["AA=="]"#,
    r#""encryptedContent":null"#,
    r#""subscriptionExpirationDateTime":"NA""#,
    r#""subscriptionExpirationDateTime":{"a":[#]}"#,
    r#""l\u00e4ter":{"a":[#]}"#,
    r#""later":1e999"#,
];

proptest::proptest! {
    #[test]
    fn one_pass_reads_what_item_by_item_is_read(
        items in proptest::collection::vec(
            proptest::collection::vec(proptest::sample::select(&MEMBERS[..]), 0..6),
            0..4,
        ),
        levels in proptest::sample::select(vec![0, 1, 57, 58, 59, 60, 61, 62, 63, 64]),
        end in proptest::sample::select(vec!["", ",7", ",[]", ",\"a\"", ",{", "]"]),
        tokens in proptest::sample::select(vec!["null", "[\"t\",\"\\u0074\"]", "{}"]),
        later in proptest::sample::select(vec!["", ",\"later\":[#]", ",\"value\":[]"]),
    ) {
        let items: Vec<String> = items.iter().map(|item| format!("{{{}}}", item.join(","))).collect();
        let items = items.join(",");
        let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let body = format!(r#"{{"value":[{items}{end}],"validationTokens":{tokens}{later}}}"#);
        let body = body.replace('#', &nested);
        let read = |batch: Result<NotificationBatch, NotificationBatchFault>| {
            batch.map(|batch| (batch.items, batch.validation_tokens))
        };
        if let Some(batch) = NotificationBatch::at_once(&body) {
            proptest::prop_assert_eq!(read(batch), read(NotificationBatch::item_by_item(&body)));
        }
    }
}

#[test]
fn a_batch_without_a_fault_is_read_in_one_pass() {
    let body = r##"{"value":[{"subscriptionId":"s","resource":"chats('a')","later":[[1]],
        "resourceData":{"@odata.type":"#x","id":"7"},"encryptedContent":{"data":"AA=="}}],
        "validationTokens":["t"],"later":{}}"##;
    let batch = NotificationBatch::at_once(body).unwrap().unwrap();
    assert_eq!(batch.items.len(), 1);
    assert_eq!(batch.validation_tokens.len(), 1);
}

#[test]
fn a_thousand_items_are_read_and_one_more_is_too_many() {
    let body = |n: usize| format!(r#"{{"value":[{}]}}"#, vec!["{}"; n].join(","));
    assert_eq!(
        NotificationBatch::parse(body(1_000).as_bytes())
            .unwrap()
            .items
            .len(),
        1_000
    );
    assert_eq!(
        NotificationBatch::parse(body(1_001).as_bytes()).err(),
        Some(NotificationBatchFault::TooMany)
    );
}

#[test]
fn members_over_their_limits_are_too_long() {
    for (name, most) in [
        ("subscriptionId", limits::SUBSCRIPTION_ID_CHARS),
        ("clientState", limits::CLIENT_STATE_CHARS),
        ("resource", limits::RESOURCE_PATH_BYTES),
    ] {
        let item = |n: usize| format!(r#"{{"{name}":"{}"}}"#, "a".repeat(n));
        assert!(one(&item(most)).is_ok(), "{name}");
        assert_eq!(one(&item(most + 1)), Err(ItemFault::TooLong), "{name}");
    }
}

#[test]
fn debug_output_holds_no_secret_and_no_content() {
    let item = one(r#"{"clientState":"marker","encryptedContent":{"data":"marker"}}"#).unwrap();
    assert!(!format!("{item:?}").contains("marker"));
}
