//! Activity reports: ingest sends them to the function that watches for silence, beside the items.

use super::proxies::Call;
use super::site::{Line, Plan, Site, Told, basic, batch, lifecycle, rich, with, without};
use crate::fakes::{Answer, FakeQueue};
use crate::mint::{self, Draft, OTHER_TENANT, TENANT};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};
use teamwire_payload::{ActivityReport, QueueMessage, limits};
use teamwire_transport::SendFault;

fn of(id: &str) -> Value {
    with(basic(), "subscriptionId", id)
}

/// Graph posts these so many seconds after the first time.
async fn post(site: &Site, seconds: u64, items: &[Value]) -> Told {
    let since = mint::NOW.unsigned_abs() + seconds;
    let event = Call::posting(batch(items, &[])).request();
    let now = UNIX_EPOCH + Duration::from_secs(since);
    site.answer_at(event, now).await
}

fn millis(seconds: u64) -> u64 {
    (mint::NOW.unsigned_abs() + seconds) * 1_000
}

/// Everything that was told, message by message.
fn told(queue: &FakeQueue) -> Vec<ActivityReport> {
    let read = |entry: &teamwire_transport::OutgoingEntry| {
        assert!(entry.bytes() < limits::SQS_BYTES);
        QueueMessage::<ActivityReport>::parse(&entry.body)
            .unwrap()
            .body
    };
    queue.accepted().iter().map(read).collect()
}

/// The subscriptions of each message.
fn ids(queue: &FakeQueue) -> Vec<Vec<String>> {
    let ids = |heard: &ActivityReport| {
        let of_tenants = heard.tenants.values();
        of_tenants.flat_map(|ids| ids.keys().cloned()).collect()
    };
    told(queue).iter().map(ids).collect()
}

#[tokio::test]
async fn the_first_notification_is_told_of_at_once() {
    let site = Plan::default().open();
    let other = with(of("b"), "tenantId", OTHER_TENANT);
    assert_eq!(
        post(&site, 0, &[of("a"), other, of("a")]).await,
        Told::accepted()
    );
    let expected = json!({"version": "heard.v1", "receivedAt": millis(0),
        "body": {"tenants": {TENANT: {"a": millis(0)}, OTHER_TENANT: {"b": millis(0)}}}});
    assert_eq!(site.queue("activity").bodies(), [expected]);
    assert_eq!(site.depths(), [("hydrate", 3)].into());
}

#[tokio::test]
async fn one_subscription_is_told_of_every_five_minutes() {
    let site = Plan::default().open();
    for seconds in [0, 1, 60, 299] {
        post(&site, seconds, &[of("a")]).await;
        assert_eq!(told(site.queue("activity")).len(), 1, "{seconds} s");
    }
    post(&site, 300, &[of("a")]).await;
    let last = told(site.queue("activity")).remove(1);
    assert_eq!(last.tenants[&TENANT.parse().unwrap()]["a"], millis(300));
}

#[tokio::test]
async fn another_one_is_told_of_at_once_with_what_came_meanwhile() {
    let site = Plan::default().open();
    post(&site, 0, &[of("a")]).await;
    post(&site, 1, &[of("a")]).await;
    post(&site, 2, &[of("b")]).await;
    post(&site, 3, &[of("c")]).await;
    assert_eq!(
        ids(site.queue("activity")),
        [vec!["a"], vec!["a", "b"], vec!["c"]]
    );
}

#[tokio::test]
async fn after_many_tellings_there_is_a_pause_and_then_one_for_all() {
    let site = Plan::default().open();
    for n in 0..30 {
        post(&site, 0, &[of(&format!("{n:02}"))]).await;
    }
    let told = |site: &Site| ids(site.queue("activity"));
    assert_eq!(told(&site).len(), 20);
    post(&site, 14, &[of("30")]).await;
    assert_eq!(told(&site).len(), 20);
    post(&site, 15, &[of("31")]).await;
    assert_eq!(told(&site)[20].len(), 12);
}

