//! The members of chats, teams and channels, and the teams that share a channel.

use super::content::object;
use super::date::GraphDate;
use crate::type_of;

object! {
    /// `conversationMember` of any kind; a kind has some of the members, see
    /// [`kind`](Self::kind).
    ConversationMember {
        odata_type: String = "@odata.type",
        /// Of the membership, not of the person.
        id: String = "id",
        /// Empty for a plain member; else words such as `owner` and `guest`.
        roles: Vec<String> = "roles",
        display_name: String = "displayName",
        visible_history_start_date_time: GraphDate = "visibleHistoryStartDateTime",
        user_id: String = "userId",
        email: String = "email",
        tenant_id: String = "tenantId",
        anonymous_guest_id: String = "anonymousGuestId",
        azure_communication_services_id: String = "azureCommunicationServicesId",
        skype_id: String = "skypeId",
        phone_number: String = "phoneNumber",
        /// Of an indirect member of a shared channel: the membership that makes it one.
        original_source_membership_url: String = "@microsoft.graph.originalSourceMembershipUrl",
    }
}

impl ConversationMember {
    /// The Graph name of its kind, such as `aadUserConversationMember`, where the payload has
    /// it. Most notifications leave it out.
    pub fn kind(&self) -> Option<String> {
        type_of(self.odata_type.as_deref())
    }
}

object! {
    /// `sharedWithChannelTeamInfo`: a team that a channel is shared with.
    SharedWithChannelTeamInfo {
        id: String = "id",
        tenant_id: String = "tenantId",
        display_name: String = "displayName",
        is_host_team: bool = "isHostTeam",
    }
}
