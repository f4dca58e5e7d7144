//! The decrypt handler against bare RSA on the same thread.
//!
//! Both sides take turns, batch by batch, so that whatever else the machine does falls on both.

mod stages;

use crate::event;
use crate::handler::Handler;
use crate::report::{Figure, Report, Samples};
use crate::traffic::{self, CERTIFICATE_ID, Parties, RESOURCE_BYTES};
use anyhow::Context;
use aws_lc_rs::rsa::{KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey};
use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::Arc;
use std::time::Instant;
use teamwire_envelope::LocalKeys;
use teamwire_payload::{EncryptedContent, limits};

/// Batches that take turns; each holds other resources and other sealed keys.
const BATCHES: usize = 20;
const AIM: f64 = 0.9;

/// Handler and bare RSA for both key sizes, and where the handler's time goes.
pub(crate) fn measure(report: &Report) -> anyhow::Result<()> {
    for (size, bits, rounds) in [
        (KeySize::Rsa2048, "RSA-2048", 60),
        (KeySize::Rsa4096, "RSA-4096", 12),
    ] {
        let load = Load::new(size)?;
        // One worker, and everything on it: as with one core of Lambda's.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()?;
        let load = Arc::new(load);
        let compared = runtime.block_on(runtime.spawn(compare(Arc::clone(&load), rounds)))??;
        let (raw, handler) = (rate(&compared.raw), rate(&compared.handler));
        report.figure(
            &Figure::new("decrypt", format!("handler, {bits}"), handler, "records/s")
                .to(format!("bare {bits} OAEP"), raw)
                .with("aim", AIM)
                .with("bare/s", raw)
                .with("us each", 1e6 / handler)
                .with("bare us each", 1e6 / raw),
        )?;
        let stages = runtime.block_on(runtime.spawn(stages::measure(load)))??;
        for (stage, samples) in stages {
            let each = samples.median() * 1e6 / limits::SQS_BATCH_ENTRIES as f64;
            report.figure(
                &Figure::new("decrypt", format!("{bits}: {stage}"), each, "us/record")
                    .to("the handler", 1e6 / handler),
            )?;
        }
    }
    Ok(())
}

/// Seconds for each batch.
struct Compared {
    raw: Samples,
    handler: Samples,
}

async fn compare(load: Arc<Load>, rounds: usize) -> anyhow::Result<Compared> {
    let (mut raw, mut handler) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        for batch in &load.batches {
            let started = Instant::now();
            load.unwrap_bare(batch)?;
            let bare = started.elapsed();
            let started = Instant::now();
            load.handler.handle(&batch.event).await?;
            let handled = started.elapsed();
            // The first round warms up.
            if round > 0 {
                raw.push(bare.as_secs_f64());
                handler.push(handled.as_secs_f64());
            }
        }
    }
    Ok(Compared {
        raw: Samples::new(raw),
        handler: Samples::new(handler),
    })
}

fn rate(samples: &Samples) -> f64 {
    limits::SQS_BATCH_ENTRIES as f64 / samples.median()
}

/// The handler, and what it is given.
struct Load {
    batches: Vec<Batch>,
    bare: OaepPrivateDecryptingKey,
    keys: LocalKeys,
    handler: Handler,
}

/// One SQS batch in the form each stage wants it.
struct Batch {
    event: Bytes,
    messages: Vec<String>,
    contents: Vec<EncryptedContent>,
    sealed_keys: Vec<Vec<u8>>,
    resources: Vec<String>,
}

impl Load {
    fn new(size: KeySize) -> anyhow::Result<Self> {
        let parties = Parties::new(size)?;
        let pem = parties.private_pem()?;
        let mut keys = LocalKeys::new();
        keys.insert_pem(CERTIFICATE_ID, &pem)?;
        Ok(Self {
            batches: (0..BATCHES)
                .map(|number| Batch::new(&parties, number * limits::SQS_BATCH_ENTRIES))
                .collect::<Result<_, _>>()?,
            bare: OaepPrivateDecryptingKey::new(parties.private_key().clone())?,
            keys,
            handler: Handler::new(&pem)?,
        })
    }

    fn unwrap_bare(&self, batch: &Batch) -> anyhow::Result<()> {
        let mut buffer = vec![0; self.bare.min_output_size()];
        for sealed_key in &batch.sealed_keys {
            self.bare
                .decrypt(&OAEP_SHA1_MGF1SHA1, sealed_key, &mut buffer, None)?;
        }
        Ok(())
    }
}

impl Batch {
    fn new(parties: &Parties, first: usize) -> anyhow::Result<Self> {
        let numbers = first..first + limits::SQS_BATCH_ENTRIES;
        let resources: Vec<String> = numbers
            .clone()
            .map(|number| traffic::resource(number, RESOURCE_BYTES))
            .collect();
        let contents = resources
            .iter()
            .map(|resource| {
                let recipient = parties.recipient();
                recipient.seal_with_key(&stages::CONTENT_KEY, resource.as_bytes())
            })
            .collect::<Result<Vec<_>, _>>()?;
        let messages = numbers
            .zip(&contents)
            .map(|(number, content)| traffic::sealed_message(number, content.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let sealed_keys = contents
            .iter()
            .map(|content| {
                let key = content.data_key.as_deref().context("no sealed key")?;
                Ok(STANDARD.decode(key)?)
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            event: event::sqs_event(&messages)?,
            messages,
            contents,
            sealed_keys,
            resources,
        })
    }
}
