//! The subscriptions function's checks of itself, with credentials, keys and tokens that are all
//! markers. The answer is for a person and has Graph's words in it, but nothing that is secret.

use super::hydrating::respond;
use super::witness::Witness;
use super::{ACCESS_TOKEN, CLIENT_SECRET, STATE};
use crate::fakes::{FakeClaims, FakeQueue};
use crate::mint::{OTHER_TENANT, TENANT};
use axum::Router;
use serde_json::json;
use std::time::{Duration, Instant};
use teamwire_graph::{
    AccessTokens, AppCredentials, ClientStates, ServiceEndpoints, SubscriptionsApi,
};
use teamwire_graph::{endpoints, http};
use teamwire_payload::{TenantId, cloud::MicrosoftCloud};
use teamwire_subscriptions::{
    ClientState, ClientStateMint, ClientStateSource, Invocation, StatesFault, SubscriptionManager,
    SubscriptionUrls, SubscriptionsFault,
};

struct Marked;

impl ClientStateMint for Marked {
    async fn client_state(&self, _: &TenantId) -> Result<ClientState, SubscriptionsFault> {
        Err(SubscriptionsFault::NoClientState)
    }

    async fn states(&self) -> Result<ClientStateSource, StatesFault> {
        let secret = json!({"values": [STATE]}).to_string();
        let states = ClientStates::parse(&secret).unwrap();
        Ok(ClientStateSource {
            key_ids: states.key_ids().map(str::to_owned).collect(),
            values: states.static_values(),
        })
    }
}

pub(super) async fn every_part(witness: &Witness) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = endpoints::root(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let app = Router::new().fallback(respond);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, Some(root.clone()), Some(root));
    let client = http::client(Duration::from_secs(5)).unwrap();
    let credentials = json!({"*": {"clientId": "c5d7a9c0", "clientSecret": CLIENT_SECRET}});
    let credentials = AppCredentials::parse(&credentials.to_string()).unwrap();
    let tokens = AccessTokens::new(client.clone(), &endpoints, credentials);
    let manager = SubscriptionManager::new(
        SubscriptionsApi::new(client, &endpoints, tokens),
        FakeQueue::default(),
        FakeClaims::default(),
        Marked,
        SubscriptionUrls {
            notification: "https://teamwire.example/notifications".to_owned(),
            lifecycle: "https://teamwire.example/lifecycle".to_owned(),
        },
    );
    let invocation = Invocation {
        deadline: Instant::now() + Duration::from_secs(30),
        now: jiff::Timestamp::now(),
        shuffle_seed: 7,
    };
    let order = json!({"action": "check", "tenants": [TENANT, OTHER_TENANT]});
    let answer = manager.handle(order, invocation).await;
    let [taken, refused] = answer["tenants"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(taken["token"]["fault"], "token-unreadable");
    assert_eq!(refused["token"]["fault"], "credentials-refused");
    assert_eq!(answer["clientState"]["values"], 1);
    for secret in [STATE, CLIENT_SECRET, ACCESS_TOKEN] {
        assert!(!answer.to_string().contains(secret), "{answer}");
    }
    witness.hears("the parts of an answer", answer["clientState"].to_string());
}
