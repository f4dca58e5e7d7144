//! The resources of Teams, one struct for each type.

mod call;
mod chat;
mod content;
mod copilot;
mod date;
mod event_detail;
mod identity;
mod installation;
mod member;
mod membership;
mod message;
mod team;

pub use call::{
    CallEvent, CallRecord, CallRecording, CallTranscript, CallType, MeetingCallEventType,
    Participant, ParticipantInfo, RemovedState,
};
pub use chat::{Chat, ChatType, MessagePreview, MigrationMode, OnlineMeetingInfo, Viewpoint};
pub use copilot::{
    ActionItem, AiInteraction, CallAiInsight, InsightViewpoint, InteractionAttachment,
    InteractionContext, InteractionLink, InteractionMention, InteractionType, MeetingNote,
    MeetingNoteSubpoint, MentionEvent,
};
pub use date::GraphDate;
pub use event_detail::{
    CallDetail, CallEventType, CallParticipant, CallRecordingDetail, CallRecordingStatus,
    CallTranscriptDetail, ChannelDetail, ChannelSharingDetail, ChatDetail, EventDetail,
    MeetingPolicyDetail, MemberRoleDetail, MembersDetail, OtherDetail, PinDetail, TabDetail,
    TeamDetail, TeamsAppDetail,
};
pub use identity::{
    ApplicationIdentityType, ConversationIdentityType, Identity, IdentitySet, UserIdentityType,
};
pub use installation::{
    PermissionSet, ResourceSpecificPermission, Scope, ScopeInfo, TeamsApp, TeamsAppDefinition,
    TeamsAppInstallation,
};
pub use member::{JsonText, OtherMembers, ResourceMember};
pub use membership::{ConversationMember, SharedWithChannelTeamInfo};
pub use message::{
    Attachment, BodyType, ChannelIdentity, ChatMessage, HistoryItem, Importance, ItemBody, Mention,
    MessageType, PolicyTip, PolicyViolation, Reaction,
};
pub use team::{
    Channel, ChannelLayout, FunSettings, GuestSettings, MemberSettings, MembershipType,
    MessagingSettings, Team, Visibility,
};

#[cfg(test)]
use crate::schema::SchemaDefinitions;
use crate::{Event, Origin, ResourceType};
use serde::Serialize;

/// The reason why an event has no resource to show.
#[derive(Debug, thiserror::Error)]
pub enum NoResource {
    /// It is a reference; its reason.
    #[error("the event is a reference: {0}")]
    Reference(String),
    /// It stands in a bucket; where.
    #[error("the resource stands in a bucket")]
    Stored(String),
    /// It is none of Teams. A gap's event has none either.
    #[error("not a resource of Teams")]
    Foreign,
    /// It is not what its type says. The error names the member, and shows nothing of it.
    #[error("{0}: {1}")]
    Malformed(ResourceType, #[source] serde_json::Error),
}

impl Event {
    /// The resource of this event, by its type.
    ///
    /// # Errors
    /// [`NoResource`] where it has none, or one that is not of its type.
    pub fn resource(&self) -> Result<TeamsResource, NoResource> {
        if self.origin == Origin::Reference {
            let reason = self.referencereason.clone().unwrap_or_default();
            return Err(NoResource::Reference(reason));
        }
        let resource_type = self.resource_type().ok_or(NoResource::Foreign)?;
        match (&self.data, &self.dataref) {
            (Some(data), _) => TeamsResource::parse(resource_type, data.get())
                .map_err(|error| NoResource::Malformed(resource_type, error)),
            (None, stored) => Err(NoResource::Stored(stored.clone().unwrap_or_default())),
        }
    }

    /// The type of its resource, if that is one of Teams.
    pub fn resource_type(&self) -> Option<ResourceType> {
        let name = self.event_type.strip_prefix("microsoft.graph.")?;
        let (name, _) = name.rsplit_once('.')?;
        ResourceType::by_name(name).filter(|known| *known != ResourceType::Other)
    }
}

/// A resource of a type that has no struct here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Untyped {
    /// Its type.
    #[serde(skip)]
    pub resource_type: ResourceType,
    /// All of it.
    pub json: JsonText,
}

macro_rules! resources {
    ($($name:ident),* $(,)?) => {
        /// The schema of each resource that has a struct, and of what it is made of.
        #[cfg(test)]
        pub(crate) fn schemas() -> Vec<(&'static str, serde_json::Value, SchemaDefinitions)> {
            vec![$({
                let mut all = SchemaDefinitions::default();
                let schema = <$name as content::Content>::schema(&mut all);
                (ResourceType::$name.name(), schema, all)
            },)*]
        }

        /// A resource of Teams or its neighbours.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum TeamsResource {
            $(#[doc = concat!("A [`", stringify!($name), "`].")] $name(Box<$name>),)*
            /// One of another type, as it came.
            Untyped(Untyped),
        }

        impl TeamsResource {
            /// The types that have a struct.
            pub const TYPED: [ResourceType; [$(ResourceType::$name),*].len()] =
                [$(ResourceType::$name),*];

            /// Reads a resource of that type.
            ///
            /// # Errors
            /// Where it is something else. The error names the member that does not fit.
            pub fn parse(resource_type: ResourceType, json: &str) -> serde_json::Result<Self> {
                match resource_type {
                    $(ResourceType::$name => serde_json::from_str(json).map(Self::$name),)*
                    _ => {
                        let json = JsonText::of_object(json)?;
                        Ok(Self::Untyped(Untyped { resource_type, json }))
                    }
                }
            }

            /// Its type.
            pub const fn resource_type(&self) -> ResourceType {
                match self {
                    $(Self::$name(_) => ResourceType::$name,)*
                    Self::Untyped(untyped) => untyped.resource_type,
                }
            }
        }
    };
}

resources!(
    Chat,
    ChatMessage,
    Team,
    Channel,
    ConversationMember,
    SharedWithChannelTeamInfo,
    CallTranscript,
    CallRecording,
    TeamsAppInstallation,
    CallEvent,
    CallRecord,
    AiInteraction,
    CallAiInsight,
);
