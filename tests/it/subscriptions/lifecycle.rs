//! Graph's lifecycle events, as they come from the queue.

use super::site::{SECOND, Site, TENANT, reasons, seconds, text, within};
use crate::fakes::FakeQueue;
use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
use teamwire_graph::CertificateSet;
use teamwire_payload::{LifecycleNotice, QueueMessage};
use teamwire_transport::batch::{self, Outputs, RecordOutcome, RecordVerdict};
use teamwire_transport::{Deadline, Delivery, Disposition, EventSink};

/// A record about a subscription, that ingest wrote so long ago.
fn event(event: &str, id: &str, waited: Duration) -> Delivery {
    let at = SystemTime::now() - waited;
    let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let message = QueueMessage {
        received_at: u64::try_from(at.as_millis()).unwrap(),
        trace: None,
        body: LifecycleNotice {
            tenant_id: TENANT.parse().unwrap(),
            subscription_id: id.to_owned(),
            event: event.to_owned(),
            expires: None,
        },
    };
    record(&message.to_json().unwrap())
}

pub(super) fn record(body: &str) -> Delivery {
    Delivery {
        message_id: "m".to_owned(),
        body: body.to_owned(),
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    }
}

fn now(name: &str, id: &str) -> Delivery {
    event(name, id, Duration::ZERO)
}

pub(super) async fn verdicts(
    site: &Site,
    events: Vec<Delivery>,
) -> Vec<RecordVerdict<RecordOutcome>> {
    let deadline = Deadline::after(Duration::from_secs(90));
    let manager = site.manager();
    manager.process_batch(events, deadline, within(60)).await
}

/// Every event is done with.
pub(super) async fn answered(site: &Site, events: Vec<Delivery>) {
    for verdict in verdicts(site, events).await {
        let outcome = verdict.unwrap();
        assert!(outcome.events.is_empty() && outcome.follow_ups.is_empty());
    }
}

/// The gaps that were sent for that reason.
fn of_reason(site: &Site, reason: &str) -> Vec<Value> {
    let mut gaps = site.gaps();
    gaps.retain(|gap| gap["reason"] == reason);
    gaps
}

async fn with_chats() -> (Site, String) {
    let site = Site::start().await;
    site.want(&["resource = \"chats\""]).await;
    site.reconcile().await;
    let id = text(&site.the_subscription().await, "id").to_owned();
    (site, id)
}

#[tokio::test]
async fn a_demand_to_reauthorize_is_answered_by_one_patch() {
    let (site, id) = with_chats().await;
    site.pass(1).await;
    site.fault(json!({"fault": "pause", "subscriptionId": id}))
        .await;
    let event = "reauthorizationRequired";
    answered(&site, vec![now(event, &id), now(event, &id)]).await;
    let calls = (site.calls("update").await, site.calls("reauthorize").await);
    assert_eq!(calls, (1, 0));
    let stats = site.stats().await;
    assert_eq!(
        (&stats["delivering"], &stats["violations"]),
        (&json!(1), &json!([]))
    );
    assert!(site.gaps().is_empty());
}

#[tokio::test]
async fn a_removed_subscription_is_made_anew_once_for_a_batch() {
    let (site, id) = with_chats().await;
    let seen = site.reconcile().await;
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    site.pass(1).await;
    let lists = site.calls("list").await;
    let events = [
        "subscriptionRemoved",
        "subscriptionRemoved",
        "reauthorizationRequired",
        "missed",
    ];
    answered(&site, events.map(|event| now(event, &id)).to_vec()).await;
    assert_eq!(site.calls("list").await - lists, 1);
    let made = site.the_subscription().await;
    assert_ne!(made["id"], id);
    let (removed, missed) = (of_reason(&site, "removed"), of_reason(&site, "missed"));
    let ([removed], [missed]) = (&*removed, &*missed) else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(
        (&removed["subscriptionId"], &missed["subscriptionId"]),
        (&made["id"], &json!(id))
    );
    assert!(text(removed, "since") <= text(&seen["tenants"][0], "at"));
    let length = seconds(text(missed, "since"), text(missed, "until"));
    assert!((86_400..86_410).contains(&length), "{length}");
}

#[tokio::test]
async fn the_schedule_may_have_been_faster() {
    let (site, id) = with_chats().await;
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    site.reconcile().await;
    let before = site.the_subscription().await;
    answered(&site, vec![now("subscriptionRemoved", &id)]).await;
    assert_eq!(site.the_subscription().await, before);
    assert_eq!(site.gaps().len(), 1);
}

#[tokio::test]
async fn what_was_missed_is_a_day_before_the_event_came() {
    let (site, id) = with_chats().await;
    site.pass(50).await;
    let hour = Duration::from_secs(3600);
    answered(&site, vec![event("missed", &id, hour)]).await;
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(
        (&gap["subscriptionId"], &gap["reason"]),
        (&json!(id), &json!("missed"))
    );
    let length = seconds(text(gap, "since"), text(gap, "until"));
    assert!((25 * 3600..25 * 3600 + 10).contains(&length), "{length}");
}

