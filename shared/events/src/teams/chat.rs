//! A chat.

use super::content::{names, object};
use super::date::GraphDate;
use super::event_detail::EventDetail;
use super::identity::{Identity, IdentitySet};
use super::membership::ConversationMember;
use super::message::{ItemBody, MessageType};

object! {
    /// `chat`
    Chat {
        id: String = "id",
        topic: String = "topic",
        chat_type: ChatType = "chatType",
        created_date_time: GraphDate = "createdDateTime",
        /// Of the beta API.
        created_by: IdentitySet = "createdBy",
        /// The time at which it was renamed or its members changed.
        last_updated_date_time: GraphDate = "lastUpdatedDateTime",
        tenant_id: String = "tenantId",
        web_url: String = "webUrl",
        is_hidden_for_all_members: bool = "isHiddenForAllMembers",
        /// The progress of the import of messages, if there is one.
        migration_mode: MigrationMode = "migrationMode",
        /// The time at which an imported chat began at its source.
        original_created_date_time: GraphDate = "originalCreatedDateTime",
        members: Vec<ConversationMember> = "members",
        /// One user's view of the chat. Not of the chat itself.
        viewpoint: Viewpoint = "viewpoint",
        online_meeting_info: OnlineMeetingInfo = "onlineMeetingInfo",
        last_message_preview: MessagePreview = "lastMessagePreview",
    }
}

names! {
    /// The kind of chat.
    ChatType {
        OneOnOne = "oneOnOne",
        Group = "group",
        Meeting = "meeting",
    }
}

names! {
    /// The progress of the import of messages into a chat or channel.
    MigrationMode {
        InProgress = "inProgress",
        Completed = "completed",
    }
}

object! {
    /// `chatViewpoint`: of the user whose subscription asked for it.
    Viewpoint {
        is_hidden: bool = "isHidden",
        last_message_read_date_time: GraphDate = "lastMessageReadDateTime",
    }
}

object! {
    /// `teamworkOnlineMeetingInfo`
    OnlineMeetingInfo {
        calendar_event_id: String = "calendarEventId",
        join_web_url: String = "joinWebUrl",
        organizer: Identity = "organizer",
    }
}

object! {
    /// `chatMessageInfo`
    MessagePreview {
        id: String = "id",
        created_date_time: GraphDate = "createdDateTime",
        is_deleted: bool = "isDeleted",
        message_type: MessageType = "messageType",
        body: ItemBody = "body",
        from: IdentitySet = "from",
        event_detail: EventDetail = "eventDetail",
    }
}
