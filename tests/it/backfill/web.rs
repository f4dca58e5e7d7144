//! The organisation behind HTTP, and at hand.

use super::world::World;
use axum::Router;
use axum::extract::Request as Incoming;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};
use teamwire_backfill::ListSource;
use teamwire_graph::pages::{ListPage, PageLink, PageRequest, PageShape};
use teamwire_graph::{
    AccessTokens, AppCredentials, PageFault, PageReader, ReadFault, ServiceEndpoints,
};
use teamwire_graph::{endpoints, http, resource_reader::READ_TIMEOUT};
use teamwire_payload::{TenantId, cloud::MicrosoftCloud};
use tokio::net::TcpListener;

/// Status, headers and body. `SELF` in the body stands for the server's own root.
pub(super) type Reply = (u16, Vec<(&'static str, String)>, String);

/// Answers a request for a path and query, or leaves it to the world. It is told how many came
/// before.
type Act = dyn Fn(&str, usize) -> Option<Reply> + Send + Sync;

/// Both Entra and Graph.
pub(super) struct Web {
    pub(super) root: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub(super) async fn of(world: World) -> Self {
        Self::acting(world, |_, _| None).await
    }

    /// The same with `act` in between.
    pub(super) async fn acting(
        world: World,
        act: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let act: Arc<Act> = Arc::new(act);
        let site = (Arc::new(world), act, Arc::clone(&seen), root.clone());
        let app = Router::new().fallback(move |request: Incoming| {
            let (world, act, seen, root) = site.clone();
            async move { respond(&world, act.as_ref(), &seen, &root, &request) }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { root, seen }
    }

    /// The reads so far.
    pub(super) fn reads(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn reader(&self) -> PageReader<AccessTokens> {
        let root = Some(endpoints::root(&self.root).unwrap());
        let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, root.clone(), root);
        let http = http::client(READ_TIMEOUT).unwrap();
        let credentials = r#"{"*":{"clientId":"app","clientSecret":"s"}}"#;
        let credentials = AppCredentials::parse(credentials).unwrap();
        let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
        PageReader::new(http, &endpoints, tokens)
    }
}

fn respond(
    world: &World,
    act: &Act,
    seen: &Mutex<Vec<String>>,
    root: &str,
    request: &Incoming,
) -> Response {
    if request.method() == Method::POST {
        return r#"{"access_token":"t","expires_in":3600}"#.into_response();
    }
    let target = request.uri().to_string();
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push(target.clone());
        seen.len() - 1
    };
    if let Some((status, headers, body)) = act(&target, before) {
        let body = body.replace("SELF", root);
        let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        return response;
    }
    match world.answer(root, &target) {
        Some(body) => body.to_string().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Reads without a network, so that a thousand runs take no time.
pub(super) struct AtHand(pub(super) Arc<World>);

#[derive(Deserialize)]
struct Body {
    value: Vec<Box<RawValue>>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl ListSource for AtHand {
    async fn page(&self, _: &TenantId, request: &PageRequest) -> Result<ListPage, PageFault> {
        let answer = self.0.answer("", &request.link.to_string());
        let body = answer.ok_or(ReadFault::NotFound)?.to_string();
        if request.shape == PageShape::One {
            return Ok(ListPage {
                items: vec![serde_json::from_str(&body).unwrap()],
                next: None,
            });
        }
        let Body { value, next } = serde_json::from_str(&body).unwrap();
        Ok(ListPage {
            items: value,
            next: next.map(|next| PageLink::try_from(next).unwrap()),
        })
    }
}
