//! What a notification is about: the grammar of resource paths.
//!
//! A path arrives relative to the Graph root, in OData form, `chats('..')/messages('..')`, or
//! with its keys as segments, `chats/../messages/..`. It is not authenticated beyond the
//! `clientState`, so no URL is ever made of it: it is taken apart into keys, and a GET is put
//! together from those by [`ResourcePath::get`].

mod absence;
mod get;
mod grammar;
mod organizer;
mod readable;
mod segments;

pub use absence::Absence;
pub use get::Get;
pub(crate) use grammar::is_function;
pub use grammar::{NoGet, ResourceType};
pub use organizer::UserId;
pub use readable::{Readable, UnreadablePattern};
pub use segments::PathFault;

use grammar::Pattern;
use segments::{Segment, Segments};

/// A resource path that is safe to repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A Teams resource of a known type.
    Teams(ResourcePath),
    /// Something else Graph can announce.
    Foreign(ForeignPath),
}

/// A plain relative path of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelativePath(Segments);

impl RelativePath {
    /// Takes a path apart.
    ///
    /// # Errors
    /// [`PathFault`]
    pub(crate) fn parse(text: &str) -> Result<Self, PathFault> {
        Segments::parse(text).map(Self)
    }

    /// Names and keys in their order, a key in parentheses as a part of its own.
    pub(crate) fn parts(&self) -> Vec<String> {
        self.0
            .as_slice()
            .iter()
            .flat_map(|segment| std::iter::once(&segment.name).chain(&segment.key))
            .cloned()
            .collect()
    }
}

/// The path of a Teams resource: its type, its keys and how to read it. Two paths to one resource
/// have one [`canonical`](ResourcePath::canonical) form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePath {
    pattern: &'static Pattern,
    keys: Vec<String>,
}

impl Resource {
    /// Reads the `resource` member of a notification.
    ///
    /// # Errors
    /// [`PathFault`] for anything that is not a plain relative path: an absolute URL, a query,
    /// dot segments, control characters, keys too long to be ids.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        let segments = Segments::parse(text)?;
        Ok(match grammar::match_pattern(&segments) {
            Some((pattern, keys)) => Self::Teams(ResourcePath { pattern, keys }),
            None => Self::Foreign(ForeignPath(segments)),
        })
    }

    /// Whether it is of that type.
    pub fn is(&self, resource_type: ResourceType) -> bool {
        matches!(self, Self::Teams(path) if path.resource_type() == resource_type)
    }

    /// The path in OData form: one text for one resource, however it arrived.
    pub fn canonical(&self) -> String {
        match self {
            Self::Teams(path) => path.canonical(),
            Self::Foreign(path) => path.canonical(),
        }
    }
}

/// A plain relative path that is not one of Teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPath(Segments);

impl ForeignPath {
    /// The path with its keys as they stood, quoted or as segments.
    pub fn canonical(&self) -> String {
        self.0.canonical()
    }
}

impl ResourcePath {
    /// The type of the resource the path ends in.
    pub const fn resource_type(&self) -> ResourceType {
        self.pattern.resource_type
    }

