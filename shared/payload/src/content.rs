//! The content of transcripts and recordings, which a notification only describes.

use crate::{ReferencedChange, ResourcePath, ResourceRef, ResourceType};
use std::str::FromStr;

/// A kind of content that can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentKind {
    /// The text of a transcript, as WebVTT.
    Transcripts,
    /// The video of a recording.
    Recordings,
}

impl ContentKind {
    /// The kind of content a resource has.
    pub const fn of(resource_type: ResourceType) -> Option<Self> {
        match resource_type {
            ResourceType::CallTranscript => Some(Self::Transcripts),
            ResourceType::CallRecording => Some(Self::Recordings),
            _ => None,
        }
    }

    /// The form to ask Graph for.
    pub const fn form(self) -> ContentForm {
        match self {
            Self::Transcripts => ContentForm {
                media_type: "text/vtt",
                extension: "vtt",
            },
            Self::Recordings => ContentForm {
                media_type: "video/mp4",
                extension: "mp4",
            },
        }
    }

    /// The form to ask Graph for where the tenant withholds the names of speakers.
    pub const fn form_without_speakers(self) -> Option<ContentForm> {
        match self {
            Self::Transcripts => Some(ContentForm {
                media_type: "application/vnd.microsoft.graph.transcript+text",
                extension: "txt",
            }),
            Self::Recordings => None,
        }
    }
}

/// A form of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentForm {
    /// The media type that Graph is asked for and gives.
    pub media_type: &'static str,
    /// The end of a file's name.
    pub extension: &'static str,
}

/// The text names no kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kind of content is one of transcripts, recordings")]
pub struct NoContentKind;

impl FromStr for ContentKind {
    type Err = NoContentKind;

    fn from_str(text: &str) -> Result<Self, NoContentKind> {
        match text {
            "transcripts" => Ok(Self::Transcripts),
            "recordings" => Ok(Self::Recordings),
            _ => Err(NoContentKind),
        }
    }
}

/// The content that an operator wants fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedContent(Vec<ContentKind>);

impl WantedContent {
    /// Only these kinds.
    pub const fn new(kinds: Vec<ContentKind>) -> Self {
        Self(kinds)
    }

    /// The kind of content of `path`, if it is wanted.
    pub fn of(&self, path: &ResourcePath) -> Option<ContentKind> {
        ContentKind::of(path.resource_type()).filter(|kind| self.0.contains(kind))
    }

    /// True if the changed resource has content that is wanted and that can be asked for by what
    /// its path says.
    pub fn can_be_read_of(&self, change: &ReferencedChange) -> bool {
        match change.announced() {
            Ok(ResourceRef::Teams(path)) => self.of(&path).is_some() && path.get().is_ok(),
            Ok(ResourceRef::Foreign(_)) | Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wanted_and_can_be_asked_for_is() {
        let wanted = WantedContent::new(vec!["transcripts".parse().unwrap()]);
        let user = "users('976f4b31-fd01-4e0b-9178-29cc40c14438')/onlineMeetings('m')";
        for (resource, expected) in [
            (format!("{user}/transcripts('i')"), true),
            (format!("{user}/recordings('i')"), false),
            (
                "communications/onlineMeetings('m')/transcripts('i')".to_owned(),
                false,
            ),
            ("chats('c')".to_owned(), false),
            ("users('u')".to_owned(), false),
            (String::new(), false),
        ] {
            let change = ReferencedChange {
                tenant_id: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
                subscription_id: "s".to_owned(),
                change_type: crate::ChangeType::Created,
                resource,
                odata_id: None,
                odata_type: None,
                etag: None,
            };
            assert_eq!(wanted.can_be_read_of(&change), expected, "{change:?}");
        }
        assert_eq!("Transcripts".parse::<ContentKind>(), Err(NoContentKind));
    }
}
