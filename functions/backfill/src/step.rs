//! The steps of a reading, from a whole tenant down to one list.

use crate::window::Window;
use serde::{Deserialize, Serialize};
use teamwire_graph::pages::{Link, NotALink, Pace, Request, Shape};
use teamwire_payload::subscribable::{Reading, Recovery};
use teamwire_payload::{ChangeType, SubscriptionPath};

/// Something to be read, page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Step {
    /// A list whose items are to be read in turn, each a branch of its own.
    Every(Every),
    /// A list whose items become events.
    List(List),
}

/// Lists that branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Every {
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
    Artefacts(Artefact),
    /// Transcripts or recordings of ad hoc calls.
    CallArtefacts(Artefact),
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
pub enum Artefact {
    /// `callTranscript`
    Transcripts,
    /// `callRecording`
    Recordings,
}

impl Artefact {
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
    fn all(self, below: &str, of: &str, user: &str, window: Window) -> Result<Link, NotALink> {
        let (after, before) = window.of_artefacts().bounds();
        Link::calling(
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
pub enum List {
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
    ArtefactsOfUser { user: String, artefact: Artefact },
    /// `users/{id}/adhocCalls/getAllTranscripts(..)` or `getAllRecordings(..)`
    CallArtefactsOfUser { user: String, artefact: Artefact },
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
        artefact: Artefact,
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

impl Step {
    /// The request for its first page, for whoever wants `changes`.
    ///
    /// # Errors
    /// [`NotALink`] where an id could not stand in a URL.
    pub(crate) fn request(
        &self,
        window: Window,
        changes: &[ChangeType],
    ) -> Result<Request, NotALink> {
        let (pace, whose) = self.pace();
        let shape = match self {
            Self::List(List::Chat { .. } | List::Team { .. }) => Shape::One,
            Self::List(_) | Self::Every(_) => Shape::List,
        };
        Ok(Request {
            link: self.link(window, changes)?,
            pace,
            whose,
            shape,
        })
    }

    fn link(&self, window: Window, changes: &[ChangeType]) -> Result<Link, NotALink> {
        let filter = if changes.contains(&ChangeType::Updated) {
            window.filter()
        } else {
            // What was changed since would not be found by its last change, nor be announced.
            window.filter_since()
        };
        let filter = ("$filter", &*filter);
        match self {
            Self::Every(Every::User(_)) => Link::to(&["users"], IDS),
            Self::Every(Every::Team(_)) => Link::to(&["teams"], IDS),
            Self::Every(Every::Channel { team, .. }) | Self::List(List::Channels { team }) => {
                Link::to(&["teams", team, "channels"], &[])
            }
            Self::Every(Every::Chat { user }) | Self::List(List::Chats { user }) => {
                Link::to(&["users", user, "chats"], &[TOP])
            }
            Self::List(List::MessagesOfUser { user }) => {
                Link::to(&["users", user, "chats", "getAllMessages"], &[TOP, filter])
            }
            Self::List(List::MessagesOfTeam { team, .. }) => Link::to(
                &["teams", team, "channels", "getAllMessages"],
                &[TOP, filter],
            ),
            Self::List(List::MessagesOfChat { chat }) => Link::to(
                &["chats", chat, "messages"],
                // Without the order the filter is ignored.
                &[TOP, ("$orderby", "lastModifiedDateTime desc"), filter],
            ),
            Self::List(List::ArtefactsOfUser { user, artefact }) => {
                artefact.all("onlineMeetings", "meetingOrganizerUserId", user, window)
            }
            Self::List(List::CallArtefactsOfUser { user, artefact }) => {
                artefact.all("adhocCalls", "userId", user, window)
            }
            Self::List(List::Interactions { user }) => {
                let filter = window.filter_by("createdDateTime");
                let path = ["copilot", "users", user, "interactionHistory", INTERACTIONS];
                Link::to(&path, &[("$top", "100"), ("$filter", &filter)])
            }
            Self::List(List::CallRecords {}) => {
                let filter = window.of_artefacts().filter_by("startDateTime");
                Link::to(&["communications", "callRecords"], &[("$filter", &filter)])
            }
            // Any other path is none of ours to read, whoever put it into the message.
            Self::List(List::Listed { path }) if !is_listed(path) => Err(NotALink),
            Self::List(List::Listed { path }) => {
                let path: Vec<_> = path.iter().map(String::as_str).collect();
                Link::to(&path, &[])
            }
            Self::List(List::ArtefactsOfMeeting {
                organizer,
                meeting,
                artefact,
            }) => {
                let collection = artefact.collection();
                let path = ["users", organizer, "onlineMeetings", meeting, collection];
                Link::to(&path, &[])
            }
            Self::List(List::Chat { chat }) => Link::to(&["chats", chat], &[]),
            Self::List(List::Team { team }) => Link::to(&["teams", team], &[]),
            Self::List(List::SharedWith { team, channel }) => Link::to(
                &["teams", team, "channels", channel, "sharedWithTeams"],
                &[],
            ),
            Self::List(List::MembersOfTeam { team }) => Link::to(&["teams", team, "members"], &[]),
            Self::List(List::MembersOfChannel {
                team,
                channel,
                indirect,
            }) => Link::to(
                &["teams", team, "channels", channel, members(*indirect)],
                &[],
            ),
            Self::List(List::MembersOfChat { chat }) => Link::to(&["chats", chat, "members"], &[]),
        }
    }

    /// The rates it counts against, and the path of what it is about.
    fn pace(&self) -> (Pace, String) {
        match self {
            Self::Every(Every::User(_)) => (Pace::Others, "users".to_owned()),
            Self::Every(Every::Team(_)) => (Pace::Others, "teams".to_owned()),
            Self::Every(Every::Chat { user }) | Self::List(List::Chats { user }) => {
                (Pace::Messages, format!("users/{user}"))
            }
            Self::List(List::MessagesOfUser { user }) => (Pace::Export, format!("users/{user}")),
            Self::List(List::MessagesOfTeam { team, .. }) => {
                (Pace::Export, format!("teams/{team}"))
            }
            Self::List(List::MessagesOfChat { chat }) => (Pace::Messages, format!("chats/{chat}")),
            Self::List(
                List::ArtefactsOfUser { user, .. }
                | List::CallArtefactsOfUser { user, .. }
                | List::Interactions { user }
                | List::ArtefactsOfMeeting {
                    organizer: user, ..
                },
            ) => (Pace::Others, format!("users/{user}")),
            Self::List(List::CallRecords {}) => {
                (Pace::Others, "communications/callRecords".to_owned())
            }
            Self::List(List::Listed { path }) => (Pace::Others, path.join("/")),
            Self::List(List::Chat { chat } | List::MembersOfChat { chat }) => {
                (Pace::Others, format!("chats/{chat}"))
            }
            Self::Every(Every::Channel { team, .. })
            | Self::List(
                List::Team { team }
                | List::Channels { team }
                | List::MembersOfTeam { team }
                | List::SharedWith { team, .. }
                | List::MembersOfChannel { team, .. },
            ) => (Pace::Teams, format!("teams/{team}")),
        }
    }

    /// The resource of a branch, written as a subscription to it alone would be.
    pub(crate) fn resource(&self) -> String {
        match self {
            Self::Every(Every::User(_)) => "users".to_owned(),
            Self::Every(Every::Team(_)) => "teams".to_owned(),
            Self::Every(Every::Channel { team, .. }) => {
                format!("teams/{team}/channels/getAllMembers")
            }
            Self::Every(Every::Chat { user }) => format!("users/{user}/chats/getAllMembers"),
            Self::List(list) => list.resource(),
        }
    }

    /// Its name in the log.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Every(Every::User(_)) => "every-user",
            Self::Every(Every::Team(_)) => "every-team",
            Self::Every(Every::Channel { .. }) => "every-channel",
            Self::Every(Every::Chat { .. }) => "every-chat",
            Self::List(List::MessagesOfUser { .. }) => "messages-of-user",
            Self::List(List::MessagesOfChat { .. }) => "messages-of-chat",
            Self::List(List::MessagesOfTeam { .. }) => "messages-of-team",
            Self::List(List::ArtefactsOfUser { .. }) => "artefacts-of-user",
            Self::List(List::ArtefactsOfMeeting { .. }) => "artefacts-of-meeting",
            Self::List(List::CallArtefactsOfUser { .. }) => "call-artefacts-of-user",
            Self::List(List::Interactions { .. }) => "interactions-of-user",
            Self::List(List::CallRecords {}) => "call-records",
            Self::List(List::Listed { .. }) => "listed",
            Self::List(List::Chats { .. }) => "chats-of-user",
            Self::List(List::Chat { .. }) => "chat",
            Self::List(List::Team { .. }) => "team",
            Self::List(List::Channels { .. }) => "channels-of-team",
            Self::List(List::SharedWith { .. }) => "shared-with-teams",
            Self::List(List::MembersOfTeam { .. }) => "members-of-team",
            Self::List(List::MembersOfChannel { .. }) => "members-of-channel",
            Self::List(List::MembersOfChat { .. }) => "members-of-chat",
        }
    }
}

impl List {
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
    let (Recovery::Changes(reading) | Recovery::Snapshot(reading)) = known.row().recovery else {
        return false;
    };
    reading == Reading::Listed && known.segments() == path
}
