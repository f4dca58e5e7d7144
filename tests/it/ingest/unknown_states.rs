//! Client states that a process of ingest does not know: added to the secret since it was read,
//! taken out of it, or made up.

use super::counters::Counters;
use super::site::{
    CLIENT_STATE_SECRET, Plan, STATIC_STATE, Secret, Told, basic, lifecycle, minted_state, rich,
    with, without,
};
use crate::mint::{Draft, NOW, OTHER_TENANT, TENANT};
use serde_json::Value;
use teamwire_graph::ClientStates;
use teamwire_ingest::ClientStatesFault;

const ADDED: &str = "a value that was added";
/// With another key, another value, and another key by the name of one that it had.
const REPLACED: &str = r#"{
    "keys": {"k1": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
             "k2": "d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3c=",
             "k3": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="},
    "values": ["a static value of ours", "a value that was added"]}"#;

fn minted_by(key: &str) -> String {
    let states = ClientStates::parse(REPLACED).unwrap();
    let tenant = TENANT.parse().unwrap();
    states.mint(key, &tenant, [9; 16]).unwrap()
}

fn of(state: impl Into<String>) -> Value {
    with(basic(), "clientState", state.into())
}

/// A secret that was replaced since it was read.
fn replaced() -> Secret {
    let secret = Secret::holding(CLIENT_STATE_SECRET);
    secret.put(REPLACED);
    secret
}

fn site(secret: &Secret) -> super::site::Site {
    Plan {
        client_states: secret.clone(),
        ..Plan::default()
    }
    .open()
}

