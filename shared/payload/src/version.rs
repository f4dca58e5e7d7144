//! Which version of a resource a payload shows.
//!
//! An event's id is built of it, and a consumer orders by it. Messages have an `etag`; chats a
//! date; members neither, so the content itself has to serve.

use crate::{json, limits};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The version of a resource, and when it came to be where the resource says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentVersion {
    /// `etag`, else the date of the last change, else a hash of the content.
    pub version: String,
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
        let text = resource.as_bytes();
        if !json::is_object(text) || !json::within_depth(text, limits::JSON_DEPTH) {
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
            Some(_) => content_hash(resource),
            None => match text(fields.etag).or_else(|| modified.clone()) {
                Some(version) => version,
                None => content_hash(resource),
            },
        };
        Ok(Self { version, modified })
    }
}

/// SHA-256 over the content, base64url: its members in order, without the annotation that depends
/// on how it was delivered. Text that JSON allows and Unicode does not (half a surrogate pair) is
/// hashed as it stands.
fn content_hash(resource: &str) -> String {
    type Members = serde_json::Map<String, serde_json::Value>;
    let canonical = serde_json::from_str::<Members>(resource)
        .and_then(|mut members| {
            members.retain(|name, _| name != "@odata.context");
            serde_json::to_vec(&members)
        })
        .unwrap_or_else(|_| resource.as_bytes().to_vec());
    format!(
        "sha256-{}",
        URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(resource: &str) -> String {
        ContentVersion::of(resource).unwrap().version
    }

    #[test]
    fn the_etag_comes_first_then_the_date() {
        let message = r#"{"etag":"16","lastModifiedDateTime":"2021-07-01T07:56:34.597Z"}"#;
        assert_eq!(version(message), "16");
        assert_eq!(
            ContentVersion::of(message).unwrap().modified.as_deref(),
            Some("2021-07-01T07:56:34.597Z")
        );
        assert_eq!(version(r#"{"etag":null,"lastUpdatedDateTime":"d"}"#), "d");
        assert_eq!(version(r#"{"etag":7,"lastModifiedDateTime":"d"}"#), "d");
    }

    #[test]
    fn without_either_equal_content_has_an_equal_version() {
        let a = version(r#"{"id":"x","roles":["owner"],"@odata.context":"a"}"#);
        assert_eq!(
            a,
            version(r#"{"roles": ["owner"], "id": "x", "@odata.context": "b"}"#)
        );
        assert_ne!(a, version(r#"{"id":"x","roles":[]}"#));
    }

    #[test]
    fn half_a_surrogate_pair_is_no_reason_to_lose_a_resource() {
        let halved = |id: u8| format!(r#"{{"id":"{id}","displayName":"\ud800"}}"#);
        assert_eq!(version(&halved(1)), version(&halved(1)));
        assert_ne!(version(&halved(1)), version(&halved(2)));
    }

    #[test]
    fn two_views_of_one_chat_differ_though_the_chat_did_not_change() {
        let chat = |hidden| {
            format!(r#"{{"lastUpdatedDateTime":"d","viewpoint":{{"isHidden":{hidden}}}}}"#)
        };
        assert_ne!(version(&chat(true)), version(&chat(false)));
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
