//! Another certificate: subscriptions move to it, each in its budget.

use super::site::{ANNOUNCED_WITHIN, FIRST, SECOND, Site, actions, chats, reasons, seconds, text};
use serde_json::{Value, json};

async fn use_second(site: &Site) -> Value {
    site.order(json!({
        "action": "use-certificate",
        "id": "second",
        "certificate": SECOND.base64(),
        "keepHours": 100,
    }))
    .await
}

#[tokio::test]
async fn subscriptions_move_to_a_new_certificate_by_patch() {
    let site = Site::start().await;
    site.want(&[
        "resource = \"chats\"",
        "resource = \"teams\"\npayload = \"basic\"",
    ])
    .await;
    site.reconcile().await;
    let before = site.subscriptions().await;
    let answer = use_second(&site).await;
    assert_eq!(actions(&answer), ["move done"]);
    let certificates = &answer["certificates"];
    assert_eq!(certificates["current"], "second");
    let old = &certificates["certificates"]["first"];
    assert_eq!(old["thumbprint"], FIRST.thumbprint());
    assert!(text(old, "retireAfter").ends_with('Z'));
    for one in site.subscriptions().await {
        let rich = one["includeResourceData"] == true;
        let certificate = if rich { json!("second") } else { Value::Null };
        assert_eq!(one["encryptionCertificateId"], certificate);
        let same = before.iter().find(|before| before["id"] == one["id"]);
        assert_eq!(same.is_some_and(|before| *before == one), !rich);
    }
    assert!(site.gaps().is_empty());
    assert!(actions(&site.reconcile().await).is_empty());
}

#[tokio::test]
async fn where_graph_refuses_that_they_are_made_anew_with_a_gap() {
    let site = Site::start().await;
    site.control("settings", json!({"certificateRotation": false}))
        .await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let before = site.the_subscription().await;
    assert_eq!(actions(&use_second(&site).await), ["move done"]);
    let after = site.the_subscription().await;
    assert_ne!(after["id"], before["id"]);
    assert_eq!(after["encryptionCertificateId"], "second");
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(gap["reason"], "removed");
    let length = seconds(text(gap, "since"), text(gap, "until")) - ANNOUNCED_WITHIN;
    assert!((0..=5).contains(&length), "{length}");
}

#[tokio::test]
async fn where_they_can_t_be_made_anew_only_one_is_removed_to_find_out() {
    let site = Site::start().await;
    site.control("settings", json!({"certificateRotation": false}))
        .await;
    let wanted = chats(12);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site.reconcile().await;
    site.fail_the_handshake();
    let answer = use_second(&site).await;
    let mut expected = vec!["move not-tried"; 11];
    expected.push("move refused");
    assert_eq!(actions(&answer), expected);
    assert_eq!(site.subscriptions().await.len(), 11);
    // Nor do the runs after it: that the one can't be made says enough. And the others live on.
    let mut expected = vec!["create refused"];
    expected.extend(vec!["move not-tried"; 11]);
    for hours in [0, 40, 40] {
        site.pass(hours).await;
        assert_eq!(actions(&site.reconcile().await), expected);
        assert_eq!(site.subscriptions().await.len(), 11);
    }
}

#[tokio::test]
async fn a_key_stays_for_as_long_after_the_last_that_was_sealed_for_it() {
    let site = Site::start().await;
    let wanted = chats(2);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    site.want(&wanted).await;
    site.reconcile().await;
    site.control("settings", json!({"certificateRotation": false}))
        .await;
    site.fail_the_handshake();
    let order = json!({
        "action": "use-certificate",
        "id": "second",
        "certificate": SECOND.base64(),
        "keepHours": 1,
    });
    let asked = jiff::Timestamp::now().to_string();
    let begun = site.order(order).await;
    let retire_after = async || {
        let shown = site.order(json!({"action": "certificates"})).await;
        let first = &shown["certificates"]["certificates"]["first"];
        seconds(&asked, text(first, "retireAfter"))
    };
    assert_eq!(actions(&begun), ["move not-tried", "move refused"]);
    assert!((3600..2 * 3600).contains(&retire_after().await));
    site.reconcile().await;
    assert!((72 * 3600..73 * 3600).contains(&retire_after().await));
}

#[tokio::test]
async fn with_a_file_that_has_faults_no_rotation_begins() {
    let site = Site::start().await;
    site.put("subscriptions.toml", "[[tenants]]\nid = 7").await;
    let before = site.store.texts();
    assert_eq!(reasons(&use_second(&site).await), ["desired-invalid"]);
    assert_eq!(site.store.texts(), before);
}

#[tokio::test]
async fn a_name_is_for_one_certificate_and_a_bad_certificate_changes_nothing() {
    let site = Site::start().await;
    let before = site.store.texts();
    for (id, certificate, reason) in [
        ("first", SECOND.base64(), "certificates-invalid"),
        ("", SECOND.base64(), "certificates-invalid"),
        ("second", "AAAA".to_owned(), "not-an-order"),
    ] {
        let order = json!({"action": "use-certificate", "id": id, "certificate": certificate});
        let answer = site.order(order).await;
        assert_eq!(answer["faults"][0]["reason"], reason, "{answer}");
    }
    assert_eq!(site.store.texts(), before);
}

#[tokio::test]
async fn the_first_certificate_begins_the_document() {
    let site = Site::start().await.without_a_certificate();
    let none = site.order(json!({"action": "certificates"})).await;
    assert_eq!(none, json!({"certificates": null}));
    use_second(&site).await;
    let answer = site.order(json!({"action": "certificates"})).await;
    assert_eq!(answer["certificates"]["current"], "second");
}
