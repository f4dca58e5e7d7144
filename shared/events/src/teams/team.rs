//! A team and its channels.

use super::chat::MigrationMode;
use super::content::{names, object};
use super::date::GraphDate;

object! {
    /// `team`
    Team {
        id: String = "id",
        display_name: String = "displayName",
        description: String = "description",
        created_date_time: GraphDate = "createdDateTime",
        tenant_id: String = "tenantId",
        /// Its name in audit logs.
        internal_id: String = "internalId",
        classification: String = "classification",
        specialization: String = "specialization",
        visibility: Visibility = "visibility",
        web_url: String = "webUrl",
        /// True if it is read-only.
        is_archived: bool = "isArchived",
        member_settings: MemberSettings = "memberSettings",
        guest_settings: GuestSettings = "guestSettings",
        messaging_settings: MessagingSettings = "messagingSettings",
        fun_settings: FunSettings = "funSettings",
    }
}

names! {
    /// The visibility of a team.
    Visibility {
        Private = "private",
        Public = "public",
        HiddenMembership = "hiddenMembership",
    }
}

object! {
    /// `teamMemberSettings`: what members may do.
    MemberSettings {
        allow_create_update_channels: bool = "allowCreateUpdateChannels",
        allow_create_private_channels: bool = "allowCreatePrivateChannels",
        allow_delete_channels: bool = "allowDeleteChannels",
        allow_add_remove_apps: bool = "allowAddRemoveApps",
        allow_create_update_remove_tabs: bool = "allowCreateUpdateRemoveTabs",
        allow_create_update_remove_connectors: bool = "allowCreateUpdateRemoveConnectors",
    }
}

object! {
    /// `teamGuestSettings`: what guests may do.
    GuestSettings {
        allow_create_update_channels: bool = "allowCreateUpdateChannels",
        allow_delete_channels: bool = "allowDeleteChannels",
    }
}

object! {
    /// `teamMessagingSettings`
    MessagingSettings {
        allow_user_edit_messages: bool = "allowUserEditMessages",
        allow_user_delete_messages: bool = "allowUserDeleteMessages",
        allow_owner_delete_messages: bool = "allowOwnerDeleteMessages",
        allow_team_mentions: bool = "allowTeamMentions",
        allow_channel_mentions: bool = "allowChannelMentions",
    }
}

object! {
    /// `teamFunSettings`
    FunSettings {
        allow_giphy: bool = "allowGiphy",
        giphy_content_rating: String = "giphyContentRating",
        allow_stickers_and_memes: bool = "allowStickersAndMemes",
        allow_custom_memes: bool = "allowCustomMemes",
    }
}

object! {
    /// `channel`
    Channel {
        id: String = "id",
        display_name: String = "displayName",
        description: String = "description",
        created_date_time: GraphDate = "createdDateTime",
        tenant_id: String = "tenantId",
        membership_type: MembershipType = "membershipType",
        /// The address for mail to the channel.
        email: String = "email",
        web_url: String = "webUrl",
        is_favorite_by_default: bool = "isFavoriteByDefault",
        is_archived: bool = "isArchived",
        layout_type: ChannelLayout = "layoutType",
        /// The progress of the import of messages, if there is one.
        migration_mode: MigrationMode = "migrationMode",
        /// The time at which an imported channel began at its source.
        original_created_date_time: GraphDate = "originalCreatedDateTime",
    }
}

names! {
    /// The kind of membership of a channel: the team, some of it, or others as well.
    MembershipType {
        Standard = "standard",
        Private = "private",
        Shared = "shared",
    }
}

names! {
    /// The layout in which a channel shows its messages.
    ChannelLayout {
        Post = "post",
        Chat = "chat",
    }
}
