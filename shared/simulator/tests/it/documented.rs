//! The form of the documents' examples, type by type.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

pub(crate) const USER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";
pub(crate) const TEAM: &str = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
pub(crate) const APP: &str = "386bbcdb-1e1c-4f3f-b7d0-ad7b9ea6cf7c";

/// A documented path with keys in it.
pub(crate) fn resource(path: &str) -> String {
    let meeting = format!("1*{USER}*0**19:meeting_one@thread.v2");
    path.replace("{chat}", "19:one@thread.v2")
        .replace("{user}", USER)
        .replace("{team}", TEAM)
        .replace("{channel}", "19:c1@thread.tacv2")
        .replace("{app}", APP)
        .replace("{call}", "af630fe0-04d3-4559-8cf9-91fe45e36296")
        .replace("{meeting}", &STANDARD.encode(meeting))
        .replace(
            "{url}",
            "https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F1",
        )
        .replace(
            "{webinar}",
            "88b245ac-b0b2-f1aa-e34a-c81c27abdac2@9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
        )
}

/// True if it is of the neighbours of Teams.
pub(crate) fn is_neighbour(path: &str) -> bool {
    let words = [
        "callRecords",
        "CallEvents",
        "copilot/",
        "/schedule/",
        "solutions/",
    ];
    words.iter().any(|word| path.contains(word))
}

/// The resource of a notification, as the documents name it; the artefacts of meetings are
/// announced in other ways too.
pub(crate) fn named(item: &Value) -> String {
    let pointer = item["resourceData"]["@odata.id"].as_str().unwrap();
    // Calls are announced below who began them, in small letters.
    if let Some((_, rest)) = pointer.split_once("/adhoccalls(") {
        return format!("communications/adhocCalls({rest}");
    }
    // Virtual events have their keys as segments.
    if let Some(event) = pointer.strip_prefix("solutions/virtualEvents/") {
        let mut parts = event.trim_end_matches('/').split('/');
        let mut path = "solutions/virtualEvents".to_owned();
        while let (Some(name), Some(key)) = (parts.next(), parts.next()) {
            path += &format!("/{name}('{key}')");
        }
        return path;
    }
    let (user, rest) = match pointer.split_once("')/") {
        Some((user, rest)) if user.starts_with("users('") => (user, rest),
        _ => return pointer.to_owned(),
    };
    match rest.starts_with("onlineMeetings(") {
        true => format!("communications/{rest}"),
        false => format!("{user}')/{rest}"),
    }
}

/// The names in a notification's path: what it is about.
pub(crate) fn shape(resource: &str) -> String {
    let names = resource
        .split("')")
        .filter_map(|part| part.split("('").next());
    names.collect::<Vec<_>>().concat()
}

/// `@odata.type`, the name of the sealed content, and whether `changeType` has a capital.
pub(crate) fn spelling(shape: &str) -> (&'static str, &'static str, bool) {
    match shape {
        "chats" => ("#microsoft.graph.chat", "EncryptedContent", true),
        "chats/members" => (
            "#microsoft.graph.aadUserConversationMember",
            "EncryptedContent",
            true,
        ),
        "teams" => ("#Microsoft.Graph.Team", "encryptedContent", false),
        "teams/channels" => ("#Microsoft.Graph.Channel", "encryptedContent", false),
        "teams/channels/sharedWithTeams" => (
            "#Microsoft.Graph.sharedWithChannelTeamInfo",
            "encryptedContent",
            false,
        ),
        "appCatalogs/teamsApps/installations" => (
            "#Microsoft.Graph.teamsAppInstallation",
            "encryptedContent",
            false,
        ),
        shape if shape.ends_with("essages") || shape.ends_with("/replies") => {
            ("#Microsoft.Graph.chatMessage", "encryptedContent", false)
        }
        shape if shape.ends_with("embers") => (
            "#Microsoft.Graph.aadUserConversationMember",
            "encryptedContent",
            false,
        ),
        shape if shape.ends_with("/transcripts") => {
            ("#Microsoft.Graph.callTranscript", "EncryptedContent", false)
        }
        shape if shape.ends_with("/recordings") => {
            ("#Microsoft.Graph.callRecording", "EncryptedContent", false)
        }
        other => panic!("{other} is no documented path"),
    }
}

/// The members that the documents' example of the sealed resource has.
pub(crate) fn sealed_members(shape: &str) -> &'static [&'static str] {
    match shape {
        "chats" => &[
            "id",
            "topic",
            "createdDateTime",
            "lastUpdatedDateTime",
            "chatType",
        ],
        "chats/members" => &[
            "userId",
            "email",
            "tenantId",
            "id",
            "roles",
            "displayName",
            "user",
        ],
        "teams" => &[
            "id",
            "createdDateTime",
            "internalId",
            "memberSettings",
            "funSettings",
        ],
        "teams/channels" => &[
            "id",
            "createdDateTime",
            "email",
            "webUrl",
            "moderationSettings",
        ],
        "teams/channels/sharedWithTeams" => &["isHostTeam", "id", "tenantId", "displayName"],
        "appCatalogs/teamsApps/installations" => &["id", "teamsApp", "scopeInfo"],
        "teams/channels/allMembers" => &["@microsoft.graph.originalSourceMembershipUrl", "id"],
        shape if shape.ends_with("embers") => &["id", "roles", "displayName", "userId", "email"],
        shape if shape.ends_with("/transcripts") => &[
            "id",
            "transcriptContentUrl",
            "createdDateTime",
            "endDateTime",
            "contentCorrelationId",
            "meetingOrganizer",
        ],
        shape if shape.ends_with("/recordings") => &[
            "id",
            "recordingContentUrl",
            "createdDateTime",
            "endDateTime",
            "contentCorrelationId",
            "meetingOrganizer",
            "content",
        ],
        _ => &[
            "id",
            "etag",
            "messageType",
            "from",
            "body",
            "replies",
            "hostedContents",
        ],
    }
}

/// The address at which the documents say that it is read.
pub(crate) fn address(change: &Value) -> Option<String> {
    let resource = change["resource"].as_str().unwrap();
    let id = resource.rsplit("('").next().unwrap().trim_end_matches("')");
    let shape = shape(resource);
    if shape == "appCatalogs/teamsApps/installations" {
        let home = String::from_utf8(STANDARD.decode(id).unwrap()).unwrap();
        let home = home.split("##").next().unwrap();
        let scope = &change["data"]["scopeInfo"];
        return match scope["scope"].as_str()? {
            "personal" => Some(format!("users/{home}/teamwork/installedApps/{id}")),
            "team" => Some(format!("teams/{home}/installedApps/{id}")),
            _ => Some(format!("chats/{home}/installedApps/{id}")),
        };
    }
    if let Some(rest) = resource.strip_prefix("communications/") {
        let organizer = &change["data"]["meetingOrganizer"]["user"]["id"];
        return Some(format!("users/{}/{rest}", organizer.as_str()?));
    }
    (shape != "teams/channels/allMembers").then(|| resource.to_owned())
}
