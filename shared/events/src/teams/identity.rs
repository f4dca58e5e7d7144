//! The author of something.

use super::content::{names, object};

object! {
    /// The sender, initiator or reacting party: usually one of the members has a value.
    IdentitySet {
        odata_type: String = "@odata.type",
        /// A bot, a connector or another app.
        application: Box<Identity> = "application",
        device: Box<Identity> = "device",
        user: Box<Identity> = "user",
        /// A team, channel or chat, where it is mentioned.
        conversation: Box<Identity> = "conversation",
        /// A tag of a team, where it is mentioned.
        tag: Box<Identity> = "tag",
    }
}

object! {
    /// One identity of a set.
    Identity {
        odata_type: String = "@odata.type",
        id: String = "id",
        /// Null in most notifications.
        display_name: String = "displayName",
        tenant_id: String = "tenantId",
        /// Of the beta API.
        user_principal_name: String = "userPrincipalName",
        user_identity_type: UserIdentityType = "userIdentityType",
        application_identity_type: ApplicationIdentityType = "applicationIdentityType",
        conversation_identity_type: ConversationIdentityType = "conversationIdentityType",
    }
}

names! {
    /// The kind of user.
    UserIdentityType {
        AadUser = "aadUser",
        OnPremiseAadUser = "onPremiseAadUser",
        AnonymousGuest = "anonymousGuest",
        FederatedUser = "federatedUser",
        PersonalMicrosoftAccountUser = "personalMicrosoftAccountUser",
        SkypeUser = "skypeUser",
        PhoneUser = "phoneUser",
        EmailUser = "emailUser",
        AzureCommunicationServicesUser = "azureCommunicationServicesUser",
    }
}

names! {
    /// The kind of app.
    ApplicationIdentityType {
        AadApplication = "aadApplication",
        Bot = "bot",
        TenantBot = "tenantBot",
        Office365Connector = "office365Connector",
        OutgoingWebhook = "outgoingWebhook",
    }
}

names! {
    /// The kind of conversation.
    ConversationIdentityType {
        Team = "team",
        Channel = "channel",
        Chat = "chat",
    }
}
