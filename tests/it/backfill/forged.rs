//! Messages that somebody else put on the backfill queue.

use super::run::{Filled, fill};
use super::web::{AtHand, Web};
use super::world::{World, gap};
use serde_json::{Value, json};
use std::iter::successors;
use std::sync::Arc;
use teamwire_backfill::{EventList, MeetingArtefact};
use teamwire_payload::{CoverageGap, TenantId};

const CHAT: &str = "19:chat1@thread.v2";
const TEAM: &str = "7c0d2b5e-91f4-4a36-8e57-c3b6d1a09f42";

/// A gap that goes on with `step`, at `link`.
fn going_on(step: &Value, link: &str) -> CoverageGap {
    let mut gap = gap("chats/getAllMessages");
    let progress = json!({ "v": 1, "step": step, "isBranch": true, "link": link,
        "restarts": 0, "pages": 1, "made": 0 });
    gap.continuation = Some(progress.to_string());
    gap
}

/// The outcome, and the requests that were made.
async fn forged(gap: CoverageGap) -> (Filled, Vec<String>) {
    let web = Web::of(World::small()).await;
    let filled = fill(web.reader(), gap).await;
    (filled, web.reads())
}

fn steps() -> Vec<Value> {
    let user = &World::small().users[0];
    let mut steps = vec![
        json!({ "every": { "user": "messages" } }),
        json!({ "every": { "team": "members" } }),
        json!({ "every": { "channel": { "team": "t", "indirect": false } } }),
        json!({ "every": { "chat": { "user": user } } }),
    ];
    let lists = successors(Some(first()), following);
    steps.extend(lists.map(|list| json!({ "list": list })));
    steps
}

fn first() -> EventList {
    let user = World::small().users[0].clone();
    EventList::MessagesOfUser { user }
}

/// One of each kind, each after the one before it: a new kind does not compile.
fn following(list: &EventList) -> Option<EventList> {
    let user = World::small().users[0].clone();
    let (team, chat, channel) = ("t".to_owned(), CHAT.to_owned(), "c".to_owned());
    let artefact = MeetingArtefact::Transcripts;
    Some(match list {
        EventList::MessagesOfUser { .. } => EventList::MessagesOfChat { chat },
        EventList::MessagesOfChat { .. } => EventList::MessagesOfTeam {
            team,
            channel: None,
        },
        EventList::MessagesOfTeam { .. } => EventList::ArtefactsOfUser { user, artefact },
        EventList::ArtefactsOfUser { .. } => EventList::CallArtefactsOfUser { user, artefact },
        EventList::CallArtefactsOfUser { .. } => EventList::Interactions { user },
        EventList::Interactions { .. } => EventList::CallRecords {},
        EventList::CallRecords {} => EventList::Listed {
            path: ["teams", TEAM, "schedule", "shifts"]
                .map(str::to_owned)
                .into(),
        },
        EventList::Listed { .. } => EventList::ArtefactsOfMeeting {
            organizer: user,
            meeting: "m".to_owned(),
            artefact,
        },
        EventList::ArtefactsOfMeeting { .. } => EventList::Chats { user },
        EventList::Chats { .. } => EventList::Chat { chat },
        EventList::Chat { .. } => EventList::Team { team },
        EventList::Team { .. } => EventList::Channels { team },
        EventList::Channels { .. } => EventList::SharedWith { team, channel },
        EventList::SharedWith { .. } => EventList::MembersOfTeam { team },
        EventList::MembersOfTeam { .. } => EventList::MembersOfChannel {
            team,
            channel,
            indirect: false,
        },
        EventList::MembersOfChannel { .. } => EventList::MembersOfChat { chat },
        EventList::MembersOfChat { .. } => return None,
    })
}

#[tokio::test]
async fn a_forged_link_has_nothing_read_but_the_list_of_its_step() {
    let user = &World::small().users[0];
    let links = [
        format!("/v1.0/users/{user}/messages"),
        format!("/v1.0/users/{user}/messages?$skiptoken=a"),
        format!("/v1.0/users/{user}/mailFolders/inbox/messages"),
        format!("/v1.0/users/{user}/drive/root/children"),
        "/v1.0/auditLogs/signIns".to_owned(),
        "/v1.0/users?$select=id&$expand=manager".to_owned(),
        "/v1.0/directory/deletedItems".to_owned(),
        "/v1.0/applications".to_owned(),
        "/v1.0/chats/19:another@thread.v2/messages".to_owned(),
        format!("/v1.0/chats/{CHAT}/messages?$expand=hostedContents"),
    ];
    for step in steps() {
        for link in &links {
            let (filled, reads) = forged(going_on(&step, link)).await;
            assert_eq!(filled.dead, ["foreign-link"], "{step}, {link}");
            assert_eq!(reads, Vec::<String>::new(), "{step}, {link}");
        }
    }
}

