//! A walk over every list, as someone makes who has missed everything.

use crate::api::{Api, TENANTS};
use crate::endpoint::Endpoint;
use crate::lists::{CHANNEL, TEAM, all, announced, texts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The findings of a walk over the lists: the path of its notifications, and its version.
type Found = BTreeMap<String, Value>;

fn note(found: &mut Found, path: &str, entries: &[Value], version: &str) {
    for entry in entries {
        let id = entry["id"].as_str().unwrap();
        found.insert(format!("{path}('{id}')"), entry[version].clone());
    }
}

async fn walk_chats(api: &Api, user: &str, found: &mut Found) {
    let chats = all(api, &format!("users/{user}/chats?$expand=members")).await;
    note(found, "chats", &chats, "lastUpdatedDateTime");
    for chat in &chats {
        let id = chat["id"].as_str().unwrap();
        let path = format!("chats('{id}')");
        let members = all(api, &format!("chats/{id}/members")).await;
        assert_eq!(chat["members"].as_array(), Some(&members));
        note(found, &format!("{path}/members"), &members, "none");
        walk_installations(api, &format!("chats/{id}"), found).await;
    }
    for message in all(api, &format!("users/{user}/chats/getAllMessages")).await {
        let path = format!("chats('{}')/messages", message["chatId"].as_str().unwrap());
        note(found, &path, &[message], "etag");
    }
    for (name, collection) in [
        ("getAllTranscripts", "transcripts"),
        ("getAllRecordings", "recordings"),
    ] {
        for artifact in all(api, &format!("users/{user}/onlineMeetings/{name}")).await {
            let meeting = artifact["meetingId"].as_str().unwrap();
            let path = format!("communications/onlineMeetings('{meeting}')/{collection}");
            note(found, &path, &[artifact], "none");
        }
    }
    walk_installations(api, &format!("users/{user}/teamwork"), found).await;
}

async fn walk_installations(api: &Api, home: &str, found: &mut Found) {
    let list = format!("{home}/installedApps");
    for installation in all(api, &format!("{list}?$expand=teamsApp")).await {
        let app = installation["teamsApp"]["id"].as_str().unwrap();
        let path = format!("appCatalogs/teamsApps('{app}')/installations");
        note(found, &path, &[installation], "none");
    }
    let plain = all(api, &list).await;
    assert!(plain.iter().all(|one| one["teamsApp"].is_null()));
}

async fn walk_team(api: &Api, team: &str, found: &mut Found) {
    let path = format!("teams('{team}')");
    let members = all(api, &format!("teams/{team}/members")).await;
    note(found, &format!("{path}/members"), &members, "none");
    walk_installations(api, &format!("teams/{team}"), found).await;
    let channels = all(api, &format!("teams/{team}/channels")).await;
    note(found, &format!("{path}/channels"), &channels, "none");
    for channel in texts(&channels, "id") {
        let (list, path) = (
            format!("teams/{team}/channels/{channel}"),
            format!("{path}/channels('{channel}')"),
        );
        for name in ["members", "allMembers", "sharedWithTeams"] {
            let entries = all(api, &format!("{list}/{name}")).await;
            let indirect = |entry: &Value| {
                let url = "@microsoft.graph.originalSourceMembershipUrl";
                name != "allMembers" || entry[url].is_string()
            };
            let entries: Vec<Value> = entries.into_iter().filter(indirect).collect();
            note(found, &format!("{path}/{name}"), &entries, "none");
        }
        let roots = all(api, &format!("{list}/messages")).await;
        note(found, &format!("{path}/messages"), &roots, "etag");
        for root in texts(&roots, "id") {
            let replies = all(api, &format!("{list}/messages/{root}/replies")).await;
            let path = format!("{path}/messages('{root}')/replies");
            note(found, &path, &replies, "etag");
        }
    }
}

#[tokio::test]
async fn a_walk_over_the_lists_finds_everything_that_is_there() {
    let api = Api::start().await;
    for resource in [
        "chats",
        "chats/getAllMessages",
        "chats/getAllMembers",
        "teams",
        "teams/getAllMessages",
        "teams/getAllChannels",
        "teams/getAllMembers",
        "teams/getAllChannels/getAllMembers",
        &format!("teams/{TEAM}/channels/getAllMembers?notifyOnIndirectMembershipUpdate=true"),
        &format!("teams/{TEAM}/channels/{CHANNEL}/sharedWithTeams"),
        "communications/onlineMeetings/getAllTranscripts",
        "communications/onlineMeetings/getAllRecordings",
        "appCatalogs/teamsApps/386bbcdb-1e1c-4f3f-b7d0-ad7b9ea6cf7c/installations",
    ] {
        announced(&api, resource, json!({"count": 12})).await;
    }
    let found = walk_everything(&api).await;
    let there = census(&api).await;
    assert!(there.len() > 150);
    let missing: Vec<_> = there
        .keys()
        .filter(|path| !found.contains_key(*path))
        .collect();
    assert_eq!(missing, [] as [&String; 0]);
    assert_eq!(found, there);
    assert_eq!(api.get("/simulator/world?tenant=other").await.0, 400);
}

#[tokio::test]
async fn in_a_deleted_team_there_is_nothing_until_it_is_restored() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let team = format!("teams/{TEAM}");
    announced(&api, &format!("{team}/channels"), json!({"count": 3})).await;
    let before = census(&api).await;
    let id = api.subscribe(0, &endpoint, &team, None).await;
    for (deleted, status) in [(1.0, 404), (0.0, 200)] {
        let announcement = json!({"count": 1, "deleted": deleted, "subscriptions": [id]});
        api.announce(&announcement).await;
        for path in [
            team.clone(),
            format!("{team}/channels"),
            format!("{team}/members"),
        ] {
            assert_eq!(api.get(&format!("/v1.0/{path}")).await.0, status, "{path}");
        }
        assert_eq!(walk_everything(&api).await, census(&api).await);
        assert_eq!(census(&api).await.len() == before.len(), status == 200);
    }
}

async fn census(api: &Api) -> Found {
    let path = format!("/simulator/world?tenant={}", TENANTS[0]);
    let (status, there) = api.get(&path).await;
    assert_eq!(status, 200);
    serde_json::from_value(there).unwrap()
}

async fn walk_everything(api: &Api) -> Found {
    let mut found = Found::new();
    for user in texts(&all(api, "users?$top=5").await, "id") {
        walk_chats(api, &user, &mut found).await;
    }
    let teams = all(api, "teams?$top=4").await;
    note(&mut found, "teams", &teams, "none");
    for team in texts(&teams, "id") {
        walk_team(api, &team, &mut found).await;
    }
    found
}
