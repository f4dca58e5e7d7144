//! Which version of a resource a payload shows.
//!
//! An event's id is built of it, and a consumer orders by it. Messages have an `etag`, chats a
//! date, members neither.

use crate::{json, limits};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a resource says of its own version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentVersion {
    /// `etag`, else the date of the last change; `None` where two states can't be told apart by
    /// either.
    pub version: Option<String>,
    /// Date of the last change, as Graph wrote it.
    pub modified: Option<String>,
}

/// The resource is not a JSON object, or nested deeper than [`limits::JSON_DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource is not a JSON object within the depth limit")]
pub struct NotAResource;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow, default)]
    etag: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_modified_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    last_updated_date_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    viewpoint: Option<&'a RawValue>,
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
        let fields: Fields<'_> = serde_json::from_str(resource).map_err(|_| NotAResource)?;
        let text = |raw: Option<&RawValue>| {
            raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok())
                .filter(|text| !text.is_empty())
        };
        let modified =
            text(fields.last_modified_date_time).or_else(|| text(fields.last_updated_date_time));
        // What one user sees of a chat changes without the chat: same date, other content.
        let version = match fields.viewpoint {
            Some(_) => None,
            None => text(fields.etag).or_else(|| modified.clone()),
        };
        Ok(Self { version, modified })
    }
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
