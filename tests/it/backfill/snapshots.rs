//! Lists without history: the present state is listed, and more is reported as possibly missing.

use super::run::fill;
use super::web::{AtHand, Web};
use super::world::{SINCE, World, gap};
use std::collections::BTreeSet;
use std::sync::Arc;
use teamwire_payload::ChangeType;

/// The subjects that a gap brings, over HTTP; and that it says what a snapshot can't show.
async fn listed(resource: &str) -> BTreeSet<String> {
    let web = Web::of(World::small()).await;
    let filled = fill(web.reader(), gap(resource)).await;
    assert_eq!(filled.dead, Vec::<String>::new(), "{resource}");
    let only = (resource.to_owned(), "snapshot-only".to_owned());
    assert_eq!(filled.gaps(), BTreeSet::from([only]), "{resource}");
    let changes = filled.changes();
    assert!(changes.iter().all(|(_, _, change)| *change == "updated"));
    filled.subjects()
}

fn subjects(expected: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    expected.into_iter().collect()
}

/// Ids of the teams, and of their channels that have members of their own.
fn channels() -> Vec<(String, String)> {
    let world = World::small();
    let teams = world.teams.into_iter();
    teams
        .flat_map(|team| {
            let channels = team.channels.into_iter();
            channels.map(move |(channel, _)| (team.id.clone(), channel))
        })
        .collect()
}

#[tokio::test]
async fn chats_are_listed_by_their_users_but_for_those_that_did_not_change_since() {
    let recent = (1..4).map(|n| format!("chats('19:chat{n}@thread.v2')"));
    assert_eq!(listed("chats").await, subjects(recent));
    let user = World::small().users[1].clone();
    let of_one = listed(&format!("users/{user}/chats")).await;
    assert_eq!(of_one, subjects(["chats('19:chat1@thread.v2')".to_owned()]));
    let one = listed("chats/19:chat2@thread.v2").await;
    assert_eq!(one, subjects(["chats('19:chat2@thread.v2')".to_owned()]));
}

#[tokio::test]
async fn a_chat_that_was_made_in_the_gap_is_created() {
    let mut world = World::small();
    world.chats[2].created = SINCE + 1;
    let filled = fill(AtHand(Arc::new(world)), gap("chats/19:chat2@thread.v2")).await;
    let changes: Vec<_> = filled
        .changes()
        .into_iter()
        .map(|(.., change)| change)
        .collect();
    assert_eq!(changes, ["created"]);
}

#[tokio::test]
async fn what_was_there_before_the_gap_is_not_new_to_whoever_wants_no_updates() {
    for (created, expected) in [(0, 0), (SINCE + 1, 1)] {
        let mut world = World::small();
        world.chats[2].created = created;
        let mut gap = gap("chats/19:chat2@thread.v2");
        gap.changes = vec![ChangeType::Created];
        let filled = fill(AtHand(Arc::new(world)), gap).await;
        assert_eq!(filled.changes().len(), expected, "{created}");
    }
}

#[tokio::test]
async fn teams_and_channels_are_listed() {
    let teams = World::small().teams;
    let all = teams.iter().map(|team| format!("teams('{}')", team.id));
    assert_eq!(listed("teams").await, subjects(all));
    let one = &teams[1].id;
    assert_eq!(
        listed(&format!("teams/{one}")).await,
        subjects([format!("teams('{one}')")])
    );
    let channel =
        |(team, channel): (String, String)| format!("teams('{team}')/channels('{channel}')");
    let all: BTreeSet<_> = channels().into_iter().map(channel).collect();
    assert_eq!(listed("teams/getAllChannels").await, all);
    let of_one: BTreeSet<_> = all.into_iter().filter(|path| path.contains(one)).collect();
    assert_eq!(listed(&format!("teams/{one}/channels")).await, of_one);
}

#[tokio::test]
async fn members_are_listed_where_they_are_members() {
    let world = World::small();
    let of_teams = world.teams.iter().flat_map(|team| {
        let member = |id: &String| format!("teams('{}')/members('{id}')", team.id);
        team.members.iter().map(member).collect::<Vec<_>>()
    });
    let of_teams = subjects(of_teams);
    assert_eq!(listed("teams/getAllMembers").await, of_teams);
    let one = &world.teams[0].id;
    let of_one: BTreeSet<_> = of_teams
        .into_iter()
        .filter(|path| path.contains(one))
        .collect();
    assert_eq!(listed(&format!("teams/{one}/members")).await, of_one);

    let of_chats = world.chats.iter().flat_map(|chat| {
        let member = |id: &String| format!("chats('{}')/members('{id}')", chat.id);
        chat.members.iter().map(member).collect::<Vec<_>>()
    });
    let of_chats = subjects(of_chats);
    assert_eq!(listed("chats/getAllMembers").await, of_chats);
    let of_one = of_chats.into_iter().filter(|path| path.contains("chat3"));
    assert_eq!(
        listed("chats/19:chat3@thread.v2/members").await,
        of_one.collect()
    );
}

