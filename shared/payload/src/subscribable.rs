//! The resources that can be subscribed to: the paths Graph documents for Teams, and all that goes
//! with each.
//!
//! [`ROWS`] is the one table. A desired subscription is read against it, `docs/RESOURCES.md` is
//! printed from it (`teamwire resources`), and the means to fill a gap are named in it.

mod collection;
mod key;
mod meant;
mod options;
mod path;
mod table;

pub(crate) use collection::CollectionPath;
pub use key::NotAnId;
pub use options::{InstallationScope, OptionFault, PathOption as QueryOption, PathOptions};
pub use path::{SubscriptionFault, SubscriptionPath};
pub use table::ROWS;

use crate::cloud::MicrosoftCloud;
use crate::resource::NoGet;
use crate::resource::template::{self, KeyStyle};
use crate::{ChangeType, ResourceRef, ResourceType};

/// Longest life of a subscription to most Teams resources, in minutes (GRAPH-30).
pub const LONGEST_MINUTES: u32 = 4320;
/// Longest life of a subscription to anything, in minutes: 30 days.
pub const LONGEST_OF_ALL: u32 = 43_200;
/// Life up to which no `lifecycleNotificationUrl` is needed, in minutes (GRAPH-30).
pub const MINUTES_WITHOUT_LIFECYCLE: u32 = 60;

/// One path of the documents.
#[derive(Debug, PartialEq, Eq)]
pub struct SubscribableRow {
    /// Collections and `{keys}`, without a leading slash.
    pub path: &'static str,
    /// The type that it announces.
    pub resource_type: ResourceType,
    /// A path of what it announces.
    pub announces: &'static str,
    /// True if it can announce with resource data.
    pub rich: bool,
    /// Longest life of a subscription to it, in minutes.
    pub longest_minutes: u32,
    /// The clouds that have it.
    pub clouds: &'static [MicrosoftCloud],
    /// The changes that can be asked for.
    pub changes: &'static [ChangeType],
    /// The API to subscribe by.
    pub api: GraphApi,
    /// Options of the query string that it takes.
    pub options: &'static [QueryOption],
    /// Delegated permissions, the least first; empty where there are none.
    pub delegated: &'static [&'static str],
    /// Application permissions, the least first.
    pub application: &'static [&'static str],
    /// Permissions by resource-specific consent.
    pub consented: &'static [&'static str],
    /// Most subscriptions of one app to one such path, where Graph says so.
    pub per_app: Option<u32>,
    /// The way to fill a gap in it.
    pub recovery: GapRecovery,
}

/// A version of Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphApi {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

impl GraphApi {
    /// The segment of a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// Graph's offer for a time without notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapRecovery {
    /// Everything that changed within the gap can be asked for, deletions of messages included.
    Changes(GapReading),
    /// The present state can be listed: what went in the gap is not in it.
    Snapshot(GapReading),
    /// Nothing.
    Nothing,
}

/// The lists to read to fill a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapReading {
    /// `users/{id}/chats/getAllMessages` of every user.
    MessagesOfEveryUser,
    /// `users/{id}/chats/getAllMessages` of one user.
    MessagesOfUser,
    /// `chats/{id}/messages`.
    MessagesOfChat,
    /// `teams/{id}/channels/getAllMessages` of every team.
    MessagesOfEveryTeam,
    /// `teams/{id}/channels/getAllMessages`, for one channel.
    MessagesOfChannel,
    /// `users/{id}/onlineMeetings/getAllTranscripts(..)` or `getAllRecordings(..)` of every user.
    ArtefactsOfEveryUser,
    /// The same of one user.
    ArtefactsOfUser,
    /// `users/{organizer}/onlineMeetings/{id}/transcripts` or `recordings`.
    ArtefactsOfMeeting,
    /// `users/{id}/adhocCalls/getAllTranscripts(..)` or `getAllRecordings(..)` of every user.
    CallArtefactsOfEveryUser,
    /// The same of one user.
    CallArtefactsOfUser,
    /// `copilot/users/{id}/interactionHistory/getAllEnterpriseInteractions` of every user.
    InteractionsOfEveryUser,
    /// The same of one user.
    InteractionsOfUser,
    /// `communications/callRecords`, by when the call began.
    CallRecords,
    /// The path itself.
    Listed,
    /// `users/{id}/chats` of every user.
    ChatsOfEveryUser,
    /// `users/{id}/chats` of one user.
    ChatsOfUser,
    /// `chats/{id}`.
    OneChat,
    /// `teams`.
    EveryTeam,
    /// `teams/{id}`.
    OneTeam,
    /// `teams/{id}/channels` of every team.
    ChannelsOfEveryTeam,
    /// `teams/{id}/channels`.
    ChannelsOfTeam,
    /// `teams/{id}/channels/{id}/sharedWithTeams`.
    SharedWithTeams,
    /// `teams/{id}/members` of every team.
    MembersOfEveryTeam,
    /// `teams/{id}/members`.
    MembersOfTeam,
    /// `teams/{id}/channels/{id}/members` of every channel of a team.
    MembersOfChannels,
    /// The same of every team.
    MembersOfEveryChannel,
    /// `chats/{id}/members` of every chat of every user.
    MembersOfEveryChat,
    /// `chats/{id}/members`.
    MembersOfChat,
}