#[tokio::test]
async fn what_was_missed_by_one_that_is_gone_has_a_gap_of_its_own() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.reconcile().await;
    let all = site.subscriptions().await;
    let chats = all.iter().find(|one| one["resource"] == "chats").unwrap();
    let id = text(chats, "id");
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    answered(&site, vec![now("missed", id)]).await;
    let [missed] = &*of_reason(&site, "missed") else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(
        (&missed["subscriptionId"], &missed["resource"]),
        (&json!(id), &json!("chats"))
    );
    assert_eq!(of_reason(&site, "removed").len(), 1);
    assert_eq!(site.subscriptions().await.len(), 2);
}

#[tokio::test]
async fn without_a_note_what_was_missed_is_missed_by_everything() {
    let (site, id) = with_chats().await;
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    site.put("coverage/9f4ebab6-520d-49c0-85cc-7b25c78d4a93.json", "?")
        .await;
    answered(&site, vec![now("missed", &id)]).await;
    assert_eq!(of_reason(&site, "missed").len(), 1);
    assert_ne!(site.the_subscription().await["id"], id);
}

#[tokio::test]
async fn what_is_missed_twice_in_a_batch_is_one_gap_of_the_older() {
    let (site, id) = with_chats().await;
    let hour = Duration::from_secs(3600);
    let events = vec![now("missed", &id), event("missed", &id, hour)];
    answered(&site, events).await;
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    let length = seconds(text(gap, "since"), text(gap, "until"));
    assert!((25 * 3600..25 * 3600 + 10).contains(&length), "{length}");
}

#[tokio::test]
async fn an_id_that_nobody_knows_costs_no_list() {
    let (site, id) = with_chats().await;
    let lists = site.calls("list").await;
    let events = ["subscriptionRemoved", "reauthorizationRequired", "missed"];
    let invented = "7f105c7d-2dc5-4530-97cd-4e7ae6534c07";
    answered(&site, events.map(|event| now(event, invented)).to_vec()).await;
    assert_eq!(site.calls("list").await, lists);
    assert!(site.gaps().is_empty());
    assert_eq!(site.the_subscription().await["id"], id);
}

#[tokio::test]
async fn a_demand_that_graph_refuses_to_have_answered_is_put_off() {
    let (site, id) = with_chats().await;
    site.fault(json!({"fault": "pause", "subscriptionId": id}))
        .await;
    let refuse = |requests: u64| json!({"fault": "graph", "status": 400, "on": "updates", "requests": requests});
    site.fault(refuse(9)).await;
    let event = || vec![now("reauthorizationRequired", &id)];
    let [verdict] = &*verdicts(&site, event()).await else {
        panic!("one event, one verdict")
    };
    let failure = verdict.as_ref().unwrap_err();
    assert_eq!(failure.disposition, Disposition::RetryAfter(None));
    assert_eq!(site.stats().await["delivering"], 0);
    site.fault(refuse(0)).await;
    answered(&site, event()).await;
    assert_eq!(site.stats().await["delivering"], 1);
    assert_eq!(site.the_subscription().await["id"], id);
}

#[tokio::test]
async fn a_demand_to_reauthorize_moves_nothing_to_another_certificate() {
    let (site, id) = with_chats().await;
    let second = CertificateSet::of("second", SECOND.clone()).unwrap();
    site.put("certificates.json", &second.to_json()).await;
    answered(&site, vec![now("reauthorizationRequired", &id)]).await;
    let there = site.the_subscription().await;
    assert_eq!(there["encryptionCertificateId"], "first");
}

#[tokio::test]
async fn a_pause_of_over_an_hour_has_a_gap() {
    let (site, id) = with_chats().await;
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let demand = |waited| vec![event("reauthorizationRequired", &id, waited)];
    site.pass(1).await;
    answered(&site, demand(minutes(59))).await;
    assert!(site.gaps().is_empty());
    answered(&site, demand(minutes(90))).await;
    let [gap] = &*site.gaps() else {
        panic!("{:?}", site.gaps())
    };
    assert_eq!(
        (&gap["subscriptionId"], &gap["reason"]),
        (&json!(id), &json!("missed"))
    );
    let length = seconds(text(gap, "since"), text(gap, "until"));
    assert!((5400..5410).contains(&length), "{length}");
}

