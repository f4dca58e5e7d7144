//! From a page of users, teams, channels or chats to what is read of each.

use crate::step::{BranchingList, EventList, GapStep, OfTeam, OfUser};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashSet;
use teamwire_graph::pages::RawItem;
use teamwire_payload::limits;

/// The branches that a page leads to.
#[derive(Debug, Default)]
pub(crate) struct PageBranches {
    pub(crate) steps: Vec<GapStep>,
    /// Items without an id, or with one that is too long.
    pub(crate) unreadable: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BranchFields<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    membership_type: Option<Cow<'a, str>>,
}

impl PageBranches {
    pub(crate) fn of(every: &BranchingList, items: &[RawItem]) -> Self {
        let (mut branches, mut seen) = (Self::default(), HashSet::new());
        for item in items {
            let fields = Some(item.get())
                .filter(|item| item.starts_with('{'))
                .and_then(|item| serde_json::from_str::<BranchFields<'_>>(item).ok())
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

impl BranchingList {
    fn branch(&self, item: &BranchFields<'_>) -> Option<GapStep> {
        let id = item.id.clone().into_owned();
        Some(match self {
            Self::User(OfUser::Messages) => GapStep::List(EventList::MessagesOfUser { user: id }),
            Self::User(OfUser::Artefacts(artefact)) => GapStep::List(EventList::ArtefactsOfUser {
                user: id,
                artefact: *artefact,
            }),
            Self::User(OfUser::CallArtefacts(artefact)) => {
                GapStep::List(EventList::CallArtefactsOfUser {
                    user: id,
                    artefact: *artefact,
                })
            }
            Self::User(OfUser::Interactions) => GapStep::List(EventList::Interactions { user: id }),
            Self::User(OfUser::Chats) => GapStep::List(EventList::Chats { user: id }),
            Self::User(OfUser::Members) => GapStep::Every(BranchingList::Chat { user: id }),
            Self::Team(OfTeam::Messages) => GapStep::List(EventList::MessagesOfTeam {
                team: id,
                channel: None,
            }),
            Self::Team(OfTeam::Team) => GapStep::List(EventList::Team { team: id }),
            Self::Team(OfTeam::Channels) => GapStep::List(EventList::Channels { team: id }),
            Self::Team(OfTeam::Members) => GapStep::List(EventList::MembersOfTeam { team: id }),
            Self::Team(OfTeam::ChannelMembers) => GapStep::Every(BranchingList::Channel {
                team: id,
                indirect: false,
            }),
            // Those of a standard channel are the team's, and not announced for it.
            Self::Channel { .. } if item.membership_type.as_deref() == Some("standard") => {
                return None;
            }
            Self::Channel { team, indirect } => GapStep::List(EventList::MembersOfChannel {
                team: team.clone(),
                channel: id,
                indirect: *indirect,
            }),
            Self::Chat { .. } => GapStep::List(EventList::MembersOfChat { chat: id }),
        })
    }
}
