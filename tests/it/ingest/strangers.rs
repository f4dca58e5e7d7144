//! The answers that a stranger can get from ingest: no 5xx, and nothing that an alarm counts.

use super::counters::Counters;
use super::proxies::Call;
use super::site::{Keys, Plan, Site, Told, basic, rich, with, without};
use crate::mint::{self, Draft, ENTRA, KID, NOW};
use serde_json::{Value, json};
use teamwire_ingest::HttpEvent;

fn strange(item: Value) -> Value {
    with(item, "clientState", "of somebody else's")
}

fn of_key(kid: &str) -> Vec<String> {
    vec![Draft::v2().header("kid", kid).signed()]
}

#[tokio::test]
async fn a_key_that_nobody_knows_is_no_fault_of_ours() {
    let counters = Counters::default();
    let _watching = counters.watch();
    let site = Plan::default().open();
    for nth in 0..500 {
        let items = [strange(rich()), strange(basic())];
        let told = site.post(&items, &of_key(&format!("unknown-{nth}"))).await;
        assert_eq!(told, Told::unproven(), "{nth}");
    }
    assert_eq!(counters.of("answers", "answer", "unproven"), 500);
    assert_eq!(counters.total("rejectedOurs"), 0);
    assert!(site.depths().is_empty());
}

#[tokio::test]
async fn a_key_that_appears_later_costs_no_item() {
    let rotated = Keys::rotating(mint::key_set(), mint::key_set_of([ENTRA.jwk("new")]));
    let site = Plan {
        keys: rotated.clone(),
        ..Plan::default()
    }
    .open();
    let items = [rich(), strange(basic()), basic()];
    assert_eq!(site.post(&items, &of_key("new")).await, Told::try_again());
    assert!(site.depths().is_empty());
    rotated.rotate();
    assert_eq!(site.post(&items, &of_key("new")).await, Told::accepted());
    let depths = [("decrypt", 1), ("hydrate", 1), ("quarantine", 1)];
    assert_eq!(site.depths(), depths.into());
}

