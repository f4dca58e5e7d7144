//! The steps of a reading, from a whole tenant down to one list.

use crate::window::TimeWindow;
use serde::{Deserialize, Serialize};
use teamwire_graph::pages::{ListPace, NotALink, PageLink, PageRequest, PageShape};
use teamwire_payload::subscribable::{GapReading, GapRecovery};
use teamwire_payload::{ChangeType, SubscriptionPath};

/// Something to be read, page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GapStep {
    /// A list whose items are to be read in turn, each a branch of its own.
    Every(BranchingList),
    /// A list whose items become events.
    List(EventList),
}

/// Lists that branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BranchingList {
    /// The users of the tenant.
    User(OfUser),
    /// The teams of the tenant.
    Team(OfTeam),
    /// The private and shared channels of a team, for their members.
    Channel {
        /// Its id.
        team: String,
        /// True if indirect members count.
        indirect: bool,
    },
    /// The chats of a user, for their members.
    Chat {
        /// Its id.
        user: String,
    },
}

/// Lists of each user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OfUser {
    /// The messages of all chats.
    Messages,
    /// Transcripts or recordings of the meetings.
    Artefacts(MeetingArtefact),
    /// Transcripts or recordings of ad hoc calls.
    CallArtefacts(MeetingArtefact),
    /// Prompts to Copilot and its answers.
    Interactions,
    /// The chats.
    Chats,
    /// The members of each chat.
    Members,
}

/// Lists of each team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OfTeam {
    /// The messages of all channels.
    Messages,
    /// The team.
    Team,
    /// Its channels.
    Channels,
    /// Its members.
    Members,
    /// The members of its private and shared channels.
    ChannelMembers,
}

/// The artefacts of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MeetingArtefact {
    /// `callTranscript`
    Transcripts,
    /// `callRecording`
    Recordings,
}

impl MeetingArtefact {
    /// The collection below a meeting.
    pub(crate) const fn collection(self) -> &'static str {
        match self {
            Self::Transcripts => "transcripts",
            Self::Recordings => "recordings",
        }
    }

    /// The function that gives those of all meetings.
    const fn function(self) -> &'static str {
        match self {
            Self::Transcripts => "getAllTranscripts",
            Self::Recordings => "getAllRecordings",
        }
    }

    /// Those of all a user's meetings or calls, by the function whose parameter `of` names whose.
    fn all(
        self,
        below: &str,
        of: &str,
        user: &str,
        window: TimeWindow,
    ) -> Result<PageLink, NotALink> {
        let (after, before) = window.of_artefacts().bounds();
        PageLink::calling(
            &["users", user, below],
            self.function(),
            &[
                (of, &format!("'{}'", user.replace('\'', "''"))),
                ("startDateTime", &after),
                ("endDateTime", &before),
            ],
        )
    }
}

/// Lists whose items become events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "a field is an id of what its name says")]
pub enum EventList {
    /// `users/{id}/chats/getAllMessages`
    MessagesOfUser { user: String },
    /// `chats/{id}/messages`
    MessagesOfChat { chat: String },
    /// `teams/{id}/channels/getAllMessages`, replies included; of one channel if it is named.
    MessagesOfTeam {
        team: String,
        channel: Option<String>,
    },
    /// `users/{id}/onlineMeetings/getAllTranscripts(..)` or `getAllRecordings(..)`
    ArtefactsOfUser {
        user: String,
        artefact: MeetingArtefact,
    },
    /// `users/{id}/adhocCalls/getAllTranscripts(..)` or `getAllRecordings(..)`
    CallArtefactsOfUser {
        user: String,
        artefact: MeetingArtefact,
    },
    /// `copilot/users/{id}/interactionHistory/getAllEnterpriseInteractions`
    Interactions { user: String },
    /// `communications/callRecords`
    CallRecords {},
    /// A collection whose items are announced below it.
    Listed { path: Vec<String> },
    /// `users/{id}/onlineMeetings/{id}/transcripts` or `recordings`
    ArtefactsOfMeeting {
        organizer: String,
        meeting: String,
        artefact: MeetingArtefact,
    },
    /// `users/{id}/chats`
    Chats { user: String },
    /// `chats/{id}`
    Chat { chat: String },
    /// `teams/{id}`
    Team { team: String },
    /// `teams/{id}/channels`
    Channels { team: String },
    /// `teams/{id}/channels/{id}/sharedWithTeams`
    SharedWith { team: String, channel: String },
    /// `teams/{id}/members`
    MembersOfTeam { team: String },
    /// `teams/{id}/channels/{id}/members` or `allMembers`
    MembersOfChannel {
        team: String,
        channel: String,
        indirect: bool,
    },
    /// `chats/{id}/members`
    MembersOfChat { chat: String },
}

