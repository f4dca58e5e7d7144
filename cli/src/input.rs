//! The content of a file or of standard input.

mod text;

pub(crate) use text::{secret_text, text, text_or_bytes};

use crate::terminal::file_name;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::Read;
use std::path::Path;
use teamwire_payload::notification::{ItemFault, NotificationBatch};
use teamwire_payload::{NotificationItem, Redacted, limits};

/// The items of a batch, or one item by itself.
pub(crate) struct InputItems {
    pub(crate) items: Vec<Result<NotificationItem, ItemFault>>,
    pub(crate) tokens: Vec<Redacted<String>>,
}

impl InputItems {
    /// Reads `path`, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        Self::parse(path, text(path)?.as_bytes())
    }

    /// The same of what `path` held.
    pub(crate) fn parse(path: &Path, text: &[u8]) -> anyhow::Result<Self> {
        let shown = file_name(path);
        let shape: InputShape<'_> = serde_json::from_slice(text).with_context(|| {
            format!("{shown}: neither a change notification collection nor one notification")
        })?;
        if shape.value.is_some() {
            let batch = NotificationBatch::parse(text).with_context(|| shown)?;
            return Ok(Self {
                items: (batch.items.into_iter())
                    .map(|item| item.map_err(|unreadable| unreadable.fault))
                    .collect(),
                tokens: batch.validation_tokens,
            });
        }
        let item = std::str::from_utf8(text)
            .map_err(|_| ItemFault::Malformed)
            .and_then(NotificationItem::parse);
        Ok(Self {
            items: vec![item],
            tokens: Vec::new(),
        })
    }
}

/// Enough of a document to tell a batch from an item.
#[derive(Deserialize)]
struct InputShape<'a> {
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

/// All of a file, or of standard input for `-`, up to the size of a body.
pub(crate) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    // One byte more than is allowed tells a file that is too large.
    let most = limits::BODY_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin()
            .take(most)
            .read_to_end(&mut bytes)
            .context("standard input")?;
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .with_context(|| file_name(path))?;
    }
    if bytes.len() > limits::BODY_BYTES {
        let shown = file_name(path);
        bail!("{shown}: larger than {} bytes", limits::BODY_BYTES);
    }
    Ok(bytes)
}
