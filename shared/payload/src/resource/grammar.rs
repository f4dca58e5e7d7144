//! The paths of Teams resources, one row each.

use super::UserId;
use super::segments::{Segment, Segments};
use crate::TenantId;
use std::fmt;

/// The types of resource Teams announces, by their Graph names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceType {
    /// `chat`
    Chat,
    /// `chatMessage`, in a chat or a channel, replies included
    ChatMessage,
    /// `team`
    Team,
    /// `channel`
    Channel,
    /// `conversationMember` of a chat, team or channel
    ConversationMember,
    /// `sharedWithChannelTeamInfo`
    SharedWithChannelTeamInfo,
    /// `callTranscript`
    CallTranscript,
    /// `callRecording`
    CallRecording,
    /// `teamsAppInstallation`
    TeamsAppInstallation,
}

impl ResourceType {
    /// The Graph name, as it stands in an event's `type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::ChatMessage => "chatMessage",
            Self::Team => "team",
            Self::Channel => "channel",
            Self::ConversationMember => "conversationMember",
            Self::SharedWithChannelTeamInfo => "sharedWithChannelTeamInfo",
            Self::CallTranscript => "callTranscript",
            Self::CallRecording => "callRecording",
            Self::TeamsAppInstallation => "teamsAppInstallation",
        }
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a resource can't be read.
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
}

impl NoGet {
    /// The name used in an event's `referencereason`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeedsOrganizer => "needs-organizer",
            Self::NeedsScope => "needs-scope",
            Self::ListOnly => "list-only",
        }
    }
}

/// How a resource is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Get {
    /// At the path that is the resource's identity.
    SamePath,
    /// Below the meeting's organizer.
    BelowOrganizer,
    /// Not by what a notification says.
    None(NoGet),
}

/// A collection, and the name of its key if it has one.
type Collection = (&'static str, Option<&'static str>);

/// One row of the grammar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The collections from the root, as they may be announced.
    pub(super) collections: &'static [Collection],
    /// The same resource by its shortest path; keys that are not in it only say who sees it.
    pub(super) identity: &'static [Collection],
    pub(super) resource_type: ResourceType,
    pub(super) get: Get,
}

impl Pattern {
    pub(super) fn key_names(&self) -> impl Iterator<Item = &'static str> {
        self.collections.iter().filter_map(|(_, key)| *key)
    }
}

const CHAT: Collection = ("chats", Some("chatId"));
const TEAM: Collection = ("teams", Some("teamId"));
const CHANNEL: Collection = ("channels", Some("channelId"));
const MESSAGE: Collection = ("messages", Some("messageId"));
const REPLY: Collection = ("replies", Some("replyId"));
const MEMBER: Collection = ("members", Some("memberId"));
const ALL_MEMBER: Collection = ("allMembers", Some("memberId"));
const SHARED_WITH: Collection = ("sharedWithTeams", Some("sharedWithTeamId"));
const USER: Collection = ("users", Some("userId"));
const ME: Collection = ("me", None);
const COMMUNICATIONS: Collection = ("communications", None);
const MEETING: Collection = ("onlineMeetings", Some("meetingId"));
const AD_HOC_CALL: Collection = ("adhocCalls", Some("callId"));
const TRANSCRIPT: Collection = ("transcripts", Some("transcriptId"));
const RECORDING: Collection = ("recordings", Some("recordingId"));
const APP_CATALOGS: Collection = ("appCatalogs", None);
const TEAMS_APP: Collection = ("teamsApps", Some("teamsAppId"));
const CHAT_WITH_APP: Collection = ("installedToChats", Some("chatId"));
const INSTALLATION: Collection = ("installations", Some("installationId"));

macro_rules! pattern {
    ([$($collection:expr),+], $resource_type:ident, $get:expr) => {
        pattern!([$($collection),+] is [$($collection),+], $resource_type, $get)
    };
    ([$($collection:expr),+] is [$($identity:expr),+], $resource_type:ident, $get:expr) => {
        Pattern {
            collections: &[$($collection),+],
            identity: &[$($identity),+],
            resource_type: ResourceType::$resource_type,
            get: $get,
        }
    };
}

