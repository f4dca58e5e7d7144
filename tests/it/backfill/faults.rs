//! Refusals of Graph and Entra, and the outcome of each.

use super::run::{Filled, drive, fill, text};
use super::web::{Reply, Web};
use super::world::{World, gap};
use crate::log::Log;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use teamwire_backfill::{Backfill, BackfillFault, ListSource};
use teamwire_graph::pages::{ListPage, PageRequest};
use teamwire_graph::{PageFault, ReadFault};
use teamwire_payload::TenantId;
use teamwire_payload::message::MessageFault;
use teamwire_transport::{Deadline, Delivery, Disposition, RecordFault};

fn status(status: u16) -> Option<Reply> {
    Some((status, Vec::new(), String::new()))
}

/// Fills a gap of an eventful world where `act` answers first.
async fn filled(
    resource: &str,
    act: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static,
) -> (Filled, World) {
    let web = Web::acting(World::eventful(1, 60), act).await;
    let filled = fill(web.reader(), gap(resource)).await;
    (filled, World::eventful(1, 60))
}

fn in_chats(message: &serde_json::Value) -> bool {
    !message["chatId"].is_null()
}

#[tokio::test]
async fn what_is_throttled_waits_for_as_long_as_graph_says_and_then_goes_on() {
    let act = |target: &str, nth: usize| {
        (nth == 1 && target.contains("getAllMessages"))
            .then(|| (429, vec![("retry-after", "1".to_owned())], String::new()))
    };
    let (filled, world) = filled("chats/getAllMessages", act).await;
    assert_eq!(filled.changes(), world.changes(in_chats));
    assert!(
        filled.waits.contains(&Duration::from_secs(1)),
        "{:?}",
        filled.waits
    );
    assert_eq!(filled.dead, Vec::<String>::new());
}

