//! Messages: everything that changed in the gap comes, once, as it would have been announced.

use super::run::{fill, text};
use super::web::{AtHand, Web};
use super::world::{SINCE, UNTIL, World, date, gap, in_channel, in_chat, message};
use crate::decrypt::keys::{CURRENT, ring};
use crate::fakes::FakeClaims;
use std::collections::BTreeSet;
use std::sync::Arc;
use teamwire_decrypt::Decrypt;
use teamwire_payload::{ChangeType, Event, Origin, QueueMessage, ReferencedChange, SealedChange};
use teamwire_transport::Delivery;

const CHAT: &str = "19:chat1@thread.v2";

/// A world with these messages in one chat.
fn chatting(messages: impl IntoIterator<Item = (u64, u64, bool)>) -> World {
    let messages = messages.into_iter();
    World {
        messages: messages
            .map(|(created, modified, deleted)| message(created, modified, deleted, in_chat(CHAT)))
            .collect(),
        ..World::small()
    }
}

async fn changes_of(world: World, changes: &[ChangeType]) -> BTreeSet<(u64, &'static str)> {
    let mut gap = gap(&format!("chats/{CHAT}/messages"));
    gap.changes = changes.to_vec();
    let filled = fill(AtHand(Arc::new(world)), gap).await;
    assert_eq!(filled.dead, Vec::<String>::new());
    let versions = filled.changes().into_iter();
    versions
        .map(|(_, version, change)| (version.parse::<u64>().unwrap() - 1_795_251_600_000, change))
        .collect()
}

#[tokio::test]
async fn every_message_of_every_chat_comes_over_http() {
    let world = World::eventful(1, 60);
    let expected = world.changes(|message| !message["chatId"].is_null());
    assert!(expected.len() > 8, "{}", expected.len());
    let web = Web::of(world).await;
    let filled = fill(web.reader(), gap("chats/getAllMessages")).await;
    assert_eq!(filled.changes(), expected);
    assert_eq!((filled.dead.len(), filled.gaps().len()), (0, 0));
    // A message is found by everybody who is in its chat, and has one id.
    let ids: BTreeSet<_> = filled.events.iter().map(|event| &event.id).collect();
    assert_eq!(ids.len(), expected.len());
    assert!(filled.events.len() > ids.len());
}

#[tokio::test]
async fn every_message_and_reply_of_every_team_comes_over_http() {
    let world = World::eventful(2, 60);
    let expected = world.changes(|message| message["chatId"].is_null());
    let replies = |(subject, _, _): &&(String, String, &str)| subject.contains("/replies(");
    assert!(expected.iter().filter(replies).count() > 2);
    let web = Web::of(world).await;
    let filled = fill(web.reader(), gap("teams/getAllMessages")).await;
    assert_eq!(filled.changes(), expected);
    assert_eq!(filled.events.len(), expected.len());
}

#[tokio::test]
async fn one_user_s_messages_come_over_http() {
    let world = World::eventful(3, 60);
    let (user, chats) = (world.users[1].clone(), ["19:chat0@thread.v2", CHAT]);
    let expected = world.changes(|message| chats.iter().any(|chat| message["chatId"] == *chat));
    let web = Web::of(world).await;
    let filled = fill(
        web.reader(),
        gap(&format!("users/{user}/chats/getAllMessages")),
    )
    .await;
    assert_eq!(filled.changes(), expected);
}

#[tokio::test]
async fn one_chat_s_messages_come_over_http() {
    let world = World::eventful(4, 60);
    let expected = world.changes(|message| message["chatId"] == CHAT);
    let web = Web::of(world).await;
    let filled = fill(web.reader(), gap(&format!("chats/{CHAT}/messages"))).await;
    assert_eq!(filled.changes(), expected);
}

#[tokio::test]
async fn one_channel_s_messages_and_replies_come_over_http_and_no_other_s() {
    let world = World::eventful(5, 200);
    let (team, channel) = (world.teams[1].id.clone(), "19:team1channel1@thread.tacv2");
    let expected = world.changes(|message| message["channelIdentity"]["channelId"] == channel);
    assert!(expected.len() > 1);
    let web = Web::of(world).await;
    let resource = format!("teams/{team}/channels/{channel}/messages");
    let filled = fill(web.reader(), gap(&resource)).await;
    assert_eq!(filled.changes(), expected);
}

