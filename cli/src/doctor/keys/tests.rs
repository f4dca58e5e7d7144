use super::*;
use crate::doctor::ask::Observation;
use crate::doctor::check::tests::answer;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A private key (PEM) and a certificate over it, valid in 2026 and 2027.
struct Pair {
    pem: String,
    certificate: EnvelopeCertificate,
}

static OURS: LazyLock<Pair> = LazyLock::new(pair);
static ANOTHER: LazyLock<Pair> = LazyLock::new(pair);

fn pair() -> Pair {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2028, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    Pair {
        pem: key.serialize_pem(),
        certificate: EnvelopeCertificate::from_der(certificate.der()).unwrap(),
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An answer whose current certificate is `2026a`, ours.
fn listed() -> Value {
    let mut answer = answer();
    let listed = json!({"id": "2026a", "thumbprint": "..", "notAfter": "..",
        "certificate": OURS.certificate.base64()});
    *answer.pointer_mut("/certificates/list/0").unwrap() = listed;
    answer
}

fn check(answer: Value) -> CheckAnswer {
    CheckAnswer::deserialize(answer).unwrap()
}

fn code(finding: Option<Finding>) -> Option<Code> {
    finding.map(|finding| finding.code)
}

fn codes(answer: Value, now: &str) -> Vec<Code> {
    let findings = of_list(&check(answer), time(now)).into_iter();
    findings.map(|finding| finding.code).collect()
}

#[test]
fn a_certificate_is_judged_by_its_dates() {
    for (now, expected) in [
        ("2027-06-01T00:00:00Z", vec![]),
        ("2027-12-20T00:00:00Z", vec![Code::CertificateEndsSoon]),
        ("2028-01-02T00:00:00Z", vec![Code::CertificateExpired]),
        ("2025-12-31T00:00:00Z", vec![Code::CertificateExpired]),
    ] {
        assert_eq!(codes(listed(), now), expected, "{now}");
    }
}

#[test]
fn a_list_that_is_missing_is_a_fault_where_content_is_wanted() {
    let now = "2027-06-01T00:00:00Z";
    let mut none = answer();
    none["certificates"] = json!({"state": "missing"});
    assert_eq!(codes(none.clone(), now), [Code::CertificateMissing]);
    none["tenants"][0]["wanted"][0]["payload"] = json!("basic");
    assert_eq!(codes(none, now), []);
    let mut invalid = answer();
    invalid["certificates"] =
        json!({"fault": "certificates-invalid", "said": "current: is missing"});
    assert_eq!(codes(invalid, now), [Code::CertificatesUnusable]);
    let mut unavailable = answer();
    unavailable["certificates"] = json!({"fault": "config-unavailable", "said": ".."});
    assert_eq!(codes(unavailable, now), [Code::CertificatesUnseen]);
    // The sample of the shape holds no certificate.
    assert_eq!(codes(answer(), now), [Code::CertificatesUnusable]);
}

#[test]
fn a_private_key_is_held_against_its_certificate() {
    let certificate = &OURS.certificate;
    assert_eq!(
        homes::in_secret("2026a", &OURS.pem, certificate),
        PrivateKeyState::Fits
    );
    assert_eq!(
        homes::in_secret("2026a", &ANOTHER.pem, certificate),
        PrivateKeyState::Other
    );
    let unusable = homes::in_secret("2026a", "-----BEGIN", certificate);
    assert!(
        matches!(unusable, PrivateKeyState::Unusable(_)),
        "{unusable:?}"
    );
}

#[test]
fn each_fault_of_a_key_has_its_code_and_shows_no_key() {
    let known = &known(&check(listed()))[0];
    let unseen = ObservationFault::denied("kms:GetPublicKey");
    for (key, expected) in [
        (PrivateKeyState::Fits, None),
        (PrivateKeyState::Missing, Some(Code::KeyMissing)),
        (PrivateKeyState::Other, Some(Code::KeyMismatch)),
        (
            PrivateKeyState::Unusable("not PEM".to_owned()),
            Some(Code::KeyUnusable),
        ),
        (
            PrivateKeyState::InKms("arn".to_owned(), "is disabled".to_owned()),
            Some(Code::KmsKeyUnusable),
        ),
        (PrivateKeyState::Unseen(unseen), Some(Code::KeysUnseen)),
    ] {
        assert_eq!(code(of_key(known, key)), expected);
    }
}

#[test]
fn a_secret_of_another_form_is_told_once() {
    let unusable = Some(Code::KeysSecretUnusable);
    let denied = || Observation::Unseen(ObservationFault::denied("secretsmanager:GetSecretValue"));
    for (secret, kms, expected) in [
        (Observation::Seen(Some("{}")), vec![], None),
        (
            Observation::Seen(Some("-----BEGIN PRIVATE KEY-----")),
            vec![],
            unusable,
        ),
        (Observation::Seen(None), vec![], unusable),
        (Observation::Missing, vec![], unusable),
        (Observation::Missing, vec![("2026a", "arn")], None),
        (denied(), vec![], None),
    ] {
        let homes = PrivateKeyHomes::of(secret, &kms);
        assert_eq!(code(homes.finding()), expected);
    }
}

#[test]
fn only_certificates_in_use_need_a_key() {
    let mut answer = listed();
    let mut old = answer["certificates"]["list"][0].clone();
    old["id"] = json!("2025a");
    answer["certificates"]["list"]
        .as_array_mut()
        .unwrap()
        .push(old);
    let in_use = |answer: &Value| {
        let check = check(answer.clone());
        let known = known(&check);
        let in_use = known.into_iter().filter(|known| is_in_use(known, &check));
        in_use.map(|known| known.id).collect::<Vec<_>>()
    };
    assert_eq!(in_use(&answer), ["2026a"]);
    answer["tenants"][0]["subscriptions"]["ours"][0]["certificateId"] = json!("2025a");
    assert_eq!(in_use(&answer), ["2026a", "2025a"]);
}

#[test]
fn the_next_certificate_is_called_as_none_was() {
    let now = time("2026-11-21T00:00:00Z");
    assert_eq!(next_id(&check(listed()), now), "2026b");
    assert_eq!(
        next_id(&check(listed()), time("2027-01-01T00:00:00Z")),
        "2027a"
    );
}
