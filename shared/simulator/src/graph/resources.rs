//! The resources that can be subscribed to, and their changes: one row for each documented path.
//!
//! To let the simulator announce another type of resource, write the function that changes one
//! and name it in its rows.

use super::errors::GraphErrorResponse;
use super::rules::LONGEST;
use crate::change::{Change, SimulatedChangeType};
use crate::path::{Segments, percent_decode};
use crate::world::{self, Tenant};
use jiff::Timestamp;
use rand::rngs::StdRng;

/// One path of the documents.
#[derive(Debug)]
pub struct EmissionRow {
    /// Names and `{keys}`.
    pub path: &'static str,
    /// Most subscriptions of one app to one resource, where the documents limit them.
    pub per_app: Option<usize>,
    /// True if the documents name it for the beta API alone.
    pub beta_only: bool,
    /// True if it is announced with resource data too.
    pub rich: bool,
    /// Longest life of a subscription, in minutes.
    pub longest_minutes: i64,
    /// The changes that are announced to its subscribers.
    pub emits: Emission,
}

/// The making of changes.
#[derive(Debug)]
pub struct Emission {
    /// The kinds of change of such a resource.
    pub change_types: &'static [SimulatedChangeType],
    /// Makes a change happen.
    pub change: Happen,
}

/// Changes a resource in a tenant's world; `None` where the scope lacks a key.
pub type Happen =
    fn(&mut Tenant, &EmissionScope, SimulatedChangeType, Timestamp, &mut StdRng) -> Option<Change>;

/// The keys of a subscription's path, and its query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmissionScope {
    keys: Vec<(&'static str, String)>,
    options: Vec<(String, String)>,
}

impl EmissionScope {
    /// The key with the name it has in the row.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every option of the query.
    pub fn options(&self) -> &[(String, String)] {
        &self.options
    }

    /// An option of the query, `$filter` for example.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .find(|(option, _)| option.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// True if an option is `true`. The documents write some of them with a `$` here and there.
    pub fn flag(&self, name: &str) -> bool {
        self.options.iter().any(|(option, value)| {
            let option = option.strip_prefix('$').unwrap_or(option);
            option.eq_ignore_ascii_case(name) && value.eq_ignore_ascii_case("true")
        })
    }
}

impl Emission {
    /// The changes of the resources of one subscription: an app that has consent for the resource
    /// alone does not hear of its own removal.
    pub fn happening(&self, scope: &EmissionScope) -> impl Iterator<Item = SimulatedChangeType> {
        let silent = scope.flag("useResourceSpecificConsentBasedAuthorization");
        self.change_types
            .iter()
            .copied()
            .filter(move |change_type| !(silent && *change_type == SimulatedChangeType::Deleted))
    }
}

/// The row of a subscription's `resource`, and the keys in it.
pub fn find(resource: &str) -> Option<(&'static EmissionRow, EmissionScope)> {
    let segments = Segments::parse(resource)?;
    let options = options(resource)?;
    let (row, keys) = ROWS
        .iter()
        .find_map(|row| row.keys(&segments).map(|keys| (row, keys)))?;
    Some((row, EmissionScope { keys, options }))
}

/// True if a path begins with `me`: a user, which an application's token does not name.
pub(super) fn names_the_user(resource: &str) -> bool {
    let segments = Segments::parse(resource).unwrap_or_default();
    let first = segments.iter().next();
    first.is_some_and(|first| first.eq_ignore_ascii_case("me"))
}

/// The query of a resource; escapes may stand in it.
fn options(resource: &str) -> Option<Vec<(String, String)>> {
    let (_, query) = resource.split_once('?').unwrap_or((resource, ""));
    query
        .split('&')
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| Some((percent_decode(name)?, percent_decode(value)?)))
        .collect()
}

impl EmissionRow {
    /// True if resources that are deleted there are gone. A message stays, with the date of its
    /// deletion.
    pub fn deletes_for_good(&self) -> bool {
        let last = self.path.rsplit('/').next();
        !matches!(last, Some("messages" | "getAllMessages"))
    }

    /// Checks that the API that `path` of the request begins with takes subscriptions to it.
    ///
    /// # Errors
    /// 400 `InvalidRequest`
    pub fn check_api(&self, path: &str) -> Result<(), GraphErrorResponse> {
        if self.beta_only && !path.starts_with("/beta/") {
            return Err(GraphErrorResponse::invalid(
                "The resource of the subscription is not supported below v1.0.",
            ));
        }
        Ok(())
    }

