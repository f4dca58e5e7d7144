//! Teams: founded, described anew, given up.

use super::{Moment, Place, Tenant, chats, members, object};
use crate::change::{Change, SimulatedChangeType, TEAM, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::{Segments, percent_encode};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;

/// A team that things happen in.
#[derive(Debug, Clone)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) created: i64,
    /// As it was described last; a team that is restored is described so again.
    description: String,
    pub(super) channels: Vec<super::channels::Channel>,
}

/// A team is founded, or one that was there before is described anew or given up.
pub fn change_team(
    tenant: &mut Tenant,
    _scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let moment = tenant.moment(change_type, now, rng);
    let id = ids::guid(rng);
    let change = state(tenant, &id, &moment, &chats::topic(rng));
    tenant.record(&change, place(&id, &moment));
    Some(change)
}

/// One team is described anew, or deleted: what is in it stays, and the next change of it or in
/// it restores it.
pub fn change_one_team(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let team = tenant.team(scope.key("team")?);
    let moment = Moment {
        created: team.created,
        ..tenant.moment(change_type, now, rng)
    };
    let description = chats::topic(rng);
    let change = state(tenant, &team.id, &moment, &description);
    let place = place(&team.id, &moment);
    let known = tenant.teams.iter_mut().find(|known| known.id == team.id);
    if let Some(known) = known.filter(|_| change_type != SimulatedChangeType::Deleted) {
        known.description = description;
    }
    match change_type {
        SimulatedChangeType::Deleted => {
            tenant.store.remove_alone(&Segments::parse(&place.address)?)
        }
        SimulatedChangeType::Created | SimulatedChangeType::Updated => {
            tenant.settle(&change, place)
        }
    }
    Some(change)
}

impl Tenant {
    /// The team with that id, made where it is new and restored where it is deleted.
    pub(super) fn team(&mut self, id: &str) -> Team {
        if let Some(team) = self.teams.iter().find(|team| team.id == id).cloned() {
            self.found(&team);
            return team;
        }
        let team = Team {
            id: id.to_owned(),
            created: self.older,
            description: "All that concerns us".to_owned(),
            channels: Vec::new(),
        };
        self.found(&team);
        self.teams.push(team.clone());
        members::settle_team(self, id, team.created);
        team
    }

    /// Lets a team be there, unless it is.
    fn found(&mut self, team: &Team) {
        let moment = Moment {
            change_type: SimulatedChangeType::Created,
            created: team.created,
            changed: team.created,
        };
        let place = place(&team.id, &moment);
        let address = Segments::parse(&place.address);
        if address.is_some_and(|address| self.store.get(&address).is_none()) {
            let change = state(self, &team.id, &moment, &team.description);
            self.settle(&change, place);
        }
    }

    pub(super) fn any_team(&mut self, rng: &mut StdRng) -> Option<Team> {
        let index = rng.random_range(0..self.teams.len().max(1));
        let id = self.teams.get(index)?.id.clone();
        Some(self.team(&id))
    }
}

fn place(id: &str, moment: &Moment) -> Place {
    Place {
        address: format!("teams/{id}"),
        lists: vec![("teams".to_owned(), moment.created)],
    }
}

fn state(tenant: &Tenant, id: &str, moment: &Moment, description: &str) -> Change {
    // Every team has a thread; its id is made of the team's.
    let thread = format!("19:{}@thread.tacv2", id.replace('-', ""));
    let name: String = id.chars().take(4).collect();
    let members = object(json!({
        "id": id,
        "createdDateTime": ids::date_of_millis(moment.created),
        "displayName": format!("Team {name}"),
        "description": description,
        "internalId": thread,
        "specialization": "none",
        "visibility": "private",
        "webUrl": format!(
            "https://teams.microsoft.com/l/team/{}/conversations?groupId={id}&tenantId={}",
            percent_encode(&thread),
            tenant.id
        ),
        "isArchived": false,
        "isMembershipLimitedToOwners": false,
        "memberSettings": {
            "allowCreateUpdateChannels": true,
            "allowCreatePrivateChannels": true,
            "allowDeleteChannels": true,
            "allowAddRemoveApps": true,
            "allowCreateUpdateRemoveTabs": true,
            "allowCreateUpdateRemoveConnectors": true,
        },
        "guestSettings": {
            "allowCreateUpdateChannels": false,
            "allowDeleteChannels": false,
        },
        "messagingSettings": {
            "allowUserEditMessages": true,
            "allowUserDeleteMessages": true,
            "allowOwnerDeleteMessages": true,
            "allowTeamMentions": true,
            "allowChannelMentions": true,
        },
        "funSettings": {
            "allowGiphy": true,
            "giphyContentRating": "moderate",
            "allowStickersAndMemes": true,
            "allowCustomMemes": true,
        },
    }));
    let mut read = members.clone();
    read.insert("tenantId".into(), tenant.id.clone().into());
    read.insert("classification".into(), serde_json::Value::Null);
    let view = |members| View {
        context: "teams/$entity".into(),
        version: None,
        members,
    };
    Change {
        change_type: moment.change_type,
        shape: &TEAM,
        path: format!("teams('{id}')"),
        id: id.to_owned(),
        sealed: view(members),
        read: view(read),
        has_get: true,
    }
}
