//! Work in a folder, for programs that are not this one.

use crate::event;
use crate::traffic::{Parties, RESOURCE_BYTES};
use anyhow::Context;
use axum::body::Bytes;
use std::fs::{create_dir_all, write};
use std::path::{Path, PathBuf};
use teamwire_payload::{EncryptedContent, QueueMessage, SealedChange, limits};

/// The private key, in PEM.
pub(crate) const KEY: &str = "key.pem";
/// An SQS event a line.
pub(crate) const EVENTS: &str = "events.jsonl";
/// The same envelopes: key, data and signature in base64, a tab between them.
const ENVELOPES: &str = "envelopes.tsv";

/// Sealed messages in batches, and the key that opens them.
pub(crate) struct Work {
    pub(crate) folder: PathBuf,
    pub(crate) pem: String,
    pub(crate) events: Vec<Bytes>,
    pub(crate) contents: Vec<EncryptedContent>,
}

impl Work {
    /// So many full batches, written to `folder`.
    pub(crate) fn write(parties: &Parties, batches: usize, folder: &Path) -> anyhow::Result<Self> {
        let (mut events, mut contents) = (Vec::new(), Vec::new());
        for batch in 0..batches {
            let first = batch * limits::SQS_BATCH_ENTRIES;
            let messages = (first..first + limits::SQS_BATCH_ENTRIES)
                .map(|number| parties.sealed_message(number, RESOURCE_BYTES))
                .collect::<anyhow::Result<Vec<_>>>()?;
            for message in &messages {
                contents.push(QueueMessage::<SealedChange>::parse(message)?.body.content);
            }
            events.push(event::sqs_event(&messages)?);
        }
        let pem = parties.private_pem()?;
        create_dir_all(folder)?;
        write(folder.join(KEY), &pem)?;
        write(
            folder.join(EVENTS),
            lines(events.iter().map(|event| std::str::from_utf8(event)))?,
        )?;
        let envelopes = contents
            .iter()
            .map(envelope)
            .collect::<anyhow::Result<Vec<_>>>()?;
        write(folder.join(ENVELOPES), envelopes.join("\n") + "\n")?;
        Ok(Self {
            folder: folder.to_owned(),
            pem,
            events,
            contents,
        })
    }
}

fn lines<'a, E>(texts: impl Iterator<Item = Result<&'a str, E>>) -> Result<String, E> {
    texts
        .map(|text| text.map(|text| format!("{text}\n")))
        .collect()
}

fn envelope(content: &EncryptedContent) -> anyhow::Result<String> {
    let members = [&content.data_key, &content.data, &content.data_signature];
    let texts = members
        .into_iter()
        .map(|member| member.as_deref().context("an envelope is whole"))
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(texts.join("\t"))
}
