//! Credentials, region and endpoint come from where AWS's own tools take them.

use crate::fake_aws::FakeAws;
use crate::parties::{Ran, command, folder, text};
use std::path::Path;

/// `teamwire certificate new --kms-key` with two files of profiles and this environment.
async fn run(folder: &Path, config: &str, credentials: &str, env: &[(&str, &str)]) -> Ran {
    std::fs::write(folder.join("config"), config).unwrap();
    std::fs::write(folder.join("credentials"), credentials).unwrap();
    let mut command = command(&["new", "--kms-key", "alias/a"]);
    command
        .env("AWS_CONFIG_FILE", folder.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(env.iter().copied());
    command.output().await.unwrap().into()
}

async fn aws() -> std::sync::Arc<FakeAws> {
    let aws = FakeAws::start().await;
    aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    aws
}

#[tokio::test]
async fn a_profile_gives_region_endpoint_and_keys() {
    let aws = aws().await;
    let config = format!(
        "[profile work]\nregion = eu-west-3\nendpoint_url = {}\n",
        aws.url
    );
    let credentials = "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = secret\n";
    let ran = run(&folder(), &config, credentials, &[("AWS_PROFILE", "work")]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let signed = aws.authorization();
    assert!(signed.contains("Credential=AKIDWORK/"), "{signed}");
    assert!(signed.contains("/eu-west-3/kms/"), "{signed}");
}

#[tokio::test]
async fn a_profile_may_name_a_process_that_has_the_credentials() {
    let aws = aws().await;
    let folder = folder();
    let answer = folder.join("answer.json");
    let json = r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secret"}"#;
    std::fs::write(&answer, json).unwrap();
    let config = format!(
        "[default]\nregion = eu-west-3\nendpoint_url = {}\ncredential_process = /bin/cat '{}'\n",
        aws.url,
        text(&answer)
    );
    let ran = run(&folder, &config, "", &[("PATH", "/bin:/usr/bin")]).await;
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let signed = aws.authorization();
    assert!(signed.contains("Credential=AKIDPROCESS/"), "{signed}");
}

#[tokio::test]
async fn a_profile_of_single_sign_on_asks_to_sign_in() {
    let aws = aws().await;
    let folder = folder();
    let config = format!(
        "[default]\nregion = eu-west-3\nendpoint_url = {}\nsso_session = us\n\
         sso_account_id = 111122223333\nsso_role_name = admin\n\
         [sso-session us]\nsso_region = eu-west-3\nsso_start_url = https://example.awsapps.com/start\n",
        aws.url
    );
    let ran = run(&folder, &config, "", &[("HOME", text(&folder))]).await;
    assert_eq!(ran.status, Some(2));
    assert!(!ran.err.contains("feature"), "{}", ran.err);
    assert!(ran.err.contains("token"), "{}", ran.err);
}

#[tokio::test]
async fn without_a_region_nothing_is_asked() {
    let folder = folder();
    let credentials = "[default]\naws_access_key_id = AKIDWORK\naws_secret_access_key = secret\n";
    let ran = run(&folder, "", credentials, &[]).await;
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("no AWS region"), "{}", ran.err);
}
