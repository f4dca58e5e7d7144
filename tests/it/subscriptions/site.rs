//! A simulated Graph and Entra, an endpoint that passes the handshake, and a manager between them.

use crate::fakes::{FakeClaims, FakeQueue};
use axum::Router;
use axum::extract::Query;
use axum::response::IntoResponse;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime};
use teamwire_graph::subscriptions::CREATE_TIMEOUT;
use teamwire_graph::{
    AccessTokens, AppCredentials, CertificateSet, ClientStates, EnvelopeCertificate,
    ServiceEndpoints, SubscriptionsApi, endpoints, http,
};
use teamwire_payload::{TenantId, cloud::MicrosoftCloud};
use teamwire_simulator::{Running, Simulator, SimulatorConfig};
use teamwire_subscriptions::{
    ClientState, ClientStateMint, ClientStateSource, Invocation, StatesFault, SubscriptionManager,
    SubscriptionUrls, SubscriptionsFault,
};
use teamwire_transport::ClaimStore;

pub(super) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
pub(super) const OTHER_TENANT: &str = "2432b57b-0abd-43db-aa7b-16eadd115d34";
pub(super) const APP: &str = "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0";
const STATES: &str = r#"{"keys":{"k1":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}}"#;

pub(super) static FIRST: LazyLock<EnvelopeCertificate> = LazyLock::new(certificate);
pub(super) static SECOND: LazyLock<EnvelopeCertificate> = LazyLock::new(certificate);

fn certificate() -> EnvelopeCertificate {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    EnvelopeCertificate::from_der(certificate.der()).unwrap()
}

/// True for one that ingest would accept for the tenant.
pub(super) fn is_client_state(state: &str) -> bool {
    let states = ClientStates::parse(STATES).unwrap();
    states.accepts(state, &TENANT.parse().unwrap())
}

pub(super) struct Minter(Mutex<u8>);

impl ClientStateMint for Minter {
    async fn client_state(&self, tenant: &TenantId) -> Result<ClientState, SubscriptionsFault> {
        let mut last = self.0.lock().unwrap();
        *last = last.wrapping_add(1);
        let states = ClientStates::parse(STATES).unwrap();
        states
            .for_new(tenant, [*last; 16])
            .ok_or(SubscriptionsFault::NoClientState)
    }

    async fn states(&self) -> Result<ClientStateSource, StatesFault> {
        let states = ClientStates::parse(STATES).unwrap();
        Ok(ClientStateSource {
            key_ids: states.key_ids().map(str::to_owned).collect(),
            values: states.static_values(),
        })
    }
}

pub(super) fn mint() -> Minter {
    Minter(Mutex::default())
}

/// Entra and Graph in one place.
pub(super) fn endpoints_of(url: &str) -> ServiceEndpoints {
    let root = || Some(endpoints::root(url).unwrap());
    ServiceEndpoints::new(MicrosoftCloud::Global, root(), root())
}

pub(super) type TestManager = SubscriptionManager<AccessTokens, FakeQueue, FakeClaims, Minter>;

pub(super) struct Site {
    running: Running,
    pub(super) urls: SubscriptionUrls,
    pub(super) store: FakeClaims,
    pub(super) backfill: FakeQueue,
    http: reqwest::Client,
    secret: &'static str,
    deaf: Arc<AtomicBool>,
}

impl Site {
    pub(super) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A site with a certificate, and nothing wanted.
    pub(super) async fn start_with(change: impl FnOnce(&mut SimulatorConfig)) -> Self {
        let tenants = vec![TENANT.to_owned(), OTHER_TENANT.to_owned()];
        let mut config = SimulatorConfig::new(tenants, APP, "secret");
        change(&mut config);
        let deaf = Arc::<AtomicBool>::default();
        let endpoint = endpoint(Arc::clone(&deaf)).await;
        let site = Self {
            running: Simulator::start(config).await.unwrap(),
            urls: SubscriptionUrls {
                notification: format!("{endpoint}/notifications"),
                lifecycle: format!("{endpoint}/lifecycle"),
            },
            store: FakeClaims::default(),
            backfill: FakeQueue::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            secret: "secret",
            deaf,
        };
        let certificates = CertificateSet::of("first", FIRST.clone()).unwrap();
        site.put("certificates.json", &certificates.to_json()).await;
        site
    }