#[tokio::test]
async fn an_item_of_what_was_just_added_is_taken() {
    let nameless = without(of(minted_by("k3")), "tenantId");
    for (name, item) in [
        ("a value", of(ADDED)),
        ("a key", of(minted_by("k3"))),
        ("a key that took the name of another", of(minted_by("k2"))),
        ("a key, and no tenant", nameless),
        ("a lifecycle event", with(lifecycle(), "clientState", ADDED)),
    ] {
        let (secret, counters) = (replaced(), Counters::default());
        let _watching = counters.watch();
        let site = site(&secret);
        let told = site.post(&[item, of(STATIC_STATE)], &[]).await;
        assert_eq!(told, Told::accepted(), "{name}");
        assert_eq!(site.depths().values().sum::<usize>(), 2, "{name}");
        assert_eq!(
            (counters.total("enqueued"), secret.readings()),
            (2, 1),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_item_that_is_not_known_comes_again_while_the_secret_is_not_read() {
    for (unread, told) in [
        (
            ClientStatesFault::Unavailable("secret-slow"),
            Told::try_again(),
        ),
        (ClientStatesFault::TooOften, Told::unproven()),
    ] {
        let secret = replaced();
        secret.refuse(Some(unread));
        let site = site(&secret);
        let items = [of(minted_by("k3")), of(ADDED), of(STATIC_STATE)];
        assert_eq!(site.post(&items, &[]).await, told, "{unread:?}");
        // What is known need not wait.
        assert_eq!(site.depths(), [("hydrate", 1)].into(), "{unread:?}");
        secret.refuse(None);
        assert_eq!(site.post(&items, &[]).await, Told::accepted());
        assert_eq!(site.depths(), [("hydrate", 4)].into(), "{unread:?}");
    }
}

#[tokio::test]
async fn what_a_token_vouches_for_is_kept_rather_than_put_off() {
    let secret = Secret::holding(CLIENT_STATE_SECRET);
    let site = site(&secret);
    let (item, token) = (with(rich(), "clientState", ADDED), Draft::v2().signed());
    let post = || site.post(std::slice::from_ref(&item), std::slice::from_ref(&token));
    secret.refuse(Some(ClientStatesFault::TooOften));
    assert_eq!(post().await, Told::accepted());
    assert_eq!(site.depths(), [("quarantine", 1)].into());
    secret.refuse(Some(ClientStatesFault::Unavailable("secret-unavailable")));
    assert_eq!(post().await, Told::try_again());
    secret.refuse(None);
    secret.put(REPLACED);
    assert_eq!(post().await, Told::accepted());
    assert_eq!(site.depths(), [("decrypt", 1), ("quarantine", 1)].into());
}

#[tokio::test]
async fn an_item_is_dropped_by_a_secret_that_was_read_after_it_came() {
    let secret = Secret::holding(CLIENT_STATE_SECRET);
    let site = site(&secret);
    let made_up = of("v1.k9.9f4ebab6520d49c085cc7b25c78d4a93.BwcHBwcHBwcHBwcHBwcHBw.AAAA");
    for (nth, item) in [of("of somebody else's"), made_up, of(ADDED)]
        .into_iter()
        .enumerate()
    {
        assert_eq!(site.post(&[item], &[]).await, Told::accepted());
        assert_eq!(secret.readings(), nth + 1);
    }
    assert!(site.depths().is_empty());
    secret.put(REPLACED);
    assert_eq!(site.post(&[of(ADDED)], &[]).await, Told::accepted());
    assert_eq!(site.depths(), [("hydrate", 1)].into());
}

#[tokio::test]
async fn nothing_is_read_for_an_item_whose_fate_no_client_state_changes() {
    let secret = Secret::holding(CLIENT_STATE_SECRET);
    let site = Plan {
        client_states: secret.clone(),
        tenants: [TENANT.parse().unwrap()].into(),
        ..Plan::default()
    }
    .open();
    let expired = vec![Draft::v2().claim("exp", NOW - 301).signed()];
    for (name, item, tokens) in [
        ("no state", without(basic(), "clientState"), vec![]),
        ("too short to be ours", of("fifteen letters"), vec![]),
        (
            "ours, of another tenant",
            of(minted_state("k1", OTHER_TENANT)),
            vec![],
        ),
        (
            "a tenant that is not served",
            with(of(ADDED), "tenantId", OTHER_TENANT),
            vec![],
        ),
        (
            "a tenant that is none",
            with(of(ADDED), "tenantId", "x"),
            vec![],
        ),
        (
            "sealed, no token",
            with(rich(), "clientState", ADDED),
            vec![],
        ),
        ("a bad token", of(ADDED), expired),
        ("unreadable", with(of(ADDED), "resource", 7), vec![]),
    ] {
        assert_eq!(
            site.post(&[item], &tokens).await,
            Told::accepted(),
            "{name}"
        );
        assert_eq!(secret.readings(), 0, "{name}");
    }
    assert!(site.depths().is_empty());
}

#[tokio::test]
async fn what_is_dropped_counts_as_ours_by_its_client_state_alone() {
    let secret = Secret::holding(CLIENT_STATE_SECRET);
    let site = Plan {
        client_states: secret.clone(),
        tenants: [TENANT.parse().unwrap()].into(),
        ..Plan::default()
    }
    .open();
    let (ours, strange) = (of(STATIC_STATE), of("of somebody else's"));
    let expired = vec![Draft::v2().claim("exp", NOW - 301).signed()];
    let elsewhere = |item: &Value| with(item.clone(), "tenantId", OTHER_TENANT);
    let unreadable = |item: &Value| with(item.clone(), "resource", 7);
    for (name, item, tokens, is_ours) in [
        ("a tenant left out", elsewhere(&ours), vec![], true),
        (
            "a tenant of a stranger's",
            elsewhere(&strange),
            vec![],
            false,
        ),
        (
            "a wrong setting of ours",
            ours.clone(),
            expired.clone(),
            true,
        ),
        ("a token of a stranger's", strange.clone(), expired, false),
        (
            "what Graph never sent before",
            unreadable(&ours),
            vec![],
            true,
        ),
        (
            "nonsense of a stranger's",
            unreadable(&strange),
            vec![],
            false,
        ),
        ("of no key", strange, vec![], false),
    ] {
        let counters = Counters::default();
        let _watching = counters.watch();
        assert_eq!(
            site.post(&[item], &tokens).await,
            Told::accepted(),
            "{name}"
        );
        let counted = (counters.total("rejected"), counters.total("rejectedOurs"));
        assert_eq!(counted, (1, u64::from(is_ours)), "{name}");
    }
    // Someone replaced the secret by one that lacks what subscriptions were made with.
    secret.put(r#"{"values":["the one that comes after both"]}"#);
    let counters = Counters::default();
    let _watching = counters.watch();
    let minted = of(minted_by("k1"));
    site.post(&[of("of somebody else's")], &[]).await;
    assert_eq!(site.post(&[ours, minted], &[]).await, Told::accepted());
    let counted = (counters.total("rejected"), counters.total("rejectedOurs"));
    assert_eq!(counted, (3, 2));
}
