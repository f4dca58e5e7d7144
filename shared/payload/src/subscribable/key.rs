//! What stands in a path where the table has `{name}`.

use crate::TenantId;
use crate::resource::one_spelling;

/// A kind of id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// The GUID of a group.
    Team,
    /// A GUID, or the name that a user signs in with.
    User,
    /// Begins with `19:` or another number and a colon.
    Conversation,
    /// Base64, of `1*<organizer>*0**<thread>` in every example.
    Meeting,
    /// The URL that a meeting is joined by, which the path has checked.
    JoinUrl,
    /// Any other id.
    Other,
}

/// Why a text is no id of that kind, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} is not {wanted}: {why}")]
pub struct NotAnId {
    /// What stands there.
    text: String,
    /// What should.
    wanted: &'static str,
    /// What it is instead, or what would be right.
    why: &'static str,
}

/// What the id of a meeting begins with in the Teams client: base64 of `0#19:meeting_`.
const CLIENTS_MEETING: &str = "MCMx";

impl KeyKind {
    /// By the name in the table.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "team-id" => Self::Team,
            "user-id" => Self::User,
            "chat-id" | "channel-id" => Self::Conversation,
            "meeting-id" => Self::Meeting,
            "join-web-url" => Self::JoinUrl,
            _ => Self::Other,
        }
    }

    /// By the name that it has where it is announced.
    pub(super) fn of_announced(name: &str) -> Self {
        match name {
            "teamId" => Self::Team,
            "userId" => Self::User,
            "chatId" | "channelId" => Self::Conversation,
            "meetingId" => Self::Meeting,
            "joinWebUrl" => Self::JoinUrl,
            _ => Self::Other,
        }
    }

    /// Such an id, to try a path with.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Team | Self::User | Self::Other => "976f4b31-fd01-4e0b-9178-29cc40c14438",
            Self::Conversation => "19:8ea0e38befb34757924a@thread.v2",
            Self::JoinUrl => {
                "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Mjk%40thread.v2/0"
            }
            Self::Meeting => "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==",
        }
    }

    /// The one spelling of an id.
    ///
    /// # Errors
    /// [`NotAnId`]
    pub(super) fn read(self, text: &str) -> Result<String, NotAnId> {
        let fault = |wanted, why| NotAnId {
            text: text.to_owned(),
            wanted,
            why,
        };
        let is_guid = text.parse::<TenantId>().is_ok();
        let is_thread = text.contains(':');
        match self {
            Self::Team if is_thread => Err(fault(
                "the id of a team",
                "it is a channel's; a team's is the GUID of its group",
            )),
            Self::Team if !is_guid => Err(fault("the id of a team", "that is a GUID")),
            Self::User if !is_guid && !text.contains('@') => Err(fault(
                "the id of a user",
                "that is a GUID, or the name that the user signs in with",
            )),
            Self::Conversation if is_guid => Err(fault(
                "the id of a chat or channel",
                "it is a GUID, as teams and users have; theirs begin with 19:",
            )),
            Self::Conversation if !is_thread => Err(fault(
                "the id of a chat or channel",
                "theirs begin with 19:",
            )),
            Self::Meeting if text.starts_with(CLIENTS_MEETING) => Err(fault(
                "the id of a meeting in Graph",
                "it is the one that the Teams client has; Graph's begins with MSo, and \
                 users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has it",
            )),
            Self::Meeting if is_thread => Err(fault(
                "the id of a meeting in Graph",
                "it is that of the meeting's chat; \
                 users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has the meeting's",
            )),
            Self::Meeting if text.bytes().all(|byte| byte.is_ascii_digit()) => Err(fault(
                "the id of a meeting in Graph",
                "it is the number to join by; \
                 users/{organizer}/onlineMeetings?$filter=joinMeetingIdSettings/joinMeetingId eq '..' \
                 has the meeting's id",
            )),
            // No id that Graph makes is letters alone.
            Self::Meeting | Self::Other if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Err(fault("an id", "it is a word"))
            }
            Self::JoinUrl => Ok(text.to_owned()),
            Self::User if !is_guid => Ok(text.to_ascii_lowercase()),
            Self::Meeting => Ok(one_spelling("meetingId", text)),
            Self::Team | Self::User | Self::Conversation | Self::Other => {
                Ok(one_spelling("", text))
            }
        }
    }
}