#[tokio::test]
async fn a_forged_step_reads_a_list_of_teams_or_nothing() {
    for step in [
        json!({ "list": { "mail": { "user": "a" } } }),
        json!({ "every": { "application": {} } }),
        json!({ "list": { "messagesOfChat": {} } }),
        json!("users"),
        json!(null),
    ] {
        let (filled, reads) = forged(going_on(&step, "/v1.0/users")).await;
        assert_eq!(filled.dead, ["malformed"], "{step}");
        assert_eq!(reads, Vec::<String>::new(), "{step}");
    }
    for path in [
        &["users", "u", "messages"][..],
        &["users"],
        &["me", "messages"],
        &["users", "u", "mailFolders", "inbox", "messages"],
        &["auditLogs", "signIns"],
        &["chats", CHAT, "messages"],
        &["teams", TEAM, "schedule", "shifts", "x"],
        &["teams", TEAM, "schedule/shifts"],
        &["teams", TEAM, "schedule", "shifts?$expand=x"],
        &[],
    ] {
        let mut gap = going_on(&json!({ "list": { "listed": { "path": path } } }), "");
        let progress = gap.continuation.take().unwrap();
        gap.continuation = Some(progress.replace(r#""link":"","#, ""));
        let (filled, reads) = forged(gap).await;
        assert_eq!(filled.dead, ["resource-path"], "{path:?}");
        assert_eq!(reads, Vec::<String>::new(), "{path:?}");
    }
    // A key stays one segment of a path.
    for key in ["a/../../b/messages", "a/messages?$expand=x", "..", ""] {
        let mut gap = going_on(&json!({ "list": { "chats": { "user": key } } }), "");
        let progress = gap.continuation.take().unwrap();
        gap.continuation = Some(progress.replace(r#""link":"","#, ""));
        let (_, reads) = forged(gap).await;
        let is_within = |read: &String| {
            let encoded = read.strip_prefix("/v1.0/users/").unwrap();
            encoded.split('?').next().unwrap().matches('/').count() == 1
        };
        assert!(reads.iter().all(is_within), "{key}: {reads:?}");
    }
}

#[tokio::test]
async fn absurd_numbers_and_dates_come_to_an_end() {
    let user = &World::small().users[0];
    let step = json!({ "list": { "messagesOfUser": { "user": user } } });
    let filter = "$filter=lastModifiedDateTime%20gt%202026";
    let link = format!("/v1.0/users/{user}/chats/getAllMessages?{filter}&$skiptoken=9");
    let progress = json!({ "v": 1, "step": step, "isBranch": true, "link": link,
        "restarts": u32::MAX, "empty": u32::MAX, "pages": u64::MAX, "made": u64::MAX });
    let mut absurd = gap("chats/getAllMessages");
    absurd.continuation = Some(progress.to_string());
    fill(AtHand(Arc::new(World::small())), absurd).await;
    let dates = [
        "-009999-01-02T01:59:59Z",
        "9999-12-30T22:00:00.999999999Z",
        "1970-01-01T00:00:00Z",
    ];
    for since in dates {
        for until in dates {
            let mut absurd = gap(&format!("chats/{CHAT}/messages"));
            (absurd.since, absurd.until) = (since.to_owned(), until.to_owned());
            let filled = fill(AtHand(Arc::new(World::small())), absurd).await;
            assert!(
                filled.dead.is_empty(),
                "{since}, {until}: {:?}",
                filled.dead
            );
        }
    }
}

#[tokio::test]
async fn what_is_longer_than_we_write_is_malformed() {
    let long = "x".repeat(100_000);
    let changes: [fn(&mut CoverageGap, &str); 4] = [
        |gap, long| gap.resource.push_str(long),
        |gap, long| gap.subscription_id.push_str(long),
        |gap, long| gap.since.push_str(&format!("[{long}]")),
        |gap, long| gap.changes = vec![gap.changes[0]; long.len()],
    ];
    for change in changes {
        let mut gap = gap("teams");
        change(&mut gap, &long);
        let (filled, reads) = forged(gap).await;
        assert_eq!((filled.dead, reads), (vec!["malformed".to_owned()], vec![]));
        assert!(filled.events.is_empty());
    }
}

#[tokio::test]
async fn another_tenant_is_asked_for_by_its_own_credentials_alone() {
    let mut other = gap(&format!("chats/{CHAT}/messages"));
    other.tenant_id = "3d0a1f52-6c1b-4c4f-9d0e-51a7c0de8b11"
        .parse::<TenantId>()
        .unwrap();
    let (filled, _) = forged(other).await;
    for event in filled.events {
        assert!(
            event
                .source
                .ends_with("3d0a1f52-6c1b-4c4f-9d0e-51a7c0de8b11")
        );
    }
}
