//! Channels: opened, renamed, closed, shared with other teams.

use super::{Moment, Place, Tenant, chats, object};
use crate::change::{CHANNEL, Change, SHARED_WITH, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::percent_encode;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// A channel that things happen in.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) id: String,
    membership: &'static str,
    /// Root messages that can be replied to, newest last.
    pub(super) roots: Vec<String>,
}

/// The kinds of channels.
const MEMBERSHIPS: [&str; 3] = ["standard", "private", "shared"];

/// A channel of some team changes.
pub fn change_channel(
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

/// A channel of one team changes.
pub fn change_channel_of_one_team(
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

/// A channel is shared with another team, or no longer.
pub fn share_channel(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let (team_id, channel_id) = (scope.key("team")?, scope.key("channel")?);
    tenant.channel(team_id, channel_id, "shared");
    let moment = tenant.moment(change_type, now, rng);
    let (id, collection) = (
        ids::guid(rng),
        format!("teams/{team_id}/channels/{channel_id}/sharedWithTeams"),
    );
    let view = View {
        context: format!(
            "teams('{team_id}')/channels('{}')/sharedWithTeams/$entity",
            percent_encode(channel_id)
        ),
        version: None,
        members: object(json!({
            "isHostTeam": false,
            "id": id,
            "tenantId": tenant.id,
            "displayName": format!("Team {}", chats::topic(rng)),
        })),
    };
    let change = Change {
        change_type,
        shape: &SHARED_WITH,
        path: format!("teams('{team_id}')/channels('{channel_id}')/sharedWithTeams('{id}')"),
        id: id.clone(),
        sealed: view.clone(),
        read: view,
        has_get: true,
    };
    let place = Place {
        address: format!("{collection}/{id}"),
        lists: vec![(collection, moment.changed)],
    };
    tenant.record(&change, place);
    Some(change)
}

impl Tenant {
    /// The channel with that id, made where it is new: it and its team.
    pub(super) fn channel(
        &mut self,
        team_id: &str,
        id: &str,
        membership: &'static str,
    ) -> Option<&mut Channel> {
        let team = self.team(team_id);
        if !team.channels.iter().any(|channel| channel.id == id) {
            let moment = Moment {
                change_type: SimulatedChangeType::Created,
                created: self.older,
                changed: self.older,
            };
            let change = state(self, (team_id, id), &moment, membership, "General");
            self.settle(&change, place(team_id, id, &moment));
        }
        let team = self.teams.iter_mut().find(|team| team.id == team_id)?;
        if !team.channels.iter().any(|channel| channel.id == id) {
            team.channels.push(Channel {
                id: id.to_owned(),
                membership,
                roots: Vec::new(),
            });
        }
        team.channels.iter_mut().find(|channel| channel.id == id)
    }

    /// A private or shared channel of a team; a new one where there is none.
    pub(super) fn channel_that_is(
        &mut self,
        team_id: &str,
        membership: &'static str,
        rng: &mut StdRng,
    ) -> String {
        let channels = self.team(team_id).channels;
        let fitting = channels
            .iter()
            .find(|channel| channel.membership == membership);
        if let Some(channel) = fitting {
            return channel.id.clone();
        }
        let id = format!("19:{}@thread.tacv2", ids::hex32(rng));
        self.channel(team_id, &id, membership);
        id
    }
}

/// A channel of its own for each change.
fn in_team(tenant: &mut Tenant, team_id: &str, moment: &Moment, rng: &mut StdRng) -> Change {
    let id = format!("19:{}@thread.tacv2", ids::hex32(rng));
    let membership = MEMBERSHIPS.choose(rng).copied().unwrap_or("standard");
    let name = chats::topic(rng);
    let change = state(tenant, (team_id, &id), moment, membership, &name);
    tenant.record(&change, place(team_id, &id, moment));
    change
}

fn place(team_id: &str, id: &str, moment: &Moment) -> Place {
    Place {
        address: format!("teams/{team_id}/channels/{id}"),
        lists: vec![(format!("teams/{team_id}/channels"), moment.created)],
    }
}

fn state(
    tenant: &Tenant,
    (team_id, id): (&str, &str),
    moment: &Moment,
    membership: &str,
    name: &str,
) -> Change {
    let sealed = object(json!({
        "id": id,
        "createdDateTime": ids::date_of_millis(moment.created),
        "displayName": name,
        "description": format!("{name}, and what goes with it"),
        "isFavoriteByDefault": false,
        "email": "",
        "webUrl": format!(
            "https://teams.microsoft.com/l/channel/{}/{}?groupId={team_id}&tenantId={}",
            percent_encode(id),
            percent_encode(name),
            tenant.id
        ),
        "membershipType": membership,
        "moderationSettings": null,
    }));
    let mut read = sealed.clone();
    read.remove("moderationSettings");
    let mail = format!("{}@emea.teams.ms.example", percent_encode(name));
    read.insert("email".into(), mail.into());
    read.insert("tenantId".into(), tenant.id.clone().into());
    read.insert("isArchived".into(), Value::Bool(false));
    let view = |members| View {
        context: format!("teams('{team_id}')/channels/$entity"),
        version: None,
        members,
    };
    Change {
        change_type: moment.change_type,
        shape: &CHANNEL,
        path: format!("teams('{team_id}')/channels('{id}')"),
        id: id.to_owned(),
        sealed: view(sealed),
        read: view(read),
        has_get: true,
    }
}
