//! Every fault of ingest.

use super::witness::Witness;
use super::{GARBAGE, HANDSHAKE, NAME, STATE, STRANGE_STATE, TOKEN, WORDS};
use crate::fakes::{FakeClaims, FakeQueue};
use crate::ingest::proxies::{Call, Payload};
use crate::ingest::site::{
    CLIENT_STATE_SECRET, Keys, Line, Plan, QUEUES, Secret, basic, lifecycle, rich, sealed, with,
    without,
};
use crate::mint::{Draft, NOW, OTHER_TENANT};
use serde_json::{Value, json};
use teamwire_graph::ClientStates;
use teamwire_ingest::{HttpEvent, IncomingRequest};
use teamwire_payload::{NotificationBatch, NotificationItem, limits};

/// Items for every verdict and every queue.
fn items() -> Vec<Value> {
    let ours = |item: Value| with(item, "clientState", STATE);
    let strange = |item: Value| with(item, "clientState", STRANGE_STATE);
    vec![
        ours(rich()),
        ours(basic()),
        ours(lifecycle()),
        with(ours(basic()), "changeType", "deleted"),
        with(ours(basic()), "resource", format!("users('{NAME}')")),
        with(
            with(ours(basic()), "changeType", "deleted"),
            "resource",
            format!("a b('{NAME}')"),
        ),
        with(ours(basic()), "changeType", GARBAGE),
        without(ours(basic()), "tenantId"),
        with(ours(basic()), "tenantId", GARBAGE),
        with(ours(basic()), "organizationId", OTHER_TENANT),
        with(ours(basic()), "resourceData", json!({"subject": WORDS})),
        with(ours(basic()), "resource", json!([WORDS])),
        with(ours(rich()), "encryptedContent", json!([GARBAGE])),
        with(ours(lifecycle()), "lifecycleEvent", GARBAGE),
        with(basic(), "clientState", json!([STRANGE_STATE])),
        with(basic(), "clientState", STRANGE_STATE.repeat(20)),
        strange(rich()),
        strange(basic()),
        strange(lifecycle()),
        json!(GARBAGE),
    ]
}

fn tokens() -> Vec<Vec<String>> {
    let named = || Draft::v2().claim("name", TOKEN);
    vec![
        vec![],
        vec![named().signed()],
        vec![TOKEN.to_owned()],
        vec![format!("{TOKEN}.{TOKEN}.{TOKEN}")],
        vec![named().header("kid", TOKEN).signed()],
        vec![named().header("alg", TOKEN).signed()],
        vec![named().header("jku", TOKEN).signed()],
        vec![named().claim("aud", TOKEN).signed()],
        vec![named().claim("iss", TOKEN).signed()],
        vec![named().claim("azp", TOKEN).signed()],
        vec![named().claim("exp", TOKEN).signed()],
        vec![named().claim("exp", NOW - 9_000).signed()],
        vec![named().claim("nbf", NOW + 9_000).signed()],
        vec![format!("{}A", named().signed())],
    ]
}

fn secret() -> String {
    CLIENT_STATE_SECRET.replace("a static value of ours", STATE)
}

fn sites() -> Vec<Plan> {
    let site = || Plan {
        client_states: Secret::holding(&secret()),
        ..Plan::default()
    };
    let down = |queue| site().with_line(queue, Line::Open(FakeQueue::down()));
    let mut sites: Vec<Plan> = QUEUES.into_iter().map(down).collect();
    sites.push(site());
    sites.push(Plan {
        keys: Keys::Unavailable,
        ..site()
    });
    sites.push(Plan {
        claims: FakeClaims::down(),
        ..site()
    });
    sites.push(Plan {
        unavailable: Some("secret-unavailable"),
        ..site()
    });
    sites
}

pub(super) async fn every_fault(witness: &Witness) {
    for plan in sites() {
        let site = plan.open();
        for tokens in tokens() {
            let told = site.post(&items(), &tokens).await;
            witness.hears("answer", format!("{told:?}"));
        }
        let large = with(
            rich(),
            "encryptedContent",
            sealed(&GARBAGE.repeat(limits::SQS_BYTES / 16)),
        );
        site.post(
            &[with(large, "clientState", STATE)],
            &[Draft::v2().signed()],
        )
        .await;
        for queue in QUEUES {
            witness.hears_attributes(queue, site.queue(queue));
        }
        for call in bad_requests() {
            let told = site.answer(call.request()).await;
            witness.hears("answer", format!("{told:?}"));
        }
    }
    what_is_printed(witness);
}

/// Requests that are refused. The one that is repeated is not a fault.
fn bad_requests() -> Vec<Call> {
    let asking = |token: &str| Call::asking(format!("validationToken={token}"));
    vec![
        asking(&format!("{HANDSHAKE}%3C")),
        asking(&HANDSHAKE.repeat(200)),
        asking(&format!("a&validationToken={HANDSHAKE}")),
        Call {
            method: "GET".to_owned(),
            ..asking(HANDSHAKE)
        },
        Call::posting(GARBAGE),
        Call::posting(format!(r#"{{"value":"{GARBAGE}"}}"#)),
        Call::posting(format!(r#"{{"value":[],"{GARBAGE}":{}"#, "[".repeat(80))),
        Call::carrying(Payload::Base64([GARBAGE.as_bytes(), b"\xff"].concat())),
    ]
}

/// Checks everything that a debug line would print of ingest's state.
fn what_is_printed(witness: &Witness) {
    for item in items() {
        match NotificationItem::parse(&item.to_string()) {
            // Paths and unknown words are ids to look a fault up by, and never logged.
            Ok(item) => witness.hears(
                "item",
                format!("{:?} {:?}", item.client_state, item.encrypted_content),
            ),
            Err(fault) => witness.hears_fault("item", &fault),
        }
    }
    for tokens in tokens() {
        let batch = json!({"value": [], "validationTokens": tokens}).to_string();
        let batch = NotificationBatch::parse(batch.as_bytes()).unwrap();
        witness.hears("tokens", format!("{:?}", batch));
    }
    witness.hears(
        "states",
        format!("{:?}", ClientStates::parse(&secret()).unwrap()),
    );
    for bad in [
        format!(r#"{{"values":["{STATE}"],"x":1}}"#),
        STATE.to_owned(),
    ] {
        witness.hears_fault("states", &ClientStates::parse(&bad).unwrap_err());
    }
    for call in bad_requests() {
        let event = serde_json::value::to_raw_value(&call.request()).unwrap();
        if let Err(refusal) = IncomingRequest::read(HttpEvent::read(&event).unwrap()) {
            witness.hears_fault("refusal", &refusal);
        }
    }
}