    fn keys(&self, segments: &Segments) -> Option<Vec<(&'static str, String)>> {
        let names = self.path.split('/');
        if names.clone().count() != segments.iter().len() {
            return None;
        }
        let mut keys = Vec::new();
        for (name, segment) in names.zip(segments.iter()) {
            let parts = name.split_once('{').and_then(|(before, rest)| {
                let (key, after) = rest.split_once('}')?;
                Some((before, key, after))
            });
            match parts {
                Some((before, key, after)) => {
                    let value = segment.strip_prefix(before)?.strip_suffix(after)?;
                    keys.push((key, value.to_owned()));
                }
                None if name.eq_ignore_ascii_case(segment) => {}
                None => return None,
            }
        }
        Some(keys)
    }
}

const CREATED: &[SimulatedChangeType] = &[SimulatedChangeType::Created];
const UPDATED: &[SimulatedChangeType] = &[SimulatedChangeType::Updated];
const CREATED_UPDATED: &[SimulatedChangeType] =
    &[SimulatedChangeType::Created, SimulatedChangeType::Updated];
const CREATED_DELETED: &[SimulatedChangeType] =
    &[SimulatedChangeType::Created, SimulatedChangeType::Deleted];
const UPDATED_DELETED: &[SimulatedChangeType] =
    &[SimulatedChangeType::Updated, SimulatedChangeType::Deleted];
const ANY: &[SimulatedChangeType] = &[
    SimulatedChangeType::Created,
    SimulatedChangeType::Updated,
    SimulatedChangeType::Deleted,
];

const fn row(
    path: &'static str,
    per_app: Option<usize>,
    change_types: &'static [SimulatedChangeType],
    change: Happen,
) -> EmissionRow {
    EmissionRow {
        path,
        per_app,
        beta_only: false,
        rich: true,
        longest_minutes: LONGEST.as_mins(),
        emits: Emission {
            change_types,
            change,
        },
    }
}

const fn basic(longest_minutes: i64, row: EmissionRow) -> EmissionRow {
    EmissionRow {
        rich: false,
        longest_minutes,
        ..row
    }
}

const fn beta(row: EmissionRow) -> EmissionRow {
    EmissionRow {
        beta_only: true,
        ..row
    }
}

