use super::*;

fn message() -> QueueMessage<ReferencedChange> {
    QueueMessage {
        received_at: 1_763_715_600_123,
        trace: Some("Root=1-a".into()),
        body: ReferencedChange {
            tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
            subscription_id: "s".into(),
            change_type: ChangeType::Created,
            resource: "chats('a')".into(),
            odata_type: None,
            odata_id: None,
            etag: None,
        },
    }
}

#[test]
fn a_message_is_read_as_it_was_written() {
    let text = message().to_json().unwrap();
    assert_eq!(QueueMessage::parse(&text).unwrap(), message());
    assert!(text.starts_with(r#"{"version":"reference.v1","receivedAt":1763715600123,"#));
}

#[test]
fn a_sealed_message_carries_the_content_unchanged() {
    let content: EncryptedContent =
        serde_json::from_str(r#"{"data":"AA==","dataKey":null}"#).unwrap();
    let sealed = QueueMessage {
        received_at: 1,
        trace: None,
        body: SealedChange {
            change: message().body,
            content,
        },
    };
    assert_eq!(
        QueueMessage::parse(&sealed.to_json().unwrap()).unwrap(),
        sealed
    );
}

#[test]
fn another_version_is_unknown_and_garbage_is_malformed() {
    let text = message().to_json().unwrap();
    assert_eq!(
        QueueMessage::<SealedChange>::parse(&text),
        Err(MessageFault::UnknownVersion)
    );
    let later = text.replace("reference.v1", "reference.v2");
    assert_eq!(
        QueueMessage::<ReferencedChange>::parse(&later),
        Err(MessageFault::UnknownVersion)
    );
    for garbage in [
        "",
        "{}",
        "7",
        r#"{"version":"reference.v1","receivedAt":1,"body":{}}"#,
    ] {
        assert_eq!(
            QueueMessage::<ReferencedChange>::parse(garbage),
            Err(MessageFault::Malformed)
        );
    }
}

#[test]
fn a_member_longer_than_ingest_takes_is_malformed_and_a_trace_that_is_none_is_left_out() {
    let long = |most: usize| "x".repeat(most + 1);
    let rows: [fn(&mut ReferencedChange, String); 5] = [
        |change, text| change.subscription_id = text,
        |change, text| change.resource = text,
        |change, text| change.odata_id = Some(text),
        |change, text| change.odata_type = Some(text),
        |change, text| change.etag = Some(text),
    ];
    let most = [
        limits::SUBSCRIPTION_ID_CHARS,
        limits::RESOURCE_PATH_BYTES,
        limits::RESOURCE_PATH_BYTES,
        limits::WORD_BYTES,
        limits::ETAG_BYTES,
    ];
    for (set, most) in rows.into_iter().zip(most) {
        let mut sent = message();
        set(&mut sent.body, "x".repeat(most));
        assert_eq!(
            QueueMessage::parse(&sent.to_json().unwrap()),
            Ok(sent.clone())
        );
        set(&mut sent.body, long(most));
        let read = QueueMessage::<ReferencedChange>::parse(&sent.to_json().unwrap());
        assert_eq!(read, Err(MessageFault::Malformed), "{most}");
    }
    for trace in [long(limits::TRACE_BYTES), "a\nb".into(), "\u{e9}".into()] {
        let mut sent = message();
        sent.trace = Some(trace);
        let read = QueueMessage::<ReferencedChange>::parse(&sent.to_json().unwrap()).unwrap();
        assert_eq!(read.trace, None);
    }
}

#[test]
fn a_claim_is_told_from_a_message_and_fits_only_its_own() {
    let text = message().to_json().unwrap();
    let claim = ClaimCheck::to(&text);
    assert_eq!(
        ClaimCheck::parse(&claim.to_json().unwrap()),
        Some(claim.clone())
    );
    assert_eq!(ClaimCheck::parse(&text), None);
    assert!(claim.fits(&text) && !claim.fits("another"));
}

#[test]
fn a_claim_can_name_no_key_of_its_own_choice() {
    for sha256 in ["", "../secrets", &"g".repeat(64)] {
        let text = format!(
            r#"{{"version":"claim.v1","receivedAt":0,"body":{{"sha256":"{sha256}","bytes":1}}}}"#
        );
        assert_eq!(ClaimCheck::parse(&text), None);
    }
}