    /// The keys by name (`chatId`, `messageId`, ..), outermost first.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.pattern
            .key_names()
            .zip(self.keys.iter().map(String::as_str))
    }

    /// The path in OData form, `chats('..')/messages('..')`: the same for one resource, whoever's
    /// view of it was announced.
    pub fn canonical(&self) -> String {
        segments::render(self.identity().map(|(name, key)| Segment {
            name: name.to_owned(),
            key: key.map(str::to_owned),
        }))
    }

    /// The canonical path with the names of its keys in their place: `chats(chatId)/messages(messageId)`.
    pub fn shape(&self) -> String {
        let parts = self.pattern.identity.iter().map(|(name, key)| match key {
            Some(key) => format!("{name}({key})"),
            None => (*name).to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The path of the chat or channel it belongs to, or of the team, or its own: what events
    /// are kept in order within.
    pub fn conversation(&self) -> String {
        let depth = match self.pattern.identity {
            [("teams", _), ("channels", _), ..] => 2,
            [("chats" | "teams", _), ..] => 1,
            _ => return self.canonical(),
        };
        self.canonical().split_inclusive("')").take(depth).collect()
    }

    /// The documented GET, for example `/chats/19%3Aabc%40thread.v2/messages/1612289765949`.
    ///
    /// # Errors
    /// [`NoGet`] where Graph documents none for what the path names.
    pub fn get(&self) -> Result<Get, NoGet> {
        match self.pattern.get {
            grammar::Get::SamePath => Ok(Get::new(
                self.identity(),
                self.conversation(),
                self.absence(),
            )),
            grammar::Get::BelowOrganizer => {
                let organizer = self.organizer().ok_or(NoGet::NeedsOrganizer)?;
                let user = std::iter::once(("users", Some(organizer.as_str())));
                let below = user.chain(self.identity().skip(1));
                Ok(Get::new(below, self.conversation(), self.absence()))
            }
            grammar::Get::None(why) => Err(why),
        }
    }

    /// Whose meeting it is: as the path says, else as the meeting's id does.
    fn organizer(&self) -> Option<UserId> {
        let named = self.key("userId").and_then(UserId::parse);
        named.or_else(|| UserId::of_meeting(self.key("meetingId")?))
    }

    fn key(&self, name: &str) -> Option<&str> {
        let at = self.pattern.key_names().position(|key| key == name)?;
        self.keys.get(at).map(String::as_str)
    }

    /// The shortest path to it, each collection with its key.
    fn identity(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        self.pattern
            .identity
            .iter()
            .map(|(name, key)| (*name, key.and_then(|key| self.key(key))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teams(text: &str) -> ResourcePath {
        match Resource::parse(text).unwrap() {
            Resource::Teams(path) => path,
            Resource::Foreign(path) => panic!("{} is not a Teams resource", path.canonical()),
        }
    }

    #[test]
    fn a_chat_message_is_read_in_every_form_and_is_one_resource() {
        let canonical = "chats('19:a_b@unq.gbl.spaces')/messages('1612289765949')";
        for text in [
            canonical,
            "/chats('19:a_b@unq.gbl.spaces')/messages('1612289765949')",
            "chats/19:a_b@unq.gbl.spaces/messages/1612289765949",
            "chats/19%3Aa_b%40unq.gbl.spaces/messages/1612289765949",
            "chats('19%3aa_b%40unq.gbl.spaces')/messages/1612289765949",
            "Chats('19:a_b@unq.gbl.spaces')/Messages('1612289765949')",
        ] {
            let path = teams(text);
            assert_eq!(path.resource_type(), ResourceType::ChatMessage, "{text}");
            assert_eq!(path.canonical(), canonical, "{text}");
            assert_eq!(
                path.get().unwrap().path(),
                "/chats/19%3Aa_b%40unq.gbl.spaces/messages/1612289765949",
                "{text}"
            );
        }
    }

    #[test]
    fn a_reply_keeps_its_parent() {
        let path = teams("teams('t')/channels('19:c@thread.tacv2')/messages('1')/replies('2')");
        let keys: Vec<_> = path.keys().collect();
        assert_eq!(
            keys,
            [
                ("teamId", "t"),
                ("channelId", "19:c@thread.tacv2"),
                ("messageId", "1"),
                ("replyId", "2")
            ]
        );
        assert_eq!(
            path.get().unwrap().path(),
            "/teams/t/channels/19%3Ac%40thread.tacv2/messages/1/replies/2"
        );
    }

    #[test]
    fn every_type_has_its_path() {
        use ResourceType as T;
        for (text, resource_type, has_get) in [
            ("chats('c')", T::Chat, true),
            ("chats('c')/messages('m')", T::ChatMessage, true),
            ("chats('c')/members('x==')", T::ConversationMember, true),
            ("teams('t')", T::Team, true),
            ("teams('t')/channels('h')", T::Channel, true),
            (
                "teams('t')/channels('h')/messages('m')",
                T::ChatMessage,
                true,
            ),
            (
                "teams('t')/channels('h')/messages('m')/replies('r')",
                T::ChatMessage,
                true,
            ),
            ("teams('t')/members('x')", T::ConversationMember, true),
            (
                "teams('t')/channels('h')/members('x')",
                T::ConversationMember,
                true,
            ),
            (
                "teams('t')/channels('h')/allMembers('x')",
                T::ConversationMember,
                false,
            ),
            (
                "teams('t')/channels('h')/sharedWithTeams('s')",
                T::SharedWithChannelTeamInfo,
                true,
            ),
            (
                "communications/onlineMeetings('m')/transcripts('i')",
                T::CallTranscript,
                false,
            ),
            (
                "communications/onlineMeetings('m')/recordings('i')",
                T::CallRecording,
                false,
            ),
            (
                "appCatalogs/teamsApps('a')/installations('i')",
                T::TeamsAppInstallation,
                false,
            ),
        ] {
            let path = teams(text);
            assert_eq!(path.resource_type(), resource_type, "{text}");
            assert_eq!(path.canonical(), text);
            assert_eq!(path.get().is_ok(), has_get, "{text}");
        }
    }

    #[test]
    fn an_id_that_comes_in_two_spellings_is_one() {
        let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ";
        for (one, other) in [
            (
                "teams('FBE2BF47-16c8-47cf-b4a5-4b9b187c508b')".to_owned(),
                "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b".to_owned(),
            ),
            (
                format!("communications/onlineMeetings('{meeting}')/transcripts('i')"),
                format!("communications/onlineMeetings('{meeting}==')/transcripts('i')"),
            ),
        ] {
            assert_eq!(teams(&one).canonical(), teams(&other).canonical());
        }
        assert_ne!(
            teams("chats('A')").canonical(),
            teams("chats('a')").canonical()
        );
    }

    #[test]
    fn an_organizer_who_is_named_otherwise_is_found_in_the_meeting() {
        let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
        let path = teams(&format!(
            "users('a@b.example')/onlineMeetings('{meeting}')/recordings('i')"
        ));
        let get = path.get().unwrap();
        assert!(
            get.path()
                .starts_with("/users/976f4b31-fd01-4e0b-9178-29cc40c14438/")
        );
    }

    #[test]
    fn a_conversation_is_the_chat_or_channel() {
        for (text, conversation) in [
            ("chats('c')/messages('m')", "chats('c')"),
            (
                "teams('t')/channels('h')/messages('m')/replies('r')",
                "teams('t')/channels('h')",
            ),
            ("teams('t')/members('x')", "teams('t')"),
            (
                "appCatalogs/teamsApps('a')/installations('i')",
                "appCatalogs/teamsApps('a')/installations('i')",
            ),
        ] {
            assert_eq!(teams(text).conversation(), conversation);
        }
    }

    #[test]
    fn other_resources_pass_through_by_their_canonical_path() {
        for (text, canonical) in [
            ("users('u')", "users('u')"),
            (
                "communications/callRecords/7",
                "communications/callRecords/7",
            ),
            (
                "communications/presences('a%2Db')",
                "communications/presences('a-b')",
            ),
            ("chats('c')/tabs('t')", "chats('c')/tabs('t')"),
            ("chats", "chats"),
        ] {
            let resource = Resource::parse(text).unwrap();
            assert!(matches!(resource, Resource::Foreign(_)), "{text}");
            assert_eq!(resource.canonical(), canonical, "{text}");
        }
    }

    #[test]
    fn a_function_of_graph_is_never_read_as_a_key() {
        for text in [
            "teams/getAllMessages",
            "chats('getAllMessages')",
            "teams('t')/channels('getAllMessages')",
            "teams/t/channels/GETALLMESSAGES",
            "chats/c/messages/delta",
            "chats('$count')",
            "chats('c')/messages('microsoft.graph.delta')",
        ] {
            assert!(
                matches!(Resource::parse(text), Ok(Resource::Foreign(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_quote_in_a_key_is_doubled_on_the_wire_and_in_the_canonical_path() {
        let path = teams("chats('o''hara')");
        assert_eq!(path.keys().collect::<Vec<_>>(), [("chatId", "o'hara")]);
        assert_eq!(path.canonical(), "chats('o''hara')");
        assert_eq!(path.get().unwrap().path(), "/chats/o%27hara");
    }
}
