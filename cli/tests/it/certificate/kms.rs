//! Certificates over keys that stay in KMS.

use crate::fake_aws::FakeAws;
use crate::parties::{opens, run_with};
use serde_json::json;
use x509_cert::Certificate;
use x509_cert::der::Decode;

#[tokio::test]
async fn a_certificate_over_a_kms_key_is_sealed_for_with_that_key() {
    let aws = FakeAws::start().await;
    for bits in ["2048", "3072", "4096"] {
        let alias = format!("alias/{bits}");
        let arn = aws.put_key(&alias, &format!("RSA_{bits}"), "ENCRYPT_DECRYPT");
        let ran = run_with(&aws, &["new", "--kms-key", &alias, "--output", "json"]).await;
        let json = ran.json();
        assert_eq!(json["bits"].to_string(), bits);
        // An alias can be given to another key; the key itself stays.
        assert_eq!(json["keptIn"], json!({"kmsKey": arn}));
        assert!(opens(&ran.certificate(), &aws.private_pem(&arn)));
        assert_eq!(aws.request("GetPublicKey"), json!({"KeyId": alias}));
    }
    assert_eq!(aws.operations(), ["GetPublicKey"; 3]);
}

#[tokio::test]
async fn who_signed_for_a_kms_key_is_somebody_else() {
    let aws = FakeAws::start().await;
    aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    let ran = run_with(&aws, &["new", "--kms-key", "alias/a", "--output", "json"]).await;
    let certificate = Certificate::from_der(ran.certificate().der()).unwrap();
    let fields = certificate.tbs_certificate();
    assert_eq!(fields.subject().to_string(), "CN=teamwire");
    assert_eq!(fields.issuer().to_string(), "CN=teamwire throw-away issuer");
}

#[tokio::test]
async fn a_kms_key_that_does_not_decrypt_rsa_is_refused() {
    let aws = FakeAws::start().await;
    for (spec, usage) in [
        ("RSA_2048", "SIGN_VERIFY"),
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("ECC_NIST_P256", "KEY_AGREEMENT"),
    ] {
        let alias = format!("alias/{spec}-{usage}");
        aws.put_key(&alias, spec, usage);
        let ran = run_with(&aws, &["new", "--kms-key", &alias]).await;
        let says = format!("is {spec} for {usage}; it must be RSA_2048, RSA_3072 or RSA_4096");
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""));
        assert!(ran.err.contains(&says), "{}", ran.err);
    }
    let ran = run_with(&aws, &["new", "--kms-key", "alias/none"]).await;
    let says = "teamwire: the KMS key alias/none: NotFoundException: said by the service\n";
    assert_eq!((ran.status, ran.err.as_str()), (Some(2), says));
}

#[tokio::test]
async fn a_new_kms_key_has_the_size_and_the_alias_that_were_asked_for() {
    let aws = FakeAws::start().await;
    let new = ["new", "--kms-create", "teamwire-2026", "--bits", "3072"];
    let ran = run_with(&aws, &[&new[..], &["--output", "json"]].concat()).await;
    assert_eq!(ran.json()["bits"], 3072);
    assert!(opens(
        &ran.certificate(),
        &aws.private_pem("alias/teamwire-2026")
    ));
    let request = aws.request("CreateKey");
    assert_eq!(request["KeySpec"], "RSA_3072");
    assert_eq!(request["KeyUsage"], "ENCRYPT_DECRYPT");
}

#[tokio::test]
async fn no_kms_key_is_made_for_an_alias_that_is_taken() {
    let aws = FakeAws::start().await;
    aws.put_key("alias/taken", "RSA_2048", "ENCRYPT_DECRYPT");
    let ran = run_with(&aws, &["new", "--kms-create", "alias/taken"]).await;
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("alias/taken is there already"),
        "{}",
        ran.err
    );
    assert_eq!(aws.operations(), ["GetPublicKey"]);
}

#[tokio::test]
async fn a_person_gets_what_to_set_for_a_kms_key() {
    let aws = FakeAws::start().await;
    let arn = aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    let ran = run_with(&aws, &["new", "--kms-key", "alias/a", "--id", "2026a"]).await;
    assert!(ran.out.contains(&format!("2026a={arn}\n")), "{}", ran.out);
}