#[tokio::test]
async fn only_a_change_that_graph_announced_is_heard() {
    let site = Plan::default().open();
    let items = [
        lifecycle(),
        with(basic(), "clientState", "of nobody's"),
        with(basic(), "tenantId", "common"),
        without(basic(), "subscriptionId"),
        with(basic(), "subscriptionId", ""),
        rich(),
    ];
    assert_eq!(post(&site, 0, &items).await, Told::accepted());
    let quarantined = with(rich(), "clientState", "of somebody's other deployment");
    let vouched = site.post(&[quarantined], &[Draft::v2().signed()]).await;
    assert_eq!(vouched, Told::accepted());
    assert_eq!(site.queue("activity").requests(), 0);
    assert_eq!(
        site.post(&[rich()], &[Draft::v2().signed()]).await,
        Told::accepted()
    );
    assert_eq!(site.queue("activity").requests(), 1);
}

#[tokio::test]
async fn what_could_not_be_told_changes_nothing_for_graph_and_is_told_later() {
    let unavailable = || Answer::Fail(SendFault::Unavailable);
    for script in [
        vec![unavailable(), unavailable()],
        vec![Answer::AllBut(vec![0]), Answer::AllBut(vec![0])],
    ] {
        let heard = FakeQueue::scripted(script);
        let site = Plan::default()
            .with_line("activity", Line::Open(heard.clone()))
            .open();
        assert_eq!(post(&site, 0, &[of("a")]).await, Told::accepted());
        assert_eq!(ids(&heard), Vec::<Vec<String>>::new());
        assert_eq!(post(&site, 1, &[of("b")]).await, Told::accepted());
        assert_eq!(ids(&heard), [["a", "b"]]);
        assert_eq!(site.depths(), [("hydrate", 2)].into());
    }
}

#[tokio::test]
async fn a_queue_that_does_not_answer_keeps_no_answer_up() {
    let site = Plan::default().with_line("activity", Line::Silent).open();
    for seconds in 0..3 {
        assert_eq!(post(&site, seconds, &[of("a")]).await, Told::accepted());
    }
    assert_eq!(site.depths(), [("hydrate", 3)].into());
}

#[tokio::test]
async fn what_graph_has_to_deliver_again_was_heard_all_the_same() {
    let site = Plan::default()
        .with_line("hydrate", Line::Open(FakeQueue::down()))
        .open();
    assert_eq!(post(&site, 0, &[of("a")]).await, Told::try_again());
    assert_eq!(ids(site.queue("activity")), [["a"]]);
}

#[tokio::test]
async fn however_many_ids_come_a_message_and_the_memory_stay_bounded() {
    let heard = FakeQueue::scripted((0..40).map(|_| Answer::Fail(SendFault::Unavailable)));
    let site = Plan::default()
        .with_line("activity", Line::Open(heard.clone()))
        .open();
    // The longest ids there are, of what takes the most room in JSON.
    let id = |n: usize| {
        format!(
            "{n:0>5}{}",
            "\u{1}".repeat(limits::SUBSCRIPTION_ID_CHARS - 5)
        )
    };
    for round in 0..20 {
        let items: Vec<Value> = (0..1_000).map(|n| of(&id(round * 1_000 + n))).collect();
        assert_eq!(post(&site, 0, &items).await, Told::accepted());
    }
    assert_eq!(heard.accepted().len(), 0);
    for minutes in 1..=20 {
        post(&site, minutes * 60, &[of(&id(0))]).await;
    }
    let all = ids(&heard);
    assert!(all.iter().all(|ids| ids.len() <= limits::HEARD_PER_MESSAGE));
    let all: BTreeSet<&String> = all.iter().flatten().collect();
    assert_eq!(all.len(), limits::HEARD_SUBSCRIPTIONS);
}
