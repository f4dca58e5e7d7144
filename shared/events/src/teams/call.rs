//! Calls: their events, transcripts and recordings.

use super::content::{names, object};
use super::date::GraphDate;
use super::identity::IdentitySet;

object! {
    /// `callTranscript`: that there is one. The transcript itself is at its URL.
    CallTranscript {
        id: String = "id",
        meeting_id: String = "meetingId",
        call_id: String = "callId",
        /// Equal for a transcript and its recording.
        content_correlation_id: String = "contentCorrelationId",
        created_date_time: GraphDate = "createdDateTime",
        end_date_time: GraphDate = "endDateTime",
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
        created_date_time: GraphDate = "createdDateTime",
        end_date_time: GraphDate = "endDateTime",
        meeting_organizer: IdentitySet = "meetingOrganizer",
        /// Relative to the Graph root in notifications.
        recording_content_url: String = "recordingContentUrl",
    }
}

object! {
    /// `callEvent`: a meeting's call began, ended, or has others in it.
    CallEvent {
        odata_type: String = "@odata.type",
        odata_id: String = "@odata.id",
        /// Of the notification.
        id: String = "id",
        event_type: MeetingCallEventType = "eventType",
        /// The same by its name in the metadata.
        call_event_type: MeetingCallEventType = "callEventType",
        event_date_time: GraphDate = "eventDateTime",
        participants: Vec<Participant> = "participants",
        /// Participants that joined or left since the previous event.
        participants_delta: Vec<Participant> = "participants@delta",
    }
}

names! {
    /// An event of a call.
    MeetingCallEventType {
        CallStarted = "callStarted",
        CallEnded = "callEnded",
        RosterUpdated = "rosterUpdated",
        RecordingStateUpdated = "recordingStateUpdated",
        TranscriptionStateUpdated = "transcriptionStateUpdated",
    }
}

object! {
    /// `participant`
    Participant {
        id: String = "id",
        info: ParticipantInfo = "info",
        is_in_lobby: bool = "isInLobby",
        is_muted: bool = "isMuted",
        /// There for who went.
        removed_state: RemovedState = "removedState",
    }
}

object! {
    /// `participantInfo`
    ParticipantInfo {
        identity: IdentitySet = "identity",
    }
}

object! {
    /// `removedState`
    RemovedState {
        reason: String = "reason",
    }
}

object! {
    /// `callRecord`: the sessions stand below it and are not announced.
    CallRecord {
        id: String = "id",
        /// A number that grows with each change.
        version: i64 = "version",
        call_type: CallType = "type",
        start_date_time: GraphDate = "startDateTime",
        end_date_time: GraphDate = "endDateTime",
        last_modified_date_time: GraphDate = "lastModifiedDateTime",
        join_web_url: String = "joinWebUrl",
        /// `audio`, `video`, `videoBasedScreenSharing`, `data`, `screenSharing`.
        modalities: Vec<String> = "modalities",
        organizer: IdentitySet = "organizer",
        participants: Vec<IdentitySet> = "participants",
    }
}

names! {
    /// The kind of call.
    CallType {
        Unknown = "unknown",
        GroupCall = "groupCall",
        PeerToPeer = "peerToPeer",
    }
}
