//! What can be subscribed to: the paths Graph documents for Teams, and all that goes with each.
//!
//! [`ROWS`] is the one table. A desired subscription is read against it, `docs/RESOURCES.md` is
//! printed from it (`teamwire resources`), and the means to fill a gap are named in it.

mod options;
mod path;
mod table;

pub use options::{Option as QueryOption, OptionFault, Options, Scope};
pub use path::{SubscriptionFault, SubscriptionPath};
pub use table::ROWS;

use crate::resource::NoGet;
use crate::{ChangeType, Resource, ResourceType};

/// Longest life of a subscription to any Teams resource, in minutes (GRAPH-30).
pub const LONGEST_MINUTES: u32 = 4320;
/// Life up to which no `lifecycleNotificationUrl` is needed, in minutes (GRAPH-30).
pub const MINUTES_WITHOUT_LIFECYCLE: u32 = 60;

/// One path of the documents.
#[derive(Debug, PartialEq, Eq)]
pub struct Subscribable {
    /// Collections and `{keys}`, without a leading slash.
    pub path: &'static str,
    /// What it announces.
    pub resource_type: ResourceType,
    /// The path of what it announces, every key a letter.
    pub announces: &'static str,
    /// The changes that can be asked for.
    pub changes: &'static [ChangeType],
    /// The API to subscribe by.
    pub api: Api,
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
    /// How a gap in it is filled.
    pub recovery: Recovery,
}

/// A version of Graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// `v1.0`
    V1,
    /// `beta`
    Beta,
}

impl Api {
    /// The segment of a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// What Graph offers for the time in which nothing was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Everything that changed within the gap can be asked for, deletions of messages included.
    Changes(Reading),
    /// What there is now can be listed: what went in the gap is not in it.
    Snapshot(Reading),
    /// Nothing.
    Nothing,
}

/// What is read to fill a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
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

impl Subscribable {
    /// The row of a path such as `teams/{team-id}/members`.
    pub fn by_path(path: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.path == path)
    }

    /// Why what it announces can't be read, or `None` where it can.
    pub fn unreadable(&self) -> Option<NoGet> {
        match Resource::parse(self.announces) {
            Ok(Resource::Teams(path)) => path.get().err(),
            Ok(Resource::Foreign(_)) | Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_announces_a_resource_of_its_type() {
        for row in ROWS {
            match Resource::parse(row.announces).unwrap() {
                Resource::Teams(path) => assert_eq!(path.resource_type(), row.resource_type),
                Resource::Foreign(_) => panic!("{} announces no Teams resource", row.path),
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
                    "communications/adhocCalls/getAllTranscripts",
                    "needs-organizer"
                ),
                (
                    "communications/adhocCalls/{call-id}/transcripts",
                    "needs-organizer"
                ),
                (
                    "users/{user-id}/adhocCalls/getAllTranscripts",
                    "needs-organizer"
                ),
                (
                    "communications/adhocCalls/getAllRecordings",
                    "needs-organizer"
                ),
                (
                    "communications/adhocCalls/{call-id}/recordings",
                    "needs-organizer"
                ),
                (
                    "users/{user-id}/adhocCalls/getAllRecordings",
                    "needs-organizer"
                ),
                (
                    "appCatalogs/teamsApps/{teams-app-id}/installations",
                    "needs-scope"
                ),
            ]
        );
    }
}
