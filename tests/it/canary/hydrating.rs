//! Every fault of hydrate, with the real reader against a Graph on this machine.

use super::decrypting::{ROOT, batch_of, change, hear, ports};
use super::witness::Witness;
use super::{ACCESS_TOKEN, CLIENT_SECRET, GARBAGE, NAME, SERVER_WORDS, resource};
use crate::fakes::{FakeClaims, NoContents};
use crate::mint::OTHER_TENANT;
use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use teamwire_graph::{AccessTokens, AppCredentials, ReadFault, ResourceReader, ServiceEndpoints};
use teamwire_graph::{endpoints, http};
use teamwire_hydrate::{Hydrate, ResourceSource};
use teamwire_payload::{
    ChangeType, QueueMessage, ResourceRef, TenantId, cloud::MicrosoftCloud, resource::ResourceGet,
};
use teamwire_transport::{Deadline, batch};

/// The reader, without the secret store before it.
struct Direct(ResourceReader);

impl ResourceSource for Direct {
    async fn read(&self, tenant: &TenantId, get: &ResourceGet) -> Result<String, ReadFault> {
        self.0.read(tenant, get).await
    }
}

/// Entra and Graph in one, which do what the path says.
pub(super) async fn respond(uri: Uri) -> Response {
    let path = uri.path();
    let error = json!({"error": {"code": SERVER_WORDS, "message": SERVER_WORDS}}).to_string();
    if path.ends_with("/token") {
        return match path.split('/').nth(1) {
            Some(OTHER_TENANT) => (StatusCode::UNAUTHORIZED, error).into_response(),
            _ => json!({"access_token": ACCESS_TOKEN, "expires_in": 3599})
                .to_string()
                .into_response(),
        };
    }
    match path
        .rsplit('/')
        .next()
        .and_then(|status| status.parse().ok())
    {
        Some(200) => resource("1").into_response(),
        Some(201) => SERVER_WORDS.into_response(),
        Some(204) => format!("[\"{SERVER_WORDS}\"]").into_response(),
        Some(206) => vec![0xff; 64].into_response(),
        Some(302) => (
            StatusCode::FOUND,
            [(header::LOCATION, format!("/{SERVER_WORDS}"))],
        )
            .into_response(),
        // Only this resource is told to wait: the others have to be read too.
        Some(status) => (StatusCode::from_u16(status).unwrap(), error).into_response(),
        None => (StatusCode::NOT_FOUND, error).into_response(),
    }
}

async fn reader(secret: &str) -> ResourceReader {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = endpoints::root(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let app = Router::new().fallback(respond);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, Some(root.clone()), Some(root));
    let client = http::client(Duration::from_secs(5)).unwrap();
    let credentials = AppCredentials::parse(secret).unwrap();
    let tokens = AccessTokens::new(client.clone(), &endpoints, credentials);
    ResourceReader::new(client, &endpoints, tokens)
}

fn secret() -> String {
    json!({"*": {"clientId": "c5d7a9c0", "clientSecret": CLIENT_SECRET}}).to_string()
}

fn message(tenant: Option<&str>, path: &str) -> String {
    let mut body = change(path);
    body.change_type = ChangeType::Updated;
    if let Some(tenant) = tenant {
        body.tenant_id = tenant.parse().unwrap();
    }
    QueueMessage {
        received_at: 1,
        trace: None,
        body,
    }
    .to_json()
    .unwrap()
}

/// The answers of Graph for the path that ends in it, in the order in which it is asked.
const STATUSES: [u16; 12] = [200, 201, 204, 206, 302, 400, 401, 403, 404, 410, 418, 500];

fn bodies() -> Vec<String> {
    let mut bodies: Vec<String> = STATUSES
        .iter()
        .map(|status| {
            message(
                None,
                &format!("chats('{NAME}{status}')/messages('{status}')"),
            )
        })
        .collect();
    bodies.extend([
        message(Some(OTHER_TENANT), "chats('a')/messages('200')"),
        message(None, &format!("chats('../{NAME}')")),
        message(None, &format!("users('{NAME}')")),
        message(None, "communications/onlineMeetings('m')/transcripts('t')"),
        GARBAGE.to_owned(),
        json!({"version": GARBAGE, "receivedAt": 1, "body": {}}).to_string(),
    ]);
    bodies
}

pub(super) async fn every_fault(witness: &Witness) {
    for claims in [FakeClaims::default(), FakeClaims::down()] {
        let ports = ports("hydrate", &claims);
        let hydrate = Arc::new(Hydrate::new(
            ROOT,
            Vec::new(),
            Direct(reader(&secret()).await),
            claims,
            NoContents,
        ));
        let deadline = Deadline::after(Duration::from_secs(60));
        let answer = batch::run(batch_of(&bodies()), &ports, |deliveries| {
            hydrate.work(deliveries, deadline)
        })
        .await;
        witness.hears("answer", format!("{answer:?}"));
        hear(witness, &ports);
        assert!(
            ports.events.accepted().len() >= 4,
            "read, gone twice, only a reference twice"
        );
        assert!(ports.dead_letters.accepted().len() >= 5);
    }
    faults_are_not_printed(witness).await;
}

async fn faults_are_not_printed(witness: &Witness) {
    let reader = reader(&secret()).await;
    for status in STATUSES {
        let Ok(ResourceRef::Teams(path)) =
            ResourceRef::parse(&format!("chats('{NAME}')/messages('{status}')"))
        else {
            panic!("{status}: not a path")
        };
        for tenant in [crate::mint::TENANT, OTHER_TENANT] {
            if let Err(fault) = reader
                .read(&tenant.parse().unwrap(), &path.get().unwrap())
                .await
            {
                witness.hears_fault("read", &fault);
            }
        }
    }
    witness.hears(
        "credentials",
        format!("{:?}", AppCredentials::parse(&secret()).unwrap()),
    );
    for bad in [CLIENT_SECRET.to_owned(), secret().replace('}', ",\"x\":1}")] {
        witness.hears_fault("credentials", &AppCredentials::parse(&bad).unwrap_err());
    }
}
