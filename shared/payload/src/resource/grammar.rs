//! The resources that Graph announces: the types, and the paths of each.

use super::{PathPart, template};
use crate::resource::UserId;
use crate::{ResourceType, TenantId};

/// The reason why a resource can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoGet {
    /// Transcripts and recordings are read below their organizer, whom neither the path nor the
    /// meeting's id names.
    #[error("the documented GET needs the meeting's organizer")]
    NeedsOrganizer,
    /// Installations are read below the team, chat or user they are in.
    #[error("the documented GET needs the scope of the installation")]
    NeedsScope,
    /// Only the list of indirect members can be read.
    #[error("indirect members can only be listed")]
    ListOnly,
    /// Graph documents no GET, or none for applications.
    #[error("there is no documented GET for applications")]
    NotOffered,
}

impl NoGet {
    /// The name used in an event's `referencereason`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeedsOrganizer => "needs-organizer",
            Self::NeedsScope => "needs-scope",
            Self::ListOnly => "list-only",
            Self::NotOffered => "no-get",
        }
    }
}

/// The way to read a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GetRule {
    /// At the path that is the resource's identity.
    SamePath,
    /// Below the meeting's organizer, at this path.
    BelowOrganizer(&'static str),
    /// Not by what a notification says.
    None(NoGet),
}

/// One row of the grammar.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GrammarRow {
    pub(super) resource_type: ResourceType,
    /// The shortest path to the resource.
    pub(super) path: &'static str,
    /// Other paths to the same resource: keys that are not in the shortest only say who sees it.
    pub(super) seen_as: &'static [&'static str],
    pub(super) get: GetRule,
}

const fn pattern(
    resource_type: ResourceType,
    path: &'static str,
    seen_as: &'static [&'static str],
    get: GetRule,
) -> GrammarRow {
    GrammarRow {
        resource_type,
        path,
        seen_as,
        get,
    }
}

use GetRule::{BelowOrganizer, SamePath};
use ResourceType as T;

