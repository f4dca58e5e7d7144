//! The signing keys: their source, the number of requests for them, and those served while Entra is
//! unavailable.

use super::mint::{ENTRA, KID};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;
use teamwire_graph::signing_keys::{KeyLookup, LookupFault, SigningKeys};
use teamwire_graph::{ServiceEndpoints, endpoints, http};
use teamwire_payload::cloud::MicrosoftCloud;

/// An answer of the stand-in for Entra.
#[derive(Clone)]
enum Answer {
    Keys(String),
    Status(StatusCode),
    RedirectTo(String),
}

/// Entra's key endpoints on this machine.
#[derive(Clone)]
struct Entra {
    answer: Arc<Mutex<Answer>>,
    asked: Arc<Mutex<Vec<String>>>,
    root: String,
}

impl Entra {
    async fn start(answer: Answer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(answer));
        let entra = Self {
            answer,
            asked: Arc::default(),
            root,
        };
        let app = Router::new().fallback(respond).with_state(entra.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        entra
    }

    fn keys(&self) -> SigningKeys {
        let root = endpoints::root(&self.root).unwrap();
        let client = http::client(Duration::from_secs(5)).unwrap();
        SigningKeys::new(
            client,
            &ServiceEndpoints::new(MicrosoftCloud::Global, Some(root), None),
        )
    }

    fn now_answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }
}

async fn respond(State(entra): State<Entra>, uri: Uri) -> Response {
    entra.asked.lock().unwrap().push(uri.path().to_owned());
    let answer = entra.answer.lock().unwrap().clone();
    match answer {
        Answer::Keys(text) => text.into_response(),
        Answer::Status(status) => (status, "{}").into_response(),
        Answer::RedirectTo(to) => (StatusCode::FOUND, [(header::LOCATION, to)], "").into_response(),
    }
}

fn set_of(kid: &str) -> Answer {
    Answer::Keys(json!({ "keys": [ENTRA.jwk(kid)] }).to_string())
}

const BOTH: [&str; 2] = ["/common/discovery/keys", "/common/discovery/v2.0/keys"];

#[tokio::test]
async fn both_sets_are_asked_for_at_the_first_lookup_and_then_kept() {
    let entra = Entra::start(set_of(KID)).await;
    let keys = entra.keys();
    assert!(entra.asked().is_empty(), "nothing is asked for in advance");
    for _ in 0..20 {
        assert!(keys.key(KID).await.is_ok());
    }
    assert_eq!(entra.asked(), BOTH);
}

#[tokio::test]
async fn lookups_at_one_time_share_one_request() {
    let entra = Entra::start(set_of(KID)).await;
    let keys = Arc::new(entra.keys());
    let lookups: Vec<_> = (0..50)
        .map(|_| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.key(KID).await.is_ok() })
        })
        .collect();
    for lookup in lookups {
        assert!(lookup.await.unwrap());
    }
    assert_eq!(entra.asked(), BOTH);
}

#[tokio::test]
async fn unknown_key_ids_do_not_make_us_ask_again_and_again() {
    let entra = Entra::start(set_of(KID)).await;
    let keys = entra.keys();
    for n in 0..50 {
        let unknown = keys.key(&format!("unknown-{n}")).await;
        // The first made us ask; about the others nothing can be said for a while.
        let fault = if n == 0 {
            LookupFault::Unknown
        } else {
            LookupFault::Unavailable
        };
        assert_eq!(unknown.unwrap_err(), fault);
    }
    assert!(keys.key(KID).await.is_ok());
    assert_eq!(entra.asked(), BOTH);
}

#[tokio::test]
async fn a_failure_is_remembered() {
    let entra = Entra::start(Answer::Status(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let keys = entra.keys();
    for _ in 0..20 {
        assert_eq!(keys.key(KID).await.unwrap_err(), LookupFault::Unavailable);
    }
    assert!(entra.asked().len() <= 2, "{:?}", entra.asked());
    entra.now_answers(set_of(KID));
    assert_eq!(
        keys.key(KID).await.unwrap_err(),
        LookupFault::Unavailable,
        "for a while yet"
    );
}

#[tokio::test]
async fn known_keys_are_served_though_entra_is_down() {
    let entra = Entra::start(set_of(KID)).await;
    let keys = entra.keys();
    assert!(keys.key(KID).await.is_ok());
    entra.now_answers(Answer::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(
        keys.key("rotated").await.unwrap_err(),
        LookupFault::Unavailable
    );
    assert!(keys.key(KID).await.is_ok());
}

#[tokio::test]
async fn what_is_no_key_set_gives_no_keys() {
    let elsewhere = Entra::start(set_of(KID)).await;
    let padded = |bytes: usize| {
        let mut set = json!({ "keys": [ENTRA.jwk(KID)] }).to_string();
        set.push_str(&" ".repeat(bytes - set.len()));
        Answer::Keys(set)
    };
    let good = Entra::start(padded(256 * 1024)).await;
    assert!(good.keys().key(KID).await.is_ok(), "256 KiB are read");
    let rows = [
        ("one byte over 256 KiB", padded(256 * 1024 + 1)),
        ("several MiB", padded(4 * 1024 * 1024)),
        (
            "a redirect to real keys",
            Answer::RedirectTo(format!("{}/keys", elsewhere.root)),
        ),
        ("a page", Answer::Keys("<html></html>".to_owned())),
        ("nothing", Answer::Keys(String::new())),
        ("an empty set", Answer::Keys(r#"{"keys":[]}"#.to_owned())),
        ("not found", Answer::Status(StatusCode::NOT_FOUND)),
        ("throttled", Answer::Status(StatusCode::TOO_MANY_REQUESTS)),
        ("no content", Answer::Status(StatusCode::NO_CONTENT)),
        ("not modified", Answer::Status(StatusCode::NOT_MODIFIED)),
        ("broken", Answer::Status(StatusCode::BAD_GATEWAY)),
    ];
    assert_eq!(rows.len(), 11);
    for (name, answer) in rows {
        let entra = Entra::start(answer).await;
        let fault = entra.keys().key(KID).await.unwrap_err();
        assert_eq!(fault, LookupFault::Unavailable, "{name}");
    }
    assert!(elsewhere.asked().is_empty(), "no redirect is followed");
}

#[tokio::test]
async fn nobody_listening_gives_no_keys() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let endpoints = ServiceEndpoints::new(
        MicrosoftCloud::Global,
        Some(endpoints::root(&root).unwrap()),
        None,
    );
    let keys = SigningKeys::new(http::client(Duration::from_secs(5)).unwrap(), &endpoints);
    assert_eq!(keys.key(KID).await.unwrap_err(), LookupFault::Unavailable);
}

#[tokio::test]
async fn a_lookup_that_is_given_up_leaves_the_next_one_its_answer() {
    let entra = Entra::start(set_of(KID)).await;
    let keys = entra.keys();
    {
        let mut given_up = std::pin::pin!(keys.key(KID));
        let once = given_up
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(once.is_pending());
    }
    assert!(keys.key(KID).await.is_ok());
}