    /// The same site, with credentials that Entra does not know.
    pub(super) fn with_a_wrong_secret(mut self) -> Self {
        self.secret = "not-the-one";
        self
    }

    /// The same site, with an empty bucket.
    pub(super) fn without_a_certificate(mut self) -> Self {
        self.store = FakeClaims::default();
        self
    }

    /// The same site, of whose bucket can't be reached what begins so.
    pub(super) fn without(mut self, prefix: &'static str) -> Self {
        self.store = self.store.without(prefix);
        self
    }

    pub(super) fn with_backfill(mut self, backfill: FakeQueue) -> Self {
        self.backfill = backfill;
        self
    }

    /// From now on our endpoints fail the handshake, so that Graph makes no subscription.
    pub(super) fn fail_the_handshake(&self) {
        self.deaf.store(true, Ordering::SeqCst);
    }

    pub(super) async fn put(&self, key: &str, text: &str) {
        self.store.put(key, text.to_owned()).await.unwrap();
    }

    /// The tenant's subscriptions in the file, each by its lines, and what they name at Graph.
    pub(super) async fn want(&self, subscriptions: &[&str]) {
        for lines in subscriptions {
            let resource = lines.split_once("resource = \"").map(|(_, rest)| rest);
            let resource = resource.and_then(|rest| rest.split('"').next());
            let url = format!("{}/simulator/world", self.running.url);
            let there = json!({ "tenant": TENANT, "resources": [resource.unwrap_or_default()] });
            // What names nothing is refused, and is for the product to refuse too.
            self.http.post(url).json(&there).send().await.unwrap();
        }
        self.put("subscriptions.toml", &desired(subscriptions))
            .await;
    }

    /// The URL of Graph and Entra.
    pub(super) fn url(&self) -> &str {
        &self.running.url
    }

    /// A process of its own.
    pub(super) fn manager(&self) -> Arc<TestManager> {
        self.manager_towards(self.url())
    }

    /// A process of its own, with another Graph and Entra.
    pub(super) fn manager_towards(&self, url: &str) -> Arc<TestManager> {
        let endpoints = endpoints_of(url);
        let http = http::client(CREATE_TIMEOUT).unwrap();
        let credentials = json!({"*": {"clientId": APP, "clientSecret": self.secret}}).to_string();
        let credentials = AppCredentials::parse(&credentials).unwrap();
        let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
        Arc::new(SubscriptionManager::new(
            SubscriptionsApi::new(http, &endpoints, tokens),
            self.backfill.clone(),
            self.store.clone(),
            mint(),
            self.urls.clone(),
        ))
    }

    /// The answer to an order by a process that has time enough.
    pub(super) async fn order(&self, order: Value) -> Value {
        self.manager().handle(order, within(60)).await
    }

    pub(super) async fn reconcile(&self) -> Value {
        self.order(json!({"action": "reconcile"})).await
    }

    /// Sends a command to the simulator.
    pub(super) async fn control(&self, what: &str, body: Value) -> Value {
        let url = format!("{}/simulator/{what}", self.running.url);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{what}: {body}");
        let text = answer.bytes().await.unwrap();
        serde_json::from_slice(&text).unwrap_or(Value::Null)
    }

    pub(super) async fn fault(&self, body: Value) {
        self.control("faults", body).await;
    }

    pub(super) async fn pass(&self, hours: u32) {
        let seconds = hours * 3600;
        self.control("clock", json!({"advanceSeconds": seconds}))
            .await;
    }

    pub(super) async fn stats(&self) -> Value {
        self.look("stats").await
    }

    /// Reads from the simulator.
    pub(super) async fn look(&self, at: &str) -> Value {
        let url = format!("{}/simulator/{at}", self.running.url);
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The number of calls of an operation, by everyone.
    pub(super) async fn calls(&self, operation: &str) -> u64 {
        let stats = self.stats().await;
        let of = |calls: &Value| calls["operations"][operation]["count"].as_u64();
        let all = stats["calls"].as_array().unwrap().iter();
        let mut all = all.filter(|calls| calls["tenantId"].is_null());
        all.next().and_then(of).unwrap_or(0)
    }

    /// A call of Graph by somebody else with our app, in the tenant.
    pub(super) async fn graph(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let url = format!("{}/{TENANT}/oauth2/v2.0/token", self.running.url);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", APP),
            ("client_secret", "secret"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let token = self.http.post(url).form(&form).send().await.unwrap();
        let token: Value = token.json().await.unwrap();
        let url = format!("{}/v1.0/subscriptions{path}", self.running.url);
        let mut request = self
            .http
            .request(method, url)
            .bearer_auth(token["access_token"].as_str().unwrap());
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&text).unwrap_or(Value::Null))
    }

