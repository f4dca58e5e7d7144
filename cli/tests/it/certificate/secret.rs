//! Private keys that go into the secret decrypt reads.

use crate::fake_aws::FakeAws;
use crate::parties::{folder, opens, run_with, text};
use serde_json::{Value, json};

const SECRET: &str = "teamwire/envelope-keys";

fn pems(aws: &FakeAws) -> Value {
    serde_json::from_str(&aws.secret(SECRET).unwrap()).unwrap()
}

#[tokio::test]
async fn a_key_of_each_size_in_the_secret_opens_what_is_sealed_for_its_certificate() {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, Some("{}"));
    for bits in ["2048", "3072", "4096"] {
        let new = ["new", "--secret", SECRET, "--output", "json"];
        let ran = run_with(&aws, &[&new[..], &["--id", bits, "--bits", bits]].concat()).await;

        let json = ran.json();
        assert_eq!(json["id"], bits);
        assert_eq!(json["bits"].to_string(), bits);
        assert_eq!(json["keptIn"], json!({"secret": SECRET}));
        let certificate = ran.certificate();
        assert_eq!(json["thumbprint"], certificate.thumbprint());
        assert_eq!(json["notAfter"], certificate.not_after().to_string());
        let members = json.as_object().unwrap().len();
        assert_eq!(members, 6, "{json}");
        assert!(opens(&certificate, pems(&aws)[bits].as_str().unwrap()));
    }
}

#[tokio::test]
async fn the_other_keys_of_the_secret_stay_as_they_are() {
    let aws = FakeAws::start().await;
    let others = json!({"old": "-----BEGIN PRIVATE KEY-----\nold\n", "broken": "no key"});
    aws.put_secret(SECRET, Some(&others.to_string()));
    let ran = run_with(&aws, &["new", "--secret", SECRET, "--id", "new"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let mut after = pems(&aws);
    assert!(after.as_object_mut().unwrap().remove("new").is_some());
    assert_eq!(after, others);
}

#[tokio::test]
async fn an_id_that_has_a_key_keeps_it() {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, Some(r#"{"old":"its key"}"#));
    let certificate = folder().join("certificate.pem");
    let new = ["new", "--secret", SECRET, "--id", "old"];
    let to = ["--certificate-out", text(&certificate)];
    let ran = run_with(&aws, &[&new[..], &to].concat()).await;
    assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("never used for another key"),
        "{}",
        ran.err
    );
    assert_eq!(aws.operations(), ["GetSecretValue"]);
    assert!(!certificate.exists(), "a certificate without a key is left");
}

#[tokio::test]
async fn a_secret_without_a_value_gets_its_first_key() {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, None);
    let ran = run_with(&aws, &["new", "--secret", SECRET, "--id", "first"]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(pems(&aws)["first"].is_string());
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_said() {
    let aws = FakeAws::start().await;
    let ran = run_with(&aws, &["new", "--secret", SECRET]).await;
    let says = "teamwire: the secret teamwire/envelope-keys: ResourceNotFoundException: said by the service\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(2), says));
}

#[tokio::test]
async fn a_secret_of_another_form_is_left_alone_and_not_quoted() {
    let aws = FakeAws::start().await;
    for value in [
        "marker",
        r#"["marker"]"#,
        r#"{"keys":{"k1":"marker"}}"#,
        r#"{"old":5,"marker":"marker"}"#,
    ] {
        aws.put_secret(SECRET, Some(value));
        let ran = run_with(&aws, &["new", "--secret", SECRET]).await;
        assert_eq!(ran.status, Some(2), "{value}");
        assert!(ran.err.contains("is not JSON of the form"), "{}", ran.err);
        assert!(!ran.err.contains("marker"), "{}", ran.err);
        assert_eq!(aws.secret(SECRET).unwrap(), value);
    }
}

#[tokio::test]
async fn a_secret_that_would_become_too_large_is_left_alone() {
    let aws = FakeAws::start().await;
    let full = json!({"old": "x".repeat(64_500)}).to_string();
    aws.put_secret(SECRET, Some(&full));
    let ran = run_with(&aws, &["new", "--secret", SECRET]).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("65536 bytes"), "{}", ran.err);
    assert_eq!(aws.secret(SECRET).unwrap(), full);
}

#[tokio::test]
async fn a_person_gets_the_certificate_and_what_to_do_next() {
    let aws = FakeAws::start().await;
    aws.put_secret(SECRET, Some("{}"));
    let ran = run_with(&aws, &["new", "--secret", SECRET]).await;
    let id = pems(&aws);
    let id = id.as_object().unwrap().keys().next().unwrap();
    let unique = id.strip_prefix("tw-20").unwrap();
    assert_eq!(unique.len(), "YYMMDD-0000".len(), "{id}");
    for part in [
        &format!("id           {id}\n"),
        "private key  in the secret teamwire/envelope-keys, under that id\n",
        &format!("encryptionCertificateId {id}"),
        "-----BEGIN CERTIFICATE-----\n",
    ] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }
}
