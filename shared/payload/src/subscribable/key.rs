//! The keys in a path, where the table has `{name}`.

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
    Chat,
    /// The same, of a channel.
    Channel,
    /// Base64, of `1*<organizer>*0**<thread>` in every example.
    Meeting,
    /// Two GUIDs with an `@` between them.
    Webinar,
    /// The URL that a meeting is joined by, which the path has checked.
    JoinUrl,
    /// Any other id.
    Other,
}

/// The reason why a text is no id of that kind, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} is not {wanted}: {why}")]
pub struct NotAnId {
    /// The text in its place.
    text: String,
    /// The kind of id that belongs there.
    wanted: &'static str,
    /// The kind of thing that it is instead, or the right text.
    why: &'static str,
}

/// The beginnings of other ids that look like one of a meeting, in any case.
const NO_MEETINGS: [(&str, &str); 5] = [
    // Base64 of `0#19:meeting_`.
    (
        "mcmx",
        "it is the one that the Teams client has; Graph's begins with MSo or MSp, and \
         users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has it",
    ),
    ("aamk", CALENDARS),
    ("aqmk", CALENDARS),
    ("aaka", CALENDARS),
    ("040000008200e0", CALENDARS),
];
const CALENDARS: &str = "it is that of an event in a calendar; \
    users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has the meeting's";
/// The beginnings of meeting ids in every example: base64 of `1*` and a digit, or a letter.
const MEETINGS: [&str; 2] = ["MSo", "MSp"];

/// The beginnings of the ids that bots and the Teams client have.
const FOREIGN_IDS: [(&str, &str); 4] = [
    (
        "a:",
        "it is the one that a bot has of its chat with a user; Graph's is \
         users/{user}/teamwork/installedApps/{installation}/chat",
    ),
    ("29:", "it is the one that a bot has of a user"),
    ("28:", "it is that of a bot"),
    ("8:", "it is the one that the Teams client has of a user"),
];
const CHANNELS: &str = "@thread.tacv2";
const CHATS_OF_TWO: &str = "@unq.gbl.spaces";

impl KeyKind {
    /// By the name in the table.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "team-id" => Self::Team,
            "user-id" => Self::User,
            "chat-id" => Self::Chat,
            "channel-id" => Self::Channel,
            "webinar-id" => Self::Webinar,
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
            "chatId" => Self::Chat,
            "channelId" => Self::Channel,
            "webinarId" => Self::Webinar,
            "meetingId" => Self::Meeting,
            "joinWebUrl" => Self::JoinUrl,
            _ => Self::Other,
        }
    }

    /// Such an id, to try a path with.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Team | Self::User | Self::Other => "976f4b31-fd01-4e0b-9178-29cc40c14438",
            Self::Chat => "19:8ea0e38befb34757924a@thread.v2",
            Self::Channel => "19:8ea0e38befb34757924a@thread.tacv2",
            Self::Webinar => {
                "88b245ac-b0b2-f1aa-e34a-c81c27abdac2@9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
            }
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
        let starts = |start: &str| {
            let found = text.get(..start.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(start))
        };
        let of = |all: &[(&str, &'static str)]| {
            let mut all = all.iter();
            all.find_map(|(start, why)| starts(start).then_some(*why))
        };
        if text.starts_with('\'') && text.ends_with('\'') {
            return Err(fault(
                "an id",
                "it has quotes around it, which stand in parentheses alone",
            ));
        }
        match self {
            Self::Team if is_thread => Err(fault(
                "the id of a team",
                "it is a channel's; a team's is the GUID of its group",
            )),
            Self::Team if !is_guid => Err(fault("the id of a team", "that is a GUID")),
            Self::User if is_thread => Err(fault(
                "the id of a user",
                "it is that of a chat or channel, or one that a bot or the Teams client has",
            )),
            Self::User if !is_guid && !is_sign_in_name(text) => Err(fault(
                "the id of a user",
                "that is a GUID, or the name that the user signs in with",
            )),
            Self::Chat | Self::Channel if is_guid => Err(fault(
                CONVERSATION,
                "it is a GUID, as teams and users have; theirs begin with 19:",
            )),
            Self::Chat | Self::Channel if let Some(why) = of(&FOREIGN_IDS) => {
                Err(fault(CONVERSATION, why))
            }
            Self::Chat | Self::Channel if !is_of_conversation(text) => {
                Err(fault(CONVERSATION, "theirs begin with 19:"))
            }
            Self::Chat if text.ends_with(CHANNELS) => Err(fault(
                "the id of a chat",
                "it is a channel's, which stands below its team: \
                 teams/{team-id}/channels/{channel-id}",
            )),
            Self::Channel if text.ends_with(CHATS_OF_TWO) => Err(fault(
                "the id of a channel",
                "it is that of a chat of two: chats/{chat-id}",
            )),
            Self::Meeting if let Some(why) = of(&NO_MEETINGS) => {
                Err(fault("the id of a meeting in Graph", why))
            }
            Self::Meeting
                if MEETINGS.iter().any(|start| starts(start))
                    && !MEETINGS.iter().any(|start| text.starts_with(start)) =>
            {
                Err(fault(
                    "the id of a meeting in Graph",
                    "its letters have lost their case, which counts",
                ))
            }
            Self::Meeting if is_guid => Err(fault(
                "the id of a meeting in Graph",
                "it is a GUID, as users and calls have; \
                 users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has the meeting's",
            )),
            Self::Webinar if !is_of_webinar(text) => Err(fault(
                "the id of a webinar",
                "that is two GUIDs with an @ between them; \
                 solutions/virtualEvents/webinars has it",
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
            Self::Webinar => Ok(text.to_ascii_lowercase()),
            Self::Team | Self::User | Self::Chat | Self::Channel | Self::Other => {
                Ok(one_spelling("", text))
            }
        }
    }
}

const CONVERSATION: &str = "the id of a chat or channel";

/// A number, a colon and more.
fn is_of_conversation(text: &str) -> bool {
    text.split_once(':').is_some_and(|(number, rest)| {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && !number.is_empty() && !rest.is_empty()
    })
}

/// `name@domain`
fn is_sign_in_name(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && !name.contains('@') && !domain.is_empty())
}

fn is_of_webinar(text: &str) -> bool {
    let is_guid = |text: &str| text.parse::<TenantId>().is_ok();
    text.split_once('@')
        .is_some_and(|(webinar, tenant)| is_guid(webinar) && is_guid(tenant))
}
