//! An item of a list: the resource that it is, and its last change.

use crate::step::{EventList, members};
use crate::window::TimeWindow;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use teamwire_payload::version::is_set;
use teamwire_payload::{ChangeType, CoverageGap, ResourceRef};

/// A change that the gap asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundChange {
    pub(crate) resource: ResourceRef,
    pub(crate) change_type: ChangeType,
    /// Tells apart two listings of what has no version.
    pub(crate) occurrence: String,
}

/// An item without the ids or dates that its type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnreadableEntry;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundFields<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    reply_to_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    etag: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    created_date_time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    last_modified_date_time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    last_updated_date_time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    deleted_date_time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    chat_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    channel_identity: Option<ChannelIdentity<'a>>,
    #[serde(borrow, default)]
    meeting_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    start_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    version: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChannelIdentity<'a> {
    #[serde(borrow, default)]
    team_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    channel_id: Cow<'a, str>,
}

impl FoundChange {
    /// Reads an item of `list`; `None` for one that is not of the gap, or was not asked for.
    ///
    /// # Errors
    /// [`UnreadableEntry`]
    pub(crate) fn of(
        list: &EventList,
        item: &str,
        gap: &CoverageGap,
        window: TimeWindow,
    ) -> Result<Option<Self>, UnreadableEntry> {
        if !item.starts_with('{') {
            return Err(UnreadableEntry);
        }
        let fields: FoundFields<'_> = serde_json::from_str(item).map_err(|_| UnreadableEntry)?;
        if fields.is_of_another_channel(list) {
            return Ok(None);
        }
        let resource = fields.path(list).ok_or(UnreadableEntry)?;
        let asked = |change| gap.changes.contains(&change);
        let change_type = match list {
            EventList::MessagesOfUser { .. }
            | EventList::MessagesOfChat { .. }
            | EventList::MessagesOfTeam { .. } => fields.change_of_message(window, asked),
            EventList::CallRecords {} => {
                let began = fields.start_date_time.map(RawValue::get);
                let began = began.map(|text| text.trim_matches('"'));
                let within = window.of_artefacts().covers(began) != Some(false);
                // The version counts from 1.
                let is_new = fields.version.is_none_or(|version| version.get() == "1");
                newest(is_new, asked).filter(|_| within)
            }
            // An interaction says when it began alone.
            EventList::Interactions { .. } => {
                let within = window.covers(fields.created_date_time.as_deref()) != Some(false);
                newest(fields.is_as_created(), asked).filter(|_| within)
            }
            EventList::ArtefactsOfUser { .. }
            | EventList::CallArtefactsOfUser { .. }
            | EventList::ArtefactsOfMeeting { .. } => {
                let began = fields.created_date_time.as_deref();
                let within = window.of_artefacts().covers(began);
                (within != Some(false) && asked(ChangeType::Created)).then_some(ChangeType::Created)
            }
            EventList::Chats { .. }
            | EventList::Chat { .. }
            | EventList::Team { .. }
            | EventList::Channels { .. }
            | EventList::SharedWith { .. }
            | EventList::Listed { .. }
            | EventList::MembersOfTeam { .. }
            | EventList::MembersOfChannel { .. }
            | EventList::MembersOfChat { .. } => fields.change_of_the_listed(window, asked),
        };
        Ok(change_type.map(|change_type| Self {
            resource,
            change_type,
            occurrence: format!("listed:{}:{}", gap.since, gap.until),
        }))
    }
}

/// The last change of what lists tell no deletion of, if it was asked for; else the other one.
fn newest(is_new: bool, asked: impl Fn(ChangeType) -> bool) -> Option<ChangeType> {
    let mut changes = [ChangeType::Created, ChangeType::Updated];
    if !is_new {
        changes.reverse();
    }
    changes.into_iter().find(|change| asked(*change))
}