#[tokio::test]
async fn both_ends_of_the_gap_belong_to_it_and_what_is_beyond_does_not() {
    let at = [SINCE - 1, SINCE, SINCE + 1, UNTIL - 1, UNTIL, UNTIL + 1];
    let world = chatting(at.map(|at| (at, at, false)));
    let within = at[1..5].iter().map(|at| (*at, "created"));
    let all = [
        ChangeType::Created,
        ChangeType::Updated,
        ChangeType::Deleted,
    ];
    assert_eq!(changes_of(world, &all).await, within.collect());
}

#[tokio::test]
async fn what_happened_to_a_message_is_told_by_its_dates() {
    let messages = [
        (SINCE + 1, SINCE + 1, false),
        (0, SINCE + 2, false),
        (SINCE + 3, SINCE + 4, false),
        (1, SINCE + 5, true),
    ];
    use ChangeType::{Created, Deleted, Updated};
    for (asked, expected) in [
        (
            &[Created, Updated, Deleted][..],
            &[
                (1, "created"),
                (2, "updated"),
                (4, "updated"),
                (5, "deleted"),
            ][..],
        ),
        // Whoever wants no updates still wants what was made and changed within the gap.
        (&[Created], &[(1, "created"), (4, "created")]),
        (&[Updated], &[(2, "updated"), (4, "updated")]),
        (&[Deleted], &[(5, "deleted")]),
        (
            &[Created, Deleted],
            &[(1, "created"), (4, "created"), (5, "deleted")],
        ),
    ] {
        let expected = expected.iter().map(|(at, change)| (SINCE + at, *change));
        let found = changes_of(chatting(messages), asked).await;
        assert_eq!(found, expected.collect(), "{asked:?}");
    }
}

#[tokio::test]
async fn a_change_after_the_gap_does_not_hide_what_happened_in_it() {
    let mut world = chatting([
        (SINCE + 1, UNTIL + 1, false),
        (2, UNTIL + 2, false),
        (UNTIL + 3, UNTIL + 3, false),
        (SINCE + 4, UNTIL + 4, true),
        (5, UNTIL + 5, true),
    ]);
    world.messages[4]["deletedDateTime"] = date(SINCE + 5).into();
    use ChangeType::{Created, Deleted, Updated};
    for (asked, expected) in [
        // Its later change was not announced to whoever wants no updates.
        (&[Created][..], &[(UNTIL + 1, "created")][..]),
        (&[Deleted], &[(UNTIL + 5, "deleted")]),
        (
            &[Created, Deleted],
            &[(UNTIL + 1, "created"), (UNTIL + 5, "deleted")],
        ),
        // Whoever wants updates has heard of it since.
        (&[Created, Updated], &[]),
    ] {
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        let messages = world.messages.clone();
        let world = World {
            messages,
            ..World::small()
        };
        assert_eq!(changes_of(world, asked).await, expected, "{asked:?}");
    }
}

#[tokio::test]
async fn a_message_without_an_etag_is_told_by_its_dates_alone() {
    let mut world = chatting([(SINCE + 1, SINCE + 1, false), (SINCE + 3, SINCE + 4, false)]);
    for message in &mut world.messages {
        message.as_object_mut().unwrap().remove("etag");
    }
    let filled = fill(
        AtHand(Arc::new(world)),
        gap(&format!("chats/{CHAT}/messages")),
    )
    .await;
    let changes: Vec<_> = filled
        .changes()
        .into_iter()
        .map(|(_, version, change)| (version, change))
        .collect();
    assert_eq!(
        changes,
        [(date(SINCE + 1), "created"), (date(SINCE + 4), "updated")]
    );
}

