//! Nothing that can be printed holds a key, a content key or a plaintext.

use crate::parties::{US, now};
use crate::pem::pkcs1_of;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt::Debug;
use teamwire_envelope::seal::{SealFault, SealingRecipient};
use teamwire_envelope::{
    AuthenticCiphertext, KeyFileFault, LocalKeys, OpenFault, OpeningStage, UnwrapFault,
};

/// The content key, which has to be 32 bytes.
pub(crate) const KEY_MARKER: &[u8; 32] = b"marker-content-key-0123456789abc";
/// The resource.
pub(crate) const TEXT_MARKER: &str = r#"{"body":"marker-plaintext-of-the-message"}"#;

/// True if `printed` holds `secret` in one of the forms that bytes are printed in, whole or from
/// some way into it.
pub(crate) fn holds(printed: &str, secret: &[u8]) -> bool {
    // A whole number of base64 groups on either side of the cut.
    [secret, &secret[12..]].into_iter().any(|secret| {
        let decimal: Vec<String> = secret.iter().map(u8::to_string).collect();
        let hex: Vec<String> = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let forms = [
            String::from_utf8_lossy(secret).into_owned(),
            secret.escape_ascii().to_string(),
            decimal.join(", "),
            decimal.join(","),
            hex.concat(),
            hex.concat().to_uppercase(),
            hex.join(":"),
            STANDARD_NO_PAD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
        ];
        forms.iter().any(|form| printed.contains(form.as_str()))
    })
}

/// Both ways to print a value for a developer.
pub(crate) fn printed(value: &impl Debug) -> String {
    // The second puts each byte of a list on a line of its own.
    format!(
        "{value:?} {}",
        format!("{value:#?}").replace(",\n", ",").replace("  ", "")
    )
}

fn assert_silent(value: &impl Debug) {
    let printed = printed(value);
    let private_key = pkcs1_of(&US.pkcs8_der);
    // Past the version, the modulus and the public exponent.
    let private_exponent = &private_key[280..320];
    for secret in [KEY_MARKER, TEXT_MARKER.as_bytes(), private_exponent] {
        assert!(!holds(&printed, secret), "{printed}");
    }
}

#[test]
fn keys_print_how_many_they_are() {
    assert_silent(&US.keys);
    assert_eq!(format!("{:?}", US.keys), "LocalKeys(1)");
    assert_eq!(format!("{:?}", LocalKeys::new()), "LocalKeys(0)");
}

#[test]
fn content_that_was_checked_prints_its_length() {
    let content = US
        .recipient
        .seal_with_key(KEY_MARKER, TEXT_MARKER.as_bytes());
    let content = content.unwrap();
    assert_silent(&content);
    let authentic = now(AuthenticCiphertext::check(&content, &US.keys)).unwrap();
    assert_silent(&authentic);
    assert_eq!(format!("{authentic:?}"), "Authentic { bytes: 48, .. }");
}

#[test]
fn a_recipient_prints_public_parts_only() {
    let recipient = SealingRecipient::new(&US.certificate_id, "00", &US.spki_der).unwrap();
    recipient
        .seal_with_key(KEY_MARKER, TEXT_MARKER.as_bytes())
        .unwrap();
    assert_silent(&recipient);
}

#[test]
fn faults_print_nothing_of_what_was_at_fault() {
    let private_key = format!("{}{TEXT_MARKER}", US.pem().replace("END", "END NO"));
    let fault: KeyFileFault = LocalKeys::new().insert_pem("id", &private_key).unwrap_err();
    assert_silent(&fault);
    assert_silent(&fault.to_string());

    let unsealed = US.keys.unwrap_now("another", KEY_MARKER);
    let fault: UnwrapFault = unsealed.unwrap_err();
    assert_silent(&fault);
    assert_silent(&fault.to_string());

    let fault: SealFault = SealingRecipient::new("id", "00", KEY_MARKER).unwrap_err();
    assert_silent(&fault);
    assert_silent(&fault.to_string());

    let not_an_object = TEXT_MARKER.replace('}', "");
    let content = US
        .recipient
        .seal_with_key(KEY_MARKER, not_an_object.as_bytes());
    let opened = now(teamwire_envelope::open(&content.unwrap(), &US.keys));
    let fault: OpenFault = opened.map(drop).unwrap_err();
    assert_eq!(fault, OpenFault::Tampered(OpeningStage::Json));
    assert_silent(&fault);
    assert_silent(&fault.to_string());
}

#[test]
fn the_search_finds_a_marker_in_every_form() {
    let bytes = KEY_MARKER.to_vec();
    assert!(holds(&printed(&bytes), KEY_MARKER));
    assert!(holds(
        &printed(&TEXT_MARKER),
        b"marker-plaintext-of-the-message"
    ));
    assert!(holds(
        &format!("{bytes:02x?}").replace(", ", ""),
        KEY_MARKER
    ));
    assert!(holds(&URL_SAFE_NO_PAD.encode(&bytes), KEY_MARKER));
    assert!(holds(&String::from_utf8_lossy(&bytes), KEY_MARKER));
    assert!(!holds(&printed(&US.keys), KEY_MARKER));
}
