//! Messages in chats and channels: sent, edited, reacted to, deleted.

use super::chats::Chat;
use super::reading::Found;
use super::store::{BY_CREATION, Lists};
use super::system::{self, Conversation};
use super::{Moment, Tenant, object, people};
use crate::change::{CHAT_MESSAGE, Change, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::{Segments, percent_encode};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// The number of root messages of a channel that can be replied to.
const ROOTS: usize = 32;

/// One in so many messages that are sent is a system message.
const SYSTEM: u32 = 20;

/// One in so many messages of channels came by mail.
const BY_MAIL: u32 = 20;

/// A message of some chat changes.
pub fn change_any_chat(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant.any_chat(rng)?;
    Some(in_chat(tenant, &chat, change_type, now, rng))
}

/// A message of one chat changes.
pub fn change_one_chat_message(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant.chat(scope.key("chat")?, rng);
    Some(in_chat(tenant, &chat, change_type, now, rng))
}

/// A message of one person's chats changes.
pub fn change_one_user_message(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let person = tenant.named_person(scope.key("user")?);
    let chat = tenant.chat_of(&person, rng);
    Some(in_chat(tenant, &chat, change_type, now, rng))
}

/// A message or reply of some channel changes.
pub fn change_any_channel(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let channels = tenant.teams.iter().flat_map(|team| {
        let channels = team.channels.iter();
        channels.map(|channel| (team.id.clone(), channel.id.clone()))
    });
    let channels: Vec<_> = channels.collect();
    let index = rng.random_range(0..channels.len().max(1));
    let (team_id, channel_id) = channels.get(index)?.clone();
    in_channel(tenant, &team_id, &channel_id, change_type, now, rng)
}

/// A message or reply of one channel changes.
pub fn change_one_channel(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let (team_id, channel_id) = (scope.key("team")?, scope.key("channel")?);
    in_channel(tenant, team_id, channel_id, change_type, now, rng)
}

fn in_chat(
    tenant: &mut Tenant,
    chat: &Chat,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Change {
    let moment = tenant.moment(change_type, now, rng);
    let collection = format!("chats/{}/messages", chat.id);
    let lists = chat
        .members
        .iter()
        .map(|member| format!("users/{}/chats/getAllMessages", member.id))
        .chain([collection.clone()])
        .map(|list| (list, moment.changed))
        .chain([(format!("{collection}{BY_CREATION}"), moment.created)])
        .collect();
    let place = Place {
        path: format!("chats('{}')/messages('{}')", chat.id, moment.created),
        context: format!("chats('{}')/messages/$entity", percent_encode(&chat.id)),
        address: format!("{collection}/{}", moment.created),
        lists,
        conversation: Conversation::Chat(&chat.id),
        reply_to: None,
    };
    message(tenant, place, &moment, rng)
}

/// One in three is a reply to a message that is there.
fn in_channel(
    tenant: &mut Tenant,
    team_id: &str,
    channel_id: &str,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let roots = &tenant.channel(team_id, channel_id, "standard")?.roots;
    let reply_to = match roots.len() {
        0 => None,
        count if rng.random_ratio(1, 3) => roots.get(rng.random_range(0..count)).cloned(),
        _ => None,
    };
    let moment = tenant.moment(change_type, now, rng);
    let id = moment.created;
    let channel = format!("teams/{team_id}/channels/{channel_id}");
    let in_path = format!("teams('{team_id}')/channels('{channel_id}')");
    let in_context = format!(
        "teams('{team_id}')/channels('{}')",
        percent_encode(channel_id)
    );
    let roots = format!("{channel}/messages");
    let (path, context, list) = match &reply_to {
        Some(root) => (
            format!("{in_path}/messages('{root}')/replies('{id}')"),
            format!("{in_context}/messages('{root}')/replies/$entity"),
            format!("{roots}/{root}/replies"),
        ),
        None => (
            format!("{in_path}/messages('{id}')"),
            format!("{in_context}/messages/$entity"),
            roots.clone(),
        ),
    };
    let all = format!("teams/{team_id}/channels/getAllMessages");
    let place = Place {
        path,
        context,
        address: format!("{list}/{id}"),
        lists: vec![(list, moment.changed), (all, moment.changed)],
        conversation: Conversation::Channel {
            team_id,
            id: channel_id,
        },
        reply_to: reply_to.as_deref(),
    };
    let change = message(tenant, place, &moment, rng);
    match reply_to {
        // A thread is as new as its newest reply.
        Some(root) => {
            let root = Segments::parse(&format!("{roots}/{root}"))?;
            tenant.store.touch(&root, &roots, moment.changed);
        }
        None if change_type != SimulatedChangeType::Deleted && !is_system(&change) => {
            let channel = tenant.channel(team_id, channel_id, "standard")?;
            channel.roots.push(change.id.clone());
            if channel.roots.len() > ROOTS {
                channel.roots.remove(0);
            }
        }
        None => {}
    }
    Some(change)
}

/// The place of a message.
struct Place<'a> {
    path: String,
    context: String,
    address: String,
    lists: Lists,
    conversation: Conversation<'a>,
    reply_to: Option<&'a str>,
}

fn message(tenant: &mut Tenant, place: Place<'_>, moment: &Moment, rng: &mut StdRng) -> Change {
    let created = moment.change_type == SimulatedChangeType::Created;
    let members = if created && place.reply_to.is_none() && rng.random_ratio(1, SYSTEM) {
        by_teams(tenant, &place, moment, rng)
    } else {
        by_someone(tenant, &place, moment, rng)
    };
    let read = object(members);
    let mut sealed = read.clone();
    sealed.extend(object(json!({ "replies": [], "hostedContents": [] })));
    let view = |members| View {
        context: place.context.clone(),
        version: Some(moment.changed.to_string()),
        members,
    };
    let change = Change {
        change_type: moment.change_type,
        shape: &CHAT_MESSAGE,
        path: place.path,
        id: moment.created.to_string(),
        sealed: view(sealed),
        read: view(read),
        has_get: true,
    };
    // A deleted message stays, with the date of its deletion.
    if let Some(address) = Segments::parse(&place.address) {
        let found = Found::of(&change);
        tenant.store.put(address, found, place.lists);
    }
    change
}

fn is_system(change: &Change) -> bool {
    change.read.members.get("messageType") == Some(&Value::from("systemEventMessage"))
}

/// A message that Teams sends itself.
fn by_teams(tenant: &Tenant, place: &Place<'_>, moment: &Moment, rng: &mut StdRng) -> Value {
    let mut message = plain(tenant, place, moment);
    let detail = system::event_detail(tenant, place.conversation, rng);
    set(&mut message, "messageType", "systemEventMessage".into());
    set(&mut message, "from", Value::Null);
    let body = json!({ "contentType": "html", "content": "<systemEventMessage/>" });
    set(&mut message, "body", body);
    set(&mut message, "eventDetail", detail);
    message
}

fn by_someone(tenant: &Tenant, place: &Place<'_>, moment: &Moment, rng: &mut StdRng) -> Value {
    let changed = ids::date_of_millis(moment.changed);
    let sender = tenant.person(rng);
    let deleted = moment.change_type == SimulatedChangeType::Deleted;
    let reacted = moment.change_type == SimulatedChangeType::Updated && rng.random_ratio(1, 3);
    let edited = moment.change_type == SimulatedChangeType::Updated && !reacted;
    let html = rng.random_ratio(1, 4);
    let content = match people::text(rng) {
        _ if deleted => String::new(),
        text if html => format!("<p>{}</p>", text.replace('&', "&amp;")),
        text => text,
    };
    let reactions: Vec<Value> = reacted
        .then(|| reaction(&tenant.person(rng).id, &changed))
        .into_iter()
        .collect();
    let mut message = plain(tenant, place, moment);
    if edited {
        set(&mut message, "lastEditedDateTime", changed.clone().into());
    }
    if deleted {
        set(&mut message, "deletedDateTime", changed.into());
    }
    if rng.random_ratio(1, 10) {
        set(&mut message, "importance", "high".into());
    }
    let by_mail =
        matches!(place.conversation, Conversation::Channel { .. }) && rng.random_ratio(1, BY_MAIL);
    let from = json!({
        "application": null,
        "device": null,
        "user": {
            "@odata.type": "#microsoft.graph.teamworkUserIdentity",
            "id": sender.id,
            "displayName": sender.name,
            "userIdentityType": if by_mail { "emailUser" } else { "aadUser" },
            "tenantId": tenant.id,
        },
    });
    set(&mut message, "from", from);
    let content_type = if html || deleted { "html" } else { "text" };
    let body = json!({ "contentType": content_type, "content": content });
    set(&mut message, "body", body);
    set(&mut message, "reactions", reactions.into());
    message
}

/// The members that every message has.
fn plain(tenant: &Tenant, place: &Place<'_>, moment: &Moment) -> Value {
    let id = moment.created.to_string();
    let (chat_id, channel) = match place.conversation {
        Conversation::Chat(id) => (Some(id), None),
        Conversation::Channel { team_id, id } => (None, Some((team_id, id))),
    };
    json!({
        "id": id,
        "replyToId": place.reply_to,
        "etag": moment.changed.to_string(),
        "messageType": "message",
        "createdDateTime": ids::date_of_millis(moment.created),
        "lastModifiedDateTime": ids::date_of_millis(moment.changed),
        "lastEditedDateTime": null,
        "deletedDateTime": null,
        "subject": null,
        "summary": null,
        "chatId": chat_id,
        "importance": "normal",
        "locale": "en-us",
        "webUrl": channel.map(|channel| web_url(tenant, channel, place.reply_to, &id)),
        "from": null,
        "body": null,
        "channelIdentity": channel.map(|(team_id, channel_id)| {
            json!({ "teamId": team_id, "channelId": channel_id })
        }),
        "attachments": [],
        "mentions": [],
        "policyViolation": null,
        "reactions": [],
        "eventDetail": null,
    })
}

fn set(message: &mut Value, member: &str, value: Value) {
    if let Some(members) = message.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
}

fn reaction(user_id: &str, time: &str) -> Value {
    json!({
        "reactionType": "\u{1f44d}",
        "displayName": "Like",
        "createdDateTime": time,
        "user": {
            "application": null,
            "device": null,
            "user": { "id": user_id, "displayName": null, "userIdentityType": "aadUser" },
        },
    })
}

fn web_url(
    tenant: &Tenant,
    (team_id, channel_id): (&str, &str),
    reply_to: Option<&str>,
    id: &str,
) -> String {
    format!(
        "https://teams.microsoft.com/l/message/{}/{id}?groupId={team_id}&tenantId={}&createdTime={id}&parentMessageId={}",
        percent_encode(channel_id),
        tenant.id,
        reply_to.unwrap_or(id)
    )
}
