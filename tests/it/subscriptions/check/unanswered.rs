//! An Entra and a Graph that do not answer, or in another form.

use super::super::site::{OTHER_TENANT, Site, TENANT, desired, endpoints_of, mint, text, within};
use super::RICH;
use crate::graph::server::{Act, Server};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_graph::{AccessFault, AccessToken, SubscriptionsApi, TokenSource, http};
use teamwire_payload::TenantId;
use teamwire_subscriptions::{Invocation, SubscriptionManager};
use zeroize::Zeroizing;

/// Gives a token that says nothing, or never gives one.
struct Tokens {
    silent_for: Option<TenantId>,
}

impl TokenSource for Tokens {
    async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        if self.silent_for.as_ref() == Some(tenant) {
            std::future::pending::<()>().await;
        }
        let token = Zeroizing::new("opaque".to_owned());
        Ok(Arc::new(AccessToken::new(token)))
    }

    fn forget(&self, _: &TenantId, _: &Arc<AccessToken>) {}
}

/// The answer for the tenants of the site's file, of a Graph elsewhere.
async fn check_at(site: &Site, graph: &str, tokens: Tokens, until: Duration) -> Value {
    let client = http::client(Duration::from_secs(5)).unwrap();
    let manager = SubscriptionManager::new(
        SubscriptionsApi::new(client, &endpoints_of(graph), tokens),
        site.backfill.clone(),
        site.store.clone(),
        mint(),
        site.urls.clone(),
    );
    let invocation = Invocation {
        deadline: Instant::now() + until,
        ..within(60)
    };
    manager.handle(json!({"action": "check"}), invocation).await
}

#[tokio::test]
async fn a_tenant_that_does_not_answer_until_the_deadline_is_said_to() {
    let site = Site::start().await;
    let other = format!("[[tenants]]\nid = \"{OTHER_TENANT}\"\n");
    site.put("subscriptions.toml", &format!("{other}{}", desired(&[])))
        .await;
    let refusal = b"HTTP/1.1 401 x\r\ncontent-length: 0\r\n\r\n";
    let graph = Server::start(|_| Act::Say(refusal.to_vec())).await;
    let tokens = Tokens {
        silent_for: Some(TENANT.parse().unwrap()),
    };
    let answer = check_at(&site, &graph.url, tokens, Duration::from_secs(3)).await;
    let [first, second] = answer["tenants"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(text(&second["token"], "fault"), "no-time");
    assert_eq!(text(&second["clock"], "fault"), "no-time");
    assert_eq!(text(&first["token"], "fault"), "token-unreadable");
    assert_eq!(
        text(&first["servicePrincipal"], "fault"),
        "token-unreadable"
    );
    assert_eq!(text(&first["clock"], "fault"), "no-date");
}

#[tokio::test]
async fn a_graph_that_is_not_reached_is_said_to_be() {
    let site = Site::start().await;
    site.want(&[RICH]).await;
    let (tokens, until) = (Tokens { silent_for: None }, Duration::from_secs(15));
    let answer = check_at(&site, "http://127.0.0.1:1", tokens, until).await;
    let tenant = &answer["tenants"][0];
    for part in ["clock", "subscriptions"] {
        assert_eq!(text(&tenant[part], "fault"), "graph-unavailable", "{part}");
    }
}
