//! What is left of a meeting.

use super::content::object;
use super::identity::IdentitySet;
use super::member::Date;

object! {
    /// `callTranscript`: that there is one. The transcript itself is at its URL.
    CallTranscript {
        id: String = "id",
        meeting_id: String = "meetingId",
        call_id: String = "callId",
        /// Equal for a transcript and its recording.
        content_correlation_id: String = "contentCorrelationId",
        created_date_time: Date = "createdDateTime",
        end_date_time: Date = "endDateTime",
        meeting_organizer: IdentitySet = "meetingOrganizer",
        /// Relative to the Graph root in notifications.
        transcript_content_url: String = "transcriptContentUrl",
    }
}

object! {
    /// `callRecording`: that there is one. The recording itself is at its URL.
    CallRecording {
        id: String = "id",
        meeting_id: String = "meetingId",
        call_id: String = "callId",
        /// Equal for a recording and its transcript.
        content_correlation_id: String = "contentCorrelationId",
        created_date_time: Date = "createdDateTime",
        end_date_time: Date = "endDateTime",
        meeting_organizer: IdentitySet = "meetingOrganizer",
        /// Relative to the Graph root in notifications.
        recording_content_url: String = "recordingContentUrl",
    }
}