#[tokio::test]
async fn no_key_is_looked_for_unless_the_token_is_right_in_all_else() {
    let expired = Draft::v2().claim("exp", NOW - 301);
    let stranger = "11111111-2222-4333-8444-555555555555";
    for (name, draft) in [
        ("expired", expired),
        ("another app's", Draft::v2().claim("aud", stranger)),
        ("another caller's", Draft::v2().claim("azp", stranger)),
        (
            "another issuer's",
            Draft::v2().claim("iss", "https://evil.example"),
        ),
        ("no version", Draft::v2().without_claim("ver")),
        ("another algorithm", Draft::v2().header("alg", "none")),
    ] {
        let site = Plan {
            keys: Keys::Unavailable,
            ..Plan::default()
        }
        .open();
        let good = Draft::v2().signed();
        for tokens in [vec![draft.signed()], vec![good, draft.signed()]] {
            let told = site.post(&[rich()], &tokens).await;
            assert_eq!(told, Told::accepted(), "{name}");
        }
        assert!(site.depths().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn entra_being_down_is_told_as_a_fault_to_those_alone_who_have_a_state_of_ours() {
    let site = Plan {
        keys: Keys::Unavailable,
        ..Plan::default()
    }
    .open();
    let tokens = of_key(KID);
    for items in [
        vec![strange(rich())],
        vec![without(rich(), "clientState")],
        vec![json!(7)],
        vec![],
    ] {
        assert_eq!(
            site.post(&items, &tokens).await,
            Told::unproven(),
            "{items:?}"
        );
    }
    let odd = with(basic(), "resource", 7);
    for ours in [vec![strange(rich()), basic()], vec![rich()], vec![odd]] {
        assert_eq!(
            site.post(&ours, &tokens).await,
            Told::try_again(),
            "{ours:?}"
        );
    }
}

/// The status for `event`, as a proxy would see it: an error of the function is a 502.
async fn status(site: &Site, event: &Value) -> u16 {
    let raw = serde_json::value::to_raw_value(event).unwrap();
    assert!(HttpEvent::read(&raw).is_ok(), "{event}");
    site.answer(event.clone()).await.status
}

#[tokio::test]
async fn whatever_bytes_come_the_answer_is_none_of_a_server_that_failed() {
    let site = Plan::default().open();
    let mut seen = 0;
    for byte in 0..=255_u8 {
        let c = char::from(byte);
        for (member, value) in [
            ("rawPath", json!(format!("/a{c}b"))),
            ("path", json!(format!("/a{c}b"))),
            ("rawQueryString", json!(format!("validationToken=a{c}b"))),
            ("rawQueryString", json!(format!("a{c}b=1"))),
            (
                "queryStringParameters",
                json!({ format!("a{c}"): format!("{c}b") }),
            ),
            (
                "queryStringParameters",
                json!({ "validationToken": format!("a{c}b") }),
            ),
            (
                "multiValueQueryStringParameters",
                json!({ "validationToken": [format!("a{c}b")] }),
            ),
            ("headers", json!({ "host": format!("a{c}b") })),
            ("headers", json!({ format!("x-{c}"): format!("a{c}b") })),
            ("multiValueHeaders", json!({ "host": [format!("a{c}b")] })),
            ("body", json!(format!("{{\"value\":[{c}]}}"))),
            ("isBase64Encoded", json!(true)),
        ] {
            for (proxy, mut event) in Call::posting(format!("{c}{{}}")).requests() {
                event[member] = value.clone();
                let status = status(&site, &event).await;
                assert!(
                    (200..500).contains(&status),
                    "{byte}, {member}, {proxy}: {status}"
                );
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 256 * 12 * 4);
    assert!(site.depths().is_empty());
}

#[tokio::test]
async fn what_is_not_written_as_a_url_or_in_its_encoding_is_a_bad_request() {
    let site = Plan::default().open();
    let queries = ["a b", "a\"b", "a<b", "a>b", "a\0b", "a\u{7f}b", "a\r\nb"];
    let mut events: Vec<Value> = Vec::new();
    for query in queries {
        events.push(Call::asking(format!("validationToken={query}")).request());
        events.push(Call::asking(format!("x={query}")).request());
    }
    for name in ["x", "validationToken"] {
        let long = Call::asking(format!("{name}={}", "a".repeat(70_000)));
        events.extend(long.requests().into_iter().map(|(_, event)| event));
    }
    // Short as it came, and too long for a URL once each name stands before each of its values.
    for (name, values) in [("%", 16_384), ("", 40_000), ("validationToken", 5_000)] {
        let multiple = json!({ name: vec![""; values] });
        for (proxy, mut event) in Call::posting("{}").requests() {
            if ["REST API", "load balancer"].contains(&proxy) {
                event["multiValueQueryStringParameters"] = multiple.clone();
                events.push(event);
            }
        }
    }
    for body in ["*** not base64 ***", "YQ", "YQ==YQ==", "\u{e9}"] {
        for (_, mut event) in Call::posting(body).requests() {
            event["isBase64Encoded"] = json!(true);
            events.push(event);
        }
    }
    for (_, mut event) in Call::posting("{}").requests() {
        event["isBase64Encoded"] = json!("yes");
        events.push(event.clone());
        event["body"] = json!({ "value": [] });
        events.push(event);
    }
    assert_eq!(events.len(), 14 + 8 + 6 + 16 + 8);
    for event in events {
        assert_eq!(
            status(&site, &event).await,
            400,
            "{:.300}",
            event.to_string()
        );
    }
    assert_eq!(site.asked(), 0, "nothing is looked up for any of them");
}

#[tokio::test]
async fn half_a_character_is_a_bad_request() {
    let site = Plan::default().open();
    for (_, event) in Call::posting("half").requests() {
        let text = event.to_string().replace("\"half\"", r#""\ud800""#);
        let event = serde_json::value::RawValue::from_string(text).unwrap();
        let told = site.answer_raw(&event).await;
        assert_eq!(told.status, 400);
    }
}

#[test]
fn what_no_front_makes_is_an_error_of_the_function() {
    for event in [
        json!(null),
        json!({}),
        json!({ "Records": [] }),
        json!({ "requestContext": {} }),
        json!({ "requestContext": { "http": 7 } }),
        json!([]),
    ] {
        let raw = serde_json::value::to_raw_value(&event).unwrap();
        assert!(HttpEvent::read(&raw).is_err(), "{event}");
    }
}
