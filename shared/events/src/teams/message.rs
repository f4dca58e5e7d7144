//! A message in a chat or channel, replies and system messages included.

use super::content::{names, object};
use super::date::GraphDate;
use super::event_detail::EventDetail;
use super::identity::IdentitySet;

object! {
    /// `chatMessage`
    ChatMessage {
        /// Milliseconds since 1970, unique within the conversation only.
        id: String = "id",
        /// The parent of a reply in a channel.
        reply_to_id: String = "replyToId",
        /// Grows with each change.
        etag: String = "etag",
        message_type: MessageType = "messageType",
        created_date_time: GraphDate = "createdDateTime",
        /// Of the last change, reactions included.
        last_modified_date_time: GraphDate = "lastModifiedDateTime",
        /// Of the last edit of the content.
        last_edited_date_time: GraphDate = "lastEditedDateTime",
        /// A value says that the message is deleted.
        deleted_date_time: GraphDate = "deletedDateTime",
        subject: String = "subject",
        summary: String = "summary",
        /// The chat; null in a channel.
        chat_id: String = "chatId",
        /// The team and channel; null in a chat.
        channel_identity: ChannelIdentity = "channelIdentity",
        importance: Importance = "importance",
        locale: String = "locale",
        web_url: String = "webUrl",
        /// The sender. Null in system messages.
        from: IdentitySet = "from",
        /// For whom it was sent, if for another. Of the beta API.
        on_behalf_of: IdentitySet = "onBehalfOf",
        body: ItemBody = "body",
        attachments: Vec<Attachment> = "attachments",
        mentions: Vec<Mention> = "mentions",
        reactions: Vec<Reaction> = "reactions",
        policy_violation: PolicyViolation = "policyViolation",
        message_history: Vec<HistoryItem> = "messageHistory",
        /// The event, of a system message.
        event_detail: EventDetail = "eventDetail",
    }
}

names! {
    /// The kind of message.
    MessageType {
        Message = "message",
        ChatEvent = "chatEvent",
        Typing = "typing",
        SystemEventMessage = "systemEventMessage",
    }
}

names! {
    /// The importance that its sender gives it.
    Importance {
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

object! {
    /// `itemBody`
    ItemBody {
        content_type: BodyType = "contentType",
        /// Text or HTML. Mentions and attachments stand in it as `<at id="..">` and
        /// `<attachment id="..">`.
        content: String = "content",
    }
}

names! {
    /// The format of a body.
    BodyType {
        Text = "text",
        Html = "html",
    }
}

object! {
    /// `channelIdentity`
    ChannelIdentity {
        team_id: String = "teamId",
        channel_id: String = "channelId",
    }
}

object! {
    /// `chatMessageAttachment`
    Attachment {
        id: String = "id",
        /// A media type, or a word of Teams such as `reference` for a file.
        content_type: String = "contentType",
        content_url: String = "contentUrl",
        /// Often JSON in text.
        content: String = "content",
        name: String = "name",
        thumbnail_url: String = "thumbnailUrl",
        teams_app_id: String = "teamsAppId",
    }
}

object! {
    /// `chatMessageMention`
    Mention {
        /// The `id` of its `<at>` in the body.
        id: i64 = "id",
        mention_text: String = "mentionText",
        mentioned: IdentitySet = "mentioned",
    }
}

object! {
    /// `chatMessageReaction`
    Reaction {
        /// A word such as `like`, or the character itself.
        reaction_type: String = "reactionType",
        display_name: String = "displayName",
        reaction_content_url: String = "reactionContentUrl",
        created_date_time: GraphDate = "createdDateTime",
        user: IdentitySet = "user",
    }
}

object! {
    /// `chatMessagePolicyViolation`
    PolicyViolation {
        /// Names, separated by commas.
        dlp_action: String = "dlpAction",
        /// Names, separated by commas.
        user_action: String = "userAction",
        /// Names, separated by commas.
        verdict_details: String = "verdictDetails",
        justification_text: String = "justificationText",
        policy_tip: PolicyTip = "policyTip",
    }
}

object! {
    /// `chatMessagePolicyViolationPolicyTip`
    PolicyTip {
        general_text: String = "generalText",
        compliance_url: String = "complianceUrl",
        matched_condition_descriptions: Vec<String> = "matchedConditionDescriptions",
    }
}

object! {
    /// `chatMessageHistoryItem`
    HistoryItem {
        modified_date_time: GraphDate = "modifiedDateTime",
        /// Names, separated by commas, such as `reactionAdded`.
        actions: String = "actions",
        reaction: Reaction = "reaction",
    }
}
