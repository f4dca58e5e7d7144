//! Answers that lead astray, never end, are too much, or are no answers.

use super::run::{Filled, ROOT, fill, text};
use super::web::{Reply, Web};
use super::world::{SINCE, World, date, gap, in_chat, message};
use crate::fakes::FakeClaims;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use teamwire_backfill::Backfill;
use teamwire_transport::batch::RecordOutcome;
use teamwire_transport::{Deadline, Delivery, Disposition};

const CHAT: &str = "19:chat1@thread.v2";

/// The outcome of a gap where Graph answers every read with this.
async fn answered(body: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> (Filled, usize) {
    let act = move |target: &str, nth: usize| Some((200, Vec::new(), body(target, nth)));
    let web = Web::acting(World::small(), act).await;
    let user = World::small().users[0].clone();
    let filled = fill(
        web.reader(),
        gap(&format!("users/{user}/chats/getAllMessages")),
    )
    .await;
    (filled, web.reads().len())
}

fn good() -> Value {
    message(SINCE, SINCE, false, in_chat(CHAT))
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_read() {
    for link in [
        "https://evil.example/v1.0/users",
        "http://127.0.0.1:1/v1.0/users",
        "/v1.0/users",
        "",
        "file:///etc/passwd",
    ] {
        let body = json!({ "value": [good()], "@odata.nextLink": link }).to_string();
        let (filled, reads) = answered(move |_, _| body.clone()).await;
        assert_eq!(
            (filled.dead, reads),
            (vec!["foreign-link".to_owned()], 1),
            "{link}"
        );
    }
}

#[tokio::test]
async fn a_next_page_in_another_version_or_above_the_root_is_not_read() {
    for path in ["/beta/users", "/v1.0/../beta/users", "/", "/v1.0/%2e%2e/x"] {
        let body = json!({ "value": [], "@odata.nextLink": format!("SELF{path}") }).to_string();
        let (filled, reads) = answered(move |_, _| body.clone()).await;
        assert_eq!(
            (filled.dead, reads),
            (vec!["foreign-link".to_owned()], 1),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_come_to_an_end() {
    for length in [1, 2, 3, 7] {
        let web = Web::acting(World::small(), circle(length)).await;
        let user = World::small().users[0].clone();
        let filled = fill(
            web.reader(),
            gap(&format!("users/{user}/chats/getAllMessages")),
        )
        .await;
        assert_eq!(filled.dead, ["page-circle"], "{length}");
        assert!(web.reads().len() <= 4 * length + 2, "{}", web.reads().len());
        assert_eq!(filled.changes().len(), 1);
    }
}

#[tokio::test]
async fn empty_pages_without_end_come_to_an_end() {
    let empty = |nth: usize| {
        let user = &World::small().users[0];
        let next = format!("SELF/v1.0/users/{user}/chats/getAllMessages?$skiptoken={nth}");
        json!({ "value": [], "@odata.nextLink": next }).to_string()
    };
    let (filled, reads) = answered(move |_, nth| empty(nth)).await;
    assert_eq!(filled.dead, ["only-empty-pages"]);
    assert_eq!(reads, 100);
}

/// The outcome of a page of a list without an end, so many pages after the first.
async fn page_of_an_endless_list(pages: u64, replayed: u32) -> Result<usize, String> {
    let web = Web::acting(World::small(), |_, nth| {
        let next = format!("SELF/v1.0/chats/{CHAT}/messages?$skiptoken={nth}");
        let page = json!({ "value": [good()], "@odata.nextLink": next });
        Some((200, Vec::new(), page.to_string()))
    });
    let backfill = Arc::new(Backfill::new(
        ROOT,
        web.await.reader(),
        FakeClaims::default(),
    ));
    let mut gap = gap("chats/getAllMessages");
    let step = json!({ "list": { "messagesOfChat": { "chat": CHAT } } });
    let progress = json!({
        "v": 1, "step": step, "isBranch": true, "restarts": 0, "pages": pages, "made": pages,
    });
    gap.continuation = Some(progress.to_string());
    let delivery = Delivery {
        message_id: "1".to_owned(),
        body: text(gap),
        deferrals: 0,
        deferred_since: None,
        replayed,
        receives: 1,
        group: None,
        trace: None,
    };
    let deadline = Deadline::after(Duration::from_secs(60));
    let verdict = backfill.work(vec![delivery], deadline).await.remove(0);
    match verdict {
        Ok(RecordOutcome {
            end: None,
            follow_ups,
            ..
        }) => Ok(follow_ups.len()),
        Ok(RecordOutcome {
            end: Some(failure), ..
        })
        | Err(failure) => {
            assert_eq!(
                failure.disposition,
                Disposition::Dead(failure.label.clone())
            );
            Err(failure.label.into_owned())
        }
    }
}

#[tokio::test]
async fn a_list_of_ten_thousand_pages_goes_on_when_a_person_says_so() {
    let stopped = || Err("too-many-pages".to_owned());
    for (pages, replayed, becomes) in [
        (9_999, 0, Ok(1)),
        (10_000, 0, stopped()),
        (10_000, 1, Ok(1)),
        (10_001, 0, Ok(1)),
        (20_000, 0, stopped()),
    ] {
        let became = page_of_an_endless_list(pages, replayed).await;
        assert_eq!(became, becomes, "{pages}, {replayed}");
    }
}

fn circle(length: usize) -> impl Fn(&str, usize) -> Option<Reply> + Send + Sync {
    move |_, nth| {
        let (user, nth) = (&World::small().users[0], nth % length);
        let next = format!("SELF/v1.0/users/{user}/chats/getAllMessages?$skiptoken={nth}");
        let page = json!({ "value": [good()], "@odata.nextLink": next });
        Some((200, Vec::new(), page.to_string()))
    }
}

#[tokio::test]
async fn what_is_no_page_is_a_dead_letter() {
    let many = json!({ "value": vec![good(); 10_000] }).to_string();
    let deep = format!("{{\"value\":[{}{}]}}", "[".repeat(1000), "]".repeat(1000));
    for body in [
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"value":{}}"#.to_owned(),
        r#"{"value":[],"@odata.nextLink":[]}"#.to_owned(),
        many,
        deep,
    ] {
        let shown: String = body.chars().take(40).collect();
        let (filled, _) = answered(move |_, _| body.clone()).await;
        assert_eq!(filled.dead, ["not-a-page"], "{shown}");
        assert!(filled.changes().is_empty());
    }
}

#[tokio::test]
async fn a_page_that_graph_did_not_write_is_read_again() {
    for status in [200, 204, 206, 302] {
        for body in ["", "<html>", "{\"value\":["] {
            let act =
                move |_: &str, nth: usize| (nth < 3).then(|| (status, Vec::new(), body.to_owned()));
            let web = Web::acting(World::small(), act).await;
            let user = World::small().users[1].clone();
            let resource = format!("users/{user}/chats/getAllMessages");
            let filled = fill(web.reader(), gap(&resource)).await;
            assert_eq!(filled.dead, Vec::<String>::new(), "{status}, {body}");
            assert_eq!(filled.waits.len(), 3, "{status}, {body}");
        }
    }
}

#[tokio::test]
async fn a_page_over_the_limit_is_a_dead_letter() {
    let body = json!({ "value": [{ "id": "x".repeat(9 * 1024 * 1024) }] }).to_string();
    let (filled, _) = answered(move |_, _| body.clone()).await;
    assert_eq!(filled.dead, ["unreadable"]);
}

#[tokio::test]
async fn an_item_without_its_ids_does_not_take_the_others_with_it() {
    let mut bad = vec![json!(7), json!(null), json!([]), json!("a"), json!({})];
    for (member, value) in [
        ("id", json!(7)),
        ("id", json!("")),
        ("id", json!("../../users")),
        ("id", json!("a%2fb")),
        ("id", json!("getAllMessages")),
        ("id", json!("a b")),
        ("chatId", json!(null)),
        ("chatId", json!("x".repeat(5000))),
        ("createdDateTime", json!({})),
        ("deletedDateTime", json!(1)),
    ] {
        let mut item = good();
        item[member] = value;
        bad.push(item);
    }
    bad.push(good());
    let body = json!({ "value": bad }).to_string();
    let (filled, _) = answered(move |_, _| body.clone()).await;
    assert_eq!(filled.dead, Vec::<String>::new());
    let subjects: Vec<_> = filled.subjects().into_iter().collect();
    let id = good()["id"].as_str().unwrap().to_owned();
    assert_eq!(subjects, [format!("chats('{CHAT}')/messages('{id}')")]);
    let why: Vec<_> = filled.gaps().into_iter().map(|(_, why)| why).collect();
    assert_eq!(why, ["items-unreadable"]);
}

#[tokio::test]
async fn odd_dates_are_no_reason_to_lose_a_message() {
    for modified in [json!(null), json!("soon"), json!(""), json!(date(SINCE))] {
        let mut item = good();
        item["lastModifiedDateTime"] = modified;
        let body = json!({ "value": [item] }).to_string();
        let (filled, _) = answered(move |_, _| body.clone()).await;
        assert_eq!(filled.changes().len(), 1);
    }
}

#[tokio::test]
async fn an_id_over_the_limit_is_not_read_and_told() {
    let act = |target: &str, _: usize| {
        let ids = [1024, 1025].map(|length| json!({ "id": "x".repeat(length) }));
        let users = json!({ "value": ids });
        target
            .starts_with("/v1.0/users?")
            .then(|| (200, Vec::new(), users.to_string()))
    };
    let web = Web::acting(World::small(), act).await;
    let filled = fill(web.reader(), gap("chats/getAllMessages")).await;
    let told = |resource: &str, why: &str| (resource.to_owned(), why.to_owned());
    let of_user = format!("users/{}/chats/getAllMessages", "x".repeat(1024));
    let expected = [
        told("chats/getAllMessages", "items-unreadable"),
        told(&of_user, "http-404"),
    ];
    assert_eq!(filled.gaps(), expected.into());
    assert_eq!(filled.dead, Vec::<String>::new());
    assert_eq!(web.reads().len(), 2, "the list, and the shorter one");
}

#[tokio::test]
async fn ids_of_users_that_would_climb_are_not_read() {
    let act = |target: &str, _: usize| {
        let users = json!({ "value": [{ "id": ".." }, { "id": "." }, { "id": "../.." }] });
        target
            .starts_with("/v1.0/users?")
            .then(|| (200, Vec::new(), users.to_string()))
    };
    let web = Web::acting(World::small(), act).await;
    let filled = fill(web.reader(), gap("chats/getAllMessages")).await;
    assert_eq!(filled.dead, ["resource-path", "resource-path"]);
    let reads = web.reads();
    assert_eq!(reads.len(), 2);
    assert!(
        reads[1].starts_with("/v1.0/users/..%2F../chats/getAllMessages?"),
        "{reads:?}"
    );
}