/// Everything that can be subscribed to. Literal segments stand before keys where both fit.
#[rustfmt::skip]
pub static ROWS: &[EmissionRow] = &[
    // chat
    row("chats", None, CREATED_UPDATED, world::change_chat),
    row("chats/getAllMessages", None, ANY, world::change_any_chat),
    row("chats/getAllMembers", None, CREATED_DELETED, world::change_any_chat_member),
    row("chats/{chat}", Some(1), CREATED_UPDATED, world::change_one_chat),
    beta(row("users/{user}/chats", Some(10), CREATED_UPDATED, world::change_chat_of_one_user)),
    row("appCatalogs/teamsApps/{app}/installedToChats", None, CREATED_UPDATED, world::change_chat),
    // chatMessage
    row("teams/getAllMessages", None, ANY, world::change_any_channel),
    row("teams/{team}/channels/{channel}/messages", Some(1), ANY, world::change_one_channel),
    row("chats/{chat}/messages", Some(1), ANY, world::change_one_chat_message),
    row("users/{user}/chats/getAllMessages", Some(10), ANY, world::change_one_user_message),
    row("appCatalogs/teamsApps/{app}/installedToChats/getAllMessages", None, CREATED_UPDATED, world::change_any_chat),
    // channel
    row("teams/getAllChannels", None, ANY, world::change_channel),
    row("teams/{team}/channels", Some(1), ANY, world::change_channel_of_one_team),
    beta(row("teams/{team}/channels/{channel}/sharedWithTeams", None, CREATED_DELETED, world::share_channel)),
    // team
    row("teams", None, ANY, world::change_team),
    row("teams/getAllMembers", None, ANY, world::change_any_team_member),
    row("teams/{team}", Some(1), UPDATED_DELETED, world::change_one_team),
    // conversationMember
    row("teams/{team}/members", Some(1), ANY, world::change_one_team_member),
    beta(row("teams/getAllChannels/getAllMembers", None, ANY, world::change_any_private_channel_member)),
    row("teams/{team}/channels/getAllMembers", None, ANY, world::change_channel_member_of_one_team),
    row("chats/{chat}/members", None, CREATED_DELETED, world::change_one_chat_member),
    row("appCatalogs/teamsApps/{app}/installedToChats/getAllMembers", None, CREATED_UPDATED, world::change_any_chat_member),
    // callTranscript
    row("communications/onlineMeetings/getAllTranscripts", None, CREATED, world::transcribe_meeting),
    row("communications/onlineMeetings/{meeting}/transcripts", Some(1), CREATED, world::transcribe_meeting),
    row("users/{user}/onlineMeetings/getAllTranscripts", Some(1), CREATED, world::transcribe_meeting),
    beta(row("appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllTranscripts", None, CREATED, world::transcribe_meeting)),
    row("communications/adhocCalls/getAllTranscripts", None, CREATED, world::transcribe_call),
    row("users/{user}/adhocCalls/getAllTranscripts", Some(1), CREATED, world::transcribe_call),
    // callRecording
    row("communications/onlineMeetings/getAllRecordings", None, CREATED, world::record_meeting),
    row("communications/onlineMeetings/{meeting}/recordings", Some(1), CREATED, world::record_meeting),
    row("users/{user}/onlineMeetings/getAllRecordings", Some(1), CREATED, world::record_meeting),
    beta(row("appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllRecordings", None, CREATED, world::record_meeting)),
    row("communications/adhocCalls/getAllRecordings", None, CREATED, world::record_call),
    row("users/{user}/adhocCalls/getAllRecordings", Some(1), CREATED, world::record_call),
    // teamsAppInstallation
    row("appCatalogs/teamsApps/{app}/installations", None, ANY, world::change_installation),
    // The neighbours of Teams.
    beta(row("communications/onlineMeetings(joinWebUrl='{url}')/meetingCallEvents", Some(1), UPDATED, world::change_call)),
    basic(4_230, row("communications/callRecords", None, CREATED_UPDATED, world::change_call_record)),
    row("copilot/interactionHistory/getAllEnterpriseInteractions", Some(1), ANY, world::change_interaction),
    row("copilot/users/{user}/interactionHistory/getAllEnterpriseInteractions", Some(1), ANY, world::change_interaction),
    beta(row("copilot/users/{user}/onlineMeetings/getAllAiInsights", None, CREATED, world::change_insight)),
    beta(row("copilot/users/{user}/onlineMeetings/{meeting}/aiInsights", None, CREATED, world::change_insight)),
    basic(360, row("teams/{team}/schedule/shifts", Some(1), ANY, world::change_shift)),
    basic(360, row("teams/{team}/schedule/offerShiftRequests", Some(1), ANY, world::change_offer)),
    basic(360, row("teams/{team}/schedule/openShiftChangeRequests", Some(1), ANY, world::change_open_shift_request)),
    basic(360, row("teams/{team}/schedule/swapShiftsChangeRequests", Some(1), ANY, world::change_swap)),
    basic(360, row("teams/{team}/schedule/timeOffRequests", Some(1), ANY, world::change_time_off)),
    basic(1_440, row("solutions/virtualEvents/events", Some(1), CREATED, world::change_webinar)),
    basic(1_440, row("solutions/virtualEvents/webinars/{webinar}", Some(1), UPDATED, world::change_webinar)),
    basic(1_440, row("solutions/virtualEvents/webinars/{webinar}/sessions", Some(1), CREATED_UPDATED, world::change_session)),
    basic(1_440, row("solutions/virtualEvents/webinars/{webinar}/registrations", Some(1), CREATED_UPDATED, world::change_registration)),
    basic(1_440, row("solutions/virtualEvents/webinars/{webinar}/getAttendanceReports", Some(1), CREATED, world::report_attendance)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_path_finds_its_own_row() {
        for row in ROWS {
            let resource = row.path.replace('{', "a-").replace('}', "");
            let (found, _) = find(&resource).unwrap();
            assert_eq!(found.path, row.path);
        }
    }

    #[test]
    fn leading_slash_query_and_key_form_do_not_matter() {
        for resource in [
            "/chats/19:c@thread.v2/messages",
            "chats('19:c@thread.v2')/messages",
            "chats/19%3Ac%40thread.v2/messages?model=A",
            "/Chats/19:c@thread.v2/messages?$search=hello",
        ] {
            let (row, scope) = find(resource).unwrap();
            assert_eq!(row.path, "chats/{chat}/messages", "{resource}");
            assert_eq!(scope.key("chat"), Some("19:c@thread.v2"), "{resource}");
        }
    }

    #[test]
    fn what_is_no_teams_resource_has_no_row() {
        for resource in [
            "",
            "users",
            "me/messages",
            "chats/a/b/c",
            "security/alerts",
            "%",
        ] {
            assert!(find(resource).is_none(), "{resource}");
        }
    }

    #[test]
    fn every_subscription_request_of_the_corpus_finds_a_row() {
        let Ok(corpus) = std::fs::read_dir("../../../shared/corpus") else {
            return;
        };
        for file in corpus {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let foreign = ["__presence__", "__message__"];
            if !name.starts_with("subscription_create_request__")
                || foreign.iter().any(|kind| name.contains(kind))
            {
                continue;
            }
            let request: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let resource = request["resource"].as_str().unwrap();
            let there = find(resource).is_some() || names_the_user(resource);
            assert!(there, "{name}: {resource}");
        }
    }
}