impl FoundFields<'_> {
    /// The last change of a message, by its own dates.
    fn change_of_message(
        &self,
        window: TimeWindow,
        asked: impl Fn(ChangeType) -> bool,
    ) -> Option<ChangeType> {
        // A subscription without updates gets nothing about a message that was changed again since.
        let (change, at) = if asked(ChangeType::Updated) {
            (self.last_change(), &self.last_modified_date_time)
        } else if self.is_deleted() {
            (ChangeType::Deleted, &self.deleted_date_time)
        } else {
            (ChangeType::Created, &self.created_date_time)
        };
        let within = window.covers(at.as_deref()) != Some(false);
        (within && asked(change)).then_some(change)
    }

    fn is_deleted(&self) -> bool {
        self.deleted_date_time.as_deref().is_some_and(is_set)
    }

    fn last_change(&self) -> ChangeType {
        if self.is_deleted() {
            ChangeType::Deleted
        } else if self.is_as_created() {
            ChangeType::Created
        } else {
            ChangeType::Updated
        }
    }

    /// True if a message was never changed. Its id is the time it was made, in milliseconds, and
    /// its `etag` the time of its last change.
    fn is_as_created(&self) -> bool {
        match &self.etag {
            Some(etag) => *etag == self.id,
            None => self.created_date_time == self.last_modified_date_time,
        }
    }

    /// The only change that a list of the present state can show: the item is there.
    fn change_of_the_listed(
        &self,
        window: TimeWindow,
        asked: impl Fn(ChangeType) -> bool,
    ) -> Option<ChangeType> {
        // A chat says when it changed last, and what it was before the gap has been announced.
        if window.begins_after(self.last_updated_date_time.as_deref()) {
            return None;
        }
        let wanted: &[ChangeType] = match window.covers(self.created_date_time.as_deref()) {
            Some(true) => &[ChangeType::Created, ChangeType::Updated],
            Some(false) => &[ChangeType::Updated],
            None => &[ChangeType::Updated, ChangeType::Created],
        };
        wanted.iter().copied().find(|change| asked(*change))
    }

    fn is_of_another_channel(&self, list: &EventList) -> bool {
        match (list, &self.channel_identity) {
            (
                EventList::MessagesOfTeam {
                    channel: Some(channel),
                    ..
                },
                Some(identity),
            ) => identity.channel_id != *channel,
            _ => false,
        }
    }

    /// The path that a notification would have, of the item's own ids.
    fn path(&self, list: &EventList) -> Option<ResourceRef> {
        let id = &*self.id;
        match list {
            EventList::MessagesOfUser { .. } | EventList::MessagesOfChat { .. } => {
                let listed = match list {
                    EventList::MessagesOfChat { chat } => Some(chat.as_str()),
                    _ => None,
                };
                let chat = self.chat_id.as_deref().or(listed)?;
                path(&[("chats", chat), ("messages", id)])
            }
            EventList::MessagesOfTeam { team, channel } => {
                let identity = self.channel_identity.as_ref();
                let own = identity.and_then(|identity| identity.team_id.as_deref());
                let own_channel = identity.map(|identity| &*identity.channel_id);
                let team = ("teams", own.unwrap_or(team));
                let channel = ("channels", own_channel.or(channel.as_deref())?);
                match self.reply_to_id.as_deref() {
                    Some(parent) => path(&[team, channel, ("messages", parent), ("replies", id)]),
                    None => path(&[team, channel, ("messages", id)]),
                }
            }
            EventList::ArtefactsOfUser { artefact, .. } => {
                let meeting = self.meeting_id.as_deref()?;
                artefact_path(meeting, artefact.collection(), id)
            }
            EventList::ArtefactsOfMeeting {
                meeting, artefact, ..
            } => artefact_path(meeting, artefact.collection(), id),
            EventList::CallArtefactsOfUser { user, artefact } => {
                let call = self.call_id.as_deref()?;
                let collections = [
                    ("users", &**user),
                    ("adhocCalls", call),
                    (artefact.collection(), id),
                ];
                path(&collections)
            }
            EventList::Interactions { .. } => {
                let before = "copilot/interactionHistory/";
                parsed(&[("interactions", id)], before).filter(is_of_teams)
            }
            EventList::CallRecords {} => {
                parsed(&[("callRecords", id)], "communications/").filter(is_of_teams)
            }
            EventList::Listed { path } => {
                let (last, above) = path.split_last()?;
                let above = above.iter().map(|segment| format!("{segment}/"));
                parsed(&[(last, id)], &above.collect::<String>()).filter(is_of_teams)
            }
            EventList::Chats { .. } | EventList::Chat { .. } => path(&[("chats", id)]),
            EventList::Team { .. } => path(&[("teams", id)]),
            EventList::Channels { team } => path(&[("teams", team), ("channels", id)]),
            EventList::SharedWith { team, channel } => path(&[
                ("teams", team),
                ("channels", channel),
                ("sharedWithTeams", id),
            ]),
            EventList::MembersOfTeam { team } => path(&[("teams", team), ("members", id)]),
            EventList::MembersOfChannel {
                team,
                channel,
                indirect,
            } => path(&[
                ("teams", team),
                ("channels", channel),
                (members(*indirect), id),
            ]),
            EventList::MembersOfChat { chat } => path(&[("chats", chat), ("members", id)]),
        }
    }
}

fn artefact_path(meeting: &str, collection: &str, id: &str) -> Option<ResourceRef> {
    let path = parsed(
        &[("onlineMeetings", meeting), (collection, id)],
        "communications/",
    );
    path.filter(is_of_teams)
}

fn path(collections: &[(&str, &str)]) -> Option<ResourceRef> {
    parsed(collections, "").filter(is_of_teams)
}

const fn is_of_teams(resource: &ResourceRef) -> bool {
    matches!(resource, ResourceRef::Teams(_))
}

/// No id holds a percent sign: in a path it would begin something else.
fn parsed(collections: &[(&str, &str)], before: &str) -> Option<ResourceRef> {
    if collections.iter().any(|(_, key)| key.contains('%')) {
        return None;
    }
    let parts: Vec<String> = collections
        .iter()
        .map(|(name, key)| format!("{name}('{}')", key.replace('\'', "''")))
        .collect();
    ResourceRef::parse(&format!("{before}{}", parts.join("/"))).ok()
}
