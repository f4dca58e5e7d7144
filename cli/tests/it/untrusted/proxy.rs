//! In front of what stands for AWS: passes everything on, and makes one place of the answers hostile.

use super::places::{HOSTILE_XML, Part, Place, made_hostile, places};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) struct Proxy {
    pub(super) url: String,
    upstream: String,
    http: reqwest::Client,
    /// The places that were seen.
    seen: Mutex<BTreeSet<Place>>,
    hostile: Option<Place>,
}

impl Proxy {
    pub(super) async fn start(upstream: &str, hostile: Option<&Place>) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            upstream: upstream.to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(30))
                .build()
                .unwrap(),
            seen: Mutex::default(),
            hostile: hostile.cloned(),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&proxy));
        tokio::spawn(async move { axum::serve(listener, router).await });
        proxy
    }

    pub(super) fn seen(&self) -> BTreeSet<Place> {
        self.seen.lock().unwrap().clone()
    }

    /// The answer as it goes on.
    fn changed(&self, source: &str, body: Vec<u8>) -> Vec<u8> {
        let hostile = self.hostile.as_ref().filter(|place| place.source == source);
        let Ok(document) = serde_json::from_slice::<Value>(&body) else {
            return self.changed_xml(source, body, hostile.is_some());
        };
        self.seen.lock().unwrap().extend(places(source, &document));
        match hostile {
            Some(place) => made_hostile(&document, place).to_string().into_bytes(),
            None => body,
        }
    }

    fn changed_xml(&self, source: &str, body: Vec<u8>, is_hostile: bool) -> Vec<u8> {
        let text = String::from_utf8(body).unwrap();
        if !text.starts_with('<') {
            return text.into_bytes();
        }
        self.seen.lock().unwrap().insert(Place {
            source: source.to_owned(),
            path: Vec::new(),
            part: Part::End,
        });
        let hostile = format!("{HOSTILE_XML}</A");
        match is_hostile {
            true => text.replace("</A", &hostile).into_bytes(),
            false => text.into_bytes(),
        }
    }
}

async fn pass(
    State(proxy): State<Arc<Proxy>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers
        .get("x-amz-target")
        .map(|target| target.to_str().unwrap());
    let source = target.map_or_else(|| uri.path(), |target| target.rsplit('.').next().unwrap());
    // Each function is asked the same.
    let source = source
        .split('/')
        .map(|part| match part.starts_with("teamwire-") {
            true => "*",
            false => part,
        });
    let source = source.collect::<Vec<_>>().join("/");
    let mut request = proxy
        .http
        .request(method, format!("{}{uri}", proxy.upstream))
        .body(body);
    for (name, value) in &headers {
        if !["host", "content-length", "transfer-encoding"].contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    // A stand-in may stop at what it is asked then.
    let Ok(answer) = request.send().await else {
        return Response::builder().status(502).body(Body::empty()).unwrap();
    };
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if !["content-length", "transfer-encoding"].contains(&name.as_str()) {
            response = response.header(name, value);
        }
    }
    let body = answer.bytes().await.unwrap().to_vec();
    response
        .body(Body::from(proxy.changed(&source, body)))
        .unwrap()
}