/// The function that gives what was asked of Copilot and answered.
const INTERACTIONS: &str = "getAllEnterpriseInteractions";
/// Most of what Graph gives on one page of messages and of chats.
const TOP: (&str, &str) = ("$top", "50");
/// Users and teams are only counted off; each becomes a message on our queue.
const IDS: &[(&str, &str)] = &[("$select", "id"), ("$top", "100")];

impl GapStep {
    /// The request for its first page, for whoever wants `changes`.
    ///
    /// # Errors
    /// [`NotALink`] where an id could not stand in a URL.
    pub(crate) fn request(
        &self,
        window: TimeWindow,
        changes: &[ChangeType],
    ) -> Result<PageRequest, NotALink> {
        let (pace, whose) = self.pace();
        let shape = match self {
            Self::List(EventList::Chat { .. } | EventList::Team { .. }) => PageShape::One,
            Self::List(_) | Self::Every(_) => PageShape::List,
        };
        Ok(PageRequest {
            link: self.link(window, changes)?,
            pace,
            whose,
            shape,
        })
    }

    fn link(&self, window: TimeWindow, changes: &[ChangeType]) -> Result<PageLink, NotALink> {
        let filter = if changes.contains(&ChangeType::Updated) {
            window.filter()
        } else {
            // What was changed since would not be found by its last change, nor be announced.
            window.filter_since()
        };
        let filter = ("$filter", &*filter);
        match self {
            Self::Every(BranchingList::User(_)) => PageLink::to(&["users"], IDS),
            Self::Every(BranchingList::Team(_)) => PageLink::to(&["teams"], IDS),
            Self::Every(BranchingList::Channel { team, .. })
            | Self::List(EventList::Channels { team }) => {
                PageLink::to(&["teams", team, "channels"], &[])
            }
            Self::Every(BranchingList::Chat { user }) | Self::List(EventList::Chats { user }) => {
                PageLink::to(&["users", user, "chats"], &[TOP])
            }
            Self::List(EventList::MessagesOfUser { user }) => {
                PageLink::to(&["users", user, "chats", "getAllMessages"], &[TOP, filter])
            }
            Self::List(EventList::MessagesOfTeam { team, .. }) => PageLink::to(
                &["teams", team, "channels", "getAllMessages"],
                &[TOP, filter],
            ),
            Self::List(EventList::MessagesOfChat { chat }) => PageLink::to(
                &["chats", chat, "messages"],
                // Without the order the filter is ignored.
                &[TOP, ("$orderby", "lastModifiedDateTime desc"), filter],
            ),
            Self::List(EventList::ArtefactsOfUser { user, artefact }) => {
                artefact.all("onlineMeetings", "meetingOrganizerUserId", user, window)
            }
            Self::List(EventList::CallArtefactsOfUser { user, artefact }) => {
                artefact.all("adhocCalls", "userId", user, window)
            }
            Self::List(EventList::Interactions { user }) => {
                let filter = window.filter_by("createdDateTime");
                let path = ["copilot", "users", user, "interactionHistory", INTERACTIONS];
                PageLink::to(&path, &[("$top", "100"), ("$filter", &filter)])
            }
            Self::List(EventList::CallRecords {}) => {
                let filter = window.of_artefacts().filter_by("startDateTime");
                PageLink::to(&["communications", "callRecords"], &[("$filter", &filter)])
            }
            // Any other path is none of ours to read, whoever put it into the message.
            Self::List(EventList::Listed { path }) if !is_listed(path) => Err(NotALink),
            Self::List(EventList::Listed { path }) => {
                let path: Vec<_> = path.iter().map(String::as_str).collect();
                PageLink::to(&path, &[])
            }
            Self::List(EventList::ArtefactsOfMeeting {
                organizer,
                meeting,
                artefact,
            }) => {
                let collection = artefact.collection();
                let path = ["users", organizer, "onlineMeetings", meeting, collection];
                PageLink::to(&path, &[])
            }
            Self::List(EventList::Chat { chat }) => PageLink::to(&["chats", chat], &[]),
            Self::List(EventList::Team { team }) => PageLink::to(&["teams", team], &[]),
            Self::List(EventList::SharedWith { team, channel }) => PageLink::to(
                &["teams", team, "channels", channel, "sharedWithTeams"],
                &[],
            ),
            Self::List(EventList::MembersOfTeam { team }) => {
                PageLink::to(&["teams", team, "members"], &[])
            }
            Self::List(EventList::MembersOfChannel {
                team,
                channel,
                indirect,
            }) => PageLink::to(
                &["teams", team, "channels", channel, members(*indirect)],
                &[],
            ),
            Self::List(EventList::MembersOfChat { chat }) => {
                PageLink::to(&["chats", chat, "members"], &[])
            }
        }
    }

