//! The results of GETs.

use super::Tenant;
use super::store::{Position, Range};
use crate::change::Change;
use crate::path::Segments;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The time until a change can be read everywhere. Graph's own figure is not documented.
const EVERYWHERE: Duration = Duration::from_secs(10);

/// A resource as a GET finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The path notifications call it by; `None` for what is never announced.
    pub path: Option<String>,
    /// The text after `$metadata#` in `@odata.context`.
    pub context: String,
    /// `etag`, or the date of the last change.
    pub version: Option<String>,
    /// The resource, a JSON object.
    pub resource: String,
    /// The time of the change, by the machine's clock; `None` for what was there before the start.
    pub changed: Option<Instant>,
}

/// The content that a meeting left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The spoken words, with the names of the speakers and without.
    Transcript {
        /// WebVTT
        with_speakers: String,
        /// The same without names.
        without_speakers: String,
    },
    /// MP4
    Recording(Vec<u8>),
}

impl Found {
    pub(super) fn of(change: &Change) -> Self {
        Self {
            path: Some(change.path.clone()),
            context: change.read.context.clone(),
            version: change.read.version.clone(),
            resource: change.read.json(),
            changed: Some(Instant::now()),
        }
    }
}

impl Tenant {
    /// The current state of what is read at an address; `None` where there is nothing. In a team
    /// that is deleted nothing is found until it is restored.
    pub fn find(&self, address: &Segments) -> Option<&Found> {
        if address.iter().next() == Some("teams") {
            self.store.get(&address.first(2))?;
        }
        self.store.get(address)
    }

    /// True if a GET comes before the change has reached the place where it is read: for this share
    /// of changes the first GET does, if it comes soon, and finds nothing.
    pub fn is_read_too_early(&mut self, address: &Segments, share: f64) -> bool {
        let is_new = |found: &&Found| found.changed.is_some_and(|at| at.elapsed() < EVERYWHERE);
        let Some(found) = self.find(address).filter(is_new) else {
            return false;
        };
        let change = format!(
            "{}#{}",
            address.plain(),
            found.version.as_deref().unwrap_or_default()
        );
        let chance = (super::hash(&change) % 10_000) as f64 / 10_000.0;
        chance < share && self.read_early.insert(change)
    }

    /// A part of a list, named by its plain path; and the last position where there is more.
    pub fn list(&self, list: &str, range: &Range) -> (Vec<&Found>, Option<Position>) {
        self.store.list(list, range)
    }

    /// The newest position in a list.
    pub fn newest(&self, list: &str) -> Option<Position> {
        self.store.newest(list)
    }

    /// The resource, with what `$expand` asks for: the members of a chat, the app of an
    /// installation.
    pub fn expanded(&self, found: &Found, expand: &str) -> String {
        let path = found.path.as_deref().and_then(Segments::parse);
        let names: Vec<&str> = path.iter().flat_map(Segments::iter).collect();
        let (name, value) = match (names.as_slice(), expand) {
            (["chats", chat], "members") => {
                let all = Range {
                    limit: usize::MAX - 1,
                    ..Range::default()
                };
                let (members, _) = self.store.list(&format!("chats/{chat}/members"), &all);
                let members: Vec<&str> = members
                    .iter()
                    .map(|member| member.resource.as_str())
                    .collect();
                (expand, format!("[{}]", members.join(",")))
            }
            (["teams", team, "channels", channel, "messages", message], "replies") => {
                let all = Range {
                    limit: usize::MAX - 1,
                    ..Range::default()
                };
                let list = format!("teams/{team}/channels/{channel}/messages/{message}/replies");
                let (replies, _) = self.store.list(&list, &all);
                let replies: Vec<&str> = replies.iter().map(|it| it.resource.as_str()).collect();
                (expand, format!("[{}]", replies.join(",")))
            }
            (["appCatalogs", "teamsApps", app, ..], "teamsApp") => {
                let app = serde_json::json!({ "id": app, "distributionMethod": "organization" });
                (expand, app.to_string())
            }
            _ => return found.resource.clone(),
        };
        let members = found.resource.strip_prefix('{').unwrap_or_default();
        format!("{{\"{name}\":{value},{members}")
    }

    /// The start, in milliseconds since 1970.
    pub const fn started(&self) -> i64 {
        self.started
    }

    /// Lets a resource be gone, as when it was deleted before anyone could read it; by the path
    /// of its notifications, or of its GET.
    pub fn forget(&mut self, path: &Segments) {
        let address = if self.store.get(path).is_some() {
            Some(path.clone())
        } else {
            self.store
                .all()
                .find(|(_, found)| {
                    let announced = found.path.as_deref().and_then(Segments::parse);
                    announced.as_ref() == Some(path)
                })
                .map(|(address, _)| address.clone())
        };
        if let Some(address) = address {
            self.store.remove(&address);
        }
    }

    /// Everything that is there now: the path of its notifications, and its version.
    pub fn census(&self) -> serde_json::Map<String, Value> {
        self.store
            .all()
            .filter_map(|(address, _)| {
                let found = self.find(address)?;
                let path = found.path.clone()?;
                Some((path, Value::from(found.version.clone())))
            })
            .collect()
    }

    /// The content of a transcript or recording; `None` where there is none at that address.
    pub fn content(&self, address: &Segments) -> Option<Content> {
        let found = self.find(address)?;
        let resource: Value = serde_json::from_str(&found.resource).ok()?;
        let start = resource.get("createdDateTime")?.as_str()?;
        match address.parent()?.iter().last()? {
            "transcripts" => Some(super::meetings::transcript(start)),
            "recordings" => Some(Content::Recording(super::meetings::recording(
                self.meetings.recording_bytes,
            ))),
            _ => None,
        }
    }
}
