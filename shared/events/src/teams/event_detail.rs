//! The event of a system message.

use super::content::{Content, names, object, read_by};
use super::date::GraphDate;
use super::identity::{Identity, IdentitySet};
use super::member::ResourceMember;
use crate::type_of;
use serde::{Deserializer, Serialize};

/// Each kind with its Graph name and what it is made of.
macro_rules! kinds {
    ($($kind:ident($detail:ident) = $name:literal,)*) => {
        /// `eventMessageDetail`: what happened, by `@odata.type`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum EventDetail {
            $(#[doc = concat!("`", $name, "`")] $kind(Box<$detail>),)*
            /// A kind that is not known here, or that does not say which it is.
            Other(Box<OtherDetail>),
        }

        impl EventDetail {
            /// `@odata.type`, as Graph wrote it.
            pub fn odata_type(&self) -> Option<&str> {
                match self {
                    $(Self::$kind(detail) => detail.odata_type.as_deref(),)*
                    Self::Other(detail) => detail.odata_type.as_deref(),
                }
            }

            /// The initiator, if the payload has one.
            pub fn initiator(&self) -> Option<&IdentitySet> {
                match self {
                    $(Self::$kind(detail) => detail.initiator.value(),)*
                    Self::Other(detail) => detail.initiator.value(),
                }
            }

            #[cfg(test)]
            fn kinds(all: &mut crate::schema::SchemaDefinitions) -> Vec<(&'static str, serde_json::Value)> {
                vec![$(($name, $detail::schema(all)),)*]
            }

            fn parse(text: &str) -> serde_json::Result<Self> {
                let detail: Box<OtherDetail> = serde_json::from_str(text)?;
                Ok(match type_of(detail.odata_type.as_deref()).as_deref() {
                    $(Some($name) => Self::$kind(serde_json::from_str(text)?),)*
                    _ => Self::Other(detail),
                })
            }
        }
    };
}

kinds! {
    CallStarted(CallDetail) = "callStartedEventMessageDetail",
    CallEnded(CallDetail) = "callEndedEventMessageDetail",
    CallRecording(CallRecordingDetail) = "callRecordingEventMessageDetail",
    CallTranscript(CallTranscriptDetail) = "callTranscriptEventMessageDetail",
    ChannelAdded(ChannelDetail) = "channelAddedEventMessageDetail",
    ChannelDeleted(ChannelDetail) = "channelDeletedEventMessageDetail",
    ChannelDescriptionUpdated(ChannelDetail) = "channelDescriptionUpdatedEventMessageDetail",
    ChannelRenamed(ChannelDetail) = "channelRenamedEventMessageDetail",
    ChannelSetAsFavoriteByDefault(ChannelDetail) =
        "channelSetAsFavoriteByDefaultEventMessageDetail",
    ChannelSharingUpdated(ChannelSharingDetail) = "channelSharingUpdatedEventMessageDetail",
    ChannelUnsetAsFavoriteByDefault(ChannelDetail) =
        "channelUnsetAsFavoriteByDefaultEventMessageDetail",
    ChatRenamed(ChatDetail) = "chatRenamedEventMessageDetail",
    MemberRoleUpdated(MemberRoleDetail) = "conversationMemberRoleUpdatedEventMessageDetail",
    MeetingPolicyUpdated(MeetingPolicyDetail) = "meetingPolicyUpdatedEventMessageDetail",
    MembersAdded(MembersDetail) = "membersAddedEventMessageDetail",
    MembersDeleted(MembersDetail) = "membersDeletedEventMessageDetail",
    MembersJoined(MembersDetail) = "membersJoinedEventMessageDetail",
    MembersLeft(MembersDetail) = "membersLeftEventMessageDetail",
    MessagePinned(PinDetail) = "messagePinnedEventMessageDetail",
    MessageUnpinned(PinDetail) = "messageUnpinnedEventMessageDetail",
    TabUpdated(TabDetail) = "tabUpdatedEventMessageDetail",
    TeamArchived(TeamDetail) = "teamArchivedEventMessageDetail",
    TeamCreated(TeamDetail) = "teamCreatedEventMessageDetail",
    TeamDescriptionUpdated(TeamDetail) = "teamDescriptionUpdatedEventMessageDetail",
    TeamJoiningDisabled(TeamDetail) = "teamJoiningDisabledEventMessageDetail",
    TeamJoiningEnabled(TeamDetail) = "teamJoiningEnabledEventMessageDetail",
    TeamRenamed(TeamDetail) = "teamRenamedEventMessageDetail",
    TeamUnarchived(TeamDetail) = "teamUnarchivedEventMessageDetail",
    TeamsAppInstalled(TeamsAppDetail) = "teamsAppInstalledEventMessageDetail",
    TeamsAppRemoved(TeamsAppDetail) = "teamsAppRemovedEventMessageDetail",
    TeamsAppUpgraded(TeamsAppDetail) = "teamsAppUpgradedEventMessageDetail",
}