/// Every path that is announced.
#[rustfmt::skip]
pub(super) static PATTERNS: &[GrammarRow] = &[
    pattern(T::Chat, "chats/{chatId}", &[
        "users/{userId}/chats/{chatId}",
        "me/chats/{chatId}",
        "appCatalogs/teamsApps/{teamsAppId}/installedToChats/{chatId}",
    ], SamePath),
    pattern(T::ChatMessage, "chats/{chatId}/messages/{messageId}", &[
        "users/{userId}/chats/{chatId}/messages/{messageId}",
        "me/chats/{chatId}/messages/{messageId}",
        "appCatalogs/teamsApps/{teamsAppId}/installedToChats/{chatId}/messages/{messageId}",
    ], SamePath),
    pattern(T::ConversationMember, "chats/{chatId}/members/{memberId}", &[
        "users/{userId}/chats/{chatId}/members/{memberId}",
        "me/chats/{chatId}/members/{memberId}",
        "appCatalogs/teamsApps/{teamsAppId}/installedToChats/{chatId}/members/{memberId}",
    ], SamePath),
    pattern(T::Team, "teams/{teamId}", &[], SamePath),
    pattern(T::ConversationMember, "teams/{teamId}/members/{memberId}", &[], SamePath),
    pattern(T::Channel, "teams/{teamId}/channels/{channelId}", &[], SamePath),
    pattern(T::ChatMessage, "teams/{teamId}/channels/{channelId}/messages/{messageId}", &[], SamePath),
    pattern(T::ChatMessage, "teams/{teamId}/channels/{channelId}/messages/{messageId}/replies/{replyId}", &[], SamePath),
    pattern(T::ConversationMember, "teams/{teamId}/channels/{channelId}/members/{memberId}", &[], SamePath),
    pattern(T::ConversationMember, "teams/{teamId}/channels/{channelId}/allMembers/{memberId}", &[], GetRule::None(NoGet::ListOnly)),
    pattern(T::SharedWithChannelTeamInfo, "teams/{teamId}/channels/{channelId}/sharedWithTeams/{sharedWithTeamId}", &[], SamePath),
    pattern(T::CallTranscript, "communications/onlineMeetings/{meetingId}/transcripts/{transcriptId}", &[
        "users/{userId}/onlineMeetings/{meetingId}/transcripts/{transcriptId}",
        "me/onlineMeetings/{meetingId}/transcripts/{transcriptId}",
    ], BelowOrganizer("users/{userId}/onlineMeetings/{meetingId}/transcripts/{transcriptId}")),
    pattern(T::CallRecording, "communications/onlineMeetings/{meetingId}/recordings/{recordingId}", &[
        "users/{userId}/onlineMeetings/{meetingId}/recordings/{recordingId}",
        "me/onlineMeetings/{meetingId}/recordings/{recordingId}",
    ], BelowOrganizer("users/{userId}/onlineMeetings/{meetingId}/recordings/{recordingId}")),
    pattern(T::CallTranscript, "communications/adhocCalls/{callId}/transcripts/{transcriptId}", &[
        "users/{userId}/adhocCalls/{callId}/transcripts/{transcriptId}",
    ], BelowOrganizer("users/{userId}/adhocCalls/{callId}/transcripts/{transcriptId}")),
    pattern(T::CallRecording, "communications/adhocCalls/{callId}/recordings/{recordingId}", &[
        "users/{userId}/adhocCalls/{callId}/recordings/{recordingId}",
    ], BelowOrganizer("users/{userId}/adhocCalls/{callId}/recordings/{recordingId}")),
    pattern(T::TeamsAppInstallation, "appCatalogs/teamsApps/{teamsAppId}/installations/{installationId}", &[], GetRule::None(NoGet::NeedsScope)),
    // The neighbours of Teams. A call event has no path of its own: the meeting's stands for it.
    pattern(T::CallEvent, "communications/onlineMeetings(joinWebUrl='{joinWebUrl}')/meetingCallEvents", &[
        "communications/onlineMeetings(joinWebUrl='{joinWebUrl}')/meetingCallEvents/{callEventId}",
    ], GetRule::None(NoGet::NotOffered)),
    pattern(T::CallRecord, "communications/callRecords/{callRecordId}", &[], SamePath),
    pattern(T::AiInteraction, "copilot/interactionHistory/interactions/{interactionId}", &[
        "copilot/users/{userId}/interactionHistory/interactions/{interactionId}",
    ], GetRule::None(NoGet::NotOffered)),
    pattern(T::CallAiInsight, "copilot/users/{userId}/onlineMeetings/{meetingId}/aiInsights/{insightId}", &[], SamePath),
    pattern(T::Presence, "communications/presences/{userId}", &["users/{userId}/presence"], SamePath),
    pattern(T::ApprovalItem, "solutions/approval/approvalItems/{approvalItemId}", &[], GetRule::None(NoGet::NotOffered)),
    pattern(T::Shift, "teams/{teamId}/schedule/shifts/{shiftId}", &[], SamePath),
    pattern(T::OfferShiftRequest, "teams/{teamId}/schedule/offerShiftRequests/{requestId}", &[], SamePath),
    pattern(T::OpenShiftChangeRequest, "teams/{teamId}/schedule/openShiftChangeRequests/{requestId}", &[], SamePath),
    pattern(T::SwapShiftsChangeRequest, "teams/{teamId}/schedule/swapShiftsChangeRequests/{requestId}", &[], SamePath),
    pattern(T::TimeOffRequest, "teams/{teamId}/schedule/timeOffRequests/{requestId}", &[], SamePath),
    pattern(T::VirtualEvent, "solutions/virtualEvents/webinars/{webinarId}", &[], SamePath),
    pattern(T::VirtualEvent, "solutions/virtualEvents/townhalls/{townhallId}", &[], SamePath),
    pattern(T::VirtualEvent, "solutions/virtualEvents/events/{eventId}", &[], GetRule::None(NoGet::NotOffered)),
    pattern(T::VirtualEventSession, "solutions/virtualEvents/webinars/{webinarId}/sessions/{sessionId}", &[], SamePath),
    pattern(T::VirtualEventRegistration, "solutions/virtualEvents/webinars/{webinarId}/registrations/{registrationId}", &[], SamePath),
    pattern(T::MeetingAttendanceReport, "solutions/virtualEvents/webinars/{webinarId}/sessions/{sessionId}/attendanceReports/{reportId}", &[], SamePath),
];

/// One path of each form that is announced, a letter in the place of each key.
pub fn announced() -> impl Iterator<Item = (ResourceType, String)> {
    PATTERNS.iter().map(|pattern| {
        let path = template::filled(pattern.path, template::KeyStyle::Quoted, |name| {
            name.split_at_checked(1).map(|(letter, _)| letter)
        });
        (pattern.resource_type, path)
    })
}

/// The row and the path of it that `parts` are an instance of, and their keys.
pub(super) fn match_pattern(
    parts: &[PathPart],
) -> Option<(&'static GrammarRow, &'static str, Vec<String>)> {
    PATTERNS.iter().find_map(|pattern| {
        let paths = std::iter::once(&pattern.path).chain(pattern.seen_as);
        paths.copied().find_map(|path| {
            let keys = template::matched(path, parts)?.into_iter();
            let keys = keys.map(|(name, key)| one_spelling(name, key)).collect();
            Some((pattern, path, keys))
        })
    })
}

/// Ids that come in two spellings: GUIDs in capitals, and ids of meetings that lost their padding.
pub(crate) fn one_spelling(name: &str, key: &str) -> String {
    match key.parse::<TenantId>() {
        Ok(guid) => guid.to_string(),
        Err(_) if name == "meetingId" && UserId::of_meeting(key).is_some() => {
            let bare = key.trim_end_matches('=');
            format!("{bare}{}", "=".repeat(bare.len().wrapping_neg() % 4))
        }
        Err(_) => key.to_owned(),
    }
}

/// In a URL a function stands where a key could: `teams/getAllMessages` reads every message there
/// is. No id looks like one.
pub(crate) fn is_function(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let qualified = key.starts_with("microsoft.graph.");
    let is_word = matches!(&*key, "allmessages" | "delta");
    key.starts_with('$') || key.starts_with("getall") || is_word || qualified
}
