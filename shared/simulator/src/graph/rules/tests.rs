//! The limits, one row each.

use super::*;
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::json;

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn in_minutes(minutes: i64) -> Value {
    json!((now() + SignedDuration::from_mins(minutes)).to_string())
}

/// A request within the rules, with some members in place of its own; `null` takes one away.
fn request(instead: &Value) -> Value {
    let mut body = json!({
        "changeType": "created,updated",
        "notificationUrl": "https://hook.example/graph",
        "resource": "/chats/getAllMessages",
        "expirationDateTime": in_minutes(60),
        "clientState": "secret",
    });
    for (name, value) in instead.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn create(instead: &Value) -> Result<Create, GraphErrorResponse> {
    Create::read(request(instead).to_string().as_bytes(), now())
}

fn certificate_base64() -> String {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    STANDARD.encode(certificate.der())
}

#[test]
fn each_limit_holds_at_its_figure() {
    let lifecycle = json!("https://hook.example/lifecycle");
    for (instead, accepted) in [
        (json!({}), true),
        (json!({"changeType": null}), false),
        (json!({"changeType": ""}), false),
        (json!({"changeType": "created,"}), false),
        (json!({"changeType": "moved"}), false),
        (json!({"changeType": 7}), false),
        (json!({"changeType": "deleted"}), true),
        (json!({"notificationUrl": null}), false),
        (json!({"notificationUrl": "http://hook.example/"}), false),
        (json!({"resource": null}), false),
        (json!({"resource": "security/alerts"}), false),
        (json!({"expirationDateTime": null}), false),
        (json!({"expirationDateTime": "tomorrow"}), false),
        (json!({"expirationDateTime": "2026-01-01T00:30:00"}), false),
        (json!({"expirationDateTime": in_minutes(0)}), false),
        (json!({"expirationDateTime": in_minutes(1)}), true),
        (json!({"expirationDateTime": in_minutes(61)}), false),
        (
            json!({"expirationDateTime": in_minutes(61), "lifecycleNotificationUrl": lifecycle}),
            true,
        ),
        (
            json!({"expirationDateTime": in_minutes(4320), "lifecycleNotificationUrl": lifecycle}),
            true,
        ),
        (
            json!({"expirationDateTime": in_minutes(4321), "lifecycleNotificationUrl": lifecycle}),
            false,
        ),
        (
            json!({"lifecycleNotificationUrl": "http://hook.example/"}),
            false,
        ),
        (json!({"clientState": "x".repeat(128)}), true),
        (json!({"clientState": "x".repeat(129)}), false),
        (json!({"clientState": null}), true),
        (json!({"includeResourceData": true}), false),
        (json!({"includeResourceData": "yes"}), false),
        (
            json!({"includeResourceData": true, "encryptionCertificateId": "id"}),
            false,
        ),
        (json!({"encryptionCertificate": "AAAA"}), false),
        (json!({"latestSupportedTlsVersion": "v1_3"}), true),
        (json!({"latestSupportedTlsVersion": "v2"}), false),
        (json!({"notificationUrlAppId": "app"}), false),
        (json!({"vapidPublicKey": "key"}), false),
        (json!({"webPushEncryptionKey": "key"}), false),
        (json!({"id": "mine"}), false),
    ] {
        let result = create(&instead);
        assert_eq!(result.is_ok(), accepted, "{instead}: {result:?}");
        if let Err(fault) = result {
            assert_eq!((fault.status.as_u16(), fault.code), (400, "InvalidRequest"));
        }
    }
}

#[test]
fn an_application_has_no_chats_of_its_own_to_subscribe_to() {
    for resource in ["me/chats", "/Me/chats/getAllMessages", "me"] {
        let fault = create(&json!({ "resource": resource })).unwrap_err();
        assert_eq!(
            (fault.status.as_u16(), fault.code),
            (500, "ExtensionError"),
            "{resource}"
        );
        let message = "Operation: Create; Exception: [Specified method is not supported.]";
        assert_eq!(fault.message, message);
    }
}

#[test]
fn an_early_end_is_put_off_to_45_minutes() {
    let floor = now() + SignedDuration::from_mins(45);
    for (minutes, expires) in [
        (1, floor),
        (45, floor),
        (46, now() + SignedDuration::from_mins(46)),
    ] {
        let create = create(&json!({"expirationDateTime": in_minutes(minutes)})).unwrap();
        assert_eq!(create.expires, expires, "{minutes}");
    }
}

#[test]
fn resource_data_is_sealed_for_a_certificate_with_an_id() {
    let certificate = certificate_base64();
    let rich = |id: String| {
        create(&json!({
            "includeResourceData": true,
            "encryptionCertificate": certificate,
            "encryptionCertificateId": id,
        }))
    };
    assert_eq!(rich("mine".into()).unwrap().certificate.unwrap().id, "mine");
    assert!(rich("x".repeat(128)).is_ok());
    assert!(rich("x".repeat(129)).is_err());
    assert!(rich(String::new()).is_err());
}

#[test]
fn the_list_of_changes_has_no_order_and_no_repetition() {
    let create = create(&json!({"changeType": "Updated, created,updated"})).unwrap();
    assert_eq!(
        create.change_types,
        [SimulatedChangeType::Created, SimulatedChangeType::Updated]
    );
}

#[test]
fn a_renewal_changes_the_end_the_url_and_the_certificate_and_nothing_else() {
    let read = |body: Value| Update::read(body.to_string().as_bytes(), now());
    for (body, accepted) in [
        (json!({"expirationDateTime": in_minutes(4320)}), true),
        (json!({"notificationUrl": "https://other.example/"}), true),
        (json!({"notificationUrl": "http://other.example/"}), false),
        (
            json!({
                "encryptionCertificate": certificate_base64(),
                "encryptionCertificateId": "next",
            }),
            false,
        ),
        (
            json!({
                "expirationDateTime": in_minutes(60),
                "encryptionCertificate": certificate_base64(),
                "encryptionCertificateId": "next",
            }),
            true,
        ),
        (json!({}), false),
        (json!({"encryptionCertificateId": "next"}), false),
        (
            json!({"lifecycleNotificationUrl": "https://a.example/"}),
            false,
        ),
        (json!({"changeType": "created"}), false),
        (json!({"resource": "chats"}), false),
        (json!([]), false),
    ] {
        assert_eq!(read(body.clone()).is_ok(), accepted, "{body}");
    }
}

#[test]
fn a_subscription_lives_no_longer_than_its_resource_allows() {
    for (resource, minutes, accepted) in [
        ("chats", 4_320, true),
        ("chats", 4_321, false),
        ("teams/a/schedule/shifts", 360, true),
        ("teams/a/schedule/shifts", 361, false),
    ] {
        let (row, _) = super::super::resources::find(resource).unwrap();
        let expires = in_minutes(minutes).as_str().unwrap().parse().unwrap();
        let checked = check_life(row, expires, now());
        assert_eq!(checked.is_ok(), accepted, "{resource}, {minutes}");
    }
}