#[tokio::test]
async fn members_of_channels_are_listed_but_for_those_of_standard_ones() {
    let world = World::small();
    let own = |(team, channel): (String, String)| {
        let member = &world
            .teams
            .iter()
            .find(|known| known.id == team)
            .unwrap()
            .members[0];
        let standard = channel.contains("channel0");
        let path = format!("teams('{team}')/channels('{channel}')/members('{member}')");
        (!standard).then_some(path)
    };
    let all: BTreeSet<_> = channels().into_iter().filter_map(own).collect();
    assert_eq!(all.len(), 4);
    assert_eq!(listed("teams/getAllChannels/getAllMembers").await, all);
    let one = &world.teams[1].id;
    let of_one: BTreeSet<_> = all
        .into_iter()
        .filter(|path| path.starts_with(&format!("teams('{one}'")))
        .collect();
    let resource = format!("teams/{one}/channels/getAllMembers");
    assert_eq!(listed(&resource).await, of_one);
    let indirect = of_one
        .iter()
        .map(|path| path.replace("/members", "/allMembers"));
    let option = "notifyOnIndirectMembershipUpdate=true";
    let filled = fill(
        AtHand(Arc::new(World::small())),
        gap(&format!("{resource}?{option}")),
    )
    .await;
    assert_eq!(filled.subjects(), indirect.collect());
}

#[tokio::test]
async fn teams_that_a_channel_is_shared_with_are_listed() {
    let (team, channel) = channels().remove(2);
    let path = format!("teams/{team}/channels/{channel}/sharedWithTeams");
    let subject = format!("teams('{team}')/channels('{channel}')/sharedWithTeams('{team}')");
    assert_eq!(listed(&path).await, subjects([subject]));
}

#[tokio::test]
async fn where_only_additions_are_asked_for_what_is_there_counts_as_added() {
    let mut gap = gap("chats/19:chat3@thread.v2/members");
    for (changes, expected) in [
        (vec![ChangeType::Created, ChangeType::Deleted], 2),
        (vec![ChangeType::Deleted], 0),
    ] {
        gap.changes = changes;
        let filled = fill(AtHand(Arc::new(World::small())), gap.clone()).await;
        let changes = filled.changes();
        assert_eq!(changes.len(), expected);
        assert!(changes.iter().all(|(.., change)| *change == "created"));
        assert_eq!(filled.gaps().len(), 1);
    }
}

#[tokio::test]
async fn a_listing_of_the_same_gap_has_the_same_ids_and_one_of_another_gap_has_not() {
    let ids = async |reason| {
        let mut gap = gap("chats/19:chat3@thread.v2/members");
        if reason == 1 {
            gap.until.replace_range(..4, "2027");
        }
        let filled = fill(AtHand(Arc::new(World::small())), gap).await;
        let ids = filled.events.into_iter().map(|event| event.id);
        ids.collect::<BTreeSet<_>>()
    };
    assert_eq!(ids(0).await, ids(0).await);
    assert!(ids(0).await.is_disjoint(&ids(1).await));
}

#[tokio::test]
async fn what_graph_has_no_means_for_is_told_and_nothing_is_read() {
    for resource in [
        "appCatalogs/teamsApps/a/installations",
        "communications/adhocCalls/976f4b31-fd01-4e0b-9178-29cc40c14438/transcripts",
        "me/chats",
        "communications/onlineMeetings/no-organizer/transcripts",
        "users",
    ] {
        let web = Web::of(World::small()).await;
        let filled = fill(web.reader(), gap(resource)).await;
        let expected = (resource.to_owned(), "no-means".to_owned());
        assert_eq!(filled.gaps(), BTreeSet::from([expected]));
        assert_eq!((filled.events.len(), filled.dead.len()), (1, 0));
        assert_eq!(web.reads(), Vec::<String>::new());
    }
}