    /// The rates it counts against, and the path of what it is about.
    fn pace(&self) -> (ListPace, String) {
        match self {
            Self::Every(BranchingList::User(_)) => (ListPace::Others, "users".to_owned()),
            Self::Every(BranchingList::Team(_)) => (ListPace::Others, "teams".to_owned()),
            Self::Every(BranchingList::Chat { user }) | Self::List(EventList::Chats { user }) => {
                (ListPace::Messages, format!("users/{user}"))
            }
            Self::List(EventList::MessagesOfUser { user }) => {
                (ListPace::Export, format!("users/{user}"))
            }
            Self::List(EventList::MessagesOfTeam { team, .. }) => {
                (ListPace::Export, format!("teams/{team}"))
            }
            Self::List(EventList::MessagesOfChat { chat }) => {
                (ListPace::Messages, format!("chats/{chat}"))
            }
            Self::List(
                EventList::ArtefactsOfUser { user, .. }
                | EventList::CallArtefactsOfUser { user, .. }
                | EventList::Interactions { user }
                | EventList::ArtefactsOfMeeting {
                    organizer: user, ..
                },
            ) => (ListPace::Others, format!("users/{user}")),
            Self::List(EventList::CallRecords {}) => {
                (ListPace::Others, "communications/callRecords".to_owned())
            }
            Self::List(EventList::Listed { path }) => (ListPace::Others, path.join("/")),
            Self::List(EventList::Chat { chat } | EventList::MembersOfChat { chat }) => {
                (ListPace::Others, format!("chats/{chat}"))
            }
            Self::Every(BranchingList::Channel { team, .. })
            | Self::List(
                EventList::Team { team }
                | EventList::Channels { team }
                | EventList::MembersOfTeam { team }
                | EventList::SharedWith { team, .. }
                | EventList::MembersOfChannel { team, .. },
            ) => (ListPace::Teams, format!("teams/{team}")),
        }
    }

    /// The resource of a branch, written as a subscription to it alone would be.
    pub(crate) fn resource(&self) -> String {
        match self {
            Self::Every(BranchingList::User(_)) => "users".to_owned(),
            Self::Every(BranchingList::Team(_)) => "teams".to_owned(),
            Self::Every(BranchingList::Channel { team, .. }) => {
                format!("teams/{team}/channels/getAllMembers")
            }
            Self::Every(BranchingList::Chat { user }) => {
                format!("users/{user}/chats/getAllMembers")
            }
            Self::List(list) => list.resource(),
        }
    }

