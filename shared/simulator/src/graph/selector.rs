//! The selection of a subscription: when two are about the same, and which changes one gets.

use crate::path::Segments;

/// Collections that a subscription names by a function, and the paths of what is in them. `*` is
/// any one key, `{}` the key at the same place in the subscription.
const COLLECTIONS: [(&str, &str); 9] = [
    ("chats/getallmessages", "chats/*/messages/*"),
    ("chats/getallmembers", "chats/*/members/*"),
    ("teams/getallmessages", "teams/*/channels/*/messages/*"),
    ("teams/getallchannels", "teams/*/channels/*"),
    ("teams/getallmembers", "teams/*/members/*"),
    (
        "teams/getallchannels/getallmembers",
        "teams/*/channels/*/members/*",
    ),
    (
        "teams/{}/channels/getallmembers",
        "teams/{}/channels/*/members/*",
    ),
    (
        "communications/onlinemeetings/getalltranscripts",
        "communications/onlinemeetings/*/transcripts/*",
    ),
    (
        "communications/onlinemeetings/getallrecordings",
        "communications/onlinemeetings/*/recordings/*",
    ),
];

/// A `resource` without what does not select: case, leading slash, form of the keys, `model`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    path: Vec<String>,
    options: Vec<String>,
}

impl Selector {
    /// Reads a subscription's `resource`; `None` where it is no path.
    pub fn parse(resource: &str) -> Option<Self> {
        let (_, query) = resource.split_once('?').unwrap_or((resource, ""));
        let mut options: Vec<String> = query
            .split('&')
            .map(str::to_ascii_lowercase)
            .filter(|option| !option.is_empty() && !option.starts_with("model="))
            .collect();
        options.sort_unstable();
        let path = lower(&Segments::parse(resource)?);
        Some(Self { path, options })
    }

    /// True if a change at `path` happens to what is selected, as far as the paths tell: whose chat
    /// it is, or where an app is installed, they do not. Options narrow nothing.
    pub fn covers(&self, path: &Segments) -> bool {
        let changed = lower(path);
        let collection = COLLECTIONS
            .iter()
            .find(|(name, _)| fits(name.split('/'), &self.path, &self.path));
        // A reply is in the collection that its message is in.
        let mut changed = changed.as_slice();
        if let [message @ .., replies, _] = changed
            && replies == "replies"
        {
            changed = message;
        }
        match collection {
            Some((_, members)) => fits(members.split('/'), changed, &self.path),
            // The resource itself where its key is named, else one of the collection.
            None => changed
                .strip_prefix(self.path.as_slice())
                .is_some_and(|rest| rest.len() <= 1),
        }
    }
}

fn lower(path: &Segments) -> Vec<String> {
    path.iter().map(str::to_ascii_lowercase).collect()
}

fn fits<'a>(
    pattern: impl Iterator<Item = &'a str> + Clone,
    path: &[String],
    subscribed: &[String],
) -> bool {
    pattern.clone().count() == path.len()
        && pattern
            .zip(path)
            .enumerate()
            .all(|(place, (wanted, segment))| match wanted {
                "*" => true,
                "{}" => subscribed.get(place) == Some(segment),
                wanted => wanted == segment,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(resource: &str, changed: &str) -> bool {
        Selector::parse(resource)
            .unwrap()
            .covers(&Segments::parse(changed).unwrap())
    }

    #[test]
    fn what_is_written_otherwise_selects_the_same() {
        let one = Selector::parse("/chats('19:A')/messages?$search=a&model=B");
        for same in [
            "chats/19:a/messages?$search=a",
            "Chats/19%3Aa/Messages?model=A&$search=a",
        ] {
            assert_eq!(Selector::parse(same), one, "{same}");
        }
        assert_ne!(Selector::parse("chats/19:a/messages"), one);
    }

    #[test]
    fn a_change_is_heard_by_those_whose_resource_it_is_in() {
        let message = "chats('C')/messages('1')";
        let reply = "teams('T')/channels('H')/messages('1')/replies('2')";
        for (resource, changed, expected) in [
            ("chats/getAllMessages", message, true),
            ("chats/C/messages", message, true),
            ("chats/D/messages", message, false),
            ("chats", message, false),
            ("chats/C", message, false),
            ("teams/getAllMessages", message, false),
            ("users/u/chats/getAllMessages", message, false),
            ("chats", "chats('C')", true),
            ("chats/C", "chats('C')", true),
            ("chats/D", "chats('C')", false),
            ("chats/getAllMessages", "chats('C')", false),
            ("teams/getAllMessages", reply, true),
            ("teams/T/channels/H/messages", reply, true),
            ("teams/T/channels/I/messages", reply, false),
            ("teams/getAllChannels", reply, false),
            ("teams/getAllChannels", "teams('T')/channels('H')", true),
            ("teams/T/channels", "teams('T')/channels('H')", true),
            ("teams/T", "teams('T')/channels('H')", false),
            ("teams", "teams('T')", true),
            ("teams/getAllMembers", "teams('T')/members('X')", true),
            ("teams/T/members", "teams('T')/members('X')", true),
            (
                "teams/T/channels/getAllMembers",
                "teams('T')/channels('H')/members('X')",
                true,
            ),
            (
                "teams/S/channels/getAllMembers",
                "teams('T')/channels('H')/members('X')",
                false,
            ),
            (
                "communications/onlineMeetings/getAllTranscripts",
                "communications/onlineMeetings('M')/transcripts('I')",
                true,
            ),
            (
                "appCatalogs/teamsApps/A/installations",
                "appCatalogs/teamsApps('A')/installations('I')",
                true,
            ),
        ] {
            assert_eq!(covers(resource, changed), expected, "{resource} {changed}");
        }
    }
}