#[tokio::test]
async fn what_is_wrong_with_another_subscription_is_no_fault_of_the_event() {
    let site = Site::start().await;
    site.want(&["resource = \"chats\"", "resource = \"teams\""])
        .await;
    site.made_elsewhere(|_| {}).await;
    assert_eq!(reasons(&site.reconcile().await), ["foreign"]);
    let teams = async || -> String {
        let all = site.subscriptions().await;
        let teams = all.iter().find(|one| one["resource"] == "teams").unwrap();
        text(teams, "id").to_owned()
    };
    let id = teams().await;
    site.fault(json!({"fault": "remove", "subscriptionId": id}))
        .await;
    answered(&site, vec![now("subscriptionRemoved", &id)]).await;
    assert_ne!(teams().await, id);
}

#[tokio::test]
async fn what_is_not_ours_or_not_wanted_is_done_with() {
    let site = Site::start().await;
    let foreign = site.made_elsewhere(|_| {}).await;
    site.want(&["resource = \"teams\""]).await;
    let before = site.the_subscription().await;
    let event = "reauthorizationRequired";
    answered(&site, vec![now(event, &foreign), now("missed", &foreign)]).await;
    answered(&site, vec![now("renamed", &foreign)]).await;
    site.put("subscriptions.toml", "").await;
    answered(&site, vec![now("subscriptionRemoved", &foreign)]).await;
    assert_eq!(site.the_subscription().await, before);
    assert!(site.gaps().is_empty());
}

#[tokio::test]
async fn what_passes_is_put_off_and_what_is_no_event_is_dead() {
    let (site, id) = with_chats().await;
    let dispositions = async |events| -> Vec<Disposition> {
        let verdicts = verdicts(&site, events).await.into_iter();
        verdicts
            .map(|verdict| verdict.unwrap_err().disposition)
            .collect()
    };
    let dead = |reason: &'static str| Disposition::Dead(reason.into());
    let odd = vec![
        record("{}"),
        record(r#"{"version":"lifecycle.v9","receivedAt":1,"body":1}"#),
    ];
    let expected = [dead("malformed"), dead("unknown-version")];
    assert_eq!(dispositions(odd).await, expected);

    site.fault(json!({"fault": "graph", "status": 429, "retryAfter": 300}))
        .await;
    let wait = Some(Duration::from_secs(300));
    let events = vec![now("reauthorizationRequired", &id)];
    assert_eq!(dispositions(events).await, [Disposition::RetryAfter(wait)]);

    site.fault(json!({"fault": "graph", "status": 429, "requests": 0}))
        .await;
    site.fault(json!({"fault": "consent", "tenant": TENANT, "lost": true}))
        .await;
    let events = vec![now("reauthorizationRequired", &id), now("missed", &id)];
    assert_eq!(
        dispositions(events).await,
        vec![Disposition::RetryAfter(None); 2]
    );
}

#[tokio::test]
async fn the_queue_forgets_what_is_answered_and_what_is_put_off_is_on_it_again() {
    let (site, id) = with_chats().await;
    let queue = FakeQueue::default;
    let ports = Outputs {
        source: "lifecycle",
        events: queue(),
        sink: EventSink::new("https://sqs.example/none"),
        own: queue(),
        dead_letters: queue(),
        claims: site.store.clone(),
    };
    let records = |deliveries: Vec<Delivery>| -> SqsEvent {
        let record = |one: &Delivery| json!({"messageId": one.message_id, "body": one.body});
        let records: Vec<_> = deliveries.iter().map(record).collect();
        serde_json::from_value(json!({"Records": records})).unwrap()
    };
    let run = async |deliveries| {
        let deadline = Deadline::after(Duration::from_secs(90));
        let manager = site.manager();
        let work = |deliveries| async move {
            manager
                .process_batch(deliveries, deadline, within(60))
                .await
        };
        batch::run(records(deliveries), &ports, work).await.unwrap()
    };
    let events = vec![now("reauthorizationRequired", &id), record("{}")];
    assert!(run(events).await.batch_item_failures.is_empty());
    assert_eq!(ports.dead_letters.accepted().len(), 1);
    site.fault(json!({"fault": "graph", "status": 503, "retryAfter": 600}))
        .await;
    assert!(
        run(vec![now("missed", &id)])
            .await
            .batch_item_failures
            .is_empty()
    );
    let deferral = ports.own.accepted().remove(0);
    assert_eq!(deferral.delay, Duration::from_secs(600));
    assert!(ports.events.accepted().is_empty());
}

#[tokio::test]
async fn the_observed_form_of_an_event_is_taken_as_ingest_writes_it() {
    let (site, id) = with_chats().await;
    let body: Value = json!({
        "version": "lifecycle.v1",
        "receivedAt": 1_763_715_600_123_u64,
        "body": {
            "tenantId": TENANT,
            "subscriptionId": id,
            "event": "reauthorizationRequired",
            "expires": "2026-11-22T10:00:00.0000000-08:00",
        },
    });
    answered(&site, vec![record(&body.to_string())]).await;
    assert_eq!(site.calls("update").await, 1);
}
