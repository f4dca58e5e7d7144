//! The members as they stand on the wire.

mod object;

pub(super) use object::{Few, Object};

use super::{EncryptedContent, ResourceData};
use crate::{Redacted, json, limits};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A batch, its items read or raw.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireBatch<T> {
    pub(super) value: Few<T, { limits::BATCH_ITEMS }>,
    #[serde(default)]
    pub(super) validation_tokens: Option<WireTokens>,
}

pub(super) type WireTokens = Few<Redacted<String>, { limits::BATCH_TOKENS }>;

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
    let content = Option::<Object<EncryptedContent, 4>>::deserialize(deserializer)?;
    Ok(content.map(|content| content.0))
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
    let raw = object::raw_at::<D, 3>(deserializer)?;
    let open = json::is_object(raw.get().as_bytes())
        .then(|| serde_json::from_str::<Open<'_>>(raw.get()).ok())
        .flatten()
        .unwrap_or_default();
    let text_within = |member: Option<&RawValue>, most: usize| {
        member
            .and_then(text)
            .filter(|text| !text.is_empty() && text.len() <= most)
    };
    Ok(ResourceData {
        odata_id: text_within(open.odata_id, limits::RESOURCE_PATH_BYTES),
        odata_type: text_within(open.odata_type, limits::WORD_BYTES),
        etag: text_within(open.etag, limits::ETAG_BYTES),
    })
}

/// Dates come in every form, `NA` and placeholders included; none of them is worth an item.
fn text_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = object::raw_at::<D, 3>(deserializer)?;
    Ok(text(raw).filter(|text| text.len() <= limits::WORD_BYTES))
}

/// The text that a value is, if it is one.
fn text(raw: &RawValue) -> Option<String> {
    let quoted = raw.get();
    let plain = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', plain.as_bytes()).is_none() {
        return Some(plain.to_owned());
    }
    serde_json::from_str(quoted).ok()
}
