//! The table. Sources: Graph's pages on change notifications for chats, messages, teams and
//! channels, members, recordings and transcripts, and app installations; where two copies
//! disagree, the newer one.

use super::{Api, QueryOption, Reading, Recovery, Subscribable};
use crate::ChangeType::{self, Created, Deleted, Updated};
use crate::ResourceType;

const C: &[ChangeType] = &[Created];
const CU: &[ChangeType] = &[Created, Updated];
const CD: &[ChangeType] = &[Created, Deleted];
const CUD: &[ChangeType] = &[Created, Updated, Deleted];

const CHAT: &str = "chats('c')";
const CHAT_MESSAGE: &str = "chats('c')/messages('m')";
const CHANNEL_MESSAGE: &str = "teams('t')/channels('h')/messages('m')";
const CHANNEL: &str = "teams('t')/channels('h')";
const SHARED_WITH: &str = "teams('t')/channels('h')/sharedWithTeams('s')";
const TEAM: &str = "teams('t')";
const TEAM_MEMBER: &str = "teams('t')/members('x')";
const CHANNEL_MEMBER: &str = "teams('t')/channels('h')/members('x')";
const CHAT_MEMBER: &str = "chats('c')/members('x')";
// The id is base64 of `1*<organizer>*0**<thread>`.
const TRANSCRIPT: &str = "communications/onlineMeetings('MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==')/transcripts('i')";
const RECORDING: &str = "communications/onlineMeetings('MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==')/recordings('i')";
const CALL_TRANSCRIPT: &str = "communications/adhocCalls('a')/transcripts('i')";
const CALL_RECORDING: &str = "communications/adhocCalls('a')/recordings('i')";
const INSTALLATION: &str = "appCatalogs/teamsApps('a')/installations('i')";

const MESSAGE_OPTIONS: &[QueryOption] = &[QueryOption::Search, QueryOption::Mentions];
const VIEWPOINT: &[QueryOption] = &[QueryOption::UserSpecificProperties];
const INDIRECT: &[QueryOption] = &[QueryOption::IndirectMembership];
const CONSENT: &[QueryOption] = &[QueryOption::ResourceSpecificConsent];
const INSTALLATION_OPTIONS: &[QueryOption] =
    &[QueryOption::Scopes, QueryOption::ResourceSpecificConsent];

const NONE: &[&str] = &[];
const CHATS_OF_ALL: &[&str] = &["Chat.ReadBasic.All", "Chat.Read.All", "Chat.ReadWrite.All"];
const CHATS_OF_ME: &[&str] = &["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"];
const CHAT_CONSENTED: &[&str] = &[
    "ChatSettings.Read.Chat",
    "ChatSettings.ReadWrite.Chat",
    "Chat.Manage.Chat",
];
const CHATS_WITH_APP: &[&str] = &[
    "Chat.ReadBasic.WhereInstalled",
    "Chat.Read.WhereInstalled",
    "Chat.ReadWrite.WhereInstalled",
];
const MESSAGES_WITH_APP: &[&str] = &["Chat.Read.WhereInstalled", "Chat.ReadWrite.WhereInstalled"];
const CHANNELS: &[&str] = &[
    "Channel.ReadBasic.All",
    "ChannelSettings.Read.All",
    "ChannelSettings.ReadWrite.All",
];
const CHANNELS_CONSENTED: &[&str] = &[
    "ChannelSettings.Read.Group",
    "ChannelSettings.ReadWrite.Group",
];
const CHANNEL_MEMBERS: &[&str] = &["ChannelMember.Read.All", "ChannelMember.ReadWrite.All"];
const TEAMS: &[&str] = &[
    "Team.ReadBasic.All",
    "TeamSettings.Read.All",
    "TeamSettings.ReadWrite.All",
];
const TEAMS_CONSENTED: &[&str] = &["TeamSettings.Read.Group", "TeamSettings.ReadWrite.Group"];
const TEAM_MEMBERS: &[&str] = &["TeamMember.Read.All", "TeamMember.ReadWrite.All"];
const CHAT_MEMBERS: &[&str] = &[
    "ChatMember.Read.All",
    "ChatMember.ReadWrite.All",
    "Chat.ReadBasic.All",
    "Chat.Read.All",
    "Chat.ReadWrite.All",
];
const CHAT_MEMBERS_OF_ME: &[&str] = &[
    "ChatMember.Read",
    "ChatMember.ReadWrite",
    "Chat.ReadBasic",
    "Chat.Read",
    "Chat.ReadWrite",
];
const CHAT_MEMBERS_WITH_APP: &[&str] = &[
    "ChatMember.Read.WhereInstalled",
    "ChatMember.ReadWrite.WhereInstalled",
    "Chat.ReadBasic.WhereInstalled",
    "Chat.Read.WhereInstalled",
    "Chat.ReadWrite.WhereInstalled",
];
const TRANSCRIPTS: &[&str] = &["OnlineMeetingTranscript.Read.All"];
const RECORDINGS: &[&str] = &["OnlineMeetingRecording.Read.All"];
const INSTALLATIONS: &[&str] = &[
    "TeamsAppInstallation.ReadForChat.All",
    "TeamsAppInstallation.ReadForTeam.All",
    "TeamsAppInstallation.ReadForUser.All",
    "TeamsAppInstallation.Read.All",
];
const INSTALLATIONS_CONSENTED: &[&str] = &[
    "TeamsAppInstallation.Read.Chat",
    "TeamsAppInstallation.Read.Group",
    "TeamsAppInstallation.Read.User",
];

