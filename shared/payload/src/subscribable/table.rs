//! The table. Sources: Graph's pages on change notifications for chats, messages, teams and
//! channels, members, recordings and transcripts, and app installations; where two copies
//! disagree, the newer one.

use super::{
    GapReading, GapRecovery, GraphApi, LONGEST_MINUTES, LONGEST_OF_ALL, QueryOption,
    SubscribableRow,
};
use crate::ChangeType::{self, Created, Deleted, Updated};
use crate::ResourceType;
use crate::cloud::MicrosoftCloud;

const C: &[ChangeType] = &[Created];
const CU: &[ChangeType] = &[Created, Updated];
const CD: &[ChangeType] = &[Created, Deleted];
const CUD: &[ChangeType] = &[Created, Updated, Deleted];

const CHAT: &str = "chats/{chatId}";
const CHAT_MESSAGE: &str = "chats/{chatId}/messages/{messageId}";
const CHANNEL_MESSAGE: &str = "teams/{teamId}/channels/{channelId}/messages/{messageId}";
const CHANNEL: &str = "teams/{teamId}/channels/{channelId}";
const SHARED_WITH: &str = "teams/{teamId}/channels/{channelId}/sharedWithTeams/{sharedWithTeamId}";
const TEAM: &str = "teams/{teamId}";
const TEAM_MEMBER: &str = "teams/{teamId}/members/{memberId}";
const CHANNEL_MEMBER: &str = "teams/{teamId}/channels/{channelId}/members/{memberId}";
const CHAT_MEMBER: &str = "chats/{chatId}/members/{memberId}";
const TRANSCRIPT: &str = "users/{userId}/onlineMeetings/{meetingId}/transcripts/{transcriptId}";
const RECORDING: &str = "users/{userId}/onlineMeetings/{meetingId}/recordings/{recordingId}";
const CALL_TRANSCRIPT: &str = "users/{userId}/adhocCalls/{callId}/transcripts/{transcriptId}";
const CALL_RECORDING: &str = "users/{userId}/adhocCalls/{callId}/recordings/{recordingId}";
const INSTALLATION: &str = "appCatalogs/teamsApps/{teamsAppId}/installations/{installationId}";
const CALL_EVENTS: &str =
    "communications/onlineMeetings(joinWebUrl='{joinWebUrl}')/meetingCallEvents";
const CALL_RECORD: &str = "communications/callRecords/{callRecordId}";
const AI_INTERACTION: &str = "copilot/interactionHistory/interactions/{interactionId}";
const AI_INSIGHT: &str = "copilot/users/{userId}/onlineMeetings/{meetingId}/aiInsights/{insightId}";
const PRESENCE: &str = "communications/presences/{userId}";
const APPROVAL: &str = "solutions/approval/approvalItems/{approvalItemId}";
const WEBINAR: &str = "solutions/virtualEvents/webinars/{webinarId}";
const ATTENDANCE_REPORT: &str = "solutions/virtualEvents/webinars/{webinarId}/sessions/{sessionId}/attendanceReports/{reportId}";

const MESSAGE_OPTIONS: &[QueryOption] = &[QueryOption::Search, QueryOption::Mentions];
const VIEWPOINT: &[QueryOption] = &[QueryOption::UserSpecificProperties];
const INDIRECT: &[QueryOption] = &[QueryOption::IndirectMembership];
const CONSENT: &[QueryOption] = &[QueryOption::ResourceSpecificConsent];
const INSTALLATION_OPTIONS: &[QueryOption] =
    &[QueryOption::Scopes, QueryOption::ResourceSpecificConsent];

const PARTICIPANTS: &[QueryOption] = &[QueryOption::Participants];
const INTERACTIONS: &[QueryOption] = &[QueryOption::Interactions];

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

