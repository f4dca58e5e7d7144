//! The permissions that a token must have: for a subscription by the product's own table, than which
//! nothing here would know better, and for a GET by the pages of each.

use super::errors::GraphErrorResponse;
use super::extension;
use super::rules::Create;
use crate::entra::tokens::Caller;
use crate::path::Segments;
use teamwire_payload::SubscriptionPath;

/// Consent for one chat or team is given by installing an app there, which nothing here does: a
/// subscription that says that it goes by such consent is taken.
///
/// # Errors
/// 403 `Forbidden`
pub(super) fn check(create: &Create, caller: &Caller) -> Result<(), GraphErrorResponse> {
    if create
        .scope
        .flag("useResourceSpecificConsentBasedAuthorization")
    {
        return Ok(());
    }
    let path = create.resource.split('?').next().unwrap_or_default();
    let needed = SubscriptionPath::parse(path).map_or(&[][..], |path| path.row().application);
    if needed.is_empty() || has_one_of(caller, needed) {
        return Ok(());
    }
    Err(extension::missing_role(needed))
}

/// Checks that what is at `path` may be read.
///
/// # Errors
/// 403 `Forbidden`
pub(super) fn check_reading(path: &Segments, caller: &Caller) -> Result<(), GraphErrorResponse> {
    let names: Vec<&str> = path.iter().collect();
    let needed = to_read(&names);
    if needed.is_empty() || has_one_of(caller, needed) {
        return Ok(());
    }
    Err(GraphErrorResponse::missing_role(needed, &caller.roles))
}

fn has_one_of(caller: &Caller, needed: &[&str]) -> bool {
    let has = |needed: &&str| caller.roles.iter().any(|role| role == needed);
    needed.iter().any(has)
}

/// The application permissions of which one is enough, the least first; none for what is no path
/// of a GET.
fn to_read(path: &[&str]) -> &'static [&'static str] {
    match path {
        ["users"] | ["users", _] => &[
            "User.ReadBasic.All",
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        ["users", _, "chats", "getAllMessages"] => MESSAGES,
        ["users", _, "chats"] | ["chats", _] => &[
            "Chat.ReadBasic.WhereInstalled",
            "Chat.Read.WhereInstalled",
            "Chat.ReadWrite.WhereInstalled",
            "Chat.ReadBasic.All",
            "Chat.Read.All",
            "Chat.ReadWrite.All",
        ],
        ["chats", _, "messages", ..] => MESSAGES,
        ["chats", _, "members", ..] => &[
            "ChatMember.Read.WhereInstalled",
            "ChatMember.ReadWrite.WhereInstalled",
            "ChatMember.Read.All",
            "ChatMember.ReadWrite.All",
            "Chat.ReadBasic.WhereInstalled",
            "Chat.Read.WhereInstalled",
            "Chat.ReadWrite.WhereInstalled",
            "Chat.ReadBasic.All",
            "Chat.Read.All",
            "Chat.ReadWrite.All",
        ],
        [of, _, "installedApps", ..] | [of, _, "teamwork", "installedApps", ..] => match *of {
            "chats" => &[
                "TeamsAppInstallation.ReadForChat.All",
                "TeamsAppInstallation.Read.All",
            ],
            "teams" => &[
                "TeamsAppInstallation.ReadForTeam.All",
                "TeamsAppInstallation.Read.All",
            ],
            _ => &[
                "TeamsAppInstallation.ReadForUser.All",
                "TeamsAppInstallation.Read.All",
            ],
        },
        ["teams"] | ["teams", _] => &[
            "Team.ReadBasic.All",
            "TeamSettings.Read.All",
            "TeamSettings.ReadWrite.All",
        ],
        ["teams", _, "members", ..] => &["TeamMember.Read.All", "TeamMember.ReadWrite.All"],
        ["teams", _, "schedule", ..] => &["Schedule.Read.All", "Schedule.ReadWrite.All"],
        ["teams", _, "channels", "getAllMessages"]
        | ["teams", _, "channels", _, "messages", ..] => &["ChannelMessage.Read.All"],
        [
            "teams",
            _,
            "channels",
            _,
            "members" | "allMembers" | "sharedWithTeams",
            ..,
        ] => &["ChannelMember.Read.All", "ChannelMember.ReadWrite.All"],
        ["teams", _, "channels", ..] => &[
            "Channel.ReadBasic.All",
            "ChannelSettings.Read.All",
            "ChannelSettings.ReadWrite.All",
        ],
        [
            "users",
            _,
            meetings @ ("onlineMeetings" | "adhocCalls"),
            rest @ ..,
        ] => {
            let is_of = |kind: &str, all: &str| {
                rest.iter()
                    .any(|name| *name == kind || name.starts_with(all))
            };
            let is_call = *meetings == "adhocCalls";
            match () {
                () if is_of("transcripts", "getAllTranscripts") && is_call => {
                    &["CallTranscripts.Read.All"]
                }
                () if is_of("transcripts", "getAllTranscripts") => {
                    &["OnlineMeetingTranscript.Read.All"]
                }
                () if is_of("recordings", "getAllRecordings") && is_call => {
                    &["CallRecordings.Read.All"]
                }
                () if is_of("recordings", "getAllRecordings") => {
                    &["OnlineMeetingRecording.Read.All"]
                }
                () => &["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"],
            }
        }
        ["communications", "callRecords", ..] => &["CallRecords.Read.All"],
        ["copilot", "users", _, "interactionHistory", ..] => &["AiEnterpriseInteraction.Read.All"],
        ["copilot", "users", _, "onlineMeetings", _, "aiInsights", ..] => {
            &["OnlineMeetingAiInsight.Read.All"]
        }
        ["solutions", "virtualEvents", ..] => &["VirtualEvent.Read.All"],
        _ => &[],
    }
}

const MESSAGES: &[&str] = &["Chat.Read.All", "Chat.ReadWrite.All"];