impl Content for EventDetail {
    const KIND: &'static str = OtherDetail::KIND;

    #[cfg(test)]
    fn schema(all: &mut crate::schema::SchemaDefinitions) -> serde_json::Value {
        all.refer("EventDetail", |all| {
            let (kinds, other) = (Self::kinds(all), OtherDetail::schema(all));
            all.one_of(&kinds, other)
        })
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<ResourceMember<Self>, D::Error> {
        read_by(from, Self::parse)
    }
}

object! {
    /// Of a kind that is not known here.
    OtherDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
    }
}

object! {
    /// A call began or ended; duration and participants are known at its end.
    CallDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        call_id: String = "callId",
        call_event_type: CallEventType = "callEventType",
        /// ISO 8601, such as `PT31S`.
        call_duration: String = "callDuration",
        call_participants: Vec<CallParticipant> = "callParticipants",
    }
}

names! {
    /// The kind of call.
    CallEventType {
        Call = "call",
        Meeting = "meeting",
        ScreenShare = "screenShare",
    }
}

object! {
    /// `callParticipantInfo`
    CallParticipant {
        participant: IdentitySet = "participant",
    }
}

object! {
    /// A recording began, or can be had.
    CallRecordingDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        call_id: String = "callId",
        call_recording_display_name: String = "callRecordingDisplayName",
        /// ISO 8601, such as `PT31S`.
        call_recording_duration: String = "callRecordingDuration",
        call_recording_status: CallRecordingStatus = "callRecordingStatus",
        call_recording_url: String = "callRecordingUrl",
        meeting_organizer: IdentitySet = "meetingOrganizer",
    }
}

names! {
    /// The progress of a recording.
    CallRecordingStatus {
        Initial = "initial",
        ChunkFinished = "chunkFinished",
        Success = "success",
        Failure = "failure",
    }
}

object! {
    /// A transcript can be had.
    CallTranscriptDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        call_id: String = "callId",
        /// The meeting's id in calendars.
        call_transcript_ical_uid: String = "callTranscriptICalUid",
        meeting_organizer: IdentitySet = "meetingOrganizer",
    }
}

object! {
    /// Something happened to a channel.
    ChannelDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        channel_id: String = "channelId",
        channel_display_name: String = "channelDisplayName",
        channel_description: String = "channelDescription",
    }
}

object! {
    /// A channel is shared with other teams than before. Of the beta API.
    ChannelSharingDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        owner_team_id: String = "ownerTeamId",
        owner_tenant_id: String = "ownerTenantId",
        shared_channel_id: String = "sharedChannelId",
    }
}

object! {
    /// A chat has a new name.
    ChatDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        chat_id: String = "chatId",
        chat_display_name: String = "chatDisplayName",
    }
}

object! {
    /// Someone has other roles.
    MemberRoleDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        conversation_member_roles: Vec<String> = "conversationMemberRoles",
        conversation_member_user: Identity = "conversationMemberUser",
    }
}

object! {
    /// The chat of a meeting was opened or closed.
    MeetingPolicyDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        meeting_chat_id: String = "meetingChatId",
        meeting_chat_enabled: bool = "meetingChatEnabled",
    }
}

object! {
    /// People came or went.
    MembersDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        members: Vec<Identity> = "members",
        /// From when on they see the messages, if they were added.
        visible_history_start_date_time: GraphDate = "visibleHistoryStartDateTime",
    }
}

object! {
    /// A message was pinned or unpinned; which one, Graph does not say.
    PinDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        event_date_time: GraphDate = "eventDateTime",
    }
}

object! {
    /// A tab changed.
    TabDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        tab_id: String = "tabId",
    }
}

object! {
    /// Something happened to the team.
    TeamDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        team_id: String = "teamId",
        team_display_name: String = "teamDisplayName",
        team_description: String = "teamDescription",
    }
}

object! {
    /// An app was installed, removed or upgraded.
    TeamsAppDetail {
        odata_type: String = "@odata.type",
        initiator: IdentitySet = "initiator",
        teams_app_id: String = "teamsAppId",
        teams_app_display_name: String = "teamsAppDisplayName",
    }
}
