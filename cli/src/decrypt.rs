//! `teamwire decrypt`: the resources of rich notifications.

use crate::input::{self, InputItems};
use crate::terminal::{self, file_name};
use anyhow::{Context, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_envelope::{KeyUnwrap, LocalKeys, UnwrapFault};
use zeroize::Zeroizing;

/// Print the resource of each rich notification, byte for byte as it was sealed
///
/// One JSON document an item, in its own format: there is no other. On a terminal, characters that it
/// would obey are escaped; into a pipe or a file go the very bytes. Of an item that can't be opened,
/// standard error names the stage: missing-field, base64, unknown-certificate, rsa-oaep, key-length,
/// hmac, block-length, pkcs7, utf8 or json.
///
/// Exit status 0: all were opened; 1: one could not be; 2: wrong usage, a file that can't be read, or no
/// item with encryptedContent.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire decrypt --key key.pem notification.json\n  teamwire decrypt --key 2026a=old.pem --key 2026b=new.pem -"
)]
pub(crate) struct DecryptArgs {
    /// A private key (PEM, PKCS#8 or PKCS#1); ID=PEM for the certificate of that id only
    #[arg(long = "key", value_name = "[ID=]PEM", required = true)]
    keys: Vec<String>,
    /// A batch, one notification, or {"encryptedContent":{..}}; - for standard input
    file: PathBuf,
}

impl DecryptArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let keys = KeyFiles::read(&self.keys)?;
        let input = InputItems::read(&self.file)?;
        let is_terminal = terminal::stdout_is_terminal();
        let mut out = terminal::stdout();
        let mut err = terminal::stderr();
        let (mut sealed, mut failed) = (0, 0);
        for (index, item) in input.items.iter().enumerate() {
            let content = match item {
                Ok(item) => item.encrypted_content.as_ref(),
                Err(fault) => {
                    failed += 1;
                    writeln!(err, "item {index}: {}", fault.label())?;
                    continue;
                }
            };
            let Some(content) = content else { continue };
            sealed += 1;
            match teamwire_envelope::open(content, &keys).await {
                // Whoever sealed it may have put anything into it.
                Ok(resource) if is_terminal => writeln!(out, "{}", resource.as_str())?,
                Ok(resource) => out.bytes(format!("{}\n", resource.as_str()).as_bytes())?,
                Err(fault) => {
                    failed += 1;
                    writeln!(
                        err,
                        "item {index}: {}",
                        fault.stage().unwrap_or("key-unavailable")
                    )?;
                }
            }
        }
        if sealed == 0 && failed == 0 {
            bail!("{}: no item holds encryptedContent", file_name(&self.file));
        }
        Ok(if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Keys by certificate id, and keys to try for any.
struct KeyFiles {
    by_id: LocalKeys,
    for_any: Vec<LocalKeys>,
}

const ANY: &str = "";

impl KeyFiles {
    fn read(arguments: &[String]) -> anyhow::Result<Self> {
        let mut keys = Self {
            by_id: LocalKeys::new(),
            for_any: Vec::new(),
        };
        for argument in arguments {
            // A file may have `=` in its name.
            let (id, path) = match argument.split_once('=') {
                Some((id, path)) if !PathBuf::from(argument).exists() => (Some(id), path),
                _ => (None, argument.as_str()),
            };
            let shown = || file_name(path.as_ref());
            let pem = input::secret_text(path.as_ref())?;
            match id {
                Some(id) => keys.by_id.insert_pem(id, &pem),
                None => {
                    let mut key = LocalKeys::new();
                    let inserted = key.insert_pem(ANY, &pem);
                    keys.for_any.push(key);
                    inserted
                }
            }
            .with_context(shown)?;
        }
        Ok(keys)
    }
}

impl KeyUnwrap for KeyFiles {
    async fn unwrap_key(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        let mut answer = self.by_id.unwrap_now(certificate_id, sealed_key);
        for key in &self.for_any {
            if answer.is_ok() {
                break;
            }
            answer = key.unwrap_now(ANY, sealed_key);
        }
        answer
    }
}
