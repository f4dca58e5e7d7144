//! `teamwire certificate show`.

use crate::parties::{Ran, folder, run, text};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A folder with `key.pem` and `certificate.pem`, and what `new` said of them.
async fn pair(id: &str) -> (PathBuf, Value) {
    let folder = folder();
    let ran = run(&[
        "new",
        "--out",
        text(&folder),
        "--id",
        id,
        "--output",
        "json",
    ])
    .await;
    (folder, ran.json())
}

async fn show(content: impl AsRef<[u8]>) -> Ran {
    let file = folder().join("file");
    std::fs::write(&file, content).unwrap();
    run(&["show", text(&file), "--output", "json"]).await
}

fn lines(ran: &Ran) -> Vec<Value> {
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn what_new_made_show_shows() {
    let (folder, made) = pair("a").await;
    let certificate = folder.join("certificate.pem");
    let key = folder.join("key.pem");
    let arguments = ["show", text(&certificate), "--key", text(&key)];
    let ran = run(&[&arguments[..], &["--output", "json"]].concat()).await;
    let line = ran.json();
    assert_eq!(line["id"], Value::Null);
    assert_eq!(line["subject"], "CN=teamwire");
    for member in ["thumbprint", "bits", "notAfter", "certificate"] {
        assert_eq!(line[member], made[member]);
    }
    assert_eq!(line["daysLeft"], 729);
    assert_eq!(line["keyMatches"], true);
    assert_eq!(line["problems"], json!([]));

    let ran = run(&arguments).await;
    for part in [
        "CN=teamwire",
        "RSA 2048",
        "729 days left",
        "its own",
        "takes it",
    ] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }
}

#[tokio::test]
async fn a_certificate_is_read_in_every_form_it_travels_in() {
    let (folder, made) = pair("a").await;
    let base64 = made["certificate"].as_str().unwrap();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).unwrap();
    let pem = std::fs::read(folder.join("certificate.pem")).unwrap();
    let (line, rest) = base64.split_at(64);
    let wrapped = format!(" {line}\n{rest}\r\n");
    let subscription = json!({"encryptionCertificate": base64, "encryptionCertificateId": "a"});
    let document = json!({"current": "a", "certificates": {"a": {"certificate": base64}}});
    for (content, id) in [
        (pem, Value::Null),
        (der, Value::Null),
        (base64.as_bytes().to_vec(), Value::Null),
        (wrapped.into_bytes(), Value::Null),
        (subscription.to_string().into_bytes(), json!("a")),
        (
            json!({"value": [subscription]}).to_string().into(),
            json!("a"),
        ),
        (made.to_string().into_bytes(), json!("a")),
        (document.to_string().into_bytes(), json!("a")),
    ] {
        let line = show(content).await.json();
        assert_eq!(line["thumbprint"], made["thumbprint"]);
        assert_eq!(line["id"], id);
        assert_eq!(line["keyMatches"], Value::Null);
    }
}

#[tokio::test]
async fn several_certificates_are_shown_one_by_one() {
    let (first, made) = pair("a").await;
    let (second, other) = pair("b").await;
    let pem = |folder: &Path| std::fs::read_to_string(folder.join("certificate.pem")).unwrap();
    let ran = show(pem(&first) + &pem(&second)).await;
    let shown = lines(&ran);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0]["thumbprint"], made["thumbprint"]);
    assert_eq!(shown[1]["thumbprint"], other["thumbprint"]);
}

#[tokio::test]
async fn another_key_is_told() {
    let (folder, _) = pair("a").await;
    let (other, _) = pair("b").await;
    let certificate = folder.join("certificate.pem");
    let key = other.join("key.pem");
    let arguments = ["show", text(&certificate), "--key", text(&key)];
    let ran = run(&[&arguments[..], &["--output", "json"]].concat()).await;
    assert_eq!(ran.status, Some(1));
    let line = &lines(&ran)[0];
    assert_eq!(line["keyMatches"], false);
    assert_eq!(line["problems"], json!(["the private key is not its own"]));
}

#[tokio::test]
async fn what_graph_would_not_take_is_told() {
    let certificate = |key: &KeyPair, from: i32, to: i32| {
        let mut params = CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        params.self_signed(key).unwrap().pem()
    };
    let rsa = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    for (pem, problem) in [
        (certificate(&rsa, 2020, 2021), "it has expired"),
        (certificate(&rsa, 2090, 2091), "it is not valid yet"),
        (certificate(&curve, 2020, 2090), "its key is not an RSA key"),
        (
            SMALL.to_owned(),
            "its RSA key has 1024 bits; Graph takes 2048 to 4096",
        ),
    ] {
        let ran = show(pem).await;
        assert_eq!(ran.status, Some(1), "{problem}");
        assert_eq!(lines(&ran)[0]["problems"], json!([problem]));
    }
}

#[tokio::test]
async fn what_holds_no_certificate_is_said() {
    let (folder, _) = pair("a").await;
    let key = std::fs::read(folder.join("key.pem")).unwrap();
    for (content, says) in [
        (&key[..], "PEM, but no certificate in it"),
        (b"", "neither PEM nor DER"),
        (b"text", "neither PEM nor DER"),
        (b"\xff\xfe", "neither PEM nor DER"),
        (b"{}", "no encryptionCertificate in it"),
        (
            br#"{"value":[{"encryptionCertificate":null}]}"#,
            "leaves it out",
        ),
        (br#"{"id":"a","certificate":"AAAA"}"#, "certificate of a"),
        (br#"{"current":"a","certificates":{}}"#, "current: names"),
    ] {
        let ran = show(content).await;
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{says}");
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

/// `openssl req -x509 -newkey rsa:1024 -subj /CN=small -days 20000`: nothing else here makes one so
/// small.
const SMALL: &str = "\
-----BEGIN CERTIFICATE-----
MIIB/jCCAWegAwIBAgIUa3XlS33KkxvK27fdOSXj6hGb3HAwDQYJKoZIhvcNAQEL
BQAwEDEOMAwGA1UEAwwFc21hbGwwIBcNMjYxMTIxMTIwNTE5WhgPMjA4MTA4MjQx
MjA1MTlaMBAxDjAMBgNVBAMMBXNtYWxsMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB
iQKBgQDUXpGlCeS/b2m5Pz4N46LdSCPnfrvpDecXdr5itB2Hs7EMmwa2+MFDdFfV
h+1+yaX+XAjXCLIDn/gSM2ci9CqrezTjqDnFUKfOYzhP6ODbbnO3vioH25CgTaO0
gQ8lbDBvim5xTH/0m27TzPi3s7/g5f8ztXGvav4rT+3nYOI3FwIDAQABo1MwUTAd
BgNVHQ4EFgQUvLALeBg71QXXqB4KE/ItyC+XyuYwHwYDVR0jBBgwFoAUvLALeBg7
1QXXqB4KE/ItyC+XyuYwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOB
gQAooteRV+uVroTJvOzLL2uFkbAEeNmTzEDbJTlXa54k7wAuMGdy8CvW0mpdrD6P
HdtwumUt1RutWtjQF/y8SBouoh3FfUmAgIhdCVOeajzfaPtrDcHEpm4k8xUtEoVD
eSPtSIF0XPfIuvxcjrdxGsKg4fVkKik07C2zlOMnWlpVwQ==
-----END CERTIFICATE-----
";
