//! `hydrate` without any secret: its role is who it is, from STS by way of Entra to Graph.

use super::aws::{Aws, nobody};
use super::events::{TENANT, records};
use super::process::{MARKER, Process, settings};
use super::runtime_api::RuntimeApi;
use serde_json::{Value, json};
use teamwire_simulator::{Running, Simulator, SimulatorConfig};

const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";
const VARIABLE: &str = "TEAMWIRE_CREDENTIALS";
const SECRET_VARIABLE: &str = "TEAMWIRE_CREDENTIALS_SECRET";

async fn microsoft() -> Running {
    let config = SimulatorConfig::new(vec![TENANT.to_owned()], APP, MARKER);
    Simulator::start(config).await.unwrap()
}

/// The settings with `credentials` in the variable, and no secret.
fn with(credentials: &Value) -> Vec<(&'static str, String)> {
    let mut settings = settings("hydrate");
    settings.retain(|(name, _)| *name != SECRET_VARIABLE);
    settings.push((VARIABLE, credentials.to_string()));
    settings
}

fn federated(microsoft: &Running, sts: &str) -> Vec<(&'static str, String)> {
    let mut settings = with(&json!({ "*": { "clientId": APP, "federated": true } }));
    settings.extend([
        ("TEAMWIRE_ENTRA_URL", microsoft.url.clone()),
        ("TEAMWIRE_GRAPH_URL", microsoft.url.clone()),
        ("AWS_ENDPOINT_URL_STS", sts.to_owned()),
    ]);
    settings
}

/// A change of a message that the simulator never heard of.
fn change() -> String {
    json!({
        "version": "reference.v1",
        "receivedAt": 1_763_715_600_123_u64,
        "body": {
            "tenantId": TENANT,
            "subscriptionId": "s",
            "changeType": "updated",
            "resource": "chats('19:a@thread.v2')/messages('1')",
        },
    })
    .to_string()
}

async fn get(url: String) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_role_that_entra_trusts_reads_without_a_secret() {
    let (microsoft, aws) = (microsoft().await, Aws::start().await);
    let mut runtime = RuntimeApi::start().await;
    let settings = federated(&microsoft, &format!("{}/sts", microsoft.url));
    let process = Process::start("hydrate", settings, &runtime.address, &aws.url);
    runtime
        .invoke(records(&[change(), change()]))
        .await
        .response();

    assert_eq!(aws.sent("events").len(), 1, "{:#?}", process.output());
    assert_eq!(aws.sent("hydrate").len(), 0, "nothing is deferred");
    assert_eq!(aws.asked("GetSecretValue"), 0);
    let stats = get(format!("{}/simulator/stats", microsoft.url)).await;
    assert_eq!(
        (&stats["tokenRequests"], &stats["resourceGets"]),
        (&json!(1), &json!(1))
    );
    process.terminate().await;
    let (_, log) = process.end().await;
    assert!(!log.contains("eyJ"), "a token is in the log: {log}");
}

#[tokio::test]
async fn microsoft_is_reached_over_https_by_a_root_that_is_trusted() {
    let mut config = SimulatorConfig::new(vec![TENANT.to_owned()], APP, MARKER);
    config.tls = true;
    let microsoft = Simulator::start(config).await.unwrap();
    let name = format!("teamwire-root-{}.pem", std::process::id());
    let root = std::env::temp_dir().join(name);
    std::fs::write(&root, microsoft.root_certificate.as_ref().unwrap()).unwrap();
    for (trusted, events) in [(true, 1), (false, 0)] {
        let (aws, mut runtime) = (Aws::start().await, RuntimeApi::start().await);
        let mut settings = federated(&microsoft, &format!("{}/sts", microsoft.url));
        if trusted {
            settings.push(("SSL_CERT_FILE", root.display().to_string()));
        }
        let process = Process::start("hydrate", settings, &runtime.address, &aws.url);
        runtime.invoke(records(&[change()])).await.response();
        let found = (aws.sent("events").len(), aws.sent("hydrate").len());
        assert_eq!(found, (events, 1 - events), "{:#?}", process.output());
        process.terminate().await;
        process.end().await;
    }
    std::fs::remove_file(root).unwrap();
}

#[tokio::test]
async fn a_role_that_entra_does_not_trust_waits_and_says_the_number() {
    let (microsoft, aws) = (microsoft().await, Aws::start().await);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let app = json!({ "clientId": APP, "secrets": ["x"] });
    let url = format!("{}/simulator/app", microsoft.url);
    let registered = client.post(url).json(&app).send().await.unwrap();
    assert_eq!(registered.status(), 204);

    let mut runtime = RuntimeApi::start().await;
    let settings = federated(&microsoft, &format!("{}/sts", microsoft.url));
    let process = Process::start("hydrate", settings, &runtime.address, &aws.url);
    runtime.invoke(records(&[change()])).await.response();
    assert_eq!(aws.sent("hydrate").len(), 1);
    process
        .line(|line| line.contains(r#""aadsts":700211"#))
        .await;
}

#[tokio::test]
async fn without_an_sts_that_vouches_the_change_waits() {
    let (microsoft, aws) = (microsoft().await, Aws::start().await);
    let mut runtime = RuntimeApi::start().await;
    let settings = federated(&microsoft, &nobody().await);
    let process = Process::start("hydrate", settings, &runtime.address, &aws.url);
    runtime.invoke(records(&[change()])).await.response();
    assert_eq!(aws.sent("hydrate").len(), 1);
    process
        .line(|line| line.contains("STS gives no token") && line.contains("unreachable"))
        .await;
}

#[tokio::test]
async fn a_secret_in_the_plain_variable_ends_the_start_and_is_not_shown() {
    for entry in [
        json!({ "clientId": APP, "clientSecret": MARKER }),
        json!({ "clientId": APP, "privateKey": MARKER, "certificate": MARKER }),
    ] {
        let settings = with(&json!({ "*": entry }));
        let process = Process::start("hydrate", settings, "127.0.0.1:9", &nobody().await);
        let (status, log) = process.end().await;
        assert!(!status.success());
        assert!(
            log.contains(VARIABLE) && log.contains("must be in a secret"),
            "{log}"
        );
        assert!(!log.contains(MARKER), "{log}");
    }
}

#[tokio::test]
async fn a_secret_and_the_variable_together_end_the_start() {
    let mut settings = with(&json!({ "*": { "clientId": APP, "federated": true } }));
    settings.push((SECRET_VARIABLE, format!("{MARKER}-credentials")));
    let process = Process::start("hydrate", settings, "127.0.0.1:9", &nobody().await);
    let (status, log) = process.end().await;
    assert!(!status.success());
    assert!(log.contains("must not be set beside"), "{log}");
}
