//! HTTPS, and what a login library asks before it logs in.

use crate::api::{APP, SECRET, TENANTS};
use serde_json::Value;
use teamwire_simulator::{Simulator, SimulatorConfig};

#[tokio::test]
async fn https_is_served_to_who_trusts_the_certificate_of_this_run() {
    let mut config = SimulatorConfig::new(vec![TENANTS[0].to_owned()], APP, SECRET);
    config.tls = true;
    let running = Simulator::start(config).await.unwrap();
    assert!(running.url.starts_with("https://localhost:"));
    let root = running.root_certificate.as_deref().unwrap();
    let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
    let trusting = reqwest::Client::builder().no_proxy();
    let trusting = trusting.tls_certs_only([root]).build().unwrap();
    let get = async |path: &str| {
        let answer = trusting.get(format!("{}{path}", running.url));
        answer.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let tenant = TENANTS[0];
    let document = get(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await;
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let url = document[endpoint].as_str().unwrap();
        assert!(url.starts_with(&running.url), "{endpoint} {url}");
    }
    let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
    assert_eq!(document["issuer"], issuer);
    let asked = document["authorization_endpoint"].as_str().unwrap();
    let query = format!("api-version=1.1&authorization_endpoint={asked}");
    let discovered = get(&format!("/common/discovery/instance?{query}")).await;
    let found = discovered["tenant_discovery_endpoint"].as_str().unwrap();
    let expected = format!(
        "{}/{tenant}/v2.0/.well-known/openid-configuration",
        running.url
    );
    assert_eq!(found, expected);

    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(&running.url).send().await.is_err());
    // Who speaks no TLS is not served, and holds nobody up.
    let port = running.url.rsplit(':').next().unwrap();
    let _idle = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    let plain = format!("http://127.0.0.1:{port}/");
    assert!(stranger.get(plain).send().await.is_err());
    get(&format!("/{tenant}/discovery/v2.0/keys")).await;
    running.stop().await;
}