    /// Its name in the log.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Every(BranchingList::User(_)) => "every-user",
            Self::Every(BranchingList::Team(_)) => "every-team",
            Self::Every(BranchingList::Channel { .. }) => "every-channel",
            Self::Every(BranchingList::Chat { .. }) => "every-chat",
            Self::List(EventList::MessagesOfUser { .. }) => "messages-of-user",
            Self::List(EventList::MessagesOfChat { .. }) => "messages-of-chat",
            Self::List(EventList::MessagesOfTeam { .. }) => "messages-of-team",
            Self::List(EventList::ArtefactsOfUser { .. }) => "artefacts-of-user",
            Self::List(EventList::ArtefactsOfMeeting { .. }) => "artefacts-of-meeting",
            Self::List(EventList::CallArtefactsOfUser { .. }) => "call-artefacts-of-user",
            Self::List(EventList::Interactions { .. }) => "interactions-of-user",
            Self::List(EventList::CallRecords {}) => "call-records",
            Self::List(EventList::Listed { .. }) => "listed",
            Self::List(EventList::Chats { .. }) => "chats-of-user",
            Self::List(EventList::Chat { .. }) => "chat",
            Self::List(EventList::Team { .. }) => "team",
            Self::List(EventList::Channels { .. }) => "channels-of-team",
            Self::List(EventList::SharedWith { .. }) => "shared-with-teams",
            Self::List(EventList::MembersOfTeam { .. }) => "members-of-team",
            Self::List(EventList::MembersOfChannel { .. }) => "members-of-channel",
            Self::List(EventList::MembersOfChat { .. }) => "members-of-chat",
        }
    }
}

impl EventList {
    fn resource(&self) -> String {
        match self {
            Self::MessagesOfUser { user } => format!("users/{user}/chats/getAllMessages"),
            Self::MessagesOfChat { chat } => format!("chats/{chat}/messages"),
            Self::MessagesOfTeam { team, channel } => match channel {
                Some(channel) => format!("teams/{team}/channels/{channel}/messages"),
                None => format!("teams/{team}/channels/getAllMessages"),
            },
            Self::ArtefactsOfUser { user, artefact } => {
                format!("users/{user}/onlineMeetings/{}", artefact.function())
            }
            Self::CallArtefactsOfUser { user, artefact } => {
                format!("users/{user}/adhocCalls/{}", artefact.function())
            }
            Self::Interactions { user } => {
                format!("copilot/users/{user}/interactionHistory/{INTERACTIONS}")
            }
            Self::CallRecords {} => "communications/callRecords".to_owned(),
            Self::Listed { path } => path.join("/"),
            Self::ArtefactsOfMeeting {
                meeting, artefact, ..
            } => format!(
                "communications/onlineMeetings/{meeting}/{}",
                artefact.collection()
            ),
            Self::Chats { user } => format!("users/{user}/chats"),
            Self::Chat { chat } => format!("chats/{chat}"),
            Self::Team { team } => format!("teams/{team}"),
            Self::Channels { team } => format!("teams/{team}/channels"),
            Self::SharedWith { team, channel } => {
                format!("teams/{team}/channels/{channel}/sharedWithTeams")
            }
            Self::MembersOfTeam { team } => format!("teams/{team}/members"),
            Self::MembersOfChannel { team, channel, .. } => {
                format!("teams/{team}/channels/{channel}/members")
            }
            Self::MembersOfChat { chat } => format!("chats/{chat}/members"),
        }
    }
}

/// The collection of a channel's members.
pub(crate) const fn members(indirect: bool) -> &'static str {
    if indirect { "allMembers" } else { "members" }
}

/// True if the table fills gaps by the list at this path.
fn is_listed(path: &[String]) -> bool {
    let Ok(known) = SubscriptionPath::parse(&path.join("/")) else {
        return false;
    };
    let (GapRecovery::Changes(reading) | GapRecovery::Snapshot(reading)) = known.row().recovery
    else {
        return false;
    };
    reading == GapReading::Listed && known.segments() == path
}