macro_rules! row {
    ($type:ident, $path:expr, $announces:expr, $changes:expr, $api:ident, $options:expr,
     delegated $delegated:expr, application $application:expr, consented $consented:expr,
     $per_app:expr, $recovery:expr) => {
        Subscribable {
            path: $path,
            resource_type: ResourceType::$type,
            announces: $announces,
            changes: $changes,
            api: Api::$api,
            options: $options,
            delegated: $delegated,
            application: $application,
            consented: $consented,
            per_app: $per_app,
            recovery: $recovery,
        }
    };
}

const fn changes(reading: Reading) -> Recovery {
    Recovery::Changes(reading)
}

const fn snapshot(reading: Reading) -> Recovery {
    Recovery::Snapshot(reading)
}

/// Every path of Teams that can be subscribed to. Words stand before keys where both fit.
#[rustfmt::skip]
pub static ROWS: &[Subscribable] = &[
    row!(Chat, "chats", CHAT, CU, V1, &[],
        delegated NONE, application CHATS_OF_ALL, consented NONE,
        None, snapshot(Reading::ChatsOfEveryUser)),
    row!(ChatMessage, "chats/getAllMessages", CHAT_MESSAGE, CUD, V1, &[],
        delegated NONE, application &["Chat.Read.All"], consented NONE,
        None, changes(Reading::MessagesOfEveryUser)),
    row!(ConversationMember, "chats/getAllMembers", CHAT_MEMBER, CD, V1, &[],
        delegated NONE, application CHAT_MEMBERS, consented NONE,
        None, snapshot(Reading::MembersOfEveryChat)),
    row!(Chat, "chats/{chat-id}", CHAT, CU, V1, VIEWPOINT,
        delegated CHATS_OF_ME, application CHATS_OF_ALL, consented CHAT_CONSENTED,
        Some(1), snapshot(Reading::OneChat)),
    row!(Chat, "users/{user-id}/chats", CHAT, CU, Beta, VIEWPOINT,
        delegated CHATS_OF_ME, application CHATS_OF_ALL, consented NONE,
        Some(10), snapshot(Reading::ChatsOfUser)),
    row!(Chat, "me/chats", CHAT, CU, Beta, VIEWPOINT,
        delegated CHATS_OF_ME, application NONE, consented NONE,
        Some(10), Recovery::Nothing),
    row!(Chat, "appCatalogs/teamsApps/{teams-app-id}/installedToChats", CHAT, CU, V1, &[],
        delegated NONE, application CHATS_WITH_APP, consented NONE,
        None, Recovery::Nothing),

    row!(ChatMessage, "teams/getAllMessages", CHANNEL_MESSAGE, CUD, V1, &[],
        delegated NONE, application &["ChannelMessage.Read.All"], consented NONE,
        None, changes(Reading::MessagesOfEveryTeam)),
    row!(ChatMessage, "teams/{team-id}/channels/{channel-id}/messages", CHANNEL_MESSAGE, CUD, V1, MESSAGE_OPTIONS,
        delegated &["ChannelMessage.Read.All"], application &["ChannelMessage.Read.All"], consented &["ChannelMessage.Read.Group"],
        Some(1), changes(Reading::MessagesOfChannel)),
    row!(ChatMessage, "chats/{chat-id}/messages", CHAT_MESSAGE, CUD, V1, MESSAGE_OPTIONS,
        delegated &["Chat.Read"], application &["Chat.Read.All"], consented &["ChatMessage.Read.Chat"],
        Some(1), changes(Reading::MessagesOfChat)),
    row!(ChatMessage, "users/{user-id}/chats/getAllMessages", CHAT_MESSAGE, CUD, V1, &[],
        delegated &["Chat.Read", "Chat.ReadWrite"], application &["Chat.Read.All", "Chat.ReadWrite.All"], consented NONE,
        Some(10), changes(Reading::MessagesOfUser)),
    row!(ChatMessage, "me/chats/getAllMessages", CHAT_MESSAGE, CUD, V1, &[],
        delegated &["Chat.Read", "Chat.ReadWrite"], application NONE, consented NONE,
        Some(10), Recovery::Nothing),
    row!(ChatMessage, "appCatalogs/teamsApps/{teams-app-id}/installedToChats/getAllMessages", CHAT_MESSAGE, CU, V1, &[],
        delegated NONE, application MESSAGES_WITH_APP, consented NONE,
        None, Recovery::Nothing),

    row!(Channel, "teams/getAllChannels", CHANNEL, CUD, V1, &[],
        delegated NONE, application CHANNELS, consented NONE,
        None, snapshot(Reading::ChannelsOfEveryTeam)),
    row!(Channel, "teams/{team-id}/channels", CHANNEL, CUD, V1, &[],
        delegated CHANNELS, application CHANNELS, consented CHANNELS_CONSENTED,
        Some(1), snapshot(Reading::ChannelsOfTeam)),
    row!(SharedWithChannelTeamInfo, "teams/{team-id}/channels/{channel-id}/sharedWithTeams", SHARED_WITH, CD, Beta, &[],
        delegated CHANNEL_MEMBERS, application CHANNEL_MEMBERS, consented NONE,
        None, snapshot(Reading::SharedWithTeams)),

    row!(Team, "teams", TEAM, CUD, V1, &[],
        delegated NONE, application TEAMS, consented NONE,
        None, snapshot(Reading::EveryTeam)),
    row!(ConversationMember, "teams/getAllMembers", TEAM_MEMBER, CUD, V1, &[],
        delegated NONE, application TEAM_MEMBERS, consented NONE,
        None, snapshot(Reading::MembersOfEveryTeam)),
    row!(Team, "teams/{team-id}", TEAM, &[Updated, Deleted], V1, &[],
        delegated TEAMS, application TEAMS, consented TEAMS_CONSENTED,
        Some(1), snapshot(Reading::OneTeam)),

    row!(ConversationMember, "teams/{team-id}/members", TEAM_MEMBER, CUD, V1, &[],
        delegated TEAM_MEMBERS, application TEAM_MEMBERS, consented &["TeamMember.Read.Group"],
        Some(1), snapshot(Reading::MembersOfTeam)),
    row!(ConversationMember, "teams/getAllChannels/getAllMembers", CHANNEL_MEMBER, CUD, Beta, &[],
        delegated NONE, application CHANNEL_MEMBERS, consented NONE,
        None, snapshot(Reading::MembersOfEveryChannel)),
    row!(ConversationMember, "teams/{team-id}/channels/getAllMembers", CHANNEL_MEMBER, CUD, V1, INDIRECT,
        delegated CHANNEL_MEMBERS, application CHANNEL_MEMBERS, consented NONE,
        Some(1), snapshot(Reading::MembersOfChannels)),
    row!(ConversationMember, "chats/{chat-id}/members", CHAT_MEMBER, CD, V1, &[],
        delegated CHAT_MEMBERS_OF_ME, application CHAT_MEMBERS, consented &["ChatMember.Read.Chat", "Chat.Manage.Chat"],
        None, snapshot(Reading::MembersOfChat)),
    row!(ConversationMember, "appCatalogs/teamsApps/{teams-app-id}/installedToChats/getAllMembers", CHAT_MEMBER, CU, V1, &[],
        delegated NONE, application CHAT_MEMBERS_WITH_APP, consented NONE,
        None, Recovery::Nothing),

    row!(CallTranscript, "communications/onlineMeetings/getAllTranscripts", TRANSCRIPT, C, V1, &[],
        delegated NONE, application TRANSCRIPTS, consented NONE,
        None, changes(Reading::ArtefactsOfEveryUser)),
    row!(CallTranscript, "communications/onlineMeetings/{meeting-id}/transcripts", TRANSCRIPT, C, V1, &[],
        delegated TRANSCRIPTS, application TRANSCRIPTS, consented NONE,
        Some(1), changes(Reading::ArtefactsOfMeeting)),
    row!(CallTranscript, "users/{user-id}/onlineMeetings/getAllTranscripts", TRANSCRIPT, C, V1, &[],
        delegated TRANSCRIPTS, application TRANSCRIPTS, consented NONE,
        Some(1), changes(Reading::ArtefactsOfUser)),
    row!(CallTranscript, "appCatalogs/teamsApps/{teams-app-id}/installedToOnlineMeetings/getAllTranscripts", TRANSCRIPT, C, Beta, CONSENT,
        delegated NONE, application TRANSCRIPTS, consented &["OnlineMeetingTranscript.Read.Chat"],
        None, Recovery::Nothing),
    row!(CallTranscript, "communications/adhocCalls/getAllTranscripts", CALL_TRANSCRIPT, C, Beta, &[],
        delegated NONE, application &["CallTranscripts.Read.All"], consented NONE,
        None, Recovery::Nothing),
    row!(CallTranscript, "communications/adhocCalls/{call-id}/transcripts", CALL_TRANSCRIPT, C, Beta, &[],
        delegated NONE, application &["CallTranscripts.Read.All"], consented NONE,
        Some(1), Recovery::Nothing),
    row!(CallTranscript, "users/{user-id}/adhocCalls/getAllTranscripts", CALL_TRANSCRIPT, C, Beta, &[],
        delegated NONE, application &["CallTranscripts.Read.All"], consented NONE,
        Some(1), Recovery::Nothing),
    row!(CallRecording, "communications/onlineMeetings/getAllRecordings", RECORDING, C, V1, &[],
        delegated NONE, application RECORDINGS, consented NONE,
        None, changes(Reading::ArtefactsOfEveryUser)),
    row!(CallRecording, "communications/onlineMeetings/{meeting-id}/recordings", RECORDING, C, V1, &[],
        delegated RECORDINGS, application RECORDINGS, consented NONE,
        Some(1), changes(Reading::ArtefactsOfMeeting)),
    row!(CallRecording, "users/{user-id}/onlineMeetings/getAllRecordings", RECORDING, C, V1, &[],
        delegated RECORDINGS, application RECORDINGS, consented NONE,
        Some(1), changes(Reading::ArtefactsOfUser)),
    row!(CallRecording, "appCatalogs/teamsApps/{teams-app-id}/installedToOnlineMeetings/getAllRecordings", RECORDING, C, Beta, CONSENT,
        delegated NONE, application RECORDINGS, consented &["OnlineMeetingRecording.Read.Chat"],
        None, Recovery::Nothing),
    row!(CallRecording, "communications/adhocCalls/getAllRecordings", CALL_RECORDING, C, Beta, &[],
        delegated NONE, application &["CallRecordings.Read.All"], consented NONE,
        None, Recovery::Nothing),
    row!(CallRecording, "communications/adhocCalls/{call-id}/recordings", CALL_RECORDING, C, Beta, &[],
        delegated NONE, application &["CallRecordings.Read.All"], consented NONE,
        Some(1), Recovery::Nothing),
    row!(CallRecording, "users/{user-id}/adhocCalls/getAllRecordings", CALL_RECORDING, C, Beta, &[],
        delegated NONE, application &["CallRecordings.Read.All"], consented NONE,
        Some(1), Recovery::Nothing),

    row!(TeamsAppInstallation, "appCatalogs/teamsApps/{teams-app-id}/installations", INSTALLATION, CUD, V1, INSTALLATION_OPTIONS,
        delegated NONE, application INSTALLATIONS, consented INSTALLATIONS_CONSENTED,
        None, Recovery::Nothing),
];
