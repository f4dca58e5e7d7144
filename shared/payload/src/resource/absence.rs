//! The meaning of a resource that is not found.

use super::{ResourcePath, ResourceType};

/// The meaning of a 404 or 410 to the GET of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// That it was deleted: Graph announces deletions of it, and answers the GET of a deleted one so.
    Deleted,
    /// That it can't be read, and no more.
    Unreadable,
}

impl ResourcePath {
    /// The meaning of a 404 to its GET.
    pub(super) fn absence(&self) -> Absence {
        match self.resource_type() {
            ResourceType::Team
            | ResourceType::Channel
            | ResourceType::SharedWithChannelTeamInfo => Absence::Deleted,
            ResourceType::ConversationMember if self.is_in_chat() => Absence::Unreadable,
            ResourceType::ConversationMember => Absence::Deleted,
            // A chat that lives may answer 404, and a deleted message answers 200 with a
            // `deletedDateTime`. Of the others no deletion is announced, or none can be read.
            _ => Absence::Unreadable,
        }
    }

    fn is_in_chat(&self) -> bool {
        self.keys().any(|(name, _)| name == "chatId")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResourceRef;

    #[test]
    fn only_what_graph_announces_deletions_of_and_answers_so_is_deleted_by_a_404() {
        for (path, absence) in [
            ("chats('c')", Absence::Unreadable),
            ("users('u')/chats('c')", Absence::Unreadable),
            ("chats('c')/messages('m')", Absence::Unreadable),
            ("chats('c')/members('m')", Absence::Unreadable),
            ("teams('t')", Absence::Deleted),
            ("teams('t')/members('m')", Absence::Deleted),
            ("teams('t')/channels('c')", Absence::Deleted),
            ("teams('t')/channels('c')/members('m')", Absence::Deleted),
            (
                "teams('t')/channels('c')/messages('m')",
                Absence::Unreadable,
            ),
            (
                "teams('t')/channels('c')/sharedWithTeams('s')",
                Absence::Deleted,
            ),
            (
                "users('u')/onlineMeetings('m')/transcripts('t')",
                Absence::Unreadable,
            ),
        ] {
            let Ok(ResourceRef::Teams(parsed)) = ResourceRef::parse(path) else {
                panic!("{path}")
            };
            assert_eq!(parsed.absence(), absence, "{path}");
        }
    }
}
