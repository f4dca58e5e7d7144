//! The organizer of the meeting that a transcript or recording is of.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The id of a user: a GUID in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Reads a GUID; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let guid: crate::TenantId = text.parse().ok()?;
        Some(Self(guid.as_str().to_owned()))
    }

    /// The organizer that a meeting's id names. The id is base64 of `1*<user>*0**<thread>`: so it
    /// is in every example of the documents, which nowhere promise it.
    pub fn of_meeting(id: &str) -> Option<Self> {
        let decoded = MEETING_ID.decode(id).ok()?;
        let text = std::str::from_utf8(&decoded).ok()?;
        let mut parts = text.split('*');
        match (parts.next(), parts.next()) {
            (Some("1"), Some(user)) => Self::parse(user),
            _ => None,
        }
    }

    /// The GUID.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Ids lose their padding now and then.
const MEETING_ID: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";

    fn meeting(plain: &str) -> String {
        base64::engine::general_purpose::STANDARD.encode(plain)
    }

    #[test]
    fn the_organizer_is_in_the_id_of_the_meeting() {
        let id = meeting(&format!("1*{USER}*0**19:meeting_Mjk@thread.v2"));
        for id in [id.as_str(), id.trim_end_matches('=')] {
            assert_eq!(UserId::of_meeting(id).unwrap().as_str(), USER);
        }
    }

    #[test]
    fn an_id_of_another_form_names_nobody() {
        for id in [
            String::new(),
            "19:meeting_Mjk@thread.v2".to_owned(),
            meeting("1*"),
            meeting("1**0**19:m@thread.v2"),
            meeting("1*../users*0**19:m@thread.v2"),
            meeting(&format!("2*{USER}*0**19:m@thread.v2")),
            meeting(&format!("{USER}*0**19:m@thread.v2")),
        ] {
            assert_eq!(UserId::of_meeting(&id), None, "{id}");
        }
    }
}