    /// Every subscription there is in the tenant.
    pub(super) async fn subscriptions(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut path = String::new();
        loop {
            let (status, page) = self.graph(reqwest::Method::GET, &path, &Value::Null).await;
            assert_eq!(status, 200, "{page}");
            all.extend(page["value"].as_array().unwrap().clone());
            match page["@odata.nextLink"].as_str() {
                None => return all,
                Some(next) => path = next.split("/subscriptions").nth(1).unwrap().to_owned(),
            }
        }
    }

    /// The one subscription there is.
    pub(super) async fn the_subscription(&self) -> Value {
        let all = self.subscriptions().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    /// A subscription made elsewhere; its id.
    pub(super) async fn made_elsewhere(&self, change: impl FnOnce(&mut Value)) -> String {
        let end = SystemTime::now() + Duration::from_secs(40 * 60);
        let end = end.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let mut body = json!({
            "changeType": "created,updated",
            "notificationUrl": format!("{}/elsewhere", self.urls.notification),
            "resource": "chats",
            "expirationDateTime": rfc3339(end.as_secs()),
        });
        change(&mut body);
        let (status, made) = self.graph(reqwest::Method::POST, "", &body).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// The bodies of the gaps that were sent.
    pub(super) fn gaps(&self) -> Vec<Value> {
        let messages = self.backfill.bodies();
        messages.iter().map(|one| one["body"].clone()).collect()
    }
}

/// A file that wants these in the tenant.
pub(super) fn desired(subscriptions: &[&str]) -> String {
    let tables = subscriptions
        .iter()
        .map(|lines| format!("[[tenants.subscriptions]]\n{lines}\n"));
    let tables: String = tables.collect();
    format!("[[tenants]]\nid = \"{TENANT}\"\n{tables}")
}

/// Seconds in which Graph announces a change of a chat: a gap begins so long before the subscription's
/// end.
pub(super) const ANNOUNCED_WITHIN: i64 = 3600;

/// As many subscriptions to chats.
pub(super) fn chats(count: usize) -> Vec<String> {
    (0..count)
        .map(|chat| format!("resource = \"chats/19:{chat}@thread.v2/messages\""))
        .collect()
}

pub(super) fn within(seconds: u64) -> Invocation {
    Invocation {
        deadline: Instant::now() + Duration::from_secs(seconds),
        now: SystemTime::now().try_into().unwrap(),
        shuffle_seed: 7,
    }
}

/// The actions of the tenant in a report, each with its outcome.
pub(super) fn actions(report: &Value) -> Vec<String> {
    let changes = report["tenants"][0]["changes"].as_array();
    let mut actions: Vec<_> = changes
        .unwrap_or_else(|| panic!("{report}"))
        .iter()
        .map(|change| {
            let outcome = change["outcome"].as_str().unwrap_or_default();
            format!("{} {outcome}", change["action"].as_str().unwrap())
                .trim()
                .to_owned()
        })
        .collect();
    actions.sort_unstable();
    actions
}

/// The reasons of the faults in a report.
pub(super) fn reasons(report: &Value) -> Vec<&str> {
    let faults = report["faults"].as_array();
    let faults = faults.unwrap_or_else(|| panic!("{report}")).iter();
    faults
        .map(|fault| fault["reason"].as_str().unwrap())
        .collect()
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name}: {value}"))
}

/// Seconds from one time to another, both RFC 3339.
pub(super) fn seconds(from: &str, to: &str) -> i64 {
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    at(to) - at(from)
}

fn rfc3339(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap();
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

/// Echoes every token, unless it is deaf.
async fn endpoint(deaf: Arc<AtomicBool>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let echo = move |Query(query): Query<HashMap<String, String>>| async move {
        match query.get("validationToken") {
            Some(token) if !deaf.load(Ordering::SeqCst) => token.clone().into_response(),
            _ => axum::http::StatusCode::ACCEPTED.into_response(),
        }
    };
    let router = Router::new().fallback(echo);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}
