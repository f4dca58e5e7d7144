//! Private keys that go into files, and what a certificate says.

use crate::parties::{folder, opens, run, text};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use teamwire_graph::EnvelopeCertificate;
use x509_cert::der::{Decode, DecodePem};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn a_key_file_is_for_its_owner_alone_and_opens_what_is_sealed_for_its_certificate() {
    let folder = folder().join("keys");
    let ran = run(&["new", "--out", text(&folder), "--output", "json"]).await;
    let key = folder.join("key.pem");
    assert_eq!(ran.json()["keptIn"], serde_json::json!({"file": key}));
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(opens(&ran.certificate(), &read(&key)));

    let pem = read(&folder.join("certificate.pem"));
    let in_file = x509_cert::Certificate::from_pem(pem.as_bytes()).unwrap();
    let printed = x509_cert::Certificate::from_der(ran.certificate().der()).unwrap();
    assert_eq!(in_file, printed);
}

#[tokio::test]
async fn nothing_is_written_over() {
    for name in ["key.pem", "certificate.pem"] {
        let folder = folder();
        std::fs::write(folder.join(name), "another").unwrap();
        let ran = run(&["new", "--out", text(&folder)]).await;
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
        assert!(ran.err.contains("File exists"), "{}", ran.err);
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(read(&folder.join(name)), "another");
    }
}

#[tokio::test]
async fn a_certificate_says_what_it_is_for_and_for_how_long() {
    let folder = folder();
    let new = ["new", "--out", text(&folder), "--output", "json"];
    let asked = ["--days", "30", "--common-name", "Contoso changes"];
    let ran = run(&[&new[..], &asked].concat()).await;
    let read = ran.certificate();
    let certificate = x509_cert::Certificate::from_der(read.der()).unwrap();
    let fields = certificate.tbs_certificate();
    assert_eq!(fields.version(), x509_cert::Version::V3);
    assert_eq!(fields.subject().to_string(), "CN=Contoso changes");
    assert_eq!(fields.issuer(), fields.subject());
    let signature = certificate.signature_algorithm().oid.to_string();
    assert_eq!(signature, "1.2.840.113549.1.1.11", "SHA-256 with RSA");
    let (_, usage) = fields.get_extension::<KeyUsage>().unwrap().unwrap();
    assert_eq!(
        usage.0,
        KeyUsages::KeyEncipherment | KeyUsages::DataEncipherment
    );
    let (_, constraints) = fields.get_extension::<BasicConstraints>().unwrap().unwrap();
    assert!(!constraints.ca);
    let minutes = read.not_after().duration_since(read.not_before()).as_mins();
    assert_eq!(minutes, 30 * 24 * 60 + 5);
}

#[tokio::test]
async fn two_certificates_have_different_ids_keys_and_serials() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let folder = folder();
        let ran = run(&["new", "--out", text(&folder), "--output", "json"]).await;
        let certificate = x509_cert::Certificate::from_der(ran.certificate().der()).unwrap();
        let serial = certificate.tbs_certificate().serial_number().clone();
        assert!(serial.as_bytes().len() >= 14, "{serial}");
        let spki = ran.certificate().spki_der().to_vec();
        seen.push((ran.json()["id"].clone(), serial, spki));
    }
    assert_ne!(seen[0].0, seen[1].0);
    assert_ne!(seen[0].1, seen[1].1);
    assert_ne!(seen[0].2, seen[1].2);
}

#[tokio::test]
async fn a_person_gets_the_commands_that_put_the_key_into_kms() {
    let folder = folder().join("it's here");
    let ran = run(&["new", "--out", text(&folder), "--bits", "3072"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    for part in [
        "--key-spec RSA_3072",
        r"it'\''s here/key.pem'",
        "import-key-material",
    ] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }
    for placeholder in ["{key}", "{bits}"] {
        assert!(!ran.out.contains(placeholder), "{}", ran.out);
    }
}

#[tokio::test]
async fn a_key_is_kept_in_exactly_one_place() {
    let folder = folder();
    let to = text(&folder);
    for arguments in [
        &["new"][..],
        &["new", "--out", to, "--secret", "s"],
        &["new", "--kms-key", "k", "--kms-create", "a"],
        &["new", "--kms-key", "k", "--bits", "2048"],
        &["new", "--out", to, "--bits", "1024"],
        &["new", "--out", to, "--days", "0"],
        &["new", "--out", to, "--id", "a=b"],
        &["new", "--out", to, "--id", "a,b"],
        &["new", "--out", to, "--id", ""],
        &["new", "--out", to, "--id", &"x".repeat(129)],
        &["new", "--out", to, "--common-name", " "],
        &["new", "--kms-create", "alias/"],
    ] {
        let ran = run(arguments).await;
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn the_certificate_is_written_where_it_is_asked_for() {
    let aws = crate::fake_aws::FakeAws::start().await;
    aws.put_secret("s", Some("{}"));
    let path = folder().join("certificate.pem");
    let new = ["new", "--secret", "s", "--certificate-out", text(&path)];
    let ran = crate::parties::run_with(&aws, &new).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(!ran.out.contains("BEGIN CERTIFICATE"), "{}", ran.out);
    let der = x509_cert::Certificate::from_pem(read(&path).as_bytes()).unwrap();
    let der = x509_cert::der::Encode::to_der(&der).unwrap();
    let certificate = EnvelopeCertificate::from_der(&der).unwrap();
    assert!(ran.out.contains(&certificate.thumbprint()), "{}", ran.out);
}
