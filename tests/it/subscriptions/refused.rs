//! Subscriptions that Graph refuses for good: they delay nothing else, and are asked for ever more
//! rarely.

use super::site::{Site, actions, reasons, within};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use teamwire_subscriptions::Invocation;

/// The one whose creation is refused.
const REFUSED: &str = "chats/19:refused@thread.v2/messages";

/// Stands before the simulated Graph and refuses creations to one resource, as told.
struct Choosy {
    site: Site,
    url: String,
    refusal: Arc<Mutex<Option<(u16, Value)>>>,
    asked: Arc<Mutex<usize>>,
    /// Ids of those that can't be renewed.
    stuck: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Behind {
    graph: String,
    http: reqwest::Client,
    refusal: Arc<Mutex<Option<(u16, Value)>>>,
    asked: Arc<Mutex<usize>>,
    /// Ids of those that can't be renewed.
    stuck: Arc<Mutex<Vec<String>>>,
}

async fn pass_on(
    State(behind): State<Behind>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let wanted: Value = serde_json::from_slice(&body).unwrap_or_default();
    if method == Method::POST && wanted["resource"] == REFUSED {
        *behind.asked.lock().unwrap() += 1;
        if let Some((status, body)) = behind.refusal.lock().unwrap().clone() {
            let status = StatusCode::from_u16(status).unwrap();
            return (status, axum::Json(body)).into_response();
        }
    }
    let id = uri.path().rsplit('/').next().unwrap_or_default();
    let is_stuck = behind.stuck.lock().unwrap().iter().any(|stuck| stuck == id);
    if method == Method::PATCH && is_stuck {
        let (status, body) = error(403, "Forbidden", "The app is not in this chat.");
        return (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
    }
    let request = behind
        .http
        .request(method, format!("{}{uri}", behind.graph));
    let answer = request.headers(headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap()).into_response()
}

fn error(status: u16, code: &str, message: &str) -> (u16, Value) {
    (status, json!({"error": {"code": code, "message": message}}))
}

impl Choosy {
    async fn start(refusal: (u16, Value)) -> Self {
        let site = Site::start().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let behind = Behind {
            graph: site.url().to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            refusal: Arc::new(Mutex::new(Some(refusal))),
            asked: Arc::default(),
            stuck: Arc::default(),
        };
        let (refusal, asked) = (Arc::clone(&behind.refusal), Arc::clone(&behind.asked));
        let stuck = Arc::clone(&behind.stuck);
        let router = Router::new().fallback(pass_on).with_state(behind);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            site,
            url,
            refusal,
            asked,
            stuck,
        }
    }

    async fn order(&self, action: &str) -> Value {
        let manager = self.site.manager_towards(&self.url);
        manager.handle(json!({"action": action}), within(60)).await
    }

    /// The number of requests for the refused one since the last time.
    fn asked(&self) -> usize {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    async fn want(&self, others: usize) {
        self.want_with(others, &[]).await;
    }

    async fn want_with(&self, others: usize, more: &[&str]) {
        let mut wanted = super::site::chats(others);
        wanted.push(format!("resource = \"{REFUSED}\""));
        let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        wanted.extend(more);
        self.site.want(&wanted).await;
    }
}

#[tokio::test]
async fn those_that_are_never_renewed_let_no_other_end() {
    let choosy = Choosy::start(error(404, "NotFound", "none here")).await;
    // All made in one run, so that they end at one time.
    choosy.want(16).await;
    choosy.order("reconcile").await;
    let made = choosy.site.subscriptions().await;
    let (stuck, healthy) = made.split_at(8);
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    *choosy.stuck.lock().unwrap() = stuck.iter().map(id).collect();
    choosy.site.pass(40).await;
    let manager = choosy.site.manager_towards(&choosy.url);
    for shuffle_seed in 0..40 {
        let run = Invocation {
            shuffle_seed,
            ..within(60)
        };
        manager.handle(json!({"action": "reconcile"}), run).await;
    }
    let ends = |of: &[Value]| -> BTreeMap<String, Value> {
        let end = |one: &Value| (id(one), one["expirationDateTime"].clone());
        of.iter().map(end).collect()
    };
    let now = ends(&choosy.site.subscriptions().await);
    for (id, before) in ends(healthy) {
        assert_ne!(now[&id], before, "{id}");
    }
    for (id, before) in ends(stuck) {
        assert_eq!(now[&id], before, "{id}");
    }
}

/// Refusals that speak for the one alone, each with its reason.
fn of_one() -> Vec<((u16, Value), &'static str, &'static str)> {
    let extension = |inner: &str| format!("Operation: Create; Exception: [{inner}]");
    let forbidden = extension("Status Code: Forbidden; Reason: not this chat");
    let missing = extension("Status Code: NotFound; Reason: no such chat");
    let unknown = extension("Specified method is not supported.");
    vec![
        (error(400, "BadRequest", "not so"), "refused", "not so"),
        (error(404, "NotFound", "none here"), "refused", "none here"),
        (
            error(400, "ExtensionError", &missing),
            "refused",
            "no such chat",
        ),
        (
            error(500, "ExtensionError", &unknown),
            "refused",
            "Specified method",
        ),
        (
            error(400, "ExtensionError", &forbidden),
            "no-consent",
            "not this chat",
        ),
        (
            error(403, "Forbidden", FULL_CHAT),
            "quota",
            "to this resource",
        ),
        (
            error(403, "Forbidden", "Access is limited to the chat's members."),
            "no-consent",
            "limited",
        ),
        (
            error(503, "ServiceUnavailable", "on backend"),
            "graph-unavailable",
            "on backend",
        ),
    ]
}

/// The words of Graph about a chat that has the subscriptions it may have.
const FULL_CHAT: &str =
    "The application has reached its limit of 1 subscriptions to this resource.";

#[tokio::test]
async fn one_that_is_refused_holds_up_no_creation_of_another() {
    for (refusal, reason, words) in of_one() {
        let choosy = Choosy::start(refusal).await;
        choosy.want(12).await;
        let report = choosy.order("reconcile").await;
        assert_eq!(report["tenants"][0]["live"], 12, "{report}");
        assert_eq!(reasons(&report), [reason]);
        let told = report["faults"][0]["message"].as_str().unwrap();
        assert!(told.contains(words), "{told}");
        let asks = if reason == "graph-unavailable" { 4 } else { 1 };
        assert_eq!(choosy.asked(), asks, "{words}");
    }
}

#[tokio::test]
async fn one_that_is_refused_holds_up_no_recreation_of_another() {
    let of_one = of_one().into_iter();
    // Without consent is taken for the row, as an outage is.
    for (refusal, reason, _) in of_one.filter(|of| matches!(of.1, "refused" | "quota")) {
        let mut choosy = Choosy::start(refusal).await;
        choosy.want(6).await;
        choosy.order("reconcile").await;
        // It can't be changed, so that each has to be removed and made again.
        choosy.site.urls.lifecycle = format!("{}/elsewhere", choosy.site.urls.lifecycle);
        let report = choosy.order("apply").await;
        let mut expected = vec!["recreate done"; 6];
        let create = format!("create {reason}");
        expected.insert(0, &create);
        assert_eq!(actions(&report), expected, "{report}");
    }
}

#[tokio::test]
async fn a_creation_that_always_meets_an_outage_holds_up_its_row_for_some_runs_and_no_other_row() {
    let mut choosy = Choosy::start(error(503, "ServiceUnavailable", "on backend")).await;
    choosy.want_with(2, &["resource = \"teams\""]).await;
    choosy.order("reconcile").await;
    choosy.site.urls.lifecycle = format!("{}/elsewhere", choosy.site.urls.lifecycle);
    let report = choosy.order("reconcile").await;
    let expected = [
        "create graph-unavailable",
        "recreate done",
        "recreate not-tried",
        "recreate not-tried",
    ];
    assert_eq!(actions(&report), expected, "{report}");
    choosy.order("reconcile").await;
    choosy.asked();
    let report = choosy.order("reconcile").await;
    let expected = ["create graph-unavailable", "recreate done", "recreate done"];
    assert_eq!(choosy.asked(), 0, "three runs met the same");
    assert_eq!(actions(&report), expected, "{report}");
    choosy.site.pass(1).await;
    choosy.order("reconcile").await;
    assert_eq!(choosy.asked(), 4, "an hour later it is asked for again");
}

#[tokio::test]
async fn a_chat_that_is_full_is_asked_for_ever_more_seldom() {
    let choosy = Choosy::start(error(403, "Forbidden", FULL_CHAT)).await;
    choosy.want(1).await;
    for (hours, asks) in [(0, 1), (0, 0), (1, 1), (0, 0)] {
        choosy.site.pass(hours).await;
        let report = choosy.order("reconcile").await;
        assert_eq!((choosy.asked(), reasons(&report)), (asks, vec!["quota"]));
    }
}

#[tokio::test]
async fn one_that_is_lost_in_its_recreation_does_not_stop_the_others() {
    let mut choosy = Choosy::start(error(400, "BadRequest", "no more")).await;
    let refusal = choosy.refusal.lock().unwrap().take();
    choosy.want(6).await;
    let report = choosy.order("reconcile").await;
    assert_eq!(report["tenants"][0]["live"], 7);
    *choosy.refusal.lock().unwrap() = refusal;
    choosy.site.urls.lifecycle = format!("{}/elsewhere", choosy.site.urls.lifecycle);
    let report = choosy.order("reconcile").await;
    let mut expected = vec!["recreate done"; 6];
    expected.push("recreate refused");
    assert_eq!(actions(&report), expected, "{report}");
}

#[tokio::test]
async fn what_is_refused_for_good_is_asked_for_ever_more_seldom() {
    let choosy = Choosy::start(error(400, "BadRequest", "never")).await;
    choosy.want(1).await;
    // Hours that pass before a run, and how often it asks.
    for (hours, asks) in [
        (0, 1),
        (0, 0),
        (1, 1),
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
        (20, 1),
    ] {
        choosy.site.pass(hours).await;
        let report = choosy.order("reconcile").await;
        assert_eq!(choosy.asked(), asks, "after {hours} h");
        let checked = choosy.order("check").await;
        let mut wanted = checked["tenants"][0]["wanted"].as_array().unwrap().iter();
        let why = wanted.find(|one| one["resource"] == REFUSED).unwrap()["why"].clone();
        assert!(why.as_str().unwrap().contains("never"), "{why}");
        assert_eq!(reasons(&report), ["refused"], "it is reported all the same");
        let told = report["faults"][0]["message"].as_str().unwrap();
        assert!(told.contains("never"), "{told}");
    }
    assert_eq!(choosy.order("apply").await["tenants"][0]["live"], 1);
    assert_eq!(choosy.asked(), 1, "a person asked");
    choosy.order("reconcile").await;
    assert_eq!(choosy.asked(), 0);
    choosy.want(2).await;
    choosy.order("reconcile").await;
    assert_eq!(choosy.asked(), 1, "the file has changed");
    *choosy.refusal.lock().unwrap() = None;
    let report = choosy.order("apply").await;
    assert_eq!(report["tenants"][0]["live"], 3, "{report}");
    assert_eq!(report["faults"], json!([]));
}

#[tokio::test]
async fn a_service_that_has_no_such_method_is_asked_once_and_one_that_fails_again() {
    for (message, asks) in [
        (
            "Operation: Create; Exception: [Specified method is not supported.]",
            1,
        ),
        (
            "Operation: Create; Exception: [Status Code: NotImplemented; Reason: ]",
            1,
        ),
        (
            "Operation: Create; Exception: [Status Code: ServiceUnavailable; Reason: ]",
            4,
        ),
    ] {
        let choosy = Choosy::start(error(500, "ExtensionError", message)).await;
        choosy.want(0).await;
        let manager = choosy.site.manager_towards(&choosy.url);
        let run = manager.handle(json!({"action": "reconcile"}), within(60));
        let report = tokio::time::timeout(Duration::from_secs(60), run)
            .await
            .unwrap();
        assert_eq!(choosy.asked(), asks, "{message}");
        let told = report["faults"][0]["message"].as_str().unwrap();
        assert!(told.contains(message), "Graph's words are told: {told}");
    }
}
