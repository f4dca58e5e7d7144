//! The version of a resource in a payload, and the kind of payload that it is.
//!
//! An event's id is built of the version, and a consumer orders by it. Messages have an `etag`,
//! chats a date, members neither.

use crate::{json, limits};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The version that a resource states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentVersion {
    /// `etag`, else the date of the last change; `None` where two states can't be told apart by
    /// either.
    pub version: Option<String>,
    /// Date of the last change, as Graph wrote it.
    pub modified: Option<String>,
    /// True if it has a `viewpoint`: of a chat, one user's view.
    pub is_viewpoint: bool,
    /// True if it states that it was deleted.
    pub is_deleted: bool,
    /// The type of its `eventDetail`, without the namespace: of a message, the system event.
    pub system_event: Option<String>,
    /// `sessionId`: of a Copilot interaction, what its id is unique in.
    pub session: Option<String>,
}

/// The resource is not a JSON object, or nested deeper than [`limits::JSON_DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource is not a JSON object within the depth limit")]
pub struct NotAResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionFields<'a> {
    #[serde(borrow, default)]
    etag: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_modified_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_updated_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    deleted_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    viewpoint: Option<&'a RawValue>,
    #[serde(borrow, default)]
    event_detail: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct EventDetail {
    #[serde(rename = "@odata.type")]
    odata_type: String,
}

impl ContentVersion {
    /// Reads the version out of a resource.
    ///
    /// # Errors
    /// [`NotAResource`] where `resource` is something else.
    pub fn of(resource: &str) -> Result<Self, NotAResource> {
        if !json::within_depth(resource.as_bytes(), limits::JSON_DEPTH) {
            return Err(NotAResource);
        }
        // An array would deserialise into the struct too.
        if !resource.trim_start().starts_with('{') {
            return Err(NotAResource);
        }
        let fields: VersionFields<'_> = serde_json::from_str(resource).map_err(|_| NotAResource)?;
        // A longer one counts as absent: what is made of it has to fit a queue.
        let text = |raw: Option<&RawValue>, most: usize| {
            raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok())
                .filter(|text| !text.is_empty() && text.len() <= most)
        };
        let date = |raw| text(raw, limits::WORD_BYTES);
        let modified =
            date(fields.last_modified_date_time).or_else(|| date(fields.last_updated_date_time));
        let is_viewpoint = fields.viewpoint.is_some();
        // What one user sees of a chat changes without the chat: same date, other content.
        let version = match is_viewpoint {
            true => None,
            false => text(fields.etag, limits::ETAG_BYTES).or_else(|| modified.clone()),
        };
        Ok(Self {
            version,
            modified,
            is_viewpoint,
            is_deleted: date(fields.deleted_date_time).is_some_and(|date| is_set(&date)),
            system_event: fields.event_detail.and_then(system_event),
            session: text(fields.session_id, limits::RESOURCE_KEY_BYTES),
        })
    }
}

/// True if a date is a real one: .NET's least stands for none.
pub fn is_set(date: &str) -> bool {
    !date.is_empty() && !date.starts_with("0001-01-01")
}

/// Of `{"@odata.type":"#microsoft.graph.callStartedEventMessageDetail",..}` it is
/// `callStartedEventMessageDetail`.
fn system_event(detail: &RawValue) -> Option<String> {
    let detail: EventDetail = serde_json::from_str(detail.get()).ok()?;
    let name = detail.odata_type.rsplit(['.', '#']).next()?;
    let is_name =
        !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric());
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(resource: &str) -> Option<String> {
        ContentVersion::of(resource).unwrap().version
    }

    #[test]
    fn the_etag_comes_first_then_the_date() {
        let message = r#"{"etag":"16","lastModifiedDateTime":"2021-07-01T07:56:34.597Z"}"#;
        assert_eq!(version(message).as_deref(), Some("16"));
        assert_eq!(
            ContentVersion::of(message).unwrap().modified.as_deref(),
            Some("2021-07-01T07:56:34.597Z")
        );
        assert_eq!(
            version(r#"{"etag":null,"lastUpdatedDateTime":"d"}"#).as_deref(),
            Some("d")
        );
        assert_eq!(
            version(r#"{"etag":7,"lastModifiedDateTime":"d"}"#).as_deref(),
            Some("d")
        );
    }

    #[test]
    fn a_member_has_no_version_and_neither_has_a_view_of_a_chat() {
        assert_eq!(version(r#"{"id":"x","roles":["owner"]}"#), None);
        assert_eq!(
            version(r#"{"lastUpdatedDateTime":"d","viewpoint":{"isHidden":true}}"#),
            None
        );
    }

    #[test]
    fn a_viewpoint_and_a_system_event_are_told() {
        let of = |text: &str| ContentVersion::of(text).unwrap();
        assert!(of(r#"{"viewpoint":{"isHidden":true}}"#).is_viewpoint);
        for absent in [r#"{"viewpoint":null}"#, "{}"] {
            assert!(!of(absent).is_viewpoint, "{absent}");
        }
        for (detail, name) in [
            (
                r##"{"@odata.type":"#microsoft.graph.membersAddedEventMessageDetail"}"##,
                Some("membersAddedEventMessageDetail"),
            ),
            (r#"{"@odata.type":"Microsoft.Graph.x"}"#, Some("x")),
            (r##"{"@odata.type":"#a.b c"}"##, None),
            (r#"{"@odata.type":7}"#, None),
            (r#"{"@odata.type":""}"#, None),
            ("{}", None),
            ("null", None),
            ("7", None),
        ] {
            let resource = format!(r#"{{"eventDetail":{detail}}}"#);
            assert_eq!(of(&resource).system_event.as_deref(), name, "{detail}");
        }
    }

    #[test]
    fn a_deletion_is_told_by_its_date() {
        for (date, is_deleted) in [
            (r#""2026-11-21T09:05:12Z""#, true),
            (r#""0001-01-01T00:00:00Z""#, false),
            (r#""""#, false),
            ("null", false),
            ("7", false),
        ] {
            let resource = format!(r#"{{"deletedDateTime":{date}}}"#);
            let version = ContentVersion::of(&resource).unwrap();
            assert_eq!(version.is_deleted, is_deleted, "{date}");
        }
        assert!(!ContentVersion::of("{}").unwrap().is_deleted);
        let nested = r#"{"chat":{"deletedDateTime":"2026-11-21T09:05:12Z"}}"#;
        assert!(!ContentVersion::of(nested).unwrap().is_deleted);
    }

    #[test]
    fn half_a_surrogate_pair_is_no_reason_to_lose_a_resource() {
        assert_eq!(
            version(r#"{"etag":"1","displayName":"\ud800"}"#).as_deref(),
            Some("1")
        );
        assert_eq!(version(r#"{"etag":"\ud800"}"#), None);
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(64), "]".repeat(64));
        for text in [
            "",
            "null",
            "7",
            "\"a\"",
            "[]",
            "[1,2,3,4]",
            "{",
            "{}x",
            deep.as_str(),
        ] {
            assert_eq!(ContentVersion::of(text), Err(NotAResource), "{text}");
        }
    }
}
