//! The members as they stand on the wire.

use super::{EncryptedContent, ResourceData};
use crate::{Redacted, json, limits};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireBatch<'a> {
    #[serde(borrow)]
    pub(super) value: Vec<&'a RawValue>,
    #[serde(default)]
    pub(super) validation_tokens: Option<Vec<Redacted<String>>>,
}

/// Of an item that can't be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireState {
    #[serde(default)]
    pub(super) client_state: Option<Redacted<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireItem {
    #[serde(default)]
    pub(super) subscription_id: Option<String>,
    #[serde(default)]
    pub(super) tenant_id: Option<String>,
    #[serde(default)]
    pub(super) organization_id: Option<String>,
    #[serde(default)]
    pub(super) client_state: Option<Redacted<String>>,
    #[serde(default)]
    pub(super) change_type: Option<String>,
    #[serde(default)]
    pub(super) lifecycle_event: Option<String>,
    #[serde(default)]
    pub(super) resource: Option<String>,
    #[serde(default, deserialize_with = "resource_data")]
    pub(super) resource_data: ResourceData,
    #[serde(
        default,
        alias = "EncryptedContent",
        deserialize_with = "encrypted_content"
    )]
    pub(super) encrypted_content: Option<EncryptedContent>,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub(super) subscription_expiration_date_time: Option<String>,
}

fn encrypted_content<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<EncryptedContent>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(deserializer)? else {
        return Ok(None);
    };
    if !json::is_object(raw.get().as_bytes()) {
        return Err(serde::de::Error::custom("not an object"));
    }
    serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)
}

/// `resourceData` is an open type, read before anyone is authenticated: nothing is kept of it but
/// the members that are of use, and whatever is not text there counts as absent.
fn resource_data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ResourceData, D::Error> {
    #[derive(Deserialize, Default)]
    struct Open<'a> {
        #[serde(borrow, default, rename = "@odata.id")]
        odata_id: Option<&'a RawValue>,
        #[serde(borrow, default, rename = "@odata.type")]
        odata_type: Option<&'a RawValue>,
        #[serde(borrow, default, rename = "@odata.etag")]
        etag: Option<&'a RawValue>,
    }
    let raw = <&RawValue>::deserialize(deserializer)?;
    let open = json::is_object(raw.get().as_bytes())
        .then(|| serde_json::from_str::<Open<'_>>(raw.get()).ok())
        .flatten()
        .unwrap_or_default();
    let text = |member: Option<&RawValue>, most: usize| {
        member
            .and_then(|raw| serde_json::from_str::<String>(raw.get()).ok())
            .filter(|text| !text.is_empty() && text.len() <= most)
    };
    Ok(ResourceData {
        odata_id: text(open.odata_id, limits::RESOURCE_PATH_BYTES),
        odata_type: text(open.odata_type, limits::WORD_BYTES),
        etag: text(open.etag, limits::ETAG_BYTES),
    })
}

/// Dates come in every form, `NA` and placeholders included; none of them is worth an item.
fn text_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    let text = serde_json::from_str::<String>(raw.get()).ok();
    Ok(text.filter(|text| text.len() <= limits::WORD_BYTES))
}
