//! The lists of that organisation, as Graph documents them.

use super::world::{World, date};
use serde_json::{Value, json};

/// Items on one page, whatever is asked for.
const PAGE: usize = 3;

/// A request as a server sees it, decoded.
pub(super) struct Asked {
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
}

impl Asked {
    /// Reads a path and query such as `/v1.0/users?$select=id`.
    pub(super) fn parse(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            path: path.split('/').skip(2).map(decoded).collect(),
            query: pairs
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        }
    }

    fn option(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'%' => {
                let hex = std::str::from_utf8(&after[..2]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                rest = &after[2..];
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

impl World {
    /// The body of the answer to a request for `target` below `root`; `None` where there is
    /// nothing.
    pub(super) fn answer(&self, root: &str, target: &str) -> Option<Value> {
        let asked = Asked::parse(target);
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let items = match &path[..] {
            ["chats", chat] => return self.chats().into_iter().find(|item| item["id"] == *chat),
            ["teams", team] => return self.team(team).map(|_| json!({ "id": team })),
            _ => self.items(&path, &asked)?,
        };
        let at = asked
            .option("$skiptoken")
            .map_or(0, |at| at.parse().unwrap());
        let page: Vec<_> = items.iter().skip(at).take(PAGE).cloned().collect();
        let mut body = json!({ "@odata.context": "c", "value": page });
        if at + PAGE < items.len() {
            let (before, _) = target.split_once("$skiptoken=").unwrap_or((target, ""));
            let before = before.trim_end_matches(['?', '&']);
            let join = if before.contains('?') { '&' } else { '?' };
            body["@odata.nextLink"] =
                format!("{root}{before}{join}$skiptoken={}", at + PAGE).into();
        }
        Some(body)
    }

    fn items(&self, path: &[&str], asked: &Asked) -> Option<Vec<Value>> {
        let ids = |ids: &[String]| ids.iter().map(|id| json!({ "id": id })).collect();
        Some(match path {
            ["users"] => ids(&self.users),
            ["teams"] => self
                .teams
                .iter()
                .map(|team| json!({ "id": team.id }))
                .collect(),
            ["users", user, "chats", "getAllMessages"] => {
                let of_user = |chat: &str| {
                    let chat = self.chats.iter().find(|known| known.id == chat);
                    chat.is_some_and(|chat| chat.members.iter().any(|member| member == user))
                };
                self.known_user(user)?;
                self.changed(asked, |message| {
                    message["chatId"].as_str().is_some_and(of_user)
                })
            }
            ["teams", team, "channels", "getAllMessages"] => {
                self.team(team)?;
                self.changed(asked, |message| {
                    message["channelIdentity"]["teamId"] == *team
                })
            }
            ["chats", chat, "messages"] => {
                // Without the order the filter is ignored.
                let order = asked.option("$orderby");
                assert_eq!(order, Some("lastModifiedDateTime desc"));
                let mut found = self.changed(asked, |message| message["chatId"] == *chat);
                found.sort_by_key(|message| message["lastModifiedDateTime"].to_string());
                found.reverse();
                found
            }
            ["users", user, "onlineMeetings", function] => {
                self.known_user(user)?;
                self.artefacts_between(user, function)
            }
            ["users", user, "onlineMeetings", meeting, collection] => self
                .artefacts_of(user, collection)
                .filter(|item| item["meetingId"] == *meeting)
                .collect(),
            ["users", user, "chats"] => {
                self.known_user(user)?;
                let of_user = |(at, _): &(usize, Value)| {
                    self.chats[*at].members.contains(&(*user).to_owned())
                };
                let chats = self.chats().into_iter().enumerate().filter(of_user);
                chats.map(|(_, item)| item).collect()
            }
            ["chats", chat, "members"] => {
                ids(&self.chats.iter().find(|known| known.id == *chat)?.members)
            }
            ["teams", team, "members"] => ids(&self.team(team)?.members),
            ["teams", team, "channels"] => {
                let channels = self.team(team)?.channels.iter();
                let item =
                    |(id, kind): &(String, &str)| json!({ "id": id, "membershipType": kind });
                channels.map(item).collect()
            }
            ["teams", team, "channels", _, "members" | "allMembers"] => {
                ids(&self.team(team)?.members[..1])
            }
            ["teams", team, "channels", _, "sharedWithTeams"] => ids(&[(*team).to_owned()]),
            _ => panic!("no such list: {path:?}"),
        })
    }

    fn team(&self, id: &str) -> Option<&super::world::Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    fn known_user(&self, id: &str) -> Option<()> {
        self.users.iter().any(|user| user == id).then_some(())
    }

    fn chats(&self) -> Vec<Value> {
        let item = |chat: &super::world::Chat| {
            json!({
                "id": chat.id,
                "chatType": "group",
                "createdDateTime": date(chat.created),
                "lastUpdatedDateTime": date(chat.updated),
            })
        };
        self.chats.iter().map(item).collect()
    }

    /// Messages whose last change is between the dates of the filter.
    fn changed(&self, asked: &Asked, is_meant: impl Fn(&Value) -> bool) -> Vec<Value> {
        let filter = asked.option("$filter").unwrap();
        let words: Vec<_> = filter.split(' ').collect();
        let (after, before) = match words[..] {
            ["lastModifiedDateTime", "gt", after] => (after, "9999"),
            [
                "lastModifiedDateTime",
                "gt",
                after,
                "and",
                "lastModifiedDateTime",
                "lt",
                before,
            ] => (after, before),
            _ => panic!("not a documented filter: {filter}"),
        };
        let within = |message: &&Value| {
            let modified = message["lastModifiedDateTime"].as_str().unwrap();
            after < modified && modified < before
        };
        let meant = self.messages.iter().filter(|message| is_meant(message));
        meant.filter(within).cloned().collect()
    }

    fn artefacts_of(&self, user: &str, collection: &str) -> impl Iterator<Item = Value> {
        let of_user = self
            .artefacts
            .iter()
            .filter(move |(owner, kind, _)| owner == user && *kind == collection);
        of_user.map(|(_, _, item)| item.clone())
    }

    fn artefacts_between(&self, user: &str, function: &str) -> Vec<Value> {
        let (name, parameters) = function.split_once('(').unwrap();
        let collection = match name {
            "getAllTranscripts" => "transcripts",
            "getAllRecordings" => "recordings",
            other => panic!("no such function: {other}"),
        };
        let parameters: Vec<_> = parameters.trim_end_matches(')').split(',').collect();
        let [of, after, before] = parameters[..] else {
            panic!("not the documented parameters: {function}");
        };
        assert_eq!(of, format!("meetingOrganizerUserId='{user}'"));
        let after = after.strip_prefix("startDateTime=").unwrap();
        let before = before.strip_prefix("endDateTime=").unwrap();
        let within = |item: &Value| {
            let created = item["createdDateTime"].as_str().unwrap();
            after < created && created < before
        };
        self.artefacts_of(user, collection).filter(within).collect()
    }
}