#[rustfmt::skip]
static PATTERNS: [Pattern; 31] = [
    pattern!([CHAT], Chat, Get::SamePath),
    pattern!([CHAT, MESSAGE], ChatMessage, Get::SamePath),
    pattern!([CHAT, MEMBER], ConversationMember, Get::SamePath),
    pattern!([TEAM], Team, Get::SamePath),
    pattern!([TEAM, MEMBER], ConversationMember, Get::SamePath),
    pattern!([TEAM, CHANNEL], Channel, Get::SamePath),
    pattern!([TEAM, CHANNEL, MESSAGE], ChatMessage, Get::SamePath),
    pattern!([TEAM, CHANNEL, MESSAGE, REPLY], ChatMessage, Get::SamePath),
    pattern!([TEAM, CHANNEL, MEMBER], ConversationMember, Get::SamePath),
    pattern!([TEAM, CHANNEL, ALL_MEMBER], ConversationMember, Get::None(NoGet::ListOnly)),
    pattern!([TEAM, CHANNEL, SHARED_WITH], SharedWithChannelTeamInfo, Get::SamePath),
    pattern!([COMMUNICATIONS, MEETING, TRANSCRIPT], CallTranscript, Get::BelowOrganizer),
    pattern!([COMMUNICATIONS, MEETING, RECORDING], CallRecording, Get::BelowOrganizer),
    pattern!([COMMUNICATIONS, AD_HOC_CALL, TRANSCRIPT], CallTranscript, Get::BelowOrganizer),
    pattern!([COMMUNICATIONS, AD_HOC_CALL, RECORDING], CallRecording, Get::BelowOrganizer),
    pattern!([APP_CATALOGS, TEAMS_APP, INSTALLATION], TeamsAppInstallation, Get::None(NoGet::NeedsScope)),

    // The same chats as one user, or one app, sees them.
    pattern!([USER, CHAT] is [CHAT], Chat, Get::SamePath),
    pattern!([USER, CHAT, MESSAGE] is [CHAT, MESSAGE], ChatMessage, Get::SamePath),
    pattern!([USER, CHAT, MEMBER] is [CHAT, MEMBER], ConversationMember, Get::SamePath),
    pattern!([ME, CHAT] is [CHAT], Chat, Get::SamePath),
    pattern!([ME, CHAT, MESSAGE] is [CHAT, MESSAGE], ChatMessage, Get::SamePath),
    pattern!([ME, CHAT, MEMBER] is [CHAT, MEMBER], ConversationMember, Get::SamePath),
    pattern!([APP_CATALOGS, TEAMS_APP, CHAT_WITH_APP] is [CHAT], Chat, Get::SamePath),
    pattern!([APP_CATALOGS, TEAMS_APP, CHAT_WITH_APP, MESSAGE] is [CHAT, MESSAGE], ChatMessage, Get::SamePath),
    pattern!([APP_CATALOGS, TEAMS_APP, CHAT_WITH_APP, MEMBER] is [CHAT, MEMBER], ConversationMember, Get::SamePath),

    // The same meetings and calls by their organizer.
    pattern!([USER, AD_HOC_CALL, TRANSCRIPT] is [COMMUNICATIONS, AD_HOC_CALL, TRANSCRIPT], CallTranscript, Get::BelowOrganizer),
    pattern!([USER, AD_HOC_CALL, RECORDING] is [COMMUNICATIONS, AD_HOC_CALL, RECORDING], CallRecording, Get::BelowOrganizer),
    pattern!([USER, MEETING, TRANSCRIPT] is [COMMUNICATIONS, MEETING, TRANSCRIPT], CallTranscript, Get::BelowOrganizer),
    pattern!([USER, MEETING, RECORDING] is [COMMUNICATIONS, MEETING, RECORDING], CallRecording, Get::BelowOrganizer),
    pattern!([ME, MEETING, TRANSCRIPT] is [COMMUNICATIONS, MEETING, TRANSCRIPT], CallTranscript, Get::BelowOrganizer),
    pattern!([ME, MEETING, RECORDING] is [COMMUNICATIONS, MEETING, RECORDING], CallRecording, Get::BelowOrganizer),
];

/// The row that fits the whole path, and its keys.
pub(super) fn match_pattern(segments: &Segments) -> Option<(&'static Pattern, Vec<String>)> {
    PATTERNS.iter().find_map(|pattern| {
        keys_by(pattern.collections, segments.as_slice()).map(|keys| (pattern, keys))
    })
}

/// A key stands in parentheses behind its collection or is the segment after it.
fn keys_by(
    collections: &[(&'static str, Option<&'static str>)],
    mut segments: &[Segment],
) -> Option<Vec<String>> {
    let mut keys = Vec::with_capacity(collections.len());
    for (name, key_name) in collections {
        let (segment, rest) = segments.split_first()?;
        if !segment.name.eq_ignore_ascii_case(name) {
            return None;
        }
        segments = rest;
        match (key_name, &segment.key) {
            (None, None) => {}
            (None, Some(_)) => return None,
            (Some(key_name), Some(key)) if !is_function(key) => {
                keys.push(one_spelling(key_name, key))
            }
            (Some(_), Some(_)) => return None,
            (Some(key_name), None) => {
                let (key, rest) = segments.split_first()?;
                if key.key.is_some() || is_function(&key.name) {
                    return None;
                }
                keys.push(one_spelling(key_name, &key.name));
                segments = rest;
            }
        }
    }
    segments.is_empty().then_some(keys)
}

/// Ids that come in two spellings: GUIDs in capitals, and ids of meetings that lost their padding.
fn one_spelling(name: &str, key: &str) -> String {
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
    key.starts_with('$') || key.starts_with("getall") || key == "delta" || qualified
}
