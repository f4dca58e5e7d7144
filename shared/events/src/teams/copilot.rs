//! Prompts to Copilot and its answers, and its insights into meetings.

use super::content::{names, object};
use super::date::GraphDate;
use super::identity::IdentitySet;
use super::message::ItemBody;

object! {
    /// `aiInteraction`: a prompt or an answer.
    AiInteraction {
        id: String = "id",
        etag: String = "etag",
        /// Equal for what belongs to one conversation.
        session_id: String = "sessionId",
        /// Equal for a prompt and its answers.
        request_id: String = "requestId",
        /// The app it happened in, such as `IPM.SkypeTeams.Message.Copilot.Teams`.
        app_class: String = "appClass",
        interaction_type: InteractionType = "interactionType",
        conversation_type: String = "conversationType",
        created_date_time: GraphDate = "createdDateTime",
        locale: String = "locale",
        from: IdentitySet = "from",
        body: ItemBody = "body",
        attachments: Vec<InteractionAttachment> = "attachments",
        contexts: Vec<InteractionContext> = "contexts",
        links: Vec<InteractionLink> = "links",
        mentions: Vec<InteractionMention> = "mentions",
    }
}

names! {
    /// The side that spoke.
    InteractionType {
        UserPrompt = "userPrompt",
        AiResponse = "aiResponse",
    }
}

object! {
    /// `aiInteractionAttachment`
    InteractionAttachment {
        attachment_id: String = "attachmentId",
        content: String = "content",
        content_type: String = "contentType",
        content_url: String = "contentUrl",
        name: String = "name",
    }
}

object! {
    /// `aiInteractionContext`: what was open.
    InteractionContext {
        context_reference: String = "contextReference",
        context_type: String = "contextType",
        display_name: String = "displayName",
    }
}

object! {
    /// `aiInteractionLink`
    InteractionLink {
        display_name: String = "displayName",
        link_type: String = "linkType",
        link_url: String = "linkUrl",
    }
}

object! {
    /// `aiInteractionMention`
    InteractionMention {
        mention_id: i64 = "mentionId",
        mention_text: String = "mentionText",
        mentioned: IdentitySet = "mentioned",
    }
}

object! {
    /// `callAiInsight`: what Copilot made of a meeting's transcript.
    CallAiInsight {
        id: String = "id",
        call_id: String = "callId",
        /// Equal for the insight and its transcript.
        content_correlation_id: String = "contentCorrelationId",
        created_date_time: GraphDate = "createdDateTime",
        end_date_time: GraphDate = "endDateTime",
        action_items: Vec<ActionItem> = "actionItems",
        meeting_notes: Vec<MeetingNote> = "meetingNotes",
        viewpoint: InsightViewpoint = "viewpoint",
    }
}

object! {
    /// `actionItem`
    ActionItem {
        owner_display_name: String = "ownerDisplayName",
        text: String = "text",
        title: String = "title",
    }
}

object! {
    /// `meetingNote`
    MeetingNote {
        subpoints: Vec<MeetingNoteSubpoint> = "subpoints",
        text: String = "text",
        title: String = "title",
    }
}

object! {
    /// `meetingNoteSubpoint`
    MeetingNoteSubpoint {
        text: String = "text",
        title: String = "title",
    }
}

object! {
    /// `callAiInsightViewPoint`: of the user in the path.
    InsightViewpoint {
        mention_events: Vec<MentionEvent> = "mentionEvents",
    }
}

object! {
    /// `mentionEvent`: where the user is spoken of.
    MentionEvent {
        event_date_time: GraphDate = "eventDateTime",
        speaker: IdentitySet = "speaker",
        transcript_utterance: String = "transcriptUtterance",
    }
}
