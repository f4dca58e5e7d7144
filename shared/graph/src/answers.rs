//! The meaning of Graph's answers, by call: the one [table](TABLE) that reads, lists, contents and
//! subscriptions follow. `docs/ANSWERS.md` is printed from it.

mod graph_error;
#[cfg(test)]
mod page;
mod table;

pub(crate) use graph_error::says;
pub use graph_error::{ErrorCode, GraphError};
pub use table::TABLE;

use std::ops::RangeInclusive;
use teamwire_payload::resource::Absence;

/// A call to Graph, as far as its kind decides what a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphCall {
    /// The GET of a resource that was announced.
    Read(Absence),
    /// The GET of a page of a list, to fill a gap.
    Page,
    /// The GET of the content of a transcript or recording.
    Content,
    /// `GET /subscriptions`, and of what Graph knows of the app.
    Look,
    /// GET or PATCH of one subscription.
    Subscription,
    /// `POST /subscriptions`.
    Create,
    /// DELETE of one subscription.
    Remove,
}

/// The meaning of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerMeaning {
    /// It is what was asked for.
    Success,
    /// The resource was deleted.
    Deleted,
    /// There is nothing to be read, which proves no deletion.
    NotFound,
    /// There is such a subscription already.
    Exists,
    /// Graph asks to wait.
    Throttled,
    /// Graph, or what stands before it, fails for the moment.
    Unavailable,
    /// It passes, perhaps with another access token.
    TryAgain,
    /// The app may not, perhaps because its token is from before it might.
    NoPermission,
    /// It is refused for good until somebody changes a setting of the tenant.
    Denied(GraphDenial),
    /// A quota is used up.
    Quota,
    /// Our endpoint did not answer Graph's validation request.
    Handshake,
    /// It is refused for good.
    Refused,
}

/// A setting of the tenant that keeps the app out, whatever its permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphDenial {
    /// No application access policy lets the app read the organizer's meetings.
    NoAccessPolicy,
    /// Graph's access to transcripts is switched off.
    TranscriptsDisabled,
    /// Transcripts are to be had without the names of who spoke.
    NoSpeakers,
}

/// The statuses that refuse one artefact for good, not the app: of a transcript or recording whose
/// content is wanted they leave a reference, as what is denied or not found does. It was announced
/// all the same, nobody deletes it, and it may have come sealed.
pub const LEAVE_UNREAD: [u16; 2] = [400, 403];

/// The words that an answer must have to match a row.
#[derive(Debug, Clone, Copy)]
pub enum GraphWords {
    /// Any words.
    Any,
    /// One of these codes, in `error` or an `innerError`.
    Code(&'static [&'static str]),
    /// One of these, in lower case, as whole words in the message.
    Says(&'static [&'static str]),
    /// The status is that of the service behind Graph, in an `ExtensionError`.
    Extension,
    /// Nothing that Graph wrote: empty, HTML, or cut off.
    NotGraphs,
}

/// One row of the table.
#[derive(Debug)]
pub struct AnswerRow {
    /// The calls it is for.
    pub calls: &'static [GraphCall],
    /// The statuses it is for.
    pub statuses: &'static [RangeInclusive<u16>],
    /// The words it is for.
    pub words: GraphWords,
    /// The meaning.
    pub meaning: AnswerMeaning,
    /// The explanation, for the document.
    pub why: &'static str,
}

/// An answer, as far as its meaning depends on it.
#[derive(Debug, Clone, Copy)]
pub struct GraphAnswer<'a> {
    /// HTTP status.
    pub status: u16,
    /// True if the body is one that Graph would write.
    pub is_graphs: bool,
    /// The error in an answer that is no success.
    pub error: Option<&'a GraphError>,
}

impl GraphAnswer<'_> {
    /// The status that counts: of the service behind Graph, where Graph passes that on.
    pub fn status(&self) -> u16 {
        let inner = self.error.and_then(GraphError::inner_status);
        inner.unwrap_or(self.status)
    }

    /// The meaning as an answer to `call`: that of the first row that matches.
    pub fn meaning(&self, call: GraphCall) -> AnswerMeaning {
        let row = TABLE.iter().find(|row| row.fits(call, self));
        row.map_or(AnswerMeaning::Refused, |row| row.meaning)
    }
}

impl AnswerRow {
    fn fits(&self, call: GraphCall, answer: &GraphAnswer<'_>) -> bool {
        let status = answer.status();
        self.calls.contains(&call)
            && self.statuses.iter().any(|range| range.contains(&status))
            && match self.words {
                GraphWords::Any => true,
                GraphWords::Code(codes) => answer
                    .error
                    .is_some_and(|error| codes.iter().any(|code| error.has_code(code))),
                GraphWords::Says(words) => answer
                    .error
                    .is_some_and(|error| words.iter().any(|words| error.says(words))),
                GraphWords::Extension => answer
                    .error
                    .is_some_and(|error| error.inner_status().is_some()),
                GraphWords::NotGraphs => !answer.is_graphs,
            }
    }
}

impl GraphDenial {
    /// The reason of a dead letter, and of content that is not there.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoAccessPolicy => "no-access-policy",
            Self::TranscriptsDisabled => "transcripts-disabled",
            Self::NoSpeakers => "no-speakers",
        }
    }

    /// The remedy.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NoAccessPolicy => {
                "a Teams administrator has to name the app in an application access policy \
                 (New-CsApplicationAccessPolicy) and grant it to the organizers of the meetings \
                 (Grant-CsApplicationAccessPolicy), which counts after up to 30 minutes; permissions \
                 alone are not enough, and meetings of private channels are not supported"
            }
            Self::TranscriptsDisabled => {
                "a Teams administrator has to switch Microsoft Graph access on, in Meeting settings, \
                 Transcript API access (Set-CsTeamsMeetingConfiguration \
                 -EnableGraphTranscriptAccess $true)"
            }
            Self::NoSpeakers => {
                "a Teams administrator can switch speaker attribution on, in Meeting settings, \
                 Transcript API access (Set-CsTeamsMeetingConfiguration \
                 -EnableAttributedTranscripts $true)"
            }
        }
    }
}
