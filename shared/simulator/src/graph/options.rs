//! The query of a subscription: which options its path takes, and which changes they select.

use super::errors::GraphErrorResponse;
use super::resources::{EmissionRow, EmissionScope};
use crate::change::{Change, SimulatedChangeType};
use crate::world::Tenant;
use serde_json::{Map, Value, json};

/// The options that every path takes.
const EVERYWHERE: [&str; 1] = ["model"];

/// Checks that the documents have every option for the path of `row`, and its value can be read.
///
/// # Errors
/// 400 `InvalidRequest`
pub(super) fn check(row: &EmissionRow, scope: &EmissionScope) -> Result<(), GraphErrorResponse> {
    let takes = taken_by(row.path);
    for (name, _) in scope.options() {
        let plain = name.strip_prefix('$').unwrap_or(name);
        let mut known = takes.iter().chain(&EVERYWHERE);
        if !known.any(|option| option.eq_ignore_ascii_case(plain)) {
            return Err(GraphErrorResponse::invalid(format!(
                "The query option '{name}' is not supported for this resource."
            )));
        }
    }
    let is_read = |filter| match (Selection::of_filter(filter), row.path) {
        // Scopes of installations have a reader of their own.
        (_, path) if path.ends_with("/installations") => true,
        (Some(Asked::Mentioned(_)), path) => path.ends_with("/messages"),
        (Some(Asked::Participant(_)), path) => path.ends_with("/callRecords"),
        (Some(Asked::Member(..)), path) => path.ends_with("getAllEnterpriseInteractions"),
        (None, _) => false,
    };
    match scope.option("$filter").is_none_or(is_read) {
        true => Ok(()),
        false => Err(GraphErrorResponse::invalid(
            "The $filter is not supported here.",
        )),
    }
}

fn taken_by(path: &str) -> &'static [&'static str] {
    const CONSENT: &str = "useResourceSpecificConsentBasedAuthorization";
    match path {
        "chats/{chat}/messages" | "teams/{team}/channels/{channel}/messages" => {
            &["search", "filter"]
        }
        "users/{user}/chats/getAllMessages" => &["search"],
        // Of one chat it is for a user who is signed in.
        "users/{user}/chats" => &["notifyOnUserSpecificProperties"],
        "teams/{team}/channels/getAllMembers" => &[
            "notifyOnIndirectMembershipUpdate",
            "suppressNotificationWhenSharedUnsharedWithTeam",
        ],
        "appCatalogs/teamsApps/{app}/installations" => &["filter", CONSENT],
        "communications/callRecords" => &["filter"],
        path if path.ends_with("getAllEnterpriseInteractions") => &["filter"],
        path if path.contains("onlineMeetings/{meeting}/")
            || path.contains("installedToOnlineMeetings/") =>
        {
            &[CONSENT]
        }
        _ => &[],
    }
}

/// The conditions of a subscription on the resources that its path covers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// A text that is in the message.
    text: Option<String>,
    asked: Option<Asked>,
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Someone who is mentioned in the message.
    Mentioned(String),
    /// Someone who took part in the call.
    Participant(String),
    /// A member of the interaction, and its value.
    Member(String, String),
}

impl Selection {
    /// The selection of the options of a subscription; everything where there are none.
    pub(crate) fn of(scope: &EmissionScope) -> Self {
        let text = scope.option("$search").map(|text| text.trim_matches('"'));
        Self {
            text: text.map(str::to_lowercase).filter(|text| !text.is_empty()),
            asked: scope.option("$filter").and_then(Self::of_filter),
        }
    }

