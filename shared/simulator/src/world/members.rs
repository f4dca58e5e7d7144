//! Members of chats, teams and channels: they come, get another role, and go.

use super::chats::Chat;
use super::people::{self, Person};
use super::{Moment, Place, Tenant, object};
use crate::change::{CHAT_MEMBER, Change, ChangeShape, MEMBER, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::path::percent_encode;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// All history of a conversation is theirs.
const ALL_HISTORY: &str = "0001-01-01T00:00:00Z";

/// The number of people in a team from the start.
const IN_A_TEAM: usize = 3;

/// Someone joins or leaves some chat.
pub fn change_any_chat_member(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant.any_chat(rng)?;
    let moment = tenant.moment(change_type, now, rng);
    Some(in_chat(tenant, &chat.id, &moment, rng))
}

/// Someone joins or leaves one chat.
pub fn change_one_chat_member(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let chat = tenant.chat(scope.key("chat")?, rng);
    let moment = tenant.moment(change_type, now, rng);
    Some(in_chat(tenant, &chat.id, &moment, rng))
}

/// The membership of some team changes.
pub fn change_any_team_member(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant.any_team(rng)?;
    let moment = tenant.moment(change_type, now, rng);
    Some(in_team(tenant, &team.id, &moment, rng))
}

/// The membership of one team changes.
pub fn change_one_team_member(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant.team(scope.key("team")?);
    let moment = tenant.moment(change_type, now, rng);
    Some(in_team(tenant, &team.id, &moment, rng))
}

/// The membership of some private channel changes.
pub fn change_any_private_channel_member(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant.any_team(rng)?;
    let channel = tenant.channel_that_is(&team.id, "private", rng);
    let moment = tenant.moment(change_type, now, rng);
    Some(in_channel(tenant, (&team.id, &channel), &moment, rng))
}

/// The membership of a private or shared channel of one team changes; of a shared one through
/// another team, where the subscription asks for indirect members.
pub fn change_channel_member_of_one_team(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant.team(scope.key("team")?);
    let moment = tenant.moment(change_type, now, rng);
    if scope.flag("notifyOnIndirectMembershipUpdate") {
        let channel = tenant.channel_that_is(&team.id, "shared", rng);
        return Some(through_a_team(tenant, (&team.id, &channel), &moment, rng));
    }
    let kind = if rng.random() { "private" } else { "shared" };
    let channel = tenant.channel_that_is(&team.id, kind, rng);
    Some(in_channel(tenant, (&team.id, &channel), &moment, rng))
}

/// The people a chat begins with.
pub(super) fn settle_chat(tenant: &mut Tenant, chat: &Chat) {
    let moment = Moment {
        change_type: SimulatedChangeType::Created,
        created: chat.created,
        changed: chat.created,
    };
    for person in &chat.members {
        let membership = of_chat(tenant, &chat.id, person, "owner");
        let (change, place) = membership.change(&moment);
        tenant.settle(&change, place);
    }
}

/// The people a team begins with.
pub(super) fn settle_team(tenant: &mut Tenant, team_id: &str, created: i64) {
    let moment = Moment {
        change_type: SimulatedChangeType::Created,
        created,
        changed: created,
    };
    let people: Vec<Person> = tenant.people.iter().take(IN_A_TEAM).cloned().collect();
    for person in &people {
        let (change, place) = of_team(tenant, team_id, person, &["owner"]).change(&moment);
        tenant.settle(&change, place);
    }
}

/// A member as it stands in a sealed chat.
pub(super) fn in_sealed_chat(tenant: &Tenant, chat_id: &str, person: &Person) -> Value {
    let mut member = of_chat(tenant, chat_id, person, "owner").sealed;
    let odata_type = "#microsoft.graph.aadUserConversationMember";
    if let Some(members) = member.as_object_mut() {
        members.insert("@odata.type".into(), odata_type.into());
    }
    member
}

fn in_chat(tenant: &mut Tenant, chat_id: &str, moment: &Moment, rng: &mut StdRng) -> Change {
    let person = people::newcomer(rng);
    let role = match moment.change_type {
        SimulatedChangeType::Updated => "guest",
        SimulatedChangeType::Created | SimulatedChangeType::Deleted => "owner",
    };
    let (change, place) = of_chat(tenant, chat_id, &person, role).change(moment);
    tenant.record(&change, place);
    change
}

fn in_team(tenant: &mut Tenant, team_id: &str, moment: &Moment, rng: &mut StdRng) -> Change {
    let person = people::newcomer(rng);
    let (change, place) = of_team(tenant, team_id, &person, roles(moment)).change(moment);
    tenant.record(&change, place);
    change
}

fn in_channel(
    tenant: &mut Tenant,
    (team_id, channel_id): (&str, &str),
    moment: &Moment,
    rng: &mut StdRng,
) -> Change {
    let person = people::newcomer(rng);
    let id = encoded(&["0", "3", &tenant.id, channel_id, &person.id]);
    let channel = format!("teams/{team_id}/channels/{channel_id}");
    let membership = Membership {
        shape: &MEMBER,
        path: format!("teams('{team_id}')/channels('{channel_id}')/members('{id}')"),
        context: format!(
            "teams('{team_id}')/channels('{}')/members/$entity",
            percent_encode(channel_id)
        ),
        address: format!("{channel}/members/{id}"),
        lists: vec![
            format!("{channel}/members"),
            format!("{channel}/allMembers"),
        ],
        sealed: sealed(tenant, &id, &person, roles(moment)),
        read: read(tenant, &id, &person, roles(moment)),
        id,
        has_get: true,
    };
    let (change, place) = membership.change(moment);
    tenant.record(&change, place);
    change
}

/// Someone is in a shared channel because another team is.
fn through_a_team(
    tenant: &mut Tenant,
    (team_id, channel_id): (&str, &str),
    moment: &Moment,
    rng: &mut StdRng,
) -> Change {
    let (person, source) = (people::newcomer(rng), crate::ids::guid(rng));
    let through = format!("{source}_{channel_id}");
    let id = encoded(&["0", "4", &tenant.id, &through, &person.id]);
    let in_source = encoded(&["0", "1", &tenant.id, &source, &person.id]);
    let url = format!(
        "tenants/('{}')teams('{source}')/members/('{in_source}')",
        tenant.id
    );
    let origin = |mut member: Value| {
        if let Some(members) = member.as_object_mut() {
            let name = "@microsoft.graph.originalSourceMembershipUrl";
            members.insert(name.into(), url.clone().into());
        }
        member
    };
    let channel = format!("teams/{team_id}/channels/{channel_id}");
    let membership = Membership {
        shape: &MEMBER,
        path: format!("teams('{team_id}')/channels('{channel_id}')/allMembers('{id}')"),
        context: format!(
            "teams('{team_id}')/channels('{}')/allMembers/$entity",
            percent_encode(channel_id)
        ),
        address: format!("{channel}/allMembers/{id}"),
        lists: vec![format!("{channel}/allMembers")],
        sealed: origin(sealed(tenant, &id, &person, roles(moment))),
        read: origin(read(tenant, &id, &person, roles(moment))),
        id,
        has_get: false,
    };
    let (change, place) = membership.change(moment);
    tenant.record(&change, place);
    change
}

/// A membership, and where it is found.
struct Membership {
    shape: &'static ChangeShape,
    path: String,
    id: String,
    context: String,
    address: String,
    lists: Vec<String>,
    sealed: Value,
    read: Value,
    has_get: bool,
}

impl Membership {
    fn change(self, moment: &Moment) -> (Change, Place) {
        let view = |members| View {
            context: self.context.clone(),
            version: None,
            members: object(members),
        };
        let change = Change {
            change_type: moment.change_type,
            shape: self.shape,
            path: self.path,
            id: self.id,
            sealed: view(self.sealed),
            read: view(self.read),
            has_get: self.has_get,
        };
        let dated = |list| (list, moment.changed);
        let place = Place {
            address: self.address,
            lists: self.lists.into_iter().map(dated).collect(),
        };
        (change, place)
    }
}

fn of_chat(tenant: &Tenant, chat_id: &str, person: &Person, role: &str) -> Membership {
    let id = encoded(&["0", &tenant.id, chat_id, &person.id]);
    Membership {
        shape: &CHAT_MEMBER,
        path: format!("chats('{chat_id}')/members('{id}')"),
        context: format!("chats('{}')/members/$entity", percent_encode(chat_id)),
        address: format!("chats/{chat_id}/members/{id}"),
        lists: vec![format!("chats/{chat_id}/members")],
        sealed: json!({
            "userId": person.id,
            "email": null,
            "tenantId": tenant.id,
            "id": id,
            "roles": [role],
            "displayName": null,
            "visibleHistoryStartDateTime": ALL_HISTORY,
            "user": null,
        }),
        read: read(tenant, &id, person, &[role]),
        id,
        has_get: true,
    }
}

fn of_team(tenant: &Tenant, team_id: &str, person: &Person, roles: &[&str]) -> Membership {
    let id = encoded(&[team_id, &person.id]);
    Membership {
        shape: &MEMBER,
        path: format!("teams('{team_id}')/members('{id}')"),
        context: format!("teams('{team_id}')/members/$entity"),
        address: format!("teams/{team_id}/members/{id}"),
        lists: vec![format!("teams/{team_id}/members")],
        sealed: sealed(tenant, &id, person, roles),
        read: read(tenant, &id, person, roles),
        id,
        has_get: true,
    }
}

fn sealed(tenant: &Tenant, id: &str, person: &Person, roles: &[&str]) -> Value {
    json!({
        "id": id,
        "roles": roles,
        "displayName": person.name,
        "userId": person.id,
        "email": null,
        "tenantId": tenant.id,
    })
}

fn read(tenant: &Tenant, id: &str, person: &Person, roles: &[&str]) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": id,
        "roles": roles,
        "displayName": person.name,
        "visibleHistoryStartDateTime": ALL_HISTORY,
        "userId": person.id,
        "email": people::mail(person),
        "tenantId": tenant.id,
    })
}

/// Members are plain until they are made owners.
const fn roles(moment: &Moment) -> &'static [&'static str] {
    match moment.change_type {
        SimulatedChangeType::Updated => &["owner"],
        SimulatedChangeType::Created | SimulatedChangeType::Deleted => &[],
    }
}

/// The id of a membership: base64 of its parts.
fn encoded(parts: &[&str]) -> String {
    STANDARD.encode(parts.join("##"))
}
