//! The table of faults: each has its place, and there are no others.

use super::sealed_record::dead;
use teamwire_decrypt::DecryptFault;
use teamwire_envelope::{OpenFault, OpeningStage};
use teamwire_payload::message::MessageFault;
use teamwire_payload::{ResourceRef, version::NotAResource};
use teamwire_transport::{ClaimFault, Disposition, RecordFault};

const STAGES: [OpeningStage; 9] = [
    OpeningStage::MissingField,
    OpeningStage::Base64,
    OpeningStage::RsaOaep,
    OpeningStage::KeyLength,
    OpeningStage::Hmac,
    OpeningStage::BlockLength,
    OpeningStage::Pkcs7,
    OpeningStage::Utf8,
    OpeningStage::Json,
];

/// Every fault with its disposition and its label.
fn table() -> Vec<(DecryptFault, Disposition, &'static str)> {
    let path = ResourceRef::parse("").unwrap_err();
    let wait = || Disposition::RetryAfter(None);
    let mut table = vec![
        (
            MessageFault::Malformed.into(),
            dead("malformed"),
            "malformed",
        ),
        (
            MessageFault::UnknownVersion.into(),
            dead("unknown-version"),
            "unknown-version",
        ),
        (
            ClaimFault::Missing.into(),
            dead("claim-missing"),
            "claim-missing",
        ),
        (
            ClaimFault::Mismatch.into(),
            dead("claim-mismatch"),
            "claim-mismatch",
        ),
        (ClaimFault::Unavailable.into(), wait(), "claims-unavailable"),
        (path.into(), dead("resource-path"), "resource-path"),
        (
            OpenFault::UnknownCertificate.into(),
            Disposition::Retry,
            "unknown-certificate",
        ),
        (OpenFault::Unavailable.into(), wait(), "key-unavailable"),
        (
            NotAResource.into(),
            dead("not-a-resource"),
            "not-a-resource",
        ),
    ];
    for stage in STAGES {
        table.push((
            OpenFault::Tampered(stage).into(),
            dead("tampered"),
            stage.name(),
        ));
    }
    table
}

/// The row a fault stands in. A fault that is new does not compile before it has one.
fn row(fault: &DecryptFault) -> usize {
    match fault {
        DecryptFault::Message(MessageFault::Malformed) => 0,
        DecryptFault::Message(MessageFault::UnknownVersion) => 1,
        DecryptFault::Claim(ClaimFault::Missing) => 2,
        DecryptFault::Claim(ClaimFault::Mismatch) => 3,
        DecryptFault::Claim(ClaimFault::Unavailable) => 4,
        DecryptFault::Path(_) => 5,
        DecryptFault::Open(OpenFault::UnknownCertificate) => 6,
        DecryptFault::Open(OpenFault::Unavailable) => 7,
        DecryptFault::Resource(NotAResource) => 8,
        DecryptFault::Open(OpenFault::Tampered(stage)) => match stage {
            OpeningStage::MissingField => 9,
            OpeningStage::Base64 => 10,
            OpeningStage::RsaOaep => 11,
            OpeningStage::KeyLength => 12,
            OpeningStage::Hmac => 13,
            OpeningStage::BlockLength => 14,
            OpeningStage::Pkcs7 => 15,
            OpeningStage::Utf8 => 16,
            OpeningStage::Json => 17,
        },
    }
}

#[test]
fn every_fault_has_its_disposition_and_its_label() {
    let table = table();
    assert_eq!(table.len(), 18);
    for (at, (fault, disposition, label)) in table.into_iter().enumerate() {
        assert_eq!(row(&fault), at, "{fault:?}");
        assert_eq!(fault.disposition(), disposition, "{fault:?}");
        assert_eq!(fault.label(), label, "{fault:?}");
    }
}

#[test]
fn every_stage_of_tampering_has_one_message() {
    let texts = STAGES.map(|stage| DecryptFault::from(OpenFault::Tampered(stage)).to_string());
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
}