const CALL_TRANSCRIPTS: &[&str] = &["CallTranscripts.Read.All"];
const CALL_RECORDINGS: &[&str] = &["CallRecordings.Read.All"];
const ALL_INTERACTIONS: &[&str] = &["AiEnterpriseInteraction.Read.All"];
const INSIGHTS: &[&str] = &["OnlineMeetingAiInsight.Read.All"];
const MEETINGS: &[&str] = &["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"];
const SCHEDULES: &[&str] = &["Schedule.Read.All", "Schedule.ReadWrite.All"];
const VIRTUAL_EVENTS: &[&str] = &["VirtualEvent.Read.All"];
const VIRTUAL_EVENTS_OF_ME: &[&str] = &["VirtualEvent.Read", "VirtualEvent.ReadWrite"];

/// The facts of all paths of a type.
struct OfType {
    rich: bool,
    longest_minutes: u32,
    clouds: &'static [MicrosoftCloud],
}

/// The clouds are those whose CSDL (Prod, Fairfax, Mooncake) has the type.
const fn of_type(resource_type: ResourceType) -> OfType {
    use ResourceType as T;
    const EVERYWHERE: &[MicrosoftCloud] = &MicrosoftCloud::ALL;
    const NOT_IN_CHINA: &[MicrosoftCloud] = &[
        MicrosoftCloud::Global,
        MicrosoftCloud::GccHigh,
        MicrosoftCloud::Dod,
    ];
    const GLOBAL: &[MicrosoftCloud] = &[MicrosoftCloud::Global];
    let (rich, longest_minutes, clouds) = match resource_type {
        T::CallTranscript | T::CallRecording | T::AiInteraction => {
            (true, LONGEST_MINUTES, NOT_IN_CHINA)
        }
        T::CallEvent | T::CallAiInsight => (true, LONGEST_MINUTES, GLOBAL),
        T::CallRecord => (false, 4_230, NOT_IN_CHINA),
        T::Presence => (true, 60, NOT_IN_CHINA),
        T::ApprovalItem => (false, LONGEST_OF_ALL, GLOBAL),
        T::Shift
        | T::OfferShiftRequest
        | T::OpenShiftChangeRequest
        | T::SwapShiftsChangeRequest
        | T::TimeOffRequest => (false, 360, GLOBAL),
        // "A period of a day at most."
        T::VirtualEvent
        | T::VirtualEventSession
        | T::VirtualEventRegistration
        | T::MeetingAttendanceReport => (false, 1_440, GLOBAL),
        _ => (true, LONGEST_MINUTES, EVERYWHERE),
    };
    OfType {
        rich,
        longest_minutes,
        clouds,
    }
}

macro_rules! row {
    ($type:ident, $path:expr, $announces:expr, $changes:expr, $api:ident, $options:expr,
     delegated $delegated:expr, application $application:expr, consented $consented:expr,
     $per_app:expr, $recovery:expr) => {
        SubscribableRow {
            path: $path,
            resource_type: ResourceType::$type,
            announces: $announces,
            rich: of_type(ResourceType::$type).rich,
            longest_minutes: of_type(ResourceType::$type).longest_minutes,
            clouds: of_type(ResourceType::$type).clouds,
            changes: $changes,
            api: GraphApi::$api,
            options: $options,
            delegated: $delegated,
            application: $application,
            consented: $consented,
            per_app: $per_app,
            recovery: $recovery,
        }
    };
}

const fn changes(reading: GapReading) -> GapRecovery {
    GapRecovery::Changes(reading)
}

const fn snapshot(reading: GapReading) -> GapRecovery {
    GapRecovery::Snapshot(reading)
}

