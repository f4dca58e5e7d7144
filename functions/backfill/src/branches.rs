//! From a page of users, teams, channels or chats to what is read of each.

use crate::step::{Every, List, OfTeam, OfUser, Step};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashSet;
use teamwire_graph::pages::Item;
use teamwire_payload::limits;

/// The branches that a page leads to.
#[derive(Debug, Default)]
pub(crate) struct Branches {
    pub(crate) steps: Vec<Step>,
    /// Items without an id, or with one that is too long.
    pub(crate) unreadable: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    membership_type: Option<Cow<'a, str>>,
}

impl Branches {
    pub(crate) fn of(every: &Every, items: &[Item]) -> Self {
        let (mut branches, mut seen) = (Self::default(), HashSet::new());
        for item in items {
            let fields = Some(item.get())
                .filter(|item| item.starts_with('{'))
                .and_then(|item| serde_json::from_str::<Fields<'_>>(item).ok())
                .filter(|fields| !fields.id.is_empty())
                .filter(|fields| fields.id.len() <= limits::RESOURCE_KEY_BYTES);
            let Some(fields) = fields else {
                branches.unreadable += 1;
                continue;
            };
            if let Some(step) = every.branch(&fields)
                && seen.insert(fields.id)
            {
                branches.steps.push(step);
            }
        }
        branches
    }
}

impl Every {
    fn branch(&self, item: &Fields<'_>) -> Option<Step> {
        let id = item.id.clone().into_owned();
        Some(match self {
            Self::User(OfUser::Messages) => Step::List(List::MessagesOfUser { user: id }),
            Self::User(OfUser::Artefacts(artefact)) => Step::List(List::ArtefactsOfUser {
                user: id,
                artefact: *artefact,
            }),
            Self::User(OfUser::CallArtefacts(artefact)) => Step::List(List::CallArtefactsOfUser {
                user: id,
                artefact: *artefact,
            }),
            Self::User(OfUser::Interactions) => Step::List(List::Interactions { user: id }),
            Self::User(OfUser::Chats) => Step::List(List::Chats { user: id }),
            Self::User(OfUser::Members) => Step::Every(Every::Chat { user: id }),
            Self::Team(OfTeam::Messages) => Step::List(List::MessagesOfTeam {
                team: id,
                channel: None,
            }),
            Self::Team(OfTeam::Team) => Step::List(List::Team { team: id }),
            Self::Team(OfTeam::Channels) => Step::List(List::Channels { team: id }),
            Self::Team(OfTeam::Members) => Step::List(List::MembersOfTeam { team: id }),
            Self::Team(OfTeam::ChannelMembers) => Step::Every(Every::Channel {
                team: id,
                indirect: false,
            }),
            // Those of a standard channel are the team's, and not announced for it.
            Self::Channel { .. } if item.membership_type.as_deref() == Some("standard") => {
                return None;
            }
            Self::Channel { team, indirect } => Step::List(List::MembersOfChannel {
                team: team.clone(),
                channel: id,
                indirect: *indirect,
            }),
            Self::Chat { .. } => Step::List(List::MembersOfChat { chat: id }),
        })
    }
}
