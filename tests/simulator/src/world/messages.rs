//! Messages in chats and channels: sent, edited, reacted to, deleted.

use super::chats::object;
use super::{Chat, Tenant, people};
use crate::change::{CHAT_MESSAGE, Change, ChangeType};
use crate::graph::resources::Scope;
use crate::ids;
use crate::path::percent_encode;
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// How many root messages of a channel can be replied to.
const ROOTS: usize = 32;

/// A message of some chat changes.
pub fn change_any_chat(
    tenant: &mut Tenant,
    _scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant
        .chats
        .get(rng.random_range(0..tenant.chats.len().max(1)))?
        .clone();
    Some(in_chat(tenant, &chat, change_type, now, rng))
}

/// A message of one chat changes.
pub fn change_one_chat_message(
    tenant: &mut Tenant,
    scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant.chat(scope.key("chat")?, rng);
    Some(in_chat(tenant, &chat, change_type, now, rng))
}

/// A message or reply of some channel changes.
pub fn change_any_channel(
    tenant: &mut Tenant,
    _scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant
        .teams
        .get(rng.random_range(0..tenant.teams.len().max(1)))?;
    let channel = team
        .channels
        .get(rng.random_range(0..team.channels.len().max(1)))?;
    let (team_id, channel_id) = (team.id.clone(), channel.id.clone());
    in_channel(tenant, &team_id, &channel_id, change_type, now, rng)
}

/// A message or reply of one channel changes.
pub fn change_one_channel(
    tenant: &mut Tenant,
    scope: &Scope,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let (team_id, channel_id) = (scope.key("team")?, scope.key("channel")?);
    in_channel(tenant, team_id, channel_id, change_type, now, rng)
}

fn in_chat(
    tenant: &mut Tenant,
    chat: &Chat,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Change {
    let moment = Moment::of(tenant, change_type, now, rng);
    let place = Place {
        path: format!("chats('{}')/messages('{}')", chat.id, moment.id),
        context: format!("chats('{}')/messages/$entity", percent_encode(&chat.id)),
        chat_id: Some(&chat.id),
        channel: None,
        reply_to: None,
    };
    let change = message(tenant, &place, &moment, rng);
    tenant.record(&change);
    change
}

/// One in three is a reply to a message that is there.
fn in_channel(
    tenant: &mut Tenant,
    team_id: &str,
    channel_id: &str,
    change_type: ChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let roots = &tenant.channel(team_id, channel_id)?.roots;
    let reply_to = match roots.len() {
        0 => None,
        count if rng.random_ratio(1, 3) => roots.get(rng.random_range(0..count)).cloned(),
        _ => None,
    };
    let moment = Moment::of(tenant, change_type, now, rng);
    let channel_path = format!("teams('{team_id}')/channels('{channel_id}')");
    let channel_context = format!(
        "teams('{team_id}')/channels('{}')",
        percent_encode(channel_id)
    );
    let (path, context) = match &reply_to {
        Some(root) => (
            format!("{channel_path}/messages('{root}')/replies('{}')", moment.id),
            format!("{channel_context}/messages('{root}')/replies/$entity"),
        ),
        None => (
            format!("{channel_path}/messages('{}')", moment.id),
            format!("{channel_context}/messages/$entity"),
        ),
    };
    let place = Place {
        path,
        context,
        chat_id: None,
        channel: Some((team_id, channel_id)),
        reply_to: reply_to.as_deref(),
    };
    let change = message(tenant, &place, &moment, rng);
    tenant.record(&change);
    if reply_to.is_none() && change_type != ChangeType::Deleted {
        let roots = &mut tenant.channel(team_id, channel_id)?.roots;
        roots.push(change.id.clone());
        if roots.len() > ROOTS {
            roots.remove(0);
        }
    }
    Some(change)
}

/// Where a message is.
struct Place<'a> {
    path: String,
    context: String,
    chat_id: Option<&'a str>,
    channel: Option<(&'a str, &'a str)>,
    reply_to: Option<&'a str>,
}

/// When a message was sent and changed, in milliseconds since 1970.
struct Moment {
    change_type: ChangeType,
    id: i64,
    changed: i64,
}

impl Moment {
    /// What is edited or deleted was sent before the start, and nobody has heard of it: each
    /// message changes once, so that what a later GET finds is what was announced.
    fn of(tenant: &mut Tenant, change_type: ChangeType, now: Timestamp, rng: &mut StdRng) -> Self {
        let changed = tenant.new_id(now);
        let id = match change_type {
            ChangeType::Created => changed,
            ChangeType::Updated | ChangeType::Deleted => tenant.older_id(rng),
        };
        Self {
            change_type,
            id,
            changed,
        }
    }
}

fn message(tenant: &Tenant, place: &Place<'_>, moment: &Moment, rng: &mut StdRng) -> Change {
    let (id, etag) = (moment.id.to_string(), moment.changed.to_string());
    let changed = ids::date_of_millis(moment.changed);
    let sender = tenant.person(rng);
    let deleted = moment.change_type == ChangeType::Deleted;
    let reacted = moment.change_type == ChangeType::Updated && rng.random_ratio(1, 3);
    let edited = moment.change_type == ChangeType::Updated && !reacted;
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
    let resource = object(json!({
        "id": id,
        "replyToId": place.reply_to,
        "etag": etag,
        "messageType": "message",
        "createdDateTime": ids::date_of_millis(moment.id),
        "lastModifiedDateTime": changed,
        "lastEditedDateTime": edited.then_some(&changed),
        "deletedDateTime": deleted.then_some(&changed),
        "subject": null,
        "summary": null,
        "chatId": place.chat_id,
        "importance": if rng.random_ratio(1, 10) { "high" } else { "normal" },
        "locale": "en-us",
        "webUrl": place.channel.map(|channel| web_url(tenant, channel, place.reply_to, &id)),
        "from": {
            "application": null,
            "device": null,
            "user": {
                "@odata.type": "#microsoft.graph.teamworkUserIdentity",
                "id": sender.id,
                "displayName": sender.name,
                "userIdentityType": "aadUser",
                "tenantId": tenant.id,
            },
        },
        "body": {
            "contentType": if html || deleted { "html" } else { "text" },
            "content": content,
        },
        "channelIdentity": place.channel.map(|(team_id, channel_id)| {
            json!({ "teamId": team_id, "channelId": channel_id })
        }),
        "attachments": [],
        "mentions": [],
        "policyViolation": null,
        "reactions": reactions,
        "eventDetail": null,
    }));
    Change {
        change_type: moment.change_type,
        shape: &CHAT_MESSAGE,
        path: place.path.clone(),
        id,
        context: place.context.clone(),
        version: etag,
        resource,
        only_sealed: object(json!({ "replies": [], "hostedContents": [] })),
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
