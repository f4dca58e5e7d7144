//! The members as they stand on the wire.

use super::{EncryptedContent, ResourceData};
use crate::{Redacted, json};
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

/// `resourceData` is an open type: whatever is not text where text is wanted counts as absent,
/// and so does all of it where it holds what only it can hold (numbers past every range).
fn resource_data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ResourceData, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    let value: serde_json::Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    Ok(ResourceData {
        odata_type: text("@odata.type"),
        etag: text("@odata.etag"),
    })
}

/// Dates come in every form, `NA` and placeholders included; none of them is worth an item.
fn text_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}