    /// One of the documented forms: `mentions/any(u: u/mentioned/user/id eq '..')`,
    /// `participants/any(p:p/id eq '..')` and `appClass eq '..'`.
    fn of_filter(filter: &str) -> Option<Asked> {
        let (subject, value) = filter.trim().split_once(" eq ")?;
        let (value, rest) = value.strip_prefix('\'')?.split_once('\'')?;
        let value = value.to_owned();
        let (subject, rest) = (subject.trim(), rest.trim());
        let in_any = |collection: &str, member: &str| {
            let lambda = subject.strip_prefix(collection)?.strip_prefix("/any(")?;
            let (variable, path) = lambda.split_once(':')?;
            let path = path.trim().strip_prefix(variable.trim())?;
            (path == member && rest == ")").then_some(())
        };
        if in_any("mentions", "/mentioned/user/id").is_some() {
            return Some(Asked::Mentioned(value));
        }
        if in_any("participants", "/id").is_some() {
            return Some(Asked::Participant(value));
        }
        let is_member = subject.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_member && rest.is_empty()).then(|| Asked::Member(subject.to_owned(), value))
    }

    /// True if a change is announced. Of what is deleted nothing says any more what was in it.
    pub(crate) fn selects(&self, change: &Change) -> bool {
        change.change_type == SimulatedChangeType::Deleted || self.fits(&change.read.members)
    }

    fn fits(&self, members: &Map<String, Value>) -> bool {
        let has = |collection: &str, pointer: &str, id: &str| {
            let found = members.get(collection).and_then(Value::as_array);
            found.is_some_and(|all| {
                let mut ids = all.iter().filter_map(|one| one.pointer(pointer)?.as_str());
                ids.any(|found| found.eq_ignore_ascii_case(id))
            })
        };
        let text = members
            .get("body")
            .and_then(|body| body["content"].as_str());
        self.text
            .as_ref()
            .is_none_or(|wanted| text.is_some_and(|text| text.to_lowercase().contains(wanted)))
            && match &self.asked {
                None => true,
                Some(Asked::Mentioned(user)) => has("mentions", "/mentioned/user/id", user),
                Some(Asked::Participant(id)) => has("participants", "/id", id),
                Some(Asked::Member(name, value)) => {
                    members.get(name).and_then(Value::as_str) == Some(value)
                }
            }
    }

    /// Lets what happens for the sake of this subscription be something that it asks for.
    pub(crate) fn bring_about(&self, tenant: &mut Tenant, change: &mut Change) {
        if self.selects(change) {
            return;
        }
        for members in [&mut change.sealed.members, &mut change.read.members] {
            if let Some(wanted) = &self.text
                && let Some(Value::String(text)) = members
                    .get_mut("body")
                    .and_then(|body| body.get_mut("content"))
            {
                text.push(' ');
                text.push_str(wanted);
            }
            match &self.asked {
                None => {}
                Some(Asked::Mentioned(user)) => {
                    let mention = json!({
                        "id": 0,
                        "mentionText": "Ada",
                        "mentioned": { "user": { "id": user, "displayName": "Ada" } },
                    });
                    members.insert("mentions".into(), json!([mention]));
                }
                Some(Asked::Participant(id)) => {
                    members.insert("participants".into(), json!([{ "id": id }]));
                }
                Some(Asked::Member(name, value)) => {
                    members.insert(name.clone(), value.clone().into());
                }
            }
        }
        tenant.put_again(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::resources;

    const MESSAGES: &str = "chats/c/messages";

    fn is_taken(resource: &str) -> bool {
        let (row, scope) = resources::find(resource).unwrap();
        check(row, &scope).is_ok()
    }

    fn selects(resource: &str, members: Value) -> bool {
        let (_, scope) = resources::find(resource).unwrap();
        Selection::of(&scope).fits(members.as_object().unwrap())
    }

    #[test]
    fn an_option_that_the_documents_do_not_have_for_the_path_is_refused() {
        for (resource, expected) in [
            ("chats/c/messages?$search=hello&model=B", true),
            (
                "chats/c/messages?$filter=mentions/any(u:%20u/mentioned/user/id%20eq%20'x')",
                true,
            ),
            (
                "chats/c/messages?$filter=mentions/any(u: v/mentioned/user/id eq 'x')",
                false,
            ),
            ("chats/c/messages?$select=body", false),
            ("chats/c/messages?$filter=importance eq 'high'", false),
            ("chats?$search=hello", false),
            ("teams/t/members?$filter=a eq 'b'", false),
            (
                "communications/callRecords?$filter=participants/any(p:p/id eq 'x')",
                true,
            ),
            (
                "appCatalogs/teamsApps/a/installations?$filter=(scopeInfo/scope eq 'team')",
                true,
            ),
            ("users/u/chats?notifyOnUserSpecificProperties=true", true),
            ("chats/c?notifyOnUserSpecificProperties=true", false),
        ] {
            assert_eq!(is_taken(resource), expected, "{resource}");
        }
    }

    #[test]
    fn a_message_is_announced_to_who_asks_for_its_words_or_the_people_in_it() {
        let search = format!("{MESSAGES}?$search=Lunch");
        let mentions = format!("{MESSAGES}?$filter=mentions/any(u: u/mentioned/user/id eq 'X')");
        let about = |text: &str| json!({ "body": { "content": text }, "mentions": [] });
        let to = |user: &str| json!({ "mentions": [{ "mentioned": { "user": { "id": user } } }] });
        for (resource, message, expected) in [
            (MESSAGES, about("noon"), true),
            (search.as_str(), about("<p>lunch at noon</p>"), true),
            (search.as_str(), about("noon"), false),
            (mentions.as_str(), to("x"), true),
            (mentions.as_str(), to("y"), false),
            (mentions.as_str(), about("X"), false),
        ] {
            assert_eq!(
                selects(resource, message.clone()),
                expected,
                "{resource} {message}"
            );
        }
    }
}
