//! The lists to read for a gap.

use crate::step::{BranchingList, EventList, GapStep, MeetingArtefact, OfTeam, OfUser};
use teamwire_payload::resource::UserId;
use teamwire_payload::subscribable::{GapReading, GapRecovery, GraphApi, SubscriptionFault};
use teamwire_payload::{ResourceType, SubscriptionPath};

/// The way to fill a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GapPlan {
    /// By this.
    Read {
        /// The first list to read.
        step: GapStep,
        /// True if it shows the present state only.
        is_snapshot: bool,
    },
    /// Not at all: Graph offers nothing.
    Nothing,
}

impl GapPlan {
    /// True if it shows the present state only.
    pub(crate) const fn is_snapshot(&self) -> bool {
        matches!(
            self,
            Self::Read {
                is_snapshot: true,
                ..
            }
        )
    }

    /// By the table of what can be subscribed to.
    ///
    /// # Errors
    /// [`SubscriptionFault`] where `resource` is no path with options of the documents.
    pub(crate) fn of(resource: &str) -> Result<Self, SubscriptionFault> {
        let path = match SubscriptionPath::parse(resource) {
            Ok(path) => path,
            Err(fault @ (SubscriptionFault::Path(_) | SubscriptionFault::Option(_)))
                if SubscriptionPath::other(resource, GraphApi::V1).is_err() =>
            {
                return Err(fault);
            }
            // Not of Teams, or not for applications: nobody here knows how to read it.
            Err(_) => return Ok(Self::Nothing),
        };
        let (reading, is_snapshot) = match path.row().recovery {
            GapRecovery::Changes(reading) => (reading, false),
            GapRecovery::Snapshot(reading) => (reading, true),
            GapRecovery::Nothing => return Ok(Self::Nothing),
        };
        Ok(step(&path, reading).map_or(Self::Nothing, |step| Self::Read { step, is_snapshot }))
    }
}

/// `None` where the path lacks what the reading needs.
fn step(path: &SubscriptionPath, reading: GapReading) -> Option<GapStep> {
    let key = |name| path.key(name).map(str::to_owned);
    let (user, team, chat) = (|| key("user-id"), || key("team-id"), || key("chat-id"));
    let artefact = match path.row().resource_type {
        ResourceType::CallTranscript => MeetingArtefact::Transcripts,
        _ => MeetingArtefact::Recordings,
    };
    let indirect = path.options().indirect_membership;
    let every_user = |of| GapStep::Every(BranchingList::User(of));
    let every_team = |of| GapStep::Every(BranchingList::Team(of));
    Some(match reading {
        GapReading::MessagesOfEveryUser => every_user(OfUser::Messages),
        GapReading::MessagesOfUser => GapStep::List(EventList::MessagesOfUser { user: user()? }),
        GapReading::MessagesOfChat => GapStep::List(EventList::MessagesOfChat { chat: chat()? }),
        GapReading::MessagesOfEveryTeam => every_team(OfTeam::Messages),
        GapReading::MessagesOfChannel => GapStep::List(EventList::MessagesOfTeam {
            team: team()?,
            channel: Some(key("channel-id")?),
        }),
        GapReading::ArtefactsOfEveryUser => every_user(OfUser::Artefacts(artefact)),
        GapReading::ArtefactsOfUser => GapStep::List(EventList::ArtefactsOfUser {
            user: user()?,
            artefact,
        }),
        GapReading::ArtefactsOfMeeting => {
            let meeting = key("meeting-id")?;
            let organizer = UserId::of_meeting(&meeting)?.as_str().to_owned();
            GapStep::List(EventList::ArtefactsOfMeeting {
                organizer,
                meeting,
                artefact,
            })
        }
        GapReading::CallArtefactsOfEveryUser => every_user(OfUser::CallArtefacts(artefact)),
        GapReading::CallArtefactsOfUser => GapStep::List(EventList::CallArtefactsOfUser {
            user: user()?,
            artefact,
        }),
        GapReading::InteractionsOfEveryUser => every_user(OfUser::Interactions),
        GapReading::InteractionsOfUser => GapStep::List(EventList::Interactions { user: user()? }),
        GapReading::CallRecords => GapStep::List(EventList::CallRecords {}),
        GapReading::Listed => GapStep::List(EventList::Listed {
            path: path.segments(),
        }),
        GapReading::ChatsOfEveryUser => every_user(OfUser::Chats),
        GapReading::ChatsOfUser => GapStep::List(EventList::Chats { user: user()? }),
        GapReading::OneChat => GapStep::List(EventList::Chat { chat: chat()? }),
        GapReading::EveryTeam => every_team(OfTeam::Team),
        GapReading::OneTeam => GapStep::List(EventList::Team { team: team()? }),
        GapReading::ChannelsOfEveryTeam => every_team(OfTeam::Channels),
        GapReading::ChannelsOfTeam => GapStep::List(EventList::Channels { team: team()? }),
        GapReading::SharedWithTeams => GapStep::List(EventList::SharedWith {
            team: team()?,
            channel: key("channel-id")?,
        }),
        GapReading::MembersOfEveryTeam => every_team(OfTeam::Members),
        GapReading::MembersOfTeam => GapStep::List(EventList::MembersOfTeam { team: team()? }),
        GapReading::MembersOfChannels => GapStep::Every(BranchingList::Channel {
            team: team()?,
            indirect,
        }),
        GapReading::MembersOfEveryChannel => every_team(OfTeam::ChannelMembers),
        GapReading::MembersOfEveryChat => every_user(OfUser::Members),
        GapReading::MembersOfChat => GapStep::List(EventList::MembersOfChat { chat: chat()? }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_payload::subscribable::ROWS;

    #[test]
    fn every_row_is_filled_as_the_table_says() {
        for row in ROWS.iter().filter(|row| !row.is_delegated_only()) {
            let plan = GapPlan::of(&row.example()).unwrap();
            match (row.recovery, plan) {
                (GapRecovery::Nothing, GapPlan::Nothing) => {}
                (GapRecovery::Changes(_), GapPlan::Read { is_snapshot, .. }) => {
                    assert!(!is_snapshot)
                }
                (GapRecovery::Snapshot(_), GapPlan::Read { is_snapshot, .. }) => {
                    assert!(is_snapshot)
                }
                (recovery, plan) => panic!("{}: {recovery:?}, {plan:?}", row.path),
            }
        }
    }

    #[test]
    fn what_names_no_organizer_or_is_not_of_teams_can_t_be_read() {
        for resource in [
            "communications/onlineMeetings/a1/transcripts",
            "users",
            "me/messages",
            "teams/a/channels",
            "solutions/virtualEvents/events/getEventsFromOrganizers(organizerIds=['a'])",
        ] {
            assert_eq!(GapPlan::of(resource), Ok(GapPlan::Nothing), "{resource}");
        }
        assert!(GapPlan::of("chats/../users").is_err());
    }
}
