//! The resource of a notification: the grammar of resource paths.
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
pub(crate) mod template;

pub use absence::Absence;
pub use get::ResourceGet;
pub use grammar::NoGet;
pub use grammar::announced;
pub(crate) use grammar::{is_function, one_spelling};
pub use organizer::UserId;
pub use readable::{ReadablePattern, UnreadablePattern};
pub use segments::PathFault;
pub(crate) use segments::{
    JOIN_URL, may_be_written_too_long, percent_decode, percent_encode, relative, without_fragment,
};

use crate::ResourceType;
use crate::limits;
use crate::subscribable::CollectionPath;
use grammar::GrammarRow;
use segments::PathSegments;
use template::KeyStyle;

/// A resource path that is safe to repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceRef {
    /// A Teams resource of a known type.
    Teams(ResourcePath),
    /// Something else Graph can announce.
    Foreign(ForeignPath),
}

/// A plain relative path of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelativePath(PathSegments);

impl RelativePath {
    /// Takes a path apart.
    ///
    /// # Errors
    /// [`PathFault`]
    pub(crate) fn parse(text: &str) -> Result<Self, PathFault> {
        PathSegments::parse(text).map(Self)
    }

    /// Names and keys in their order, a key in parentheses as a part of its own.
    pub(crate) fn parts(&self) -> Vec<PathPart> {
        self.0.parts()
    }
}

/// A name or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathPart {
    text: String,
    form: PartForm,
}

/// The form in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartForm {
    /// As a segment.
    Bare,
    /// In quotes and parentheses.
    Quoted,
    /// `(joinWebUrl='..')`
    JoinUrl,
}

impl PathPart {
    /// As it stood, decoded.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// True if it is that word, in any case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.form == PartForm::Bare && self.text.eq_ignore_ascii_case(word)
    }

    /// True if it is the URL of a meeting, `(joinWebUrl='..')`.
    pub(crate) fn is_join_url(&self) -> bool {
        self.form == PartForm::JoinUrl
    }
}

/// The path of a Teams resource: its type, its keys and how to read it. Two paths to one resource
/// have one [`canonical`](ResourcePath::canonical) form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePath {
    pattern: &'static GrammarRow,
    /// The one of its paths that it was announced by.
    announced: &'static str,
    keys: Vec<String>,
}

impl ResourceRef {
    /// Reads the `resource` member of a notification.
    ///
    /// # Errors
    /// [`PathFault`] for anything that is not a plain relative path: an absolute URL, a query,
    /// dot segments, control characters, keys too long to be ids. It is too long too where it would
    /// be so in one of the forms that it is written in, which are read again.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        let segments = PathSegments::parse(text)?;
        let resource = match grammar::match_pattern(&segments.parts()) {
            Some((pattern, announced, keys)) => Self::Teams(ResourcePath {
                pattern,
                announced,
                keys,
            }),
            None => Self::Foreign(ForeignPath(segments)),
        };
        let is_too_long = segments::may_be_written_too_long(text)
            && [resource.canonical(), resource.pointer()]
                .iter()
                .any(|written| written.len() > limits::RESOURCE_PATH_BYTES);
        if is_too_long {
            return Err(PathFault::Length);
        }
        Ok(resource)
    }

    /// The resource that a notification's `resource` names, at whose end a slash may stand as it does
    /// for webinars. Where that is no more than a collection that can be subscribed to, it is what its
    /// `@odata.id` points to, if that is one resource of this collection.
    ///
    /// # Errors
    /// [`PathFault`] where neither is a path.
    pub fn announced(resource: &str, pointer: Option<&str>) -> Result<Self, PathFault> {
        let named = Self::parse(resource.strip_suffix('/').unwrap_or(resource));
        match (&named, pointer) {
            (Ok(Self::Teams(_)), _) | (_, None) => named,
            (_, Some(pointer)) => {
                pointed_to(resource, pointer).map_or(named, |it| Ok(Self::Teams(it)))
            }
        }
    }

    /// The path with the keys that Graph announced it by, in OData form: what can be asked of Graph,
    /// where [`canonical`](Self::canonical) may lack the user whose it is.
    pub fn pointer(&self) -> String {
        match self {
            Self::Teams(path) => path.pointer(),
            Self::Foreign(path) => path.canonical(),
        }
    }

    /// True if it is of that type.
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

/// The resource that `pointer` points to, if it is one that a subscription to `collection`
/// announces.
fn pointed_to(collection: &str, pointer: &str) -> Option<ResourcePath> {
    let collection = CollectionPath::parse(collection)?;
    match ResourceRef::parse(relative(pointer).ok()?) {
        Ok(ResourceRef::Teams(path)) if collection.holds(&path) => Some(path),
        _ => None,
    }
}

/// A plain relative path that is not one of Teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPath(PathSegments);

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
        template::keys(self.announced).zip(self.keys.iter().map(String::as_str))
    }

    /// The path in OData form, `chats('..')/messages('..')`: the same for one resource, whoever's
    /// view of it was announced.
    pub fn canonical(&self) -> String {
        template::filled(self.pattern.path, KeyStyle::Quoted, |name| self.key(name))
    }

    fn pointer(&self) -> String {
        template::filled(self.announced, KeyStyle::Quoted, |name| self.key(name))
    }

    /// The canonical path with the names of its keys in their place: `chats(chatId)/messages(messageId)`.
    pub fn shape(&self) -> String {
        template::with_names(self.pattern.path)
    }

    /// The path of the chat or channel it belongs to, or of the team, or its own: what events
    /// are kept in order within.
    pub fn conversation(&self) -> String {
        let canonical = self.canonical();
        let depth = match self.pattern.path {
            path if path.starts_with("teams/{teamId}/channels/{channelId}") => 2,
            path if path.starts_with("chats/") || path.starts_with("teams/") => 1,
            _ => return canonical,
        };
        canonical.split_inclusive("')").take(depth).collect()
    }

    /// The documented GET, for example `/chats/19%3Aabc%40thread.v2/messages/1612289765949`.
    ///
    /// # Errors
    /// [`NoGet`] where Graph documents none for what the path names.
    pub fn get(&self) -> Result<ResourceGet, NoGet> {
        let get = |path, organizer: Option<&str>| {
            let path = template::filled(path, KeyStyle::Url, |name| match name {
                "userId" => organizer.or_else(|| self.key(name)),
                name => self.key(name),
            });
            ResourceGet::at(format!("/{path}"), self.conversation(), self.absence())
        };
        match self.pattern.get {
            grammar::GetRule::SamePath => Ok(get(self.pattern.path, None)),
            grammar::GetRule::BelowOrganizer(path) => {
                let organizer = self.organizer().ok_or(NoGet::NeedsOrganizer)?;
                Ok(get(path, Some(organizer.as_str())))
            }
            grammar::GetRule::None(why) => Err(why),
        }
    }

    /// The organizer of the meeting: the one in the path, else the one in the meeting's id.
    fn organizer(&self) -> Option<UserId> {
        let named = self.key("userId").and_then(UserId::parse);
        named.or_else(|| UserId::of_meeting(self.key("meetingId")?))
    }

    /// The key of that name, such as `chatId`.
    pub(crate) fn key(&self, name: &str) -> Option<&str> {
        self.keys()
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

#[cfg(test)]
mod tests;
