//! The document with our app's credentials: what is taken, and how each mistake is told.

use super::certificates::{Pair, pair};
use super::server::TENANT;
use serde_json::{Value, json};
use teamwire_graph::AppCredentials;

/// In every value: no message may show it.
const MARKER: &str = "m4rk3r";
const KIND: &str = "the entry of * must have one of clientSecret, privateKey and federated";
const STRANGE: &str = "the entry of * has a member that does not belong to its kind";
const KEY: &str = "privateKey of * must be an unencrypted RSA key of 2048 bits or more, in PEM";
const CERTIFICATE: &str = "certificate of * must be an X.509 certificate in PEM";
const SHAPE: &str = r#"must be JSON of the form {"<tenant id or *>":{"clientId":"<app id>", ..}}"#;

fn text_of(member: &str) -> String {
    format!("{member} of * must be a text that is not empty")
}

fn read(document: &str) -> Result<AppCredentials, String> {
    AppCredentials::parse(document).map_err(|fault| {
        let (told, shown) = (fault.to_string(), format!("{fault:?}"));
        assert!(!told.contains(MARKER) && !shown.contains(MARKER), "{shown}");
        told
    })
}

/// The document with `entry` for every tenant.
fn for_all(entry: &Value) -> String {
    json!({ "*": entry }).to_string()
}

#[test]
fn each_kind_of_entry_is_read() {
    let Pair { key, certificate } = pair();
    for entry in [
        json!({"clientId": "a", "clientSecret": "x"}),
        json!({"clientId": "a", "privateKey": key, "certificate": certificate}),
        json!({"clientId": "a", "federated": true}),
        json!({"clientId": "a", "federated": true, "audience": "api://mine"}),
    ] {
        assert!(read(&for_all(&entry)).is_ok(), "{entry}");
    }
}

#[test]
fn what_is_no_document_by_tenant_is_told_as_such() {
    let entry = json!({"clientId": MARKER, "clientSecret": MARKER});
    let not_a_tenant = "a tenant is neither a GUID nor *";
    for (document, message) in [
        (String::new(), SHAPE),
        (MARKER.to_owned(), SHAPE),
        ("null".to_owned(), SHAPE),
        ("[]".to_owned(), SHAPE),
        ("{}".to_owned(), SHAPE),
        (entry.to_string(), not_a_tenant),
        (json!({ "common": entry }).to_string(), not_a_tenant),
        (json!({ MARKER: entry }).to_string(), not_a_tenant),
        (json!({ "": entry }).to_string(), not_a_tenant),
        (for_all(&json!(MARKER)), "the entry of * must be an object"),
        (
            for_all(&json!([MARKER])),
            "the entry of * must be an object",
        ),
        (for_all(&Value::Null), "the entry of * must be an object"),
    ] {
        assert_eq!(read(&document).unwrap_err(), message, "{document}");
    }
}

#[test]
fn a_mistake_in_an_entry_is_told_by_tenant_and_member() {
    let rows = [
        (json!({}), KIND.to_owned()),
        (json!({"clientId": MARKER}), KIND.to_owned()),
        (
            json!({"clientId": MARKER, "certificate": MARKER}),
            KIND.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": MARKER, "federated": true}),
            KIND.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": MARKER, "privateKey": MARKER}),
            KIND.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "privateKey": MARKER, "federated": true}),
            KIND.to_owned(),
        ),
        (json!({"clientSecret": MARKER}), text_of("clientId")),
        (
            json!({"clientId": "", "clientSecret": MARKER}),
            text_of("clientId"),
        ),
        (
            json!({"clientId": 7, "clientSecret": MARKER}),
            text_of("clientId"),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": ""}),
            text_of("clientSecret"),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": null}),
            text_of("clientSecret"),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": [MARKER]}),
            text_of("clientSecret"),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": MARKER, MARKER: 1}),
            STRANGE.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": MARKER, "audience": MARKER}),
            STRANGE.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "clientSecret": MARKER, "certificate": MARKER}),
            STRANGE.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "federated": true, "certificate": MARKER}),
            STRANGE.to_owned(),
        ),
        (
            json!({"clientId": MARKER, "federated": false}),
            "federated of * must be true, or not be there".to_owned(),
        ),
        (
            json!({"clientId": MARKER, "federated": MARKER}),
            "federated of * must be true, or not be there".to_owned(),
        ),
        (json!({"federated": true}), text_of("clientId")),
        (
            json!({"clientId": MARKER, "federated": true, "audience": ""}),
            text_of("audience"),
        ),
        (
            json!({"clientId": MARKER, "federated": true, "audience": [MARKER]}),
            text_of("audience"),
        ),
        (
            json!({"clientId": MARKER, "privateKey": MARKER}),
            text_of("certificate"),
        ),
        (
            json!({"clientId": MARKER, "privateKey": MARKER, "certificate": ""}),
            text_of("certificate"),
        ),
        (
            json!({"clientId": MARKER, "privateKey": "", "certificate": MARKER}),
            text_of("privateKey"),
        ),
    ];
    assert_eq!(rows.len(), 24);
    for (entry, message) in rows {
        assert_eq!(read(&for_all(&entry)).unwrap_err(), message, "{entry}");
    }
    let named = json!({ TENANT.to_ascii_uppercase(): {"clientId": MARKER} }).to_string();
    let message = read(&named).unwrap_err();
    assert!(
        message.starts_with(&format!("the entry of {TENANT} ")),
        "{message}"
    );
}

#[test]
fn a_key_and_a_certificate_that_do_not_fit_are_told() {
    let (ours, other) = (pair(), pair());
    let small = rsa_of_1024_bits();
    let elliptic = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let encrypted = ours.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let cut = ours.key.replacen('M', "", 1);
    let unrelated = "certificate of * is not one of this private key";
    let rows = [
        (MARKER, ours.certificate.as_str(), KEY),
        (&ours.certificate, &ours.certificate, KEY),
        (&encrypted, &ours.certificate, KEY),
        (&elliptic, &ours.certificate, KEY),
        (&small, &ours.certificate, KEY),
        (&cut, &ours.certificate, KEY),
        (&ours.key, MARKER, CERTIFICATE),
        (&ours.key, &ours.key, CERTIFICATE),
        (&ours.key, &other.certificate, unrelated),
    ];
    for (row, (key, certificate, message)) in rows.into_iter().enumerate() {
        let entry = json!({"clientId": MARKER, "privateKey": key, "certificate": certificate});
        assert_eq!(read(&for_all(&entry)).unwrap_err(), message, "row {row}");
    }
}

fn rsa_of_1024_bits() -> String {
    use rsa::pkcs8::{EncodePrivateKey, LineEnding};
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

#[test]
fn nothing_secret_of_credentials_is_printed() {
    let Pair { key, certificate } = pair();
    let document = json!({
        "*": {"clientId": "a", "clientSecret": MARKER},
        TENANT: {"clientId": "a", "privateKey": key, "certificate": certificate},
    });
    let shown = format!("{:?}", read(&document.to_string()).unwrap());
    assert!(!shown.contains(MARKER), "{shown}");
    for line in key.lines().skip(1).take(5) {
        assert!(!shown.contains(line), "{shown}");
    }
}