#[tokio::test]
async fn a_gap_that_ends_before_it_begins_is_over() {
    for resource in [
        "chats/getAllMessages",
        "chats",
        "appCatalogs/teamsApps/a/installations",
    ] {
        let mut gap = gap(resource);
        (gap.since, gap.until) = (gap.until, gap.since);
        let web = Web::of(World::eventful(1, 20)).await;
        let filled = fill(web.reader(), gap).await;
        assert_eq!((filled.events.len(), filled.turns), (0, 1), "{resource}");
        assert_eq!(web.reads(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_message_twice_on_a_page_is_one_event() {
    let world = chatting([(SINCE, SINCE, false); 3]);
    let filled = fill(
        AtHand(Arc::new(world)),
        gap(&format!("chats/{CHAT}/messages")),
    )
    .await;
    assert_eq!(filled.events.len(), 1);
}

#[tokio::test]
async fn the_data_is_the_message_as_graph_wrote_it() {
    let world = chatting([(SINCE, SINCE, false)]);
    let written = world.messages[0].to_string();
    let filled = fill(
        AtHand(Arc::new(world)),
        gap(&format!("chats/{CHAT}/messages")),
    )
    .await;
    let event = &filled.events[0];
    assert_eq!(event.data.as_ref().unwrap().get(), written);
    assert_eq!(event.origin, Origin::Backfilled);
    assert_eq!(event.subscriptionid, "s");
    assert_eq!(event.receivedat, "2026-11-21T10:00:00.123Z");
    assert_eq!(event.time, date(SINCE));
}

#[tokio::test]
async fn a_message_has_the_id_that_its_notification_gives_it() {
    let (team, channel) = ("fbe2bf47-16c8-47cf-b4a5-4b9b187c508b", "19:c@thread.tacv2");
    let world = World {
        teams: vec![super::world::Team {
            id: team.to_owned(),
            channels: vec![(channel.to_owned(), "standard")],
            members: Vec::new(),
        }],
        messages: vec![
            message(SINCE, SINCE, false, in_channel(team, channel, None)),
            message(1, SINCE + 1, false, in_channel(team, channel, Some("7"))),
            message(2, SINCE + 2, true, in_channel(team, channel, None)),
        ],
        ..World::default()
    };
    let mut announced = BTreeSet::new();
    for (path, change_type, message) in [
        ("messages('1795253400000')", ChangeType::Created, 0),
        (
            "messages('7')/replies('1795251600001')",
            ChangeType::Updated,
            1,
        ),
        ("messages('1795251600002')", ChangeType::Deleted, 2),
    ] {
        let path = format!("teams('{team}')/channels('{channel}')/{path}");
        announced.insert(
            opened(&path, change_type, &world.messages[message].to_string())
                .await
                .id,
        );
    }
    let filled = fill(AtHand(Arc::new(world)), gap("teams/getAllMessages")).await;
    let ids: BTreeSet<_> = filled.events.into_iter().map(|event| event.id).collect();
    assert_eq!(ids, announced);
}

/// The event of a sealed notification.
async fn opened(path: &str, change_type: ChangeType, resource: &str) -> Event {
    let message = QueueMessage {
        received_at: 1,
        trace: None,
        body: SealedChange {
            change: ReferencedChange {
                tenant_id: super::world::TENANT.parse().unwrap(),
                subscription_id: "another".to_owned(),
                change_type,
                resource: path.to_owned(),
                odata_type: None,
                odata_id: None,
                etag: None,
            },
            content: CURRENT.recipient.seal(resource.as_bytes()).unwrap(),
        },
    };
    let delivery = Delivery {
        message_id: "m".to_owned(),
        body: message.to_json().unwrap(),
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    };
    let decrypt = Decrypt::new(super::run::ROOT, ring(&[&CURRENT]), FakeClaims::default());
    Arc::new(decrypt).work(delivery).await.unwrap().event
}

#[tokio::test]
async fn what_a_gap_asks_for_is_asked_of_graph_as_documented() {
    let web = Web::of(World::small()).await;
    let user = World::small().users[0].clone();
    for resource in [
        format!("users/{user}/chats/getAllMessages"),
        format!("chats/{CHAT}/messages"),
    ] {
        fill(web.reader(), gap(&resource)).await;
    }
    let filter = "$filter=lastModifiedDateTime%20gt%202026-11-21T09%3A29%3A59.999Z%20and%20\
                  lastModifiedDateTime%20lt%202026-11-21T10%3A00%3A00.001Z";
    assert_eq!(
        web.reads(),
        [
            format!("/v1.0/users/{user}/chats/getAllMessages?$top=50&{filter}"),
            format!(
                "/v1.0/chats/19%3Achat1%40thread.v2/messages?$top=50&\
                 $orderby=lastModifiedDateTime%20desc&{filter}"
            ),
        ]
    );
    assert!(text(gap("chats")).contains("gap.v1"));
    let mut of_new_ones = gap(&format!("users/{user}/chats/getAllMessages"));
    of_new_ones.changes = vec![ChangeType::Created];
    fill(web.reader(), of_new_ones).await;
    let filter = "$filter=lastModifiedDateTime%20gt%202026-11-21T09%3A29%3A59.999Z";
    assert_eq!(
        web.reads()[2],
        format!("/v1.0/users/{user}/chats/getAllMessages?$top=50&{filter}")
    );
}