#[tokio::test]
async fn what_fails_for_the_moment_is_read_later() {
    for code in [500, 503, 401, 409] {
        // A refused token is tried once more at once.
        let act = move |_: &str, nth: usize| (1..3).contains(&nth).then(|| status(code)).flatten();
        let (filled, world) = filled("chats/getAllMessages", act).await;
        assert_eq!(filled.changes(), world.changes(in_chats), "{code}");
        assert_eq!(filled.dead, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_user_who_may_not_be_read_is_named_and_the_others_are_read() {
    let world = World::small();
    let refused = world.users[4].clone();
    for code in [402, 403] {
        let of_one = format!("/v1.0/users/{refused}/");
        let act = move |target: &str, _: usize| {
            target.starts_with(&of_one).then(|| status(code)).flatten()
        };
        let (filled, world) = filled("chats/getAllMessages", act).await;
        // Everybody but the last is with someone else in each of the chats.
        assert_eq!(filled.changes(), world.changes(in_chats));
        let expected = (
            format!("users/{refused}/chats/getAllMessages"),
            format!("http-{code}"),
        );
        assert_eq!(filled.gaps(), BTreeSet::from([expected]));
        assert_eq!(filled.dead, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_user_of_whom_no_policy_lets_us_read_is_named_and_is_no_dead_letter() {
    let world = World::small();
    let refused = world.users[4].clone();
    let of_one = format!("/v1.0/users/{refused}/");
    let error = json!({"error": {
        "code": "Forbidden",
        "message": "No application access policy found for this app",
    }});
    let act = move |target: &str, _: usize| {
        let answer = || (403, Vec::new(), error.to_string());
        target.starts_with(&of_one).then(answer)
    };
    let (filled, world) = filled("chats/getAllMessages", act).await;
    assert_eq!(filled.changes(), world.changes(in_chats));
    let expected = (
        format!("users/{refused}/chats/getAllMessages"),
        "no-access-policy".to_owned(),
    );
    assert_eq!(filled.gaps(), BTreeSet::from([expected]));
    assert_eq!(filled.dead, Vec::<String>::new());
}

#[tokio::test]
async fn a_gap_that_is_not_filled_is_logged_without_the_keys_of_its_resource() {
    let log = Log::default();
    let watch = log.listen();
    let resource = "chats/19:chat1@thread.v2/messages";
    filled(resource, |_, _| status(403)).await;
    drop(watch);
    let [line] = &*log.lines("a gap can't be filled") else {
        panic!("one line")
    };
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let gap = gap(resource);
    assert_eq!(
        line["fields"],
        serde_json::json!({
            "message": "a gap can't be filled", "tenant": gap.tenant_id,
            "subscription.resource": "chats/{chat-id}/messages",
            "since": gap.since, "until": gap.until, "reason": "http-403",
        })
    );
    assert_eq!(log.lines("chat1"), Vec::<String>::new());
}

#[tokio::test]
async fn a_user_who_is_gone_is_passed_over_and_told() {
    let gone = World::small().users[4].clone();
    let of_one = format!("/v1.0/users/{gone}/");
    let act =
        move |target: &str, _: usize| target.starts_with(&of_one).then(|| status(404)).flatten();
    let (filled, world) = filled("chats/getAllMessages", act).await;
    assert_eq!(filled.changes(), world.changes(in_chats));
    let told = (
        format!("users/{gone}/chats/getAllMessages"),
        "http-404".to_owned(),
    );
    assert_eq!(filled.gaps(), BTreeSet::from([told]));
    assert_eq!(filled.dead, Vec::<String>::new());
}

#[tokio::test]
async fn a_gap_in_what_is_gone_is_told() {
    let resource = "chats/19:chat9@thread.v2/members";
    let (filled, _) = filled(resource, |_, _| None).await;
    // Nothing was read: it is not said that a snapshot is on its way.
    let expected = (resource.to_owned(), "http-404".to_owned());
    assert_eq!(filled.gaps(), BTreeSet::from([expected]));
    assert_eq!(filled.dead, Vec::<String>::new());
}

#[tokio::test]
async fn a_list_whose_next_page_is_forgotten_is_started_over() {
    for code in [400, 410] {
        // The second page of the list of users, once.
        let act = move |_: &str, nth: usize| (nth == 1).then(|| status(code)).flatten();
        let user = World::small().users[1].clone();
        let resource = format!("users/{user}/chats/getAllMessages");
        let (filled, world) = filled(&resource, act).await;
        let chats = ["19:chat0@thread.v2", "19:chat1@thread.v2"];
        let expected = world.changes(|message| chats.iter().any(|chat| message["chatId"] == *chat));
        assert!(expected.len() > 3);
        assert_eq!(filled.changes(), expected, "{code}");
        assert_eq!(filled.dead, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_list_that_is_forgotten_again_and_again_is_given_up() {
    let act = |target: &str, _: usize| target.contains("$skiptoken").then(|| status(410)).flatten();
    let user = World::small().users[1].clone();
    let (filled, _) = filled(&format!("users/{user}/chats/getAllMessages"), act).await;
    assert_eq!(filled.dead, ["restarted-too-often"]);
    assert_eq!(filled.turns, 8, "four times two pages");
}

#[tokio::test]
async fn consent_that_is_missing_for_all_is_told_and_leaves_a_dead_letter() {
    for (resource, code) in [
        ("chats/getAllMessages", 403),
        ("chats", 403),
        ("chats/19:chat1@thread.v2/messages", 402),
        ("teams", 400),
    ] {
        let (filled, _) = filled(resource, move |_, _| status(code)).await;
        let why = format!("http-{code}");
        assert_eq!(filled.dead, std::slice::from_ref(&why));
        assert_eq!(filled.gaps(), BTreeSet::from([(resource.to_owned(), why)]));
        assert_eq!(filled.events.len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_that_is_over_at_once_does_not_keep_a_gap_open() {
    let act = |_: &str, nth: usize| (nth == 0).then(|| status(403)).flatten();
    let (filled, world) = filled("chats/getAllMessages", act).await;
    assert_eq!(filled.changes(), world.changes(in_chats));
    assert_eq!(filled.dead, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_no_gap_is_a_dead_letter_with_its_reason() {
    let mut no_dates = gap("chats/getAllMessages");
    no_dates.since = "yesterday".to_owned();
    let mut elsewhere = gap("chats/getAllMessages");
    elsewhere.continuation = Some("{}".to_owned());
    let mut newer = gap("chats/getAllMessages");
    newer.continuation = Some(r#"{"v":7}"#.to_owned());
    for (body, reason) in [
        ("{}".to_owned(), "malformed"),
        (
            text(gap("chats")).replace("gap.v1", "gap.v9"),
            "unknown-version",
        ),
        (text(gap("chats/../users")), "resource-path"),
        (text(gap("https://evil.example/chats")), "resource-path"),
        (text(no_dates), "no-window"),
        (text(elsewhere), "malformed"),
        (text(newer), "unknown-version"),
    ] {
        let web = Web::of(World::small()).await;
        let filled = drive(web.reader(), body, None).await;
        assert_eq!(filled.dead, [reason]);
        assert_eq!(web.reads(), Vec::<String>::new());
    }
}

/// Fails as told.
struct Failing(PageFault);

impl ListSource for Failing {
    async fn page(&self, _: &TenantId, _: &PageRequest) -> Result<ListPage, PageFault> {
        Err(self.0.clone())
    }
}

async fn verdict(fault: PageFault, deadline: Deadline) -> (Disposition, String) {
    let backfill = Arc::new(Backfill::new(
        super::run::ROOT,
        Failing(fault),
        crate::fakes::FakeClaims::default(),
    ));
    let delivery = Delivery {
        message_id: "m".to_owned(),
        body: text(gap("chats/getAllMessages")),
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    };
    let mut verdicts = backfill.work(vec![delivery], deadline).await;
    let failure = match verdicts.remove(0) {
        Ok(outcome) => outcome.end.unwrap(),
        Err(failure) => failure,
    };
    (failure.disposition, failure.label.into_owned())
}

#[tokio::test]
async fn credentials_that_are_refused_may_be_good_later() {
    let enough = || Deadline::after(Duration::from_secs(60));
    let refused = verdict(ReadFault::CredentialsRefused.into(), enough()).await;
    let later = |label: &str| (Disposition::RetryAfter(None), label.to_owned());
    assert_eq!(refused, later("credentials-refused"));
    let (disposition, _) = verdict(ReadFault::NoCredentials.into(), enough()).await;
    assert_eq!(disposition, Disposition::Dead("no-credentials".into()));
}

#[tokio::test]
async fn no_page_is_read_without_time_for_it() {
    let deadline = Deadline::after(Deadline::SETTLING + Duration::from_secs(1));
    let (disposition, label) = verdict(ReadFault::Unreadable.into(), deadline).await;
    assert_eq!(disposition, Disposition::RetryAfter(None));
    assert_eq!(label, "graph-unavailable");
}

#[test]
fn a_message_that_is_unreadable_is_not_tried_again() {
    let fault = BackfillFault::from(MessageFault::Malformed);
    assert_eq!(fault.disposition(), Disposition::Dead("malformed".into()));
}
