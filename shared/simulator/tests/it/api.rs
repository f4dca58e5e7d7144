//! A subscriber: gets a token, subscribes, asks.

use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::Duration;
use teamwire_simulator::{Running, Simulator, SimulatorConfig};

pub(crate) const TENANTS: [&str; 2] = [
    "9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
    "2432b57b-0abd-43db-aa7b-16eadd115d34",
];
pub(crate) const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";
pub(crate) const SECRET: &str = "secret";
pub(crate) const STATE: &str = "a-client-state";
/// With it data is what the ledger has.
const PREFER: &str = "include-unknown-enum-members";

pub(crate) struct Api {
    pub(crate) running: Running,
    http: reqwest::Client,
    tokens: Vec<String>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A simulator that does not make tests wait: short pauses, short patience.
    pub(crate) async fn start_with(change: impl FnOnce(&mut SimulatorConfig)) -> Self {
        let tenants = TENANTS.iter().map(|id| (*id).to_owned()).collect();
        let mut config = SimulatorConfig::new(tenants, APP, SECRET);
        config.patience.first_pause = Duration::from_millis(5);
        change(&mut config);
        let running = Simulator::start(config).await.unwrap();
        let mut api = Self {
            running,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            tokens: Vec::new(),
        };
        for tenant in TENANTS {
            let (status, body) = api.token(tenant, APP, SECRET).await;
            assert_eq!(status, 200);
            let token = body["access_token"].as_str().unwrap().to_owned();
            api.tokens.push(token);
        }
        // A test that reads what was announced is not about who reads it when.
        let settings = json!({ "lateReads": 0.0, "editedSince": 0.0 });
        assert_eq!(api.post("/simulator/settings", &settings).await.0, 200);
        api
    }

    /// Asks for a token: status and body.
    pub(crate) async fn token(&self, tenant: &str, app: &str, secret: &str) -> (u16, Value) {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.running.url);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", app),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let answer = self.http.post(url).form(&form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Calls as the app in one of the tenants; a URL or a path, and `null` for no body.
    pub(crate) async fn call(
        &self,
        tenant: usize,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let (status, _, body) = self
            .call_with(&self.tokens[tenant], method, path, body)
            .await;
        (status, body)
    }

    /// Calls with any token: status, `Retry-After`, body.
    pub(crate) async fn call_with(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Option<String>, Value) {
        let url = match path.starts_with("http") {
            true => path.to_owned(),
            false => format!("{}{path}", self.running.url),
        };
        let mut request = self.http.request(method, url).bearer_auth(token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.header("prefer", PREFER).send().await.unwrap();
        let status = answer.status().as_u16();
        let retry_after = answer
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().unwrap().to_owned());
        let body = answer.bytes().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (status, retry_after, body)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(0, Method::GET, path, &Value::Null).await
    }

    /// A GET in the first tenant with these headers alone: status, headers, body.
    pub(crate) async fn get_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (u16, HeaderMap, Value) {
        let mut request = self.http.get(format!("{}{path}", self.running.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.bearer_auth(&self.tokens[0]).send().await.unwrap();
        let (status, head) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (status, head, body)
    }

    /// The answer that is no JSON: status, `Content-Type`, body.
    pub(crate) async fn bytes(&self, path: &str, accept: &str) -> (u16, String, Vec<u8>) {
        let request = self.http.get(format!("{}{path}", self.running.url));
        let request = request.header("accept", accept);
        let answer = request.bearer_auth(&self.tokens[0]).send().await.unwrap();
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let status = answer.status().as_u16();
        (status, kind, answer.bytes().await.unwrap().to_vec())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(0, Method::POST, path, body).await
    }

    /// Subscribes to everything that happens to a resource; its id.
    pub(crate) async fn subscribe(
        &self,
        tenant: usize,
        endpoint: &Endpoint,
        resource: &str,
        certificate: Option<&Certificate>,
    ) -> String {
        self.bring_about(tenant, resource).await;
        let request = request(endpoint, resource, certificate);
        // Which takes everything.
        let (status, body) = self
            .call(tenant, Method::POST, "/beta/subscriptions", &request)
            .await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// Lets everything that a path names be there.
    pub(crate) async fn bring_about(&self, tenant: usize, resource: &str) {
        let there = json!({ "tenant": TENANTS[tenant], "resources": [resource] });
        let (status, body) = self.post("/simulator/world", &there).await;
        assert_eq!(status, 204, "{resource}: {body}");
    }

    /// Announces and waits for the end; the ledger.
    pub(crate) async fn announce(&self, announcement: &Value) -> Value {
        let (status, body) = self.post("/simulator/announce", announcement).await;
        assert_eq!(status, 202, "{body}");
        self.finished(body["job"].as_str().unwrap()).await
    }

    /// Lets simulated time pass; what the clock says then.
    pub(crate) async fn advance(&self, seconds: u32) -> Value {
        let advance = json!({ "advanceSeconds": seconds });
        let (status, body) = self.post("/simulator/clock", &advance).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Simulated time.
    pub(crate) async fn now(&self) -> Timestamp {
        let (_, body) = self.get("/simulator/clock").await;
        body["now"].as_str().unwrap().parse().unwrap()
    }

    /// The `Date` of an answer.
    pub(crate) async fn date(&self, path: &str) -> Timestamp {
        let request = self.http.get(format!("{}{path}", self.running.url));
        let answer = request.bearer_auth(&self.tokens[0]).send().await.unwrap();
        let date = answer.headers()["date"].to_str().unwrap();
        DateTimeParser::new().parse_timestamp(date).unwrap()
    }

    /// Something goes wrong.
    pub(crate) async fn fault(&self, fault: Value) {
        let (status, body) = self.post("/simulator/faults", &fault).await;
        assert!([202, 204].contains(&status), "{status} {body}");
    }

    /// Something happens in the first tenant.
    pub(crate) async fn happen(&self, mut happen: Value) -> Value {
        happen["tenant"] = TENANTS[0].into();
        let (status, body) = self.post("/simulator/happen", &happen).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Subscribes in the first tenant, for so many seconds of simulated time.
    pub(crate) async fn subscribe_for(
        &self,
        endpoint: &Endpoint,
        resource: &str,
        seconds: u32,
    ) -> String {
        self.bring_about(0, resource).await;
        let end = self.now().await + SignedDuration::from_secs(seconds.into());
        let mut request = request(endpoint, resource, None);
        request["expirationDateTime"] = end.to_string().into();
        let (status, body) = self.post("/v1.0/subscriptions", &request).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// The ledger of a job at its end.
    pub(crate) async fn finished(&self, job: &str) -> Value {
        loop {
            let (_, ledger) = self.get(&format!("/simulator/jobs/{job}")).await;
            if ledger["done"] == true {
                return ledger;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A request to subscribe that is within the rules.
pub(crate) fn request(
    endpoint: &Endpoint,
    resource: &str,
    certificate: Option<&Certificate>,
) -> Value {
    let mut request = json!({
        "changeType": "created,updated,deleted",
        "notificationUrl": endpoint.url,
        "lifecycleNotificationUrl": endpoint.url,
        "resource": resource,
        "expirationDateTime": (Timestamp::now() + SignedDuration::from_hours(2)).to_string(),
        "clientState": STATE,
    });
    if let Some(certificate) = certificate {
        request["includeResourceData"] = true.into();
        request["encryptionCertificate"] = certificate.base64().into();
        request["encryptionCertificateId"] = "certificate-1".into();
    }
    request
}
