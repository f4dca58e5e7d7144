//! The types of resource.

use std::fmt;

macro_rules! resource_types {
    ($($variant:ident = $name:literal,)*) => {
        /// The types of resource that Teams and its neighbours announce, by their Graph names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ResourceType {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl ResourceType {
            /// Every type.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The Graph name, as it stands in an event's `type`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

resource_types! {
    Chat = "chat",
    ChatMessage = "chatMessage",
    Channel = "channel",
    SharedWithChannelTeamInfo = "sharedWithChannelTeamInfo",
    Team = "team",
    ConversationMember = "conversationMember",
    CallTranscript = "callTranscript",
    CallRecording = "callRecording",
    TeamsAppInstallation = "teamsAppInstallation",
    CallEvent = "callEvent",
    CallRecord = "callRecord",
    AiInteraction = "aiInteraction",
    CallAiInsight = "callAiInsight",
    Presence = "presence",
    ApprovalItem = "approvalItem",
    Shift = "shift",
    OfferShiftRequest = "offerShiftRequest",
    OpenShiftChangeRequest = "openShiftChangeRequest",
    SwapShiftsChangeRequest = "swapShiftsChangeRequest",
    TimeOffRequest = "timeOffRequest",
    VirtualEvent = "virtualEvent",
    VirtualEventSession = "virtualEventSession",
    VirtualEventRegistration = "virtualEventRegistration",
    MeetingAttendanceReport = "meetingAttendanceReport",
    Other = "resource",
}

impl ResourceType {
    /// The type of that Graph name, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a resource that is not one of Teams, by its `@odata.type`: of
/// `#Microsoft.Graph.CallRecord` it is `callRecord`.
pub fn type_of(odata_type: Option<&str>) -> Option<String> {
    let last = odata_type?.rsplit('.').next()?.trim_start_matches('#');
    let mut chars = last.chars();
    let first = chars.next()?;
    let is_name = last.len() <= 64 && last.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then(|| first.to_ascii_lowercase().to_string() + chars.as_str())
}
