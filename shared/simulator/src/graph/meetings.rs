//! The settings between an application and the transcripts and recordings of a meeting.

use super::errors::GraphErrorResponse;
use crate::path::Segments;
use crate::world::{Meeting, Tenant};
use axum::http::{HeaderMap, StatusCode, header::ACCEPT};

/// The names of meetings and calls in paths.
const GATHERINGS: [&str; 2] = ["onlineMeetings", "adhocCalls"];

/// The formats of a transcript. `*/*` is none of them, nor is a list.
const WITH_SPEAKERS: &str = "text/vtt";
const WITHOUT_SPEAKERS: &str = "application/vnd.microsoft.graph.transcript+text";

/// Checks that `path`, or a list there, may be read.
///
/// # Errors
/// 403 where an administrator has to grant something, 400 where the meeting's id is none or the
/// meeting is a channel's, 404 where there is no such meeting.
pub(super) fn check(tenant: &Tenant, path: &Segments) -> Result<(), GraphErrorResponse> {
    let names: Vec<&str> = path.iter().collect();
    if let ["communications", "onlineMeetings", id, ..] = names.as_slice()
        && Meeting::parse(id).is_none()
    {
        return Err(bad_request("Unexpected id format."));
    }
    let ["users", organizer, gathering, rest @ ..] = names.as_slice() else {
        return Ok(());
    };
    if !GATHERINGS.contains(gathering) {
        return Ok(());
    }
    if !tenant.meetings.grants(organizer) {
        return Err(GraphErrorResponse::new(
            StatusCode::FORBIDDEN,
            "General",
            "No application access policy found for this app.",
        ));
    }
    let transcripts = |name: &&str| *name == "transcripts" || name.starts_with("getAllTranscripts");
    if tenant.meetings.transcripts_disabled && rest.iter().any(transcripts) {
        return Err(GraphErrorResponse::transcripts_disabled());
    }
    if let [id, "transcripts" | "recordings", ..] = rest {
        if *gathering == "onlineMeetings" {
            let meeting = Meeting::parse(id).ok_or_else(|| bad_request("Unexpected id format."))?;
            if meeting.is_of_a_channel() {
                let message = "Channel based meetings are currently not supported.";
                return Err(bad_request(message));
            }
        }
        if !tenant.has(gathering, id) {
            return Err(GraphErrorResponse::no_resource());
        }
    }
    Ok(())
}

/// True if a transcript that is asked for in this way comes with the names of the speakers.
///
/// # Errors
/// 400 for any other format than the two; 403 where speakers may not be named.
pub(super) fn names_speakers(
    tenant: &Tenant,
    headers: &HeaderMap,
    format: Option<&str>,
) -> Result<bool, GraphErrorResponse> {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let wanted = format.or(accept).unwrap_or_default();
    match wanted {
        WITHOUT_SPEAKERS => Ok(false),
        WITH_SPEAKERS if tenant.meetings.attribution_disabled => Err(GraphErrorResponse {
            inner_code: Some("SpeakerAttributionNotAllowed"),
            ..GraphErrorResponse::new(
                StatusCode::FORBIDDEN,
                "Forbidden",
                "Speaker attribution is turned off in this tenant.",
            )
        }),
        WITH_SPEAKERS => Ok(true),
        other => Err(bad_request(&format!("Invalid format '{other}' specified."))),
    }
}

/// The `Content-Type` of a transcript.
pub(super) const fn media_type(names_speakers: bool) -> &'static str {
    if names_speakers {
        WITH_SPEAKERS
    } else {
        WITHOUT_SPEAKERS
    }
}

fn bad_request(message: &str) -> GraphErrorResponse {
    GraphErrorResponse::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}