/// Every path of Teams that can be subscribed to. Words stand before keys where both fit.
#[rustfmt::skip]
pub static ROWS: &[SubscribableRow] = &[
    row!(Chat, "chats", CHAT, CU, V1, &[],
        delegated NONE, application CHATS_OF_ALL, consented NONE,
        None, snapshot(GapReading::ChatsOfEveryUser)),
    row!(ChatMessage, "chats/getAllMessages", CHAT_MESSAGE, CUD, V1, &[],
        delegated NONE, application &["Chat.Read.All"], consented NONE,
        None, changes(GapReading::MessagesOfEveryUser)),
    row!(ConversationMember, "chats/getAllMembers", CHAT_MEMBER, CD, V1, &[],
        delegated NONE, application CHAT_MEMBERS, consented NONE,
        None, snapshot(GapReading::MembersOfEveryChat)),
    row!(Chat, "chats/{chat-id}", CHAT, CU, V1, &[],
        delegated CHATS_OF_ME, application CHATS_OF_ALL, consented CHAT_CONSENTED,
        Some(1), snapshot(GapReading::OneChat)),
    row!(Chat, "users/{user-id}/chats", CHAT, CU, Beta, VIEWPOINT,
        delegated CHATS_OF_ME, application CHATS_OF_ALL, consented NONE,
        Some(10), snapshot(GapReading::ChatsOfUser)),
    row!(Chat, "appCatalogs/teamsApps/{teams-app-id}/installedToChats", CHAT, CU, V1, &[],
        delegated NONE, application CHATS_WITH_APP, consented NONE,
        None, GapRecovery::Nothing),

    row!(ChatMessage, "teams/getAllMessages", CHANNEL_MESSAGE, CUD, V1, &[],
        delegated NONE, application &["ChannelMessage.Read.All"], consented NONE,
        None, changes(GapReading::MessagesOfEveryTeam)),
    row!(ChatMessage, "teams/{team-id}/channels/{channel-id}/messages", CHANNEL_MESSAGE, CUD, V1, MESSAGE_OPTIONS,
        delegated &["ChannelMessage.Read.All"], application &["ChannelMessage.Read.All"], consented &["ChannelMessage.Read.Group"],
        Some(1), changes(GapReading::MessagesOfChannel)),
    row!(ChatMessage, "chats/{chat-id}/messages", CHAT_MESSAGE, CUD, V1, MESSAGE_OPTIONS,
        delegated &["Chat.Read"], application &["Chat.Read.All"], consented &["ChatMessage.Read.Chat"],
        Some(1), changes(GapReading::MessagesOfChat)),
    row!(ChatMessage, "users/{user-id}/chats/getAllMessages", CHAT_MESSAGE, CUD, V1, &[QueryOption::Search],
        delegated &["Chat.Read", "Chat.ReadWrite"], application &["Chat.Read.All", "Chat.ReadWrite.All"], consented NONE,
        Some(10), changes(GapReading::MessagesOfUser)),
    row!(ChatMessage, "appCatalogs/teamsApps/{teams-app-id}/installedToChats/getAllMessages", CHAT_MESSAGE, CU, V1, &[],
        delegated NONE, application MESSAGES_WITH_APP, consented NONE,
        None, GapRecovery::Nothing),

    row!(Channel, "teams/getAllChannels", CHANNEL, CUD, V1, &[],
        delegated NONE, application CHANNELS, consented NONE,
        None, snapshot(GapReading::ChannelsOfEveryTeam)),
    row!(Channel, "teams/{team-id}/channels", CHANNEL, CUD, V1, &[],
        delegated CHANNELS, application CHANNELS, consented CHANNELS_CONSENTED,
        Some(1), snapshot(GapReading::ChannelsOfTeam)),
    row!(SharedWithChannelTeamInfo, "teams/{team-id}/channels/{channel-id}/sharedWithTeams", SHARED_WITH, CD, Beta, &[],
        delegated CHANNEL_MEMBERS, application CHANNEL_MEMBERS, consented NONE,
        None, snapshot(GapReading::SharedWithTeams)),

    row!(Team, "teams", TEAM, CUD, V1, &[],
        delegated NONE, application TEAMS, consented NONE,
        None, snapshot(GapReading::EveryTeam)),
    row!(ConversationMember, "teams/getAllMembers", TEAM_MEMBER, CUD, V1, &[],
        delegated NONE, application TEAM_MEMBERS, consented NONE,
        None, snapshot(GapReading::MembersOfEveryTeam)),
    row!(Team, "teams/{team-id}", TEAM, &[Updated, Deleted], V1, &[],
        delegated TEAMS, application TEAMS, consented TEAMS_CONSENTED,
        Some(1), snapshot(GapReading::OneTeam)),

    row!(ConversationMember, "teams/{team-id}/members", TEAM_MEMBER, CUD, V1, &[],
        delegated TEAM_MEMBERS, application TEAM_MEMBERS, consented &["TeamMember.Read.Group"],
        Some(1), snapshot(GapReading::MembersOfTeam)),
    row!(ConversationMember, "teams/getAllChannels/getAllMembers", CHANNEL_MEMBER, CUD, Beta, &[],
        delegated NONE, application CHANNEL_MEMBERS, consented NONE,
        None, snapshot(GapReading::MembersOfEveryChannel)),
    row!(ConversationMember, "teams/{team-id}/channels/getAllMembers", CHANNEL_MEMBER, CUD, V1, INDIRECT,
        delegated CHANNEL_MEMBERS, application CHANNEL_MEMBERS, consented NONE,
        Some(1), snapshot(GapReading::MembersOfChannels)),
    row!(ConversationMember, "chats/{chat-id}/members", CHAT_MEMBER, CD, V1, &[],
        delegated CHAT_MEMBERS_OF_ME, application CHAT_MEMBERS, consented &["ChatMember.Read.Chat", "Chat.Manage.Chat"],
        None, snapshot(GapReading::MembersOfChat)),
    row!(ConversationMember, "appCatalogs/teamsApps/{teams-app-id}/installedToChats/getAllMembers", CHAT_MEMBER, CU, V1, &[],
        delegated NONE, application CHAT_MEMBERS_WITH_APP, consented NONE,
        None, GapRecovery::Nothing),

    row!(CallTranscript, "communications/onlineMeetings/getAllTranscripts", TRANSCRIPT, C, V1, &[],
        delegated NONE, application TRANSCRIPTS, consented NONE,
        None, changes(GapReading::ArtefactsOfEveryUser)),
    row!(CallTranscript, "communications/onlineMeetings/{meeting-id}/transcripts", TRANSCRIPT, C, V1, CONSENT,
        delegated TRANSCRIPTS, application TRANSCRIPTS, consented &["OnlineMeetingTranscript.Read.Chat"],
        Some(1), changes(GapReading::ArtefactsOfMeeting)),
    row!(CallTranscript, "users/{user-id}/onlineMeetings/getAllTranscripts", TRANSCRIPT, C, V1, &[],
        delegated TRANSCRIPTS, application TRANSCRIPTS, consented NONE,
        Some(1), changes(GapReading::ArtefactsOfUser)),
    row!(CallTranscript, "appCatalogs/teamsApps/{teams-app-id}/installedToOnlineMeetings/getAllTranscripts", TRANSCRIPT, C, Beta, CONSENT,
        delegated NONE, application TRANSCRIPTS, consented &["OnlineMeetingTranscript.Read.Chat"],
        None, GapRecovery::Nothing),
    row!(CallTranscript, "communications/adhocCalls/getAllTranscripts", CALL_TRANSCRIPT, C, V1, &[],
        delegated NONE, application CALL_TRANSCRIPTS, consented NONE,
        None, changes(GapReading::CallArtefactsOfEveryUser)),
    row!(CallTranscript, "communications/adhocCalls/{call-id}/transcripts", CALL_TRANSCRIPT, C, V1, &[],
        delegated CALL_TRANSCRIPTS, application NONE, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(CallTranscript, "users/{user-id}/adhocCalls/getAllTranscripts", CALL_TRANSCRIPT, C, V1, &[],
        delegated CALL_TRANSCRIPTS, application CALL_TRANSCRIPTS, consented NONE,
        Some(1), changes(GapReading::CallArtefactsOfUser)),
    row!(CallRecording, "communications/onlineMeetings/getAllRecordings", RECORDING, C, V1, &[],
        delegated NONE, application RECORDINGS, consented NONE,
        None, changes(GapReading::ArtefactsOfEveryUser)),
    row!(CallRecording, "communications/onlineMeetings/{meeting-id}/recordings", RECORDING, C, V1, CONSENT,
        delegated RECORDINGS, application RECORDINGS, consented &["OnlineMeetingRecording.Read.Chat"],
        Some(1), changes(GapReading::ArtefactsOfMeeting)),
    row!(CallRecording, "users/{user-id}/onlineMeetings/getAllRecordings", RECORDING, C, V1, &[],
        delegated RECORDINGS, application RECORDINGS, consented NONE,
        Some(1), changes(GapReading::ArtefactsOfUser)),
    row!(CallRecording, "appCatalogs/teamsApps/{teams-app-id}/installedToOnlineMeetings/getAllRecordings", RECORDING, C, Beta, CONSENT,
        delegated NONE, application RECORDINGS, consented &["OnlineMeetingRecording.Read.Chat"],
        None, GapRecovery::Nothing),
    row!(CallRecording, "communications/adhocCalls/getAllRecordings", CALL_RECORDING, C, V1, &[],
        delegated NONE, application CALL_RECORDINGS, consented NONE,
        None, changes(GapReading::CallArtefactsOfEveryUser)),
    row!(CallRecording, "communications/adhocCalls/{call-id}/recordings", CALL_RECORDING, C, V1, &[],
        delegated CALL_RECORDINGS, application NONE, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(CallRecording, "users/{user-id}/adhocCalls/getAllRecordings", CALL_RECORDING, C, V1, &[],
        delegated CALL_RECORDINGS, application CALL_RECORDINGS, consented NONE,
        Some(1), changes(GapReading::CallArtefactsOfUser)),

    row!(TeamsAppInstallation, "appCatalogs/teamsApps/{teams-app-id}/installations", INSTALLATION, CUD, V1, INSTALLATION_OPTIONS,
        delegated NONE, application INSTALLATIONS, consented INSTALLATIONS_CONSENTED,
        None, GapRecovery::Nothing),

    // The neighbours of Teams.
    row!(CallEvent, "communications/onlineMeetings(joinWebUrl='{join-web-url}')/meetingCallEvents", CALL_EVENTS, &[Updated], Beta, &[],
        delegated NONE, application MEETINGS, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(CallRecord, "communications/callRecords", CALL_RECORD, CU, V1, PARTICIPANTS,
        delegated NONE, application &["CallRecords.Read.All"], consented NONE,
        None, changes(GapReading::CallRecords)),
    row!(AiInteraction, "copilot/interactionHistory/getAllEnterpriseInteractions", AI_INTERACTION, CUD, V1, INTERACTIONS,
        delegated NONE, application ALL_INTERACTIONS, consented NONE,
        Some(1), changes(GapReading::InteractionsOfEveryUser)),
    row!(AiInteraction, "copilot/users/{user-id}/interactionHistory/getAllEnterpriseInteractions", AI_INTERACTION, CUD, V1, INTERACTIONS,
        delegated &["AiEnterpriseInteraction.Read"], application ALL_INTERACTIONS, consented &["AiEnterpriseInteraction.Read.User"],
        Some(1), changes(GapReading::InteractionsOfUser)),
    row!(CallAiInsight, "copilot/users/{user-id}/onlineMeetings/getAllAiInsights", AI_INSIGHT, C, Beta, &[],
        delegated INSIGHTS, application INSIGHTS, consented NONE,
        None, GapRecovery::Nothing),
    row!(CallAiInsight, "copilot/users/{user-id}/onlineMeetings/{meeting-id}/aiInsights", AI_INSIGHT, C, Beta, &[],
        delegated INSIGHTS, application INSIGHTS, consented NONE,
        None, snapshot(GapReading::Listed)),
    row!(Presence, "communications/presences", PRESENCE, &[Updated], V1, &[],
        delegated &["Presence.Read.All"], application NONE, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(Presence, "communications/presences/{user-id}", PRESENCE, &[Updated], V1, &[],
        delegated &["Presence.Read.All"], application NONE, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(ApprovalItem, "solutions/approval/approvalItems", APPROVAL, CUD, Beta, &[],
        delegated &["ApprovalSolution.Read", "ApprovalSolution.ReadWrite"], application NONE, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(Shift, "teams/{team-id}/schedule/shifts", "teams/{teamId}/schedule/shifts/{shiftId}", CUD, V1, &[],
        delegated SCHEDULES, application SCHEDULES, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(OfferShiftRequest, "teams/{team-id}/schedule/offerShiftRequests", "teams/{teamId}/schedule/offerShiftRequests/{requestId}", CUD, V1, &[],
        delegated SCHEDULES, application SCHEDULES, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(OpenShiftChangeRequest, "teams/{team-id}/schedule/openShiftChangeRequests", "teams/{teamId}/schedule/openShiftChangeRequests/{requestId}", CUD, V1, &[],
        delegated SCHEDULES, application SCHEDULES, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(SwapShiftsChangeRequest, "teams/{team-id}/schedule/swapShiftsChangeRequests", "teams/{teamId}/schedule/swapShiftsChangeRequests/{requestId}", CUD, V1, &[],
        delegated SCHEDULES, application SCHEDULES, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(TimeOffRequest, "teams/{team-id}/schedule/timeOffRequests", "teams/{teamId}/schedule/timeOffRequests/{requestId}", CUD, V1, &[],
        delegated SCHEDULES, application SCHEDULES, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(VirtualEvent, "solutions/virtualEvents/events", WEBINAR, C, V1, &[],
        delegated NONE, application VIRTUAL_EVENTS, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(VirtualEvent, "solutions/virtualEvents/webinars/{webinar-id}", WEBINAR, &[Updated], V1, &[],
        delegated VIRTUAL_EVENTS_OF_ME, application VIRTUAL_EVENTS, consented NONE,
        Some(1), GapRecovery::Nothing),
    row!(VirtualEventSession, "solutions/virtualEvents/webinars/{webinar-id}/sessions", "solutions/virtualEvents/webinars/{webinarId}/sessions/{sessionId}", CU, V1, &[],
        delegated VIRTUAL_EVENTS_OF_ME, application VIRTUAL_EVENTS, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(VirtualEventRegistration, "solutions/virtualEvents/webinars/{webinar-id}/registrations", "solutions/virtualEvents/webinars/{webinarId}/registrations/{registrationId}", CU, V1, &[],
        delegated VIRTUAL_EVENTS_OF_ME, application VIRTUAL_EVENTS, consented NONE,
        Some(1), snapshot(GapReading::Listed)),
    row!(MeetingAttendanceReport, "solutions/virtualEvents/webinars/{webinar-id}/getAttendanceReports", ATTENDANCE_REPORT, C, V1, &[],
        delegated VIRTUAL_EVENTS_OF_ME, application VIRTUAL_EVENTS, consented NONE,
        Some(1), GapRecovery::Nothing),
];

const fn other(api: GraphApi) -> SubscribableRow {
    SubscribableRow {
        path: "other",
        resource_type: ResourceType::Other,
        announces: "",
        rich: true,
        longest_minutes: LONGEST_OF_ALL,
        clouds: &MicrosoftCloud::ALL,
        changes: CUD,
        api,
        options: &[],
        delegated: NONE,
        application: NONE,
        consented: NONE,
        per_app: None,
        recovery: GapRecovery::Nothing,
    }
}

/// The row for anything else.
pub(super) static OTHER_OF_V1: SubscribableRow = other(GraphApi::V1);
/// The same, below `beta`.
pub(super) static OTHER_OF_BETA: SubscribableRow = other(GraphApi::Beta);
