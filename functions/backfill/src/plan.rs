//! The lists to read for a gap.

use crate::step::{Artefact, Every, List, OfTeam, OfUser, Step};
use teamwire_payload::resource::UserId;
use teamwire_payload::subscribable::{Api, Reading, Recovery, SubscriptionFault};
use teamwire_payload::{ResourceType, SubscriptionPath};

/// The way to fill a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// By this.
    Read {
        /// The first list to read.
        step: Step,
        /// True if it shows the present state only.
        is_snapshot: bool,
    },
    /// Not at all: Graph offers nothing.
    Nothing,
}

impl Plan {
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
                if SubscriptionPath::other(resource, Api::V1).is_err() =>
            {
                return Err(fault);
            }
            // Not of Teams, or not for applications: nobody here knows how to read it.
            Err(_) => return Ok(Self::Nothing),
        };
        let (reading, is_snapshot) = match path.row().recovery {
            Recovery::Changes(reading) => (reading, false),
            Recovery::Snapshot(reading) => (reading, true),
            Recovery::Nothing => return Ok(Self::Nothing),
        };
        Ok(step(&path, reading).map_or(Self::Nothing, |step| Self::Read { step, is_snapshot }))
    }
}

/// `None` where the path lacks what the reading needs.
fn step(path: &SubscriptionPath, reading: Reading) -> Option<Step> {
    let key = |name| path.key(name).map(str::to_owned);
    let (user, team, chat) = (|| key("user-id"), || key("team-id"), || key("chat-id"));
    let artefact = match path.row().resource_type {
        ResourceType::CallTranscript => Artefact::Transcripts,
        _ => Artefact::Recordings,
    };
    let indirect = path.options().indirect_membership;
    let every_user = |of| Step::Every(Every::User(of));
    let every_team = |of| Step::Every(Every::Team(of));
    Some(match reading {
        Reading::MessagesOfEveryUser => every_user(OfUser::Messages),
        Reading::MessagesOfUser => Step::List(List::MessagesOfUser { user: user()? }),
        Reading::MessagesOfChat => Step::List(List::MessagesOfChat { chat: chat()? }),
        Reading::MessagesOfEveryTeam => every_team(OfTeam::Messages),
        Reading::MessagesOfChannel => Step::List(List::MessagesOfTeam {
            team: team()?,
            channel: Some(key("channel-id")?),
        }),
        Reading::ArtefactsOfEveryUser => every_user(OfUser::Artefacts(artefact)),
        Reading::ArtefactsOfUser => Step::List(List::ArtefactsOfUser {
            user: user()?,
            artefact,
        }),
        Reading::ArtefactsOfMeeting => {
            let meeting = key("meeting-id")?;
            let organizer = UserId::of_meeting(&meeting)?.as_str().to_owned();
            Step::List(List::ArtefactsOfMeeting {
                organizer,
                meeting,
                artefact,
            })
        }
        Reading::CallArtefactsOfEveryUser => every_user(OfUser::CallArtefacts(artefact)),
        Reading::CallArtefactsOfUser => Step::List(List::CallArtefactsOfUser {
            user: user()?,
            artefact,
        }),
        Reading::InteractionsOfEveryUser => every_user(OfUser::Interactions),
        Reading::InteractionsOfUser => Step::List(List::Interactions { user: user()? }),
        Reading::CallRecords => Step::List(List::CallRecords {}),
        Reading::Listed => Step::List(List::Listed {
            path: path.segments(),
        }),
        Reading::ChatsOfEveryUser => every_user(OfUser::Chats),
        Reading::ChatsOfUser => Step::List(List::Chats { user: user()? }),
        Reading::OneChat => Step::List(List::Chat { chat: chat()? }),
        Reading::EveryTeam => every_team(OfTeam::Team),
        Reading::OneTeam => Step::List(List::Team { team: team()? }),
        Reading::ChannelsOfEveryTeam => every_team(OfTeam::Channels),
        Reading::ChannelsOfTeam => Step::List(List::Channels { team: team()? }),
        Reading::SharedWithTeams => Step::List(List::SharedWith {
            team: team()?,
            channel: key("channel-id")?,
        }),
        Reading::MembersOfEveryTeam => every_team(OfTeam::Members),
        Reading::MembersOfTeam => Step::List(List::MembersOfTeam { team: team()? }),
        Reading::MembersOfChannels => Step::Every(Every::Channel {
            team: team()?,
            indirect,
        }),
        Reading::MembersOfEveryChannel => every_team(OfTeam::ChannelMembers),
        Reading::MembersOfEveryChat => every_user(OfUser::Members),
        Reading::MembersOfChat => Step::List(List::MembersOfChat { chat: chat()? }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_payload::subscribable::ROWS;

    #[test]
    fn every_row_is_filled_as_the_table_says() {
        for row in ROWS.iter().filter(|row| !row.is_delegated_only()) {
            let plan = Plan::of(&row.example()).unwrap();
            match (row.recovery, plan) {
                (Recovery::Nothing, Plan::Nothing) => {}
                (Recovery::Changes(_), Plan::Read { is_snapshot, .. }) => assert!(!is_snapshot),
                (Recovery::Snapshot(_), Plan::Read { is_snapshot, .. }) => assert!(is_snapshot),
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
            assert_eq!(Plan::of(resource), Ok(Plan::Nothing), "{resource}");
        }
        assert!(Plan::of("chats/../users").is_err());
    }
}