const USERS: &[&str] = &[
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const CHATS: &[&str] = &["Chat.ReadBasic.All", "Chat.Read.All", "Chat.ReadWrite.All"];
const TEAMS: &[&str] = &[
    "Team.ReadBasic.All",
    "TeamSettings.Read.All",
    "TeamSettings.ReadWrite.All",
];
const CHANNELS: &[&str] = &[
    "Channel.ReadBasic.All",
    "ChannelSettings.Read.All",
    "ChannelSettings.ReadWrite.All",
];

impl GapReading {
    /// The lists that lead to what is read, each by the application permissions of which it takes one,
    /// the least first. Those of what is read come on top.
    pub const fn lists(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::MessagesOfEveryUser
            | Self::ArtefactsOfEveryUser
            | Self::CallArtefactsOfEveryUser
            | Self::InteractionsOfEveryUser
            | Self::ChatsOfEveryUser => &[USERS],
            Self::MembersOfEveryChat => &[USERS, CHATS],
            Self::MessagesOfEveryTeam
            | Self::EveryTeam
            | Self::ChannelsOfEveryTeam
            | Self::MembersOfEveryTeam => &[TEAMS],
            Self::MembersOfEveryChannel => &[TEAMS, CHANNELS],
            Self::MembersOfChannels => &[CHANNELS],
            Self::MessagesOfUser
            | Self::MessagesOfChat
            | Self::MessagesOfChannel
            | Self::ArtefactsOfUser
            | Self::ArtefactsOfMeeting
            | Self::CallArtefactsOfUser
            | Self::InteractionsOfUser
            | Self::CallRecords
            | Self::Listed
            | Self::ChatsOfUser
            | Self::OneChat
            | Self::OneTeam
            | Self::ChannelsOfTeam
            | Self::SharedWithTeams
            | Self::MembersOfTeam
            | Self::MembersOfChat => &[],
        }
    }
}

impl SubscribableRow {
    /// The row of a path such as `teams/{team-id}/members`.
    pub fn by_path(path: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.path == path)
    }

    /// The row for a subscription to something that the table does not have.
    pub(crate) fn other(api: GraphApi) -> &'static Self {
        match api {
            GraphApi::V1 => &table::OTHER_OF_V1,
            GraphApi::Beta => &table::OTHER_OF_BETA,
        }
    }

    /// True if the documents give permissions of a user for it, and none of an application.
    pub const fn is_delegated_only(&self) -> bool {
        self.application.is_empty() && self.consented.is_empty()
    }

    /// Its path with invented ids in it.
    pub fn example(&self) -> String {
        template::filled(self.path, KeyStyle::Segments, |name| {
            Some(key::KeyKind::of(name).example())
        })
    }

    /// The path of what it announces, with invented ids in it.
    pub fn announced(&self) -> String {
        template::filled(self.announces, KeyStyle::Quoted, |name| {
            Some(key::KeyKind::of_announced(name).example())
        })
    }

    /// The reason why what it announces can't be read, or `None` where it can.
    pub fn unreadable(&self) -> Option<NoGet> {
        match ResourceRef::parse(&self.announced()) {
            Ok(ResourceRef::Teams(path)) => path.get().err(),
            Ok(ResourceRef::Foreign(_)) | Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_announces_a_resource_of_its_type() {
        for row in ROWS {
            match ResourceRef::parse(&row.announced()).unwrap() {
                ResourceRef::Teams(path) => assert_eq!(path.resource_type(), row.resource_type),
                ResourceRef::Foreign(_) => panic!("{} announces no Teams resource", row.path),
            }
        }
    }

    #[test]
    fn every_path_has_one_row_permissions_and_changes() {
        let mut paths: Vec<_> = ROWS.iter().map(|row| row.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), ROWS.len());
        for row in ROWS {
            let permissions = row.delegated.len() + row.application.len() + row.consented.len();
            assert!(permissions > 0 && !row.changes.is_empty(), "{}", row.path);
        }
    }

    #[test]
    fn what_cannot_be_read_is_what_the_documents_give_no_get_for() {
        let unreadable: Vec<_> = ROWS
            .iter()
            .filter_map(|row| row.unreadable().map(|why| (row.path, why.label())))
            .collect();
        assert_eq!(
            unreadable,
            [
                (
                    "appCatalogs/teamsApps/{teams-app-id}/installations",
                    "needs-scope"
                ),
                (
                    "communications/onlineMeetings(joinWebUrl='{join-web-url}')/meetingCallEvents",
                    "no-get"
                ),
                (
                    "copilot/interactionHistory/getAllEnterpriseInteractions",
                    "no-get"
                ),
                (
                    "copilot/users/{user-id}/interactionHistory/getAllEnterpriseInteractions",
                    "no-get"
                ),
                ("solutions/approval/approvalItems", "no-get"),
            ]
        );
    }
}
